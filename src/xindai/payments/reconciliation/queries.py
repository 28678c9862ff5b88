"""Questions about statements, lines and discrepancies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xindai.base.db import Row, Tx
from xindai.lending.ledger.model import Account
from xindai.payments.reconciliation.model import (
    Discrepancy,
    DiscrepancyId,
    DiscrepancyKind,
    DiscrepancyMissing,
    Line,
    LineKind,
    Status,
)
from xindai.values.money import Money


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement that was taken, amounts in minor units: how many lines, how many of them agree."""

    rail: str
    on: date
    opening: int
    closing: int
    lines: int
    matched: int
    currency: str

    @property
    def says_nothing(self) -> bool:
        """Whether it is of a day before the first on which anything moved: what the account held is not known yet."""
        return self.lines == self.opening == self.closing == 0


def get(tx: Tx, discrepancy_id: str, *, lock: bool = False) -> Discrepancy:
    """One discrepancy. Refuses DiscrepancyMissing."""
    row = tx.row("SELECT * FROM discrepancy WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=discrepancy_id)
    if row is None:
        raise DiscrepancyMissing(field="discrepancy")
    return _discrepancy(row)


def page(
    tx: Tx, *, after: str | None, most: int, status: str | None = None, rail: str | None = None
) -> list[Discrepancy]:
    """Up to `most` discrepancies, newest first, older than `after`."""
    rows = tx.rows(
        "SELECT * FROM discrepancy WHERE (CAST(:after AS text) IS NULL OR id < :after)"
        " AND (CAST(:status AS text) IS NULL OR status = :status) AND (CAST(:rail AS text) IS NULL OR rail = :rail)"
        " ORDER BY id DESC LIMIT :most",
        after=after,
        status=status,
        rail=rail,
        most=most,
    )
    return [_discrepancy(row) for row in rows]


def statements(tx: Tx, *, rail: str | None, before: date | None, most: int) -> list[Kept]:
    """Up to `most` statements, newest first, of days before `before`."""
    rows = tx.rows(
        "SELECT * FROM rail_statement WHERE (CAST(:rail AS text) IS NULL OR rail = :rail)"
        " AND (CAST(:before AS date) IS NULL OR on_day < :before) ORDER BY on_day DESC, rail LIMIT :most",
        rail=rail,
        before=before,
        most=most,
    )
    return [_kept(row) for row in rows]


def last_statement(tx: Tx, rail: str, *, before: date) -> Kept | None:
    """The newest statement of a rail of a day before `before`."""
    found = statements(tx, rail=rail, before=before, most=1)
    return found[0] if found else None


def first_day(tx: Tx, rail: str, *, else_on: date) -> date:
    """The first day of which a statement of a rail is wanted: after the last one taken, or of its first order, or `else_on`."""
    found: date = tx.value(
        "SELECT coalesce((SELECT max(on_day) + 1 FROM rail_statement WHERE rail = :rail),"
        " (SELECT min(value_on) FROM payment WHERE rail = :rail), CAST(:on AS date))",
        rail=rail,
        on=else_on,
    )
    return found


def in_another_state(tx: Tx, rail: str, *, on: date) -> list[Line]:
    """Lines of orders that the rail carried out, or that went back, and that do not stand so here; by their reference."""
    rows = tx.rows(
        "SELECT l.* FROM rail_line l JOIN payment p ON p.id = l.payment_id AND p.rail = l.rail"
        " WHERE l.rail = :rail AND l.on_day <= :on AND NOT l.matched AND ((l.kind = 'order' AND p.status NOT IN"
        " ('settled', 'returned', 'reversed')) OR (l.kind = 'back' AND p.status NOT IN ('returned', 'reversed')))"
        " ORDER BY l.kind DESC, l.reference",
        rail=rail,
        on=on,
    )
    return [
        Line(row["reference"], LineKind(row["kind"]), row["on_day"], Money(row["amount"]), row["payment_id"])
        for row in rows
    ]


def ageing(tx: Tx, *, on: date) -> list[tuple[str, str, int, int]]:
    """(rail, how old, how many, how much in minor units) of what does not agree: within a day, a week, a month, older."""
    rows = tx.rows(
        "SELECT rail, CASE WHEN age <= 1 THEN '0-1' WHEN age <= 7 THEN '2-7' WHEN age <= 30 THEN '8-30' ELSE '31+' END AS old,"
        " count(*) AS n, sum(abs(coalesce(theirs, 0) - coalesce(ours, 0))) AS minor, min(age) AS first FROM"
        " (SELECT rail, CAST(:on AS date) - on_day AS age, ours, theirs FROM discrepancy WHERE status <> 'closed') d"
        " GROUP BY 1, 2 ORDER BY 1, 5",
        on=on,
    )
    return [(row["rail"], row["old"], int(row["n"]), int(row["minor"])) for row in rows]


def paid_lines(tx: Tx, rail: str) -> dict[str, dict[str, int]]:
    """What statements say was paid out by orders: (amounts in minor units, below zero, by the rail's reference) by order."""
    found: dict[str, dict[str, int]] = {}
    for row in tx.rows(
        "SELECT payment_id, reference, amount FROM rail_line WHERE rail = :rail AND kind = 'order' AND amount < 0"
        " AND payment_id IS NOT NULL",
        rail=rail,
    ):
        found.setdefault(row["payment_id"], {})[row["reference"]] = row["amount"]
    return found


def settled_by_people(tx: Tx, rail: str) -> set[str]:
    """Orders about which two members of staff have agreed with what does not agree."""
    rows = tx.rows(
        "SELECT payment_id FROM discrepancy WHERE rail = :rail AND decided_by IS NOT NULL AND payment_id IS NOT NULL",
        rail=rail,
    )
    return {row["payment_id"] for row in rows}


def booked(tx: Tx) -> dict[str, int]:
    """What closed discrepancies and agreed fees have booked, by account, as the ledger shows it."""
    rows = tx.rows(
        "SELECT books_to, sum(minor) AS minor FROM (SELECT books_to, theirs AS minor FROM discrepancy"
        " WHERE status = 'closed' AND books_to IS NOT NULL UNION ALL"
        " SELECT 'rail_charges', amount FROM rail_line WHERE kind = 'fee' AND matched) b GROUP BY books_to"
    )
    by_account = {row["books_to"]: -int(row["minor"]) for row in rows}
    return {"cash": -sum(by_account.values()), **by_account}


def _kept(row: Row) -> Kept:
    return Kept(
        row["rail"], row["on_day"], row["opening"], row["closing"], row["lines"], row["matched"], row["currency"]
    )


def _discrepancy(row: Row) -> Discrepancy:
    return Discrepancy(
        id=DiscrepancyId(row["id"]),
        rail=row["rail"],
        on=row["on_day"],
        kind=DiscrepancyKind(row["kind"]),
        payment_id=row["payment_id"],
        reference=row["reference"],
        ours=row["ours"],
        theirs=row["theirs"],
        status=Status(row["status"]),
        proposal=row["proposal"],
        note=row["note"],
        books_to=Account(row["books_to"]) if row["books_to"] else None,
        proposed_by=row["proposed_by"],
        decided_by=row["decided_by"],
        closed_on=row["closed_on"],
    )
