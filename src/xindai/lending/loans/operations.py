"""What is done to loans. Each verb takes the loan under lock, folds, posts the difference, and tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.lending.ledger import operations as ledger
from xindai.lending.loans import _store, fold, postings
from xindai.lending.loans.model import (
    LIVING,
    MOVES,
    Fact,
    FactKind,
    Figures,
    Loan,
    LoanId,
    LoanNotLiving,
    LoanState,
    Status,
)
from xindai.products.catalogue import Product
from xindai.values import ids
from xindai.values.money import Money
from xindai.values.rate import rate


def open_loan(
    tx: Tx,
    *,
    loan_id: LoanId,
    offer_id: str,
    person_id: str,
    product: Product,
    principal: Money,
    annual_rate: str,
    months: int,
) -> None:
    """A loan from an accepted offer, waiting for its pay-out; the same offer again changes nothing."""
    _store.add(
        tx,
        Loan(
            id=loan_id,
            reference=ids.reference(loan_id),
            offer_id=offer_id,
            person_id=person_id,
            product=product.code,
            principal=principal,
            annual_rate=annual_rate,
            months=months,
            status=Status.AWAITING_PAY_OUT,
            terms=None,
            facts=(),
            posted=Figures(),
            posted_on=None,
        ),
    )


def disburse(tx: Tx, *, loan_id: str, product: Product, on: date) -> None:
    """The money has gone out on the day `on`: terms begin, the ledger takes the loan in. Twice is once."""
    loan = _store.load(tx, loan_id, lock=True)
    if loan.terms is not None:
        return
    terms = product.terms(
        principal=loan.principal, annual_rate=rate(loan.annual_rate), months=loan.months, disbursed_on=on
    )
    state = fold.fold(terms, (), on=max(on, tx.on))
    _move(tx, [(loan, state)], cause=f"{loan_id}|disbursed", kind="disbursement", terms=_store.terms_document(terms))


def cancel(tx: Tx, *, loan_id: str) -> None:
    """The money never went out."""
    loan = _store.load(tx, loan_id, lock=True)
    if loan.status is Status.CANCELLED:
        return
    event = MOVES[loan.status][Status.CANCELLED]
    tx.run("UPDATE loan SET status = :status WHERE id = :id", status=Status.CANCELLED.value, id=loan_id)
    publish(tx, Event(event, loan_id, {"person": loan.person_id}))


def record(tx: Tx, *, loan_id: str, fact: Fact) -> LoanState:
    """Something happened to a loan: fold again, post the difference today, whatever day the fact counts on.

    The same fact id twice changes nothing. Refuses: LoanMissing, LoanNotLiving.
    """
    loan = _store.load(tx, loan_id, lock=True)
    if loan.terms is None:
        raise LoanNotLiving(status=loan.status.value)
    on = max(tx.on, loan.posted_on or tx.on)
    if any(known.id == fact.id for known in loan.facts):
        return fold.fold(loan.terms, loan.facts, on=on)
    _store.add_fact(tx, loan, fact)
    state = fold.fold(loan.terms, (*loan.facts, fact), on=on)
    _move(tx, [(loan, state)], cause=fact.id, kind=fact.kind.value)
    return state


def close_day(tx: Tx, *, loan_ids: Sequence[str], on: date, charge_off_days: int, cause: str) -> int:
    """Accrue and age these loans to the end of the day `on` and post the sum as one entry; how many loans moved.

    Loans already posted for the day are left alone, so the same chunk twice posts nothing twice.
    """
    moved = []
    for loan in _store.load_many(tx, loan_ids, lock=True):
        if loan.status not in LIVING or loan.terms is None or (loan.posted_on and loan.posted_on >= on):
            continue
        state = fold.fold(loan.terms, loan.facts, on=on)
        if state.overdue_days > charge_off_days:
            fact = Fact(id=f"{loan.id}|charge_off", kind=FactKind.CHARGE_OFF, on=on)
            _store.add_fact(tx, loan, fact)
            state = fold.fold(loan.terms, (*loan.facts, fact), on=on)
        moved.append((loan, state))
    _move(tx, moved, cause=cause, kind="close_of_day")
    return len(moved)


def _move(
    tx: Tx, moved: Sequence[tuple[Loan, LoanState]], *, cause: str, kind: str, terms: dict[str, Any] | None = None
) -> None:
    """Keep the new states, post their joint change as one entry, tell of every move."""
    if not moved:
        return
    change = Figures()
    rows, told = [], []
    for loan, state in moved:
        change = change.plus(state.figures.minus(loan.posted))
        document = terms or _store.terms_document(_terms(loan))
        rows.append(
            {
                "id": loan.id,
                "status": state.status.value,
                "terms": document,
                "disbursed_on": document["disbursed_on"],
                "posted": state.figures.as_dict(),
                "posted_on": state.on,
                "next_due_on": state.next_due_on,
                "overdue_days": state.overdue_days,
            }
        )
        if state.status is not loan.status:
            event = _event(loan.status, state.status)
            told.append(Event(event, loan.id, {"person": loan.person_id, "on": state.on.isoformat()}))
    _store.keep(tx, rows)
    currency = moved[0][0].principal.currency
    ledger.post(tx, [postings.entry(change, cause=cause, kind=kind, on=moved[0][1].on, currency=currency)])
    publish(tx, *told)


def _event(before: Status, after: Status) -> str:
    """The event of a move; a loan that passes through a state within one step tells where it ended."""
    direct = MOVES[before].get(after)
    if direct is not None:
        return direct
    return next(MOVES[between][after] for between in MOVES[before] if after in MOVES[between])


def _terms(loan: Loan) -> Any:
    assert loan.terms is not None
    return loan.terms
