"""Questions about looks at lines, and how the accounts of their people went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from xindai.base.db import Row, Tx
from xindai.credit.features.account import History
from xindai.lending.line.model import Line
from xindai.postloan.watch.model import LineReview, ReviewId, Verdict

LOOKS_BACK = timedelta(days=750)


def due(tx: Tx, *, on: date, after: str, most: int) -> list[str]:
    """Lines that are looked at in the evening of `on`: those opened on this day of a month, by order of id.

    Those opened on the 29th to 31st are looked at on the 28th; a line has been there for two weeks at least.
    """
    rows = tx.rows(
        "SELECT c.id FROM credit_line c WHERE c.id > :after AND c.status <> 'closed' AND c.opened_on <= :young"
        " AND least(28, extract(day FROM c.opened_on)) = :day"
        " AND NOT EXISTS (SELECT 1 FROM line_review r WHERE r.line_id = c.id AND r.on_day = :on) ORDER BY c.id LIMIT :most",
        after=after,
        young=on - timedelta(days=14),
        day=on.day,
        on=on,
        most=most,
    )
    return [row["id"] for row in rows]


def get(tx: Tx, review_id: str) -> LineReview | None:
    """One look, or none."""
    row = tx.row("SELECT * FROM line_review WHERE id = :id", id=review_id)
    return _review(row) if row else None


def of_line(tx: Tx, line_id: str, *, most: int = 24) -> list[LineReview]:
    """The looks at a line, the latest first."""
    rows = tx.rows(
        "SELECT * FROM line_review WHERE line_id = :line ORDER BY on_day DESC LIMIT :most", line=line_id, most=most
    )
    return [_review(row) for row in rows]


def histories(tx: Tx, lines: Sequence[Line], *, on: date) -> dict[str, History]:
    """How the accounts of each line's person went up to the evening of `on`, by line."""
    people = _array({line.person_id for line in lines})
    loans = _by(
        tx.rows(
            "SELECT person_id, count(*) AS loans, min(disbursed_on) AS since,"
            " count(*) FILTER (WHERE status IN ('current', 'overdue')) AS open,"
            " count(*) FILTER (WHERE status = 'charged_off') AS charged_off FROM loan"
            " WHERE person_id = ANY(CAST(:people AS text[])) AND disbursed_on <= :on GROUP BY person_id",
            people=people,
            on=on,
        ),
        "person_id",
    )
    late = _listed(
        tx.rows(
            "SELECT l.person_id, m.month AS day, max(m.worst_days) AS n FROM loan_late_month m JOIN loan l ON l.id = m.loan_id"
            " WHERE l.person_id = ANY(CAST(:people AS text[])) AND m.month BETWEEN :since AND :on GROUP BY l.person_id, m.month",
            people=people,
            since=on - LOOKS_BACK,
            on=on,
        )
    )
    repaid = _listed(
        tx.rows(
            "SELECT l.person_id, f.on_day AS day, f.amount AS n FROM loan_fact f JOIN loan l ON l.id = f.loan_id"
            " WHERE l.person_id = ANY(CAST(:people AS text[])) AND f.kind IN ('repayment', 'prepayment') AND f.on_day BETWEEN :since AND :on"
            " AND NOT EXISTS (SELECT 1 FROM loan_fact r WHERE r.loan_id = f.loan_id AND r.reverses = f.id)",
            people=people,
            since=on - LOOKS_BACK,
            on=on,
        )
    )
    failed = _listed(
        tx.rows(
            "SELECT l.person_id, p.value_on AS day, 1 AS n FROM payment p JOIN loan l ON l.id = p.loan_id"
            " WHERE l.person_id = ANY(CAST(:people AS text[])) AND p.kind = 'collection' AND p.status = 'failed'"
            " AND p.value_on BETWEEN :since AND :on",
            people=people,
            since=on - LOOKS_BACK,
            on=on,
        )
    )
    used = _listed(
        tx.rows(
            "SELECT line_id AS person_id, disbursed_on AS day, principal AS n FROM loan"
            " WHERE line_id = ANY(CAST(:lines AS text[])) AND paid_out_of = 'cash' AND disbursed_on BETWEEN :since AND :on"
            " UNION ALL SELECT line_id, on_day, amount FROM purchase WHERE line_id = ANY(CAST(:lines AS text[]))"
            " AND on_day BETWEEN :since AND :on",
            lines=_array({line.id for line in lines}),
            since=on - LOOKS_BACK,
            on=on,
        )
    )
    none: dict[str, Any] = {"loans": 0, "since": None, "open": 0, "charged_off": 0}
    return {
        line.id: History(
            on=on,
            **{name: loans.get(line.person_id, none)[name] for name in none},
            limit=line.limit.minor,
            owed=line.used.minor,
            late=late.get(line.person_id, ()),
            repaid=repaid.get(line.person_id, ()),
            failed=tuple(day for day, _ in failed.get(line.person_id, ())),
            used=used.get(line.id, ()),
        )
        for line in lines
    }


def _array(ids: Iterable[str]) -> str:
    return "{" + ",".join(sorted(ids)) + "}"


def _by(rows: Sequence[Row], column: str) -> dict[str, Row]:
    return {row[column]: row for row in rows}


def _listed(rows: Sequence[Row]) -> dict[str, tuple[tuple[date, int], ...]]:
    found: dict[str, list[tuple[date, int]]] = {}
    for row in rows:
        found.setdefault(row["person_id"], []).append((row["day"], int(row["n"])))
    return {person: tuple(sorted(days)) for person, days in found.items()}


def _review(row: Row) -> LineReview:
    return LineReview(
        id=ReviewId(row["id"]),
        line_id=row["line_id"],
        on=row["on_day"],
        score=row["score"],
        pd_ppm=row["pd_ppm"],
        grade=row["grade"],
        model_hash=row["model_hash"],
        features=row["features"],
        reasons=row["reasons"],
        verdict=Verdict(row["verdict"]),
        rule=row["rule"],
        limit_before=row["limit_before"],
        limit_after=row["limit_after"],
    )
