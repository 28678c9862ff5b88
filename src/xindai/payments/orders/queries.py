"""Questions about payment orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from xindai.base.db import Row, Tx, array
from xindai.lending.line.queries import OnDay
from xindai.payments.orders.model import (
    Direction,
    Intent,
    Limits,
    Payment,
    PaymentId,
    PaymentMissing,
    Status,
    Via,
    Word,
)
from xindai.values.money import Money

OPEN = "status IN ('held', 'created', 'submitted', 'unknown', 'accepted')"
GOING = "status IN ('created', 'submitted', 'unknown', 'accepted')"


def get(tx: Tx, payment_id: str, *, lock: bool = False) -> Payment:
    """One order. Refuses PaymentMissing."""
    row = tx.row("SELECT * FROM payment WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=payment_id)
    if row is None:
        raise PaymentMissing(field="payment")
    return _payment(row)


def of_loan(tx: Tx, loan_id: str) -> list[Payment]:
    """All orders of a loan, oldest first."""
    return [_payment(row) for row in tx.rows("SELECT * FROM payment WHERE loan_id = :loan ORDER BY id", loan=loan_id)]


def kept(tx: Tx, ids: Iterable[PaymentId], *, lock: bool = False) -> list[Payment]:
    """Those of these orders that there are, by id."""
    wanted = array(ids)
    rows = tx.rows(
        "SELECT * FROM payment WHERE id = ANY(CAST(:ids AS text[])) ORDER BY id"
        + (" FOR NO KEY UPDATE" if lock else ""),
        ids=wanted,
    )
    return [_payment(row) for row in rows]


def of_others(tx: Tx, rail: str, words: Sequence[Word]) -> set[str]:
    """The references of these words that a rail has given to other orders, or gives twice: it mixes something up."""
    named = {word.payment_id: word.reference for word in words if word.reference is not None}
    twice = {reference for reference, count in Counter(named.values()).items() if count > 1}
    rows = tx.rows(
        "SELECT p.bank_reference FROM unnest(CAST(:ids AS text[]), CAST(:references AS text[])) AS w (id, reference)"
        " JOIN payment p ON p.rail = :rail AND p.bank_reference = w.reference AND p.id <> w.id",
        rail=rail,
        ids=array(named),
        references=array(named.values()),
    )
    return twice | {row["bank_reference"] for row in rows}


def new_debits(tx: Tx, *, on: date, up_to: int, after: str, most: int) -> list[Payment]:
    """Up to `most` orders to debit cards for what is due on a day, over no more than `up_to` each, that no rail has seen, by id."""
    rows = tx.rows(
        "SELECT * FROM payment WHERE kind = 'collection' AND status = 'created' AND intent = 'due' AND via = 'card'"
        " AND value_on = :on AND amount <= :up_to AND id > :after ORDER BY id LIMIT :most FOR NO KEY UPDATE",
        on=on,
        up_to=up_to,
        after=after,
        most=most,
    )
    return [_payment(row) for row in rows]


def of_batch(tx: Tx, batch_id: str) -> list[Payment]:
    """The orders of a file, by id."""
    return [_payment(row) for row in tx.rows("SELECT * FROM payment WHERE batch_id = :id ORDER BY id", id=batch_id)]


def has_open_collection(tx: Tx, loan_id: str) -> bool:
    """Whether a collection of the loan has not ended."""
    return bool(
        tx.value(
            f"SELECT 1 FROM payment WHERE loan_id = :loan AND kind = 'collection' AND {OPEN}",
            loan=loan_id,
        )
    )


def has_open_refund(tx: Tx, loan_id: str) -> bool:
    """Whether a refund of the loan has not ended."""
    return bool(tx.value(f"SELECT 1 FROM payment WHERE loan_id = :loan AND intent = 'refund' AND {OPEN}", loan=loan_id))


def paid_by_wallet(tx: Tx, loan_id: str, amount: Money) -> Payment | None:
    """The last collection of a loan that came from a wallet and of which so much has not been given back yet."""
    row = tx.row(
        "SELECT p.* FROM payment p WHERE p.loan_id = :loan AND p.kind = 'collection' AND p.via <> 'card'"
        " AND p.status = 'settled' AND p.amount - (SELECT coalesce(sum(b.amount), 0) FROM payment b"
        " WHERE b.gives_back = p.id AND b.status <> 'failed') >= :amount ORDER BY p.id DESC LIMIT 1",
        loan=loan_id,
        amount=amount.minor,
    )
    return _payment(row) if row else None


def open_orders(tx: Tx, *, most: int = 1000, filed: bool = True) -> list[Payment]:
    """Orders under way that have not ended, oldest first, those in files only if `filed`; those that are held wait for a person."""
    rows = tx.rows(
        f"SELECT * FROM payment WHERE {GOING} AND (:filed OR batch_id IS NULL) ORDER BY id LIMIT :most",
        filed=filed,
        most=most,
    )
    return [_payment(row) for row in rows]


def count_open(tx: Tx, *, on: date, but_by: Iterable[str] = ()) -> int:
    """How many orders for a day are under way and have not ended, but for those that go by some rails."""
    return int(
        tx.value(
            f"SELECT count(*) FROM payment WHERE {GOING} AND value_on = :on"
            " AND coalesce(rail, '') <> ALL(CAST(:rails AS text[]))",
            on=on,
            rails=array(but_by),
        )
    )


def held_for(tx: Tx, reason: str) -> list[Payment]:
    """Orders that are held for this reason, oldest first."""
    rows = tx.rows("SELECT * FROM payment WHERE status = 'held' AND reason = :reason ORDER BY id", reason=reason)
    return [_payment(row) for row in rows]


def limits(tx: Tx) -> dict[Direction, Limits]:
    """What may move without a second look, by kind."""
    return {
        Direction(row["kind"]): Limits(row["per_order"], row["per_person"], row["per_day"])
        for row in tx.rows("SELECT * FROM payment_limits ORDER BY kind")
    }


def over_limit(tx: Tx, payment: Payment) -> str | None:
    """Which limit a new order would pass, if any. Orders of one person, and of one day, take turns here."""
    of_person = 0
    if payment.person_id is not None:
        tx.run("SELECT 1 FROM person WHERE id = :person FOR NO KEY UPDATE", person=payment.person_id)
        of_person = tx.value(
            "SELECT coalesce(sum(amount), 0) FROM payment WHERE person_id = :person AND value_on = :on AND kind = :kind"
            " AND status <> 'failed' AND id <> :id",
            person=payment.person_id,
            on=payment.value_on,
            kind=payment.direction.value,
            id=payment.id,
        )
    if tx.value("SELECT 1 FROM payment WHERE id = :id", id=payment.id):
        return None
    with_it = tx.value(
        "INSERT INTO payment_day AS d (kind, on_day, amount) VALUES (:kind, :on, :amount)"
        " ON CONFLICT (kind, on_day) DO UPDATE SET amount = d.amount + excluded.amount RETURNING amount",
        kind=payment.direction.value,
        on=payment.value_on,
        amount=payment.amount.minor,
    )
    before = int(with_it) - payment.amount.minor
    return limits(tx)[payment.direction].over(payment.amount.minor, of_person=int(of_person), of_day=before)


def page(
    tx: Tx,
    *,
    after: str | None,
    most: int,
    status: str | None = None,
    loan_id: str | None = None,
    rail: str | None = None,
) -> list[Payment]:
    """Up to `most` orders, newest first, older than `after`."""
    rows = tx.rows(
        "SELECT * FROM payment WHERE (CAST(:after AS text) IS NULL OR id < :after)"
        " AND (CAST(:status AS text) IS NULL OR status = :status) AND (CAST(:loan AS text) IS NULL OR loan_id = :loan)"
        " AND (CAST(:rail AS text) IS NULL OR rail = :rail) ORDER BY id DESC LIMIT :most",
        after=after,
        status=status,
        loan=loan_id,
        rail=rail,
        most=most,
    )
    return [_payment(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Moved:
    """One move of an order."""

    before: Status
    after: Status
    event: str
    on: date
    at: datetime


def moves(tx: Tx, payment_id: str) -> list[Moved]:
    """The journal of an order, oldest first."""
    rows = tx.rows("SELECT * FROM payment_move WHERE payment_id = :id ORDER BY number", id=payment_id)
    return [Moved(Status(row["before"]), Status(row["after"]), row["event"], row["on_day"], row["at"]) for row in rows]


def paid_by(tx: Tx, rail: str) -> list[Payment]:
    """Every order by which a rail has paid something out, what came back included."""
    return [
        _payment(row)
        for row in tx.rows(
            "SELECT * FROM payment WHERE kind IN ('pay_out', 'settlement') AND status IN ('settled', 'returned')"
            " AND rail = :rail ORDER BY id",
            rail=rail,
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
        receipt_id=row["receipt_id"],
        person_id=row["person_id"],
        rail=row["rail"],
        settled_on=row["settled_on"],
        proposed_by=row["proposed_by"],
        released_by=row["released_by"],
        via=Via(row["via"]),
        link=row["link"],
        gives_back=PaymentId(row["gives_back"]) if row["gives_back"] else None,
        asked=Money(row["asked"], row["currency"]) if row["asked"] else None,
        batch_id=row["batch_id"],
        made_at=row["at"],
    )


def failed_collections(tx: Tx, people: Sequence[str], *, since: date, on: date) -> list[OnDay]:
    """Debits of people's loans that failed, one each, by their day."""
    rows = tx.rows(
        "SELECT l.person_id, p.value_on FROM payment p JOIN loan l ON l.id = p.loan_id"
        " WHERE l.person_id = ANY(CAST(:people AS text[])) AND p.kind = 'collection' AND p.status = 'failed'"
        " AND p.value_on BETWEEN :since AND :on ORDER BY l.person_id, p.value_on",
        people=array(people),
        since=since,
        on=on,
    )
    return [OnDay(row["person_id"], row["value_on"], 1) for row in rows]
