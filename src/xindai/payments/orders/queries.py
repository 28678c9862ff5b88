"""Questions about payment orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from xindai.base.db import Row, Tx
from xindai.lending.line.queries import OnDay
from xindai.payments.orders.model import Direction, Intent, Payment, PaymentId, PaymentMissing, Status
from xindai.values.money import Money


def get(tx: Tx, payment_id: str, *, lock: bool = False) -> Payment:
    """One order. Refuses PaymentMissing."""
    row = tx.row("SELECT * FROM payment WHERE id = :id" + (" FOR UPDATE" if lock else ""), id=payment_id)
    if row is None:
        raise PaymentMissing(field="payment")
    return _payment(row)


def of_loan(tx: Tx, loan_id: str) -> list[Payment]:
    """All orders of a loan, oldest first."""
    return [_payment(row) for row in tx.rows("SELECT * FROM payment WHERE loan_id = :loan ORDER BY id", loan=loan_id)]


def kept(tx: Tx, ids: Iterable[PaymentId]) -> list[Payment]:
    """Those of these orders that there are, by id."""
    wanted = "{" + ",".join(ids) + "}"
    rows = tx.rows("SELECT * FROM payment WHERE id = ANY(CAST(:ids AS text[])) ORDER BY id", ids=wanted)
    return [_payment(row) for row in rows]


def has_open_collection(tx: Tx, loan_id: str) -> bool:
    """Whether a collection of the loan has not ended."""
    return bool(
        tx.value(
            "SELECT 1 FROM payment WHERE loan_id = :loan AND kind = 'collection' AND status NOT IN ('settled', 'failed')",
            loan=loan_id,
        )
    )


def open_orders(tx: Tx, *, most: int = 1000) -> list[Payment]:
    """Orders that have not ended, oldest first."""
    return [
        _payment(row)
        for row in tx.rows(
            "SELECT * FROM payment WHERE status NOT IN ('settled', 'failed') ORDER BY id LIMIT :most", most=most
        )
    ]


def settled(tx: Tx, *directions: Direction) -> list[Payment]:
    """Every settled order of these directions."""
    return [
        _payment(row)
        for row in tx.rows(
            "SELECT * FROM payment WHERE kind = ANY(CAST(:kinds AS text[])) AND status = 'settled' ORDER BY id",
            kinds="{" + ",".join(directions) + "}",
        )
    ]


def _payment(row: Row) -> Payment:
    return Payment(
        id=PaymentId(row["id"]),
        direction=Direction(row["kind"]),
        loan_id=row["loan_id"],
        settlement_id=row["settlement_id"],
        amount=Money(row["amount"], row["currency"]),
        intent=Intent(row["intent"]),
        status=Status(row["status"]),
        value_on=row["value_on"],
        bank_reference=row["bank_reference"],
        reason=row["reason"],
    )


def failed_collections(tx: Tx, people: Sequence[str], *, since: date, on: date) -> list[OnDay]:
    """Debits of people's loans that failed, one each, by their day."""
    rows = tx.rows(
        "SELECT l.person_id, p.value_on FROM payment p JOIN loan l ON l.id = p.loan_id"
        " WHERE l.person_id = ANY(CAST(:people AS text[])) AND p.kind = 'collection' AND p.status = 'failed'"
        " AND p.value_on BETWEEN :since AND :on ORDER BY l.person_id, p.value_on",
        people="{" + ",".join(people) + "}",
        since=since,
        on=on,
    )
    return [OnDay(row["person_id"], row["value_on"], 1) for row in rows]
