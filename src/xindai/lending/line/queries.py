"""Questions about lines."""

from __future__ import annotations

from xindai.base.db import Row, Tx
from xindai.lending.line.model import Line, LineId, LineMissing, Status
from xindai.values.money import Money

_LINES = (
    "SELECT c.*, coalesce(d.used, 0) AS used, coalesce(d.overdue, false) AS overdue FROM credit_line c"
    " LEFT JOIN LATERAL (SELECT sum(CASE WHEN l.status = 'awaiting_pay_out' THEN l.principal ELSE s.principal END) AS used,"
    " bool_or(s.next_due_on < :today OR l.status = 'charged_off') AS overdue FROM loan l LEFT JOIN loan_standing s ON s.loan_id = l.id"
    " WHERE l.line_id = c.id AND l.status NOT IN ('closed', 'cancelled')) d ON true"
)


def get(tx: Tx, line_id: str, *, person_id: str | None = None) -> Line:
    """One line, of that person if one is given. Refuses LineMissing."""
    row = tx.row(f"{_LINES} WHERE c.id = :id", id=line_id, today=tx.on)
    if row is None or (person_id is not None and row["person_id"] != person_id):
        raise LineMissing(field="line")
    return _line(row)


def locked(tx: Tx, line_id: str) -> Line:
    """One line that nobody else draws on or changes until this transaction ends. Refuses LineMissing."""
    tx.run("SELECT 1 FROM credit_line WHERE id = :id FOR UPDATE", id=line_id)
    return get(tx, line_id)


def of_person(tx: Tx, person_id: str) -> list[Line]:
    """All lines of a person, the newest first."""
    rows = tx.rows(f"{_LINES} WHERE c.person_id = :person ORDER BY c.id DESC", person=person_id, today=tx.on)
    return [_line(row) for row in rows]


def page(tx: Tx, *, after: str | None, most: int) -> list[Line]:
    """Up to `most` lines, newest first, older than `after`."""
    rows = tx.rows(
        f"{_LINES} WHERE (CAST(:after AS text) IS NULL OR c.id < :after) ORDER BY c.id DESC LIMIT :most",
        after=after,
        most=most,
        today=tx.on,
    )
    return [_line(row) for row in rows]


def draws(tx: Tx, line_id: str) -> list[str]:
    """The loans drawn on a line, the newest first."""
    return [row["id"] for row in tx.rows("SELECT id FROM loan WHERE line_id = :line ORDER BY id DESC", line=line_id)]


def _line(row: Row) -> Line:
    return Line(
        id=LineId(row["id"]),
        reference=row["reference"],
        person_id=row["person_id"],
        offer_id=row["offer_id"],
        product=row["product"],
        limit=Money(row["credit_limit"]),
        annual_rate=row["annual_rate"],
        status=Status(row["status"]),
        expires_on=row["expires_on"],
        used=Money(int(row["used"]) + row["unbilled"]),
        unbilled=Money(row["unbilled"]),
        overdue=row["overdue"],
        pays_least=row["pays_least"],
    )
