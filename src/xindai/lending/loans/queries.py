"""Questions about loans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from xindai.base.db import Tx
from xindai.lending.loans import _store, fold
from xindai.lending.loans.model import LIVING, Loan, LoanMissing, LoanNotLiving, LoanState


@dataclass(frozen=True, slots=True)
class LoanView:
    """A loan and its state as of a day; no state before it is paid out."""

    loan: Loan
    state: LoanState | None


def view(
    tx: Tx, loan_id: str, *, person_id: str | None = None, on: date | None = None, known: date | None = None
) -> LoanView:
    """One loan as of `on` (today without it), of that person if one is given. Refuses LoanMissing.

    With `known`, from the facts that had been recorded by the end of that day.
    """
    loan = _store.load(tx, loan_id)
    if known is not None:
        loan = replace(loan, facts=_store.facts_of(tx, [loan_id], known=known).get(loan_id, ()))
    if person_id is not None and loan.person_id != person_id:
        raise LoanMissing(field="loan")
    return LoanView(loan, fold.fold(loan.terms, loan.facts, on=on or tx.on) if loan.terms else None)


def person_of(tx: Tx, loan_id: str) -> str:
    """Whose loan it is. Refuses LoanMissing."""
    return _column(tx, "person_id", loan_id)


def product_of(tx: Tx, loan_id: str) -> str:
    """Which product it is. Refuses LoanMissing."""
    return _column(tx, "product", loan_id)


def _column(tx: Tx, column: str, loan_id: str) -> str:
    found = tx.value(f"SELECT {column} FROM loan WHERE id = :id", id=loan_id)
    if found is None:
        raise LoanMissing(field="loan")
    return str(found)


def of_person(tx: Tx, person_id: str) -> list[LoanView]:
    """All loans of a person, the newest first."""
    ids = [row["id"] for row in tx.rows("SELECT id FROM loan WHERE person_id = :person", person=person_id)]
    loans = sorted(_store.load_many(tx, ids), key=lambda loan: loan.id, reverse=True)
    return [LoanView(loan, fold.fold(loan.terms, loan.facts, on=tx.on) if loan.terms else None) for loan in loans]


def page(tx: Tx, *, after: str | None, most: int, status: str | None = None) -> list[Loan]:
    """Up to `most` loans, newest first, older than `after`."""
    rows = tx.rows(
        "SELECT id FROM loan WHERE (CAST(:after AS text) IS NULL OR id < :after)"
        " AND (CAST(:status AS text) IS NULL OR status = :status) ORDER BY id DESC LIMIT :most",
        after=after,
        status=status,
        most=most,
    )
    return sorted(_store.load_many(tx, [row["id"] for row in rows]), key=lambda loan: loan.id, reverse=True)


def living(tx: Tx, *, after: str, most: int, behind: date) -> list[str]:
    """Ids of loans that live and are not posted for the day `behind`, in order of id."""
    rows = tx.rows(
        "SELECT id FROM loan WHERE status IN ('current', 'overdue') AND id > :after"
        " AND (posted_on IS NULL OR posted_on < :behind) ORDER BY id LIMIT :most",
        after=after,
        behind=behind,
        most=most,
    )
    return [row["id"] for row in rows]


@dataclass(frozen=True, slots=True)
class Due:
    """A loan with something to pay by the day asked for; `amount` in minor units."""

    loan_id: str
    person_id: str
    reference: str
    amount: int
    overdue_days: int
    due_on: date
    currency: str


def due(tx: Tx, *, by: date, on: date) -> list[Due]:
    """Living loans of which something falls due on or before `by`: what is due on the day `on`, or else by `by`."""
    ids = [
        row["id"]
        for row in tx.rows(
            "SELECT id FROM loan WHERE status IN ('current', 'overdue') AND next_due_on <= :by ORDER BY id", by=by
        )
    ]
    found = []
    for loan in _store.load_many(tx, ids):
        assert loan.terms is not None
        now = fold.fold(loan.terms, loan.facts, on=on)
        amount = now.due or fold.fold(loan.terms, loan.facts, on=by).due
        if amount and now.next_due_on is not None:
            found.append(
                Due(
                    loan.id,
                    loan.person_id,
                    loan.reference,
                    amount,
                    now.overdue_days,
                    now.next_due_on,
                    loan.principal.currency,
                )
            )
    return found


def payable(tx: Tx, loan_id: str, *, person_id: str) -> LoanState:
    """The state of a loan on which something may be paid today. Refuses LoanMissing, LoanNotLiving."""
    seen = view(tx, loan_id, person_id=person_id)
    if seen.state is None or seen.loan.status not in LIVING:
        raise LoanNotLiving(status=seen.loan.status.value, field="loan")
    return seen.state


def differing(tx: Tx, ids: Sequence[str]) -> str | None:
    """The first loan whose posted figures are not what its terms and facts fold to, or none."""
    for loan in _store.load_many(tx, ids):
        if loan.terms is None or loan.posted_on is None:
            continue
        state = fold.fold(loan.terms, loan.facts, on=loan.posted_on)
        if state.figures != loan.posted or state.status is not loan.status:
            return loan.id
        if sum(line.principal for line in state.lines) != loan.principal.minor:
            return loan.id
    return None
