"""Questions about receipts and virtual accounts."""

from __future__ import annotations

import json

from xindai.base.crypto import KeyRing
from xindai.base.db import Row, Tx
from xindai.lending.life.model import LIVING
from xindai.lending.loans import queries as lent
from xindai.payments.receipts.matching import Owed
from xindai.payments.receipts.model import Receipt, ReceiptId, ReceiptMissing, Sender, Status
from xindai.values.masked import CardNumber, PersonName
from xindai.values.money import Money


def get(tx: Tx, receipt_id: str, *, lock: bool = False) -> Receipt:
    """One receipt. Refuses ReceiptMissing."""
    row = tx.row("SELECT * FROM receipt WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=receipt_id)
    if row is None:
        raise ReceiptMissing(field="receipt")
    return _receipt(row)


def sender_of(tx: Tx, ring: KeyRing, receipt_id: str) -> Sender:
    """Who sent it. Refuses ReceiptMissing."""
    row = tx.row("SELECT id, sender, remark FROM receipt WHERE id = :id AND sender IS NOT NULL", id=receipt_id)
    if row is None:
        raise ReceiptMissing(field="receipt")
    kept = json.loads(ring.unseal(row["sender"], f"receipt.sender|{receipt_id}"))
    remark = ring.unseal(row["remark"], f"receipt.remark|{receipt_id}")
    return Sender(PersonName(kept["name"]), CardNumber(kept["account"]), remark)


def page(tx: Tx, *, after: str | None, most: int, status: str | None) -> list[Receipt]:
    """Up to `most` receipts, newest first, older than `after`."""
    rows = tx.rows(
        "SELECT * FROM receipt WHERE (CAST(:after AS text) IS NULL OR id < :after)"
        " AND (CAST(:status AS text) IS NULL OR status = :status) ORDER BY id DESC LIMIT :most",
        after=after,
        status=status,
        most=most,
    )
    return [_receipt(row) for row in rows]


def owner_of(tx: Tx, account: str | None) -> str | None:
    """Whose virtual account this is."""
    found = tx.value("SELECT person_id FROM virtual_account WHERE number = :number", number=account)
    return str(found) if found else None


def account_of(tx: Tx, person_id: str) -> str | None:
    """A person's virtual account, if one was given."""
    found = tx.value("SELECT number FROM virtual_account WHERE person_id = :person", person=person_id)
    return str(found) if found else None


def owed(tx: Tx, person_id: str) -> list[Owed]:
    """A person's loans that are not settled."""
    return [
        Owed(one.loan.id, one.loan.reference, one.state.due, one.state.next_due_on)
        for one in lent.of_person(tx, person_id)
        if one.state is not None and (one.state.status in LIVING or one.state.payoff)
    ]


def suspended(tx: Tx) -> tuple[int, int]:
    """(how many receipts stand in suspense, what they come to in minor units)."""
    row = tx.rows(
        "SELECT count(*) AS n, coalesce(sum(amount), 0) AS minor FROM receipt WHERE status IN ('held', 'going_back')"
    )[0]
    return int(row["n"]), int(row["minor"])


def _receipt(row: Row) -> Receipt:
    return Receipt(
        id=ReceiptId(row["id"]),
        rail=row["rail"],
        reference=row["reference"],
        amount=Money(row["amount"], row["currency"]),
        on=row["came_on"],
        account=row["account"],
        status=Status(row["status"]),
        why=row["why"],
        loan_id=row["loan_id"],
        proposed_loan_id=row["proposed_loan_id"],
        proposed_by=row["proposed_by"],
        decided_by=row["decided_by"],
    )
