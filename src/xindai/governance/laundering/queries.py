"""What was seen of the money that moved on a day; cases, alerts, ratings; and what a report says."""

from __future__ import annotations

from datetime import date
from typing import Any

from xindai.base.crypto import KeyRing
from xindai.base.db import Row, Tx
from xindai.governance.laundering.model import (
    Alert,
    Case,
    CaseId,
    CaseMissing,
    Kind,
    Proposal,
    Rated,
    Rating,
    Scenario,
    Status,
)

MOVED = "person_id IS NOT NULL AND status = 'settled'"
BACK = "kind = 'collection' AND status = 'settled' AND settled_on > CAST(:on AS date) - :days AND settled_on <= :on"
SEEN: dict[str, str] = {
    "large_transfer": (
        "SELECT person_id, kind || '|' || CAST(:on AS date) AS once, sum(amount)::bigint AS minor, count(*) AS times,"
        " array_agg(id ORDER BY id) AS ids"
        f" FROM payment WHERE settled_on = :on AND {MOVED} GROUP BY person_id, kind HAVING sum(amount) >= :least"
    ),
    "split_payments": (
        "SELECT person_id, CAST(max(settled_on) AS text) AS once, sum(amount)::bigint AS minor, count(*) AS times,"
        f" array_agg(id ORDER BY id) AS ids FROM payment WHERE {BACK} AND person_id IN"
        f" (SELECT person_id FROM payment WHERE settled_on = :on AND {MOVED})"
        " GROUP BY person_id HAVING count(*) >= :count AND sum(amount) >= :least AND max(settled_on) = :on"
    ),
    "beyond_income": (
        "SELECT p.person_id, to_char(CAST(:on AS date), 'YYYY-MM') AS once, p.minor, p.times, p.ids FROM"
        " (SELECT person_id, sum(amount)::bigint AS minor, count(*) AS times, array_agg(id ORDER BY id) AS ids"
        f" FROM payment WHERE {BACK} AND person_id IN (SELECT person_id FROM payment WHERE settled_on = :on AND {MOVED})"
        " GROUP BY person_id HAVING sum(amount) >= :least) p"
        " JOIN LATERAL (SELECT monthly_income FROM application a WHERE a.person_id = p.person_id ORDER BY a.id DESC LIMIT 1) a"
        " ON a.monthly_income > 0 AND p.minor > :count * a.monthly_income"
    ),
    "repaid_at_once": (
        "SELECT l.person_id, l.id AS once, sum(p.amount)::bigint AS minor, count(*) AS times, array_agg(p.id ORDER BY p.id) AS ids"
        " FROM loan l JOIN payment p ON p.loan_id = l.id AND p.kind = 'collection' AND p.status = 'settled'"
        f" WHERE l.id IN (SELECT loan_id FROM payment WHERE settled_on = :on AND {MOVED} AND kind = 'collection')"
        " AND l.disbursed_on >= CAST(:on AS date) - :days AND l.principal >= :least AND l.line_id IS NULL"
        " GROUP BY l.id HAVING sum(p.amount) >= l.principal"
    ),
    "circling": (
        "SELECT l.person_id, to_char(CAST(:on AS date), 'YYYY-MM') AS once, sum(l.principal)::bigint AS minor, count(*) AS times,"
        " array_agg(l.id ORDER BY l.id) AS ids FROM loan l WHERE l.status = 'closed' AND l.principal >= :least"
        " AND l.disbursed_on > CAST(:on AS date) - :days AND l.person_id IN"
        f" (SELECT person_id FROM payment WHERE settled_on = :on AND {MOVED}) GROUP BY l.person_id HAVING count(*) >= :count"
    ),
    "shared_device": (
        "SELECT s.person_id, to_char(CAST(:on AS date), 'YYYY-MM') AS once, NULL::bigint AS minor,"
        " count(DISTINCT o.person_id) AS times, array_agg(DISTINCT o.person_id) AS ids"
        " FROM person_device s JOIN person_device o ON o.device_index = s.device_index JOIN payment p"
        " ON p.person_id = o.person_id AND p.kind = 'pay_out' AND p.status = 'settled'"
        " AND p.settled_on > CAST(:on AS date) - :days AND p.settled_on <= :on"
        " WHERE s.person_id IN (SELECT person_id FROM payment WHERE settled_on = :on AND kind = 'pay_out' AND status = 'settled')"
        " GROUP BY s.person_id, s.device_index HAVING count(DISTINCT o.person_id) >= :count"
    ),
}
"""For each scenario that is seen in movements: whom, what makes it the same alert again, how much, how often, and in which things.

Each begins from the payments of one day, so an evening costs what moved on it."""
FACTORS = """
SELECT DISTINCT factor FROM (
  SELECT 'reported' AS factor FROM aml_case WHERE person_id = :person AND status = 'reported' AND kind = 'suspicious'
  UNION ALL SELECT 'alerted' FROM aml_alert a JOIN aml_case c ON c.id = a.case_id
    WHERE c.person_id = :person AND c.kind = 'suspicious' AND c.status <> 'dismissed' AND a.on_day > CAST(:on AS date) - 365
  UNION ALL SELECT hit ->> 'list' FROM screening s, jsonb_array_elements(s.hits) hit
    WHERE s.person_id = :person AND s.finding <> 'clear'
  UNION ALL SELECT 'business' FROM application WHERE person_id = :person AND business IS NOT NULL
) known
"""
DUE = """
SELECT person_id FROM risk_rating WHERE look_again_on <= :on
UNION SELECT person_id FROM payment p WHERE settled_on = :on AND kind = 'pay_out' AND status = 'settled'
  AND person_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM risk_rating r WHERE r.person_id = p.person_id)
ORDER BY person_id LIMIT :most
"""


def seen(tx: Tx, scenario: Scenario, *, on: date) -> list[tuple[str, Alert]]:
    """(whose, the alert) of everybody of whom a scenario was seen with what moved on a day."""
    rows = tx.rows(SEEN[scenario.id], on=on, **scenario.parameters)
    return [
        (
            row["person_id"],
            Alert(
                f"{scenario.id}|{row['person_id']}|{row['once']}",
                scenario.id,
                on,
                {"amount": row["minor"], "times": row["times"], "ids": list(row["ids"])},
            ),
        )
        for row in rows
    ]


def get(tx: Tx, case_id: str, *, lock: bool = False) -> Case:
    """One case. Refuses CaseMissing."""
    row = tx.row("SELECT * FROM aml_case WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=case_id)
    if row is None:
        raise CaseMissing(field="case")
    return _case(row)


def reasons(tx: Tx, ring: KeyRing, case_id: str) -> str | None:
    """What whoever proposed has written."""
    sealed = tx.value("SELECT reasons FROM aml_case WHERE id = :id", id=case_id)
    return ring.unseal(bytes(sealed), f"aml_case.reasons|{case_id}") if sealed is not None else None


def page(tx: Tx, *, after: str | None, most: int, status: str | None, kind: str | None) -> list[Case]:
    """Up to `most` cases, newest first, older than `after`."""
    rows = tx.rows(
        "SELECT * FROM aml_case WHERE (CAST(:after AS text) IS NULL OR id < :after)"
        " AND (CAST(:status AS text) IS NULL OR status = :status) AND (CAST(:kind AS text) IS NULL OR kind = :kind)"
        " ORDER BY id DESC LIMIT :most",
        after=after,
        status=status,
        kind=kind,
        most=most,
    )
    return [_case(row) for row in rows]


def alerts(tx: Tx, case_id: str) -> list[Alert]:
    """What a case rests on, oldest first."""
    rows = tx.rows("SELECT * FROM aml_alert WHERE case_id = :case ORDER BY on_day, key", case=case_id)
    return [Alert(row["key"], row["scenario"], row["on_day"], row["facts"]) for row in rows]


def late(tx: Tx) -> list[Case]:
    """Cases that should have been reported or dismissed before today."""
    rows = tx.rows(
        "SELECT * FROM aml_case WHERE status IN ('open', 'proposed') AND report_by < :on ORDER BY id", on=tx.on
    )
    return [_case(row) for row in rows]


def movements(tx: Tx, person_id: str, *, most: int) -> list[dict[str, Any]]:
    """The newest payments of a person that came about: which way, how much, when, by which rail."""
    rows = tx.rows(
        "SELECT id, kind, amount, currency, settled_on, rail, loan_id FROM payment WHERE person_id = :person"
        " AND status = 'settled' ORDER BY settled_on DESC, id DESC LIMIT :most",
        person=person_id,
        most=most,
    )
    return [dict(row) for row in rows]


def rating(tx: Tx, person_id: str) -> Rated | None:
    """How a customer is rated; nothing before the first pay-out."""
    row = tx.row("SELECT * FROM risk_rating WHERE person_id = :person", person=person_id)
    if row is None:
        return None
    return Rated(person_id, Rating(row["rating"]), tuple(row["factors"]), row["on_day"], row["look_again_on"])


def ratings_due(tx: Tx, *, on: date, most: int) -> list[str]:
    """Customers whose rating is to be looked at: new ones, and those whose time has come."""
    return [row["person_id"] for row in tx.rows(DUE, on=on, most=most)]


def factors(tx: Tx, person_id: str) -> tuple[str, ...]:
    """What is known that weighs on a customer."""
    return tuple(sorted(row["factor"] for row in tx.rows(FACTORS, person=person_id, on=tx.on)))


def customers(tx: Tx, *, after: str, most: int) -> list[str]:
    """Up to `most` people with a loan that lives or a line that is not closed, in order, after one."""
    rows = tx.rows(
        "SELECT person_id FROM loan WHERE status IN ('awaiting_pay_out', 'current', 'overdue') AND person_id > :after"
        " UNION SELECT person_id FROM credit_line WHERE status <> 'closed' AND person_id > :after"
        " ORDER BY person_id LIMIT :most",
        after=after,
        most=most,
    )
    return [row["person_id"] for row in rows]


def lists_changed(tx: Tx) -> str | None:
    """The version of the watch lists, where customers have not been held against it."""
    row = tx.row("SELECT w.version, a.lists_version FROM watch_state w, aml_state a")
    assert row is not None
    return None if row["version"] == row["lists_version"] else str(row["version"])


def _case(row: Row) -> Case:
    return Case(
        CaseId(row["id"]),
        row["person_id"],
        Kind(row["kind"]),
        Status(row["status"]),
        row["opened_on"],
        row["report_by"],
        Proposal(row["proposal"]) if row["proposal"] else None,
        row["proposed_by"],
        row["decided_by"],
        row["ended_on"],
    )
