"""Questions about lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from xindai.base.db import Row, Tx, array
from xindai.lending.line.model import Line, LineId, LineMissing, Status
from xindai.values.money import Money

_LINES = (
    "SELECT c.*, coalesce(d.used, 0) AS used, coalesce(d.overdue, false) AS overdue FROM credit_line c"
    " LEFT JOIN LATERAL (SELECT sum(CASE WHEN l.status = 'awaiting_pay_out' THEN l.principal ELSE s.principal END) AS used,"
    " bool_or(s.next_due_on < :today OR l.status IN ('charged_off', 'sold')) AS overdue FROM loan l LEFT JOIN loan_standing s ON s.loan_id = l.id"
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
    tx.run("SELECT 1 FROM credit_line WHERE id = :id FOR NO KEY UPDATE", id=line_id)
    return get(tx, line_id)


def of_person(tx: Tx, person_id: str) -> list[Line]:
    """All lines of a person, the newest first."""
    rows = tx.rows(f"{_LINES} WHERE c.person_id = :person ORDER BY c.id DESC", person=person_id, today=tx.on)
    return [_line(row) for row in rows]


def holding(tx: Tx, people: Sequence[str]) -> set[str]:
    """Those of these people who hold a line, be it frozen."""
    rows = tx.rows(
        "SELECT DISTINCT person_id FROM credit_line WHERE person_id = ANY(CAST(:people AS text[])) AND status <> 'closed'",
        people=array(people),
    )
    return {row["person_id"] for row in rows}


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


def opened_on_day(tx: Tx, *, day: int, by: date, after: str, most: int) -> list[str]:
    """Lines that are not closed and were opened on this day of a month, up to the day `by`, in order of id.

    Those opened on the 29th to 31st count as opened on the 28th, a day that every month has.
    """
    rows = tx.rows(
        "SELECT id FROM credit_line WHERE id > :after AND status <> 'closed' AND opened_on <= :by"
        " AND least(28, extract(day FROM opened_on)) = :day ORDER BY id LIMIT :most",
        after=after,
        by=by,
        day=day,
        most=most,
    )
    return [row["id"] for row in rows]


def was_changed_for(tx: Tx, line_id: str, *, reason: str) -> bool:
    """Whether the line was changed for this very reason."""
    return bool(
        tx.value("SELECT 1 FROM credit_line_change WHERE line_id = :id AND reason = :reason", id=line_id, reason=reason)
    )


def last_moved_by(tx: Tx, line_id: str) -> str | None:
    """Who froze or unfroze the line last; none if nobody ever did."""
    found: str | None = tx.value(
        "SELECT actor FROM credit_line_change WHERE line_id = :id AND what = 'status' ORDER BY number DESC LIMIT 1",
        id=line_id,
    )
    return found


class Borrowed(NamedTuple):
    """How many loans somebody has had, since when, and how they stand."""

    loans: int
    since: date
    open: int
    charged_off: int


class OnDay(NamedTuple):
    """Something of somebody, or of a line, on a day: an amount in minor units, or a count of days."""

    of: str
    day: date
    n: int


def borrowed(tx: Tx, people: Sequence[str], *, on: date) -> dict[str, Borrowed]:
    """What people have borrowed by the day `on`, by person; who never did is left out."""
    rows = tx.rows(
        "SELECT person_id, count(*) AS loans, min(disbursed_on) AS since,"
        " count(*) FILTER (WHERE status IN ('current', 'overdue')) AS open,"
        " count(*) FILTER (WHERE status IN ('charged_off', 'sold')) AS charged_off FROM loan"
        " WHERE person_id = ANY(CAST(:people AS text[])) AND disbursed_on <= :on GROUP BY person_id",
        people=array(people),
        on=on,
    )
    return {row["person_id"]: Borrowed(row["loans"], row["since"], row["open"], row["charged_off"]) for row in rows}


def lent(tx: Tx, people: Sequence[str]) -> dict[str, tuple[int, int]]:
    """(what living loans of a person were lent for, what of it is not repaid), in minor units."""
    rows = tx.rows(
        "SELECT l.person_id, sum(l.principal) AS lent, sum(s.principal) AS owed FROM loan l JOIN loan_standing s ON s.loan_id = l.id"
        " WHERE l.person_id = ANY(CAST(:people AS text[])) AND l.status IN ('current', 'overdue') GROUP BY l.person_id",
        people=array(people),
    )
    return {row["person_id"]: (int(row["lent"]), int(row["owed"])) for row in rows}


def late_months(tx: Tx, people: Sequence[str], *, since: date, on: date) -> list[OnDay]:
    """The most days overdue of any loan of a person in each month, by its first day."""
    return _on_days(
        tx,
        "SELECT l.person_id AS of, m.month AS day, max(m.worst_days) AS n FROM loan_late_month m"
        " JOIN loan l ON l.id = m.loan_id WHERE l.person_id = ANY(CAST(:whose AS text[]))"
        " AND m.month BETWEEN :since AND :on GROUP BY l.person_id, m.month",
        people,
        since,
        on,
    )


def repayments(tx: Tx, people: Sequence[str], *, since: date, on: date) -> list[OnDay]:
    """What people repaid, day by day; what was reversed is left out."""
    return _on_days(
        tx,
        "SELECT l.person_id AS of, f.on_day AS day, f.amount AS n FROM loan_fact f JOIN loan l ON l.id = f.loan_id"
        " WHERE l.person_id = ANY(CAST(:whose AS text[])) AND f.kind IN ('repayment', 'prepayment')"
        " AND f.on_day BETWEEN :since AND :on"
        " AND NOT EXISTS (SELECT 1 FROM loan_fact r WHERE r.loan_id = f.loan_id AND r.reverses = f.id)",
        people,
        since,
        on,
    )


def drawn(tx: Tx, line_ids: Sequence[str], *, since: date, on: date) -> list[OnDay]:
    """What was drawn in cash on lines, day by day."""
    return _on_days(
        tx,
        "SELECT line_id AS of, disbursed_on AS day, principal AS n FROM loan WHERE line_id = ANY(CAST(:whose AS text[]))"
        " AND paid_out_of = 'cash' AND disbursed_on BETWEEN :since AND :on",
        line_ids,
        since,
        on,
    )


def _on_days(tx: Tx, sql: str, whose: Sequence[str], since: date, on: date) -> list[OnDay]:
    rows = tx.rows(f"{sql} ORDER BY 1, 2", whose=array(whose), since=since, on=on)
    return [OnDay(row["of"], row["day"], int(row["n"])) for row in rows]


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
