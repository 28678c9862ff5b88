"""Taking what comes, and deciding what was not plain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from stdnum import luhn

from xindai.base import audit, clock
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.lending.ledger import operations as ledger
from xindai.lending.ledger.model import Account
from xindai.lending.life.model import Fact, FactKind
from xindai.lending.loans import operations as loans
from xindai.lending.loans import queries as lent
from xindai.payments.receipts import matching, postings, queries
from xindai.payments.receipts.model import SUSPENDED, Credit, Receipt, ReceiptDecided, ReceiptId, Status
from xindai.values.masked import PersonName
from xindai.values.money import Money

ACCOUNT_PREFIX = "8899"


def account_for(tx: Tx, person_id: str) -> str:
    """A person's virtual account, given on first asking: sixteen digits, the last a check digit (ISO/IEC 7812-1)."""
    known = queries.account_of(tx, person_id)
    if known:
        return known
    number = tx.value("SELECT nextval('virtual_account_number')")
    digits = f"{ACCOUNT_PREFIX}{number:011d}"
    tx.run(
        "INSERT INTO virtual_account (number, person_id, at) VALUES (:number, :person, :at) ON CONFLICT DO NOTHING",
        number=digits + luhn.calc_check_digit(digits),
        person=person_id,
        at=tx.at,
    )
    found = queries.account_of(tx, person_id)
    assert found is not None
    return found


def take(tx: Tx, ring: KeyRing, credit: Credit, *, owner: str | None, name: PersonName | None) -> ReceiptId:
    """Money that came, once for each line of a rail: on a loan where it is plain which, else in suspense; the receipt's id.

    `owner` is whose virtual account it was sent to, `name` that person's.
    """
    added = tx.value(
        "INSERT INTO receipt (id, rail, reference, amount, currency, came_on, account, sender, remark, status, at)"
        " VALUES (:id, :rail, :reference, :amount, :currency, :on, :account, '', '', :status, :at)"
        " ON CONFLICT (rail, reference) DO NOTHING RETURNING id",
        id=clock.new_id(ReceiptId),
        rail=credit.rail,
        reference=credit.reference,
        amount=credit.amount.minor,
        currency=credit.amount.currency,
        on=credit.on,
        account=credit.account,
        status=Status.CAME.value,
        at=tx.at,
    )
    if added is None:
        known = tx.value(
            "SELECT id FROM receipt WHERE rail = :rail AND reference = :reference",
            rail=credit.rail,
            reference=credit.reference,
        )
        return ReceiptId(known)
    one = credit.sender
    sender = json.dumps({"name": one.name.reveal(), "account": one.account.reveal()})
    tx.run(
        "UPDATE receipt SET sender = :sender, remark = :remark WHERE id = :id",
        sender=ring.seal(sender, f"receipt.sender|{added}"),
        remark=ring.seal(one.remark, f"receipt.remark|{added}"),
        id=added,
    )
    receipt = queries.get(tx, added)
    found = matching.match(
        owner=name.reveal() if name else None,
        sender=one.name.reveal(),
        remark=one.remark,
        loans=queries.owed(tx, owner) if owner else [],
    )
    if found.loan_id is None:
        _move(tx, receipt, Status.HELD, why=found.why)
        ledger.post(tx, [postings.for_held(receipt, on=tx.on)])
    else:
        _move(tx, receipt, Status.APPLIED, loan_id=found.loan_id)
        loans.record(tx, loan_id=found.loan_id, fact=_fact(receipt, on=_counts_on(tx, receipt, found.loan_id)))
    return receipt.id


def propose(tx: Tx, *, receipt_id: str, loan_id: str | None, by: str) -> Receipt:
    """Say what a held receipt is: money for a loan, or, with none, money to send back. The last word before agreement counts.

    Refuses: ReceiptMissing, ReceiptDecided, LoanMissing.
    """
    receipt = queries.get(tx, receipt_id, lock=True)
    receipt.move(Status.APPLIED if loan_id else Status.GOING_BACK)
    if loan_id is not None:
        lent.person_of(tx, loan_id)
    tx.run(
        "UPDATE receipt SET proposed_loan_id = :loan, proposed_by = :by WHERE id = :id",
        loan=loan_id,
        by=by,
        id=receipt_id,
    )
    audit.note(tx, actor=by, action="receipt_proposed", subject=receipt_id, facts={"loan": loan_id})
    return queries.get(tx, receipt_id)


def agree(tx: Tx, *, receipt_id: str, by: str) -> Receipt:
    """A second person agrees: the money is on its loan by the day it came, or is to go back. Twice by the same is once.

    Refuses: ReceiptMissing, ReceiptDecided, NothingProposed, SamePerson, LoanNotLiving.
    """
    receipt = queries.get(tx, receipt_id, lock=True)
    if receipt.decided_by == by and receipt.status is not Status.HELD:
        return receipt
    to = receipt.agreed(by=by)
    tx.run("UPDATE receipt SET decided_by = :by WHERE id = :id", by=by, id=receipt_id)
    audit.note(tx, actor=by, action="receipt_agreed", subject=receipt_id, facts={"to": to.value})
    _move(tx, receipt, to, loan_id=receipt.proposed_loan_id)
    if receipt.proposed_loan_id is not None:
        on = _counts_on(tx, receipt, receipt.proposed_loan_id)
        loans.record(tx, loan_id=receipt.proposed_loan_id, fact=_fact(receipt, on=on), against=Account.SUSPENSE)
    return queries.get(tx, receipt_id)


def apply_to_sale(tx: Tx, receipt_ids: Sequence[str], *, sale_id: str, by: str) -> Money:
    """Held receipts are the price of claims that are sold; what they come to. Refuses: ReceiptMissing, ReceiptDecided."""
    came = 0
    for receipt_id in sorted(set(receipt_ids)):
        receipt = queries.get(tx, receipt_id, lock=True)
        if receipt.status is not Status.HELD:
            raise ReceiptDecided(status=receipt.status.value)
        tx.run(
            "UPDATE receipt SET decided_by = :by, sale_id = :sale WHERE id = :id", by=by, sale=sale_id, id=receipt_id
        )
        audit.note(tx, actor=by, action="receipt_agreed", subject=receipt_id, facts={"sale": sale_id})
        _move(tx, receipt, Status.APPLIED)
        came += receipt.amount.minor
    return Money(came)


def send_back(tx: Tx, *, receipt_id: str, way: str) -> None:
    """The order `way` has brought it back to its sender."""
    receipt = queries.get(tx, receipt_id, lock=True)
    _move(tx, receipt, Status.SENT_BACK)
    ledger.post(tx, [postings.for_sent_back(receipt, on=tx.on, way=way)])


def hold_again(tx: Tx, *, receipt_id: str, way: str, why: str) -> None:
    """The order `way` failed to bring it back, or it returned: somebody decides anew."""
    receipt = queries.get(tx, receipt_id, lock=True)
    if receipt.status not in SUSPENDED:
        ledger.post(tx, [postings.for_back_again(receipt, on=tx.on, way=way)])
    _move(tx, receipt, Status.HELD, why=why)
    tx.run(
        "UPDATE receipt SET proposed_loan_id = NULL, proposed_by = NULL, decided_by = NULL WHERE id = :id",
        id=receipt_id,
    )


def _fact(receipt: Receipt, *, on: date) -> Fact:
    return Fact(id=receipt.id, kind=FactKind.REPAYMENT, on=on, amount=receipt.amount.minor)


def _counts_on(tx: Tx, receipt: Receipt, loan_id: str) -> date:
    """The day it came, but not before the loan began."""
    terms = lent.terms_of(tx, loan_id)
    return max(receipt.on, terms.disbursed_on) if terms else receipt.on


def _move(tx: Tx, receipt: Receipt, to: Status, *, loan_id: str | None = None, why: str | None = None) -> None:
    event = receipt.move(to)
    tx.run(
        "UPDATE receipt SET status = :to, loan_id = :loan, why = coalesce(:why, why) WHERE id = :id",
        to=to.value,
        loan=loan_id,
        why=why,
        id=receipt.id,
    )
    facts = {"receipt": receipt.id, "rail": receipt.rail, "loan": loan_id, "why": why}
    publish(tx, Event(event, receipt.id, facts))
