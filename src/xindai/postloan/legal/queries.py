"""Questions about cases of enforcement."""

from __future__ import annotations

from datetime import date

from xindai.base.db import Row, Tx
from xindai.postloan.contacts import queries as contacted
from xindai.postloan.hardship import queries as helped
from xindai.postloan.legal.model import (
    TRIED_WITHIN,
    Case,
    CaseId,
    CaseMissing,
    Claim,
    Cost,
    CostId,
    CostKind,
    Ending,
    Status,
    Way,
    limitation,
)
from xindai.values.money import Money

ACTS = """
SELECT max(day) AS day FROM (
  SELECT max(settled_on) AS day FROM payment WHERE loan_id = :loan AND kind = 'collection' AND status = 'settled'
  UNION ALL SELECT max(on_day) FROM contact WHERE person_id = :person AND whom = 'debtor'
    AND (outcome = 'connected' OR (channel = 'letter' AND outcome = 'sent'))
  UNION ALL SELECT max(p.made_on) FROM promise p JOIN collection_case c ON c.id = p.case_id WHERE c.person_id = :person
  UNION ALL SELECT max(ended_on) FROM hardship_request WHERE loan_id = :loan AND status = 'agreed'
  UNION ALL SELECT max(filed_on) FROM legal_case WHERE loan_id = :loan
) acts
"""
"""What interrupts the period: a part payment, a demand that arrived, a promise, an agreement, a suit."""


def get(tx: Tx, case_id: str, *, lock: bool = False) -> Case:
    """One case. Refuses CaseMissing."""
    row = tx.row("SELECT * FROM legal_case WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=case_id)
    if row is None:
        raise CaseMissing(field="case")
    return _case(row)


def page(tx: Tx, *, after: str | None, most: int, status: str | None, loan_id: str | None = None) -> list[Case]:
    """Up to `most` cases, newest first, older than `after`; of one loan if one is given."""
    rows = tx.rows(
        "SELECT * FROM legal_case WHERE (CAST(:after AS text) IS NULL OR id < :after)"
        " AND (CAST(:status AS text) IS NULL OR status = :status) AND (CAST(:loan AS text) IS NULL OR loan_id = :loan)"
        " ORDER BY id DESC LIMIT :most",
        after=after,
        status=status,
        loan=loan_id,
        most=most,
    )
    return [_case(row) for row in rows]


def of_person(tx: Tx, person_id: str) -> list[Case]:
    """All of a person, newest first."""
    rows = tx.rows("SELECT * FROM legal_case WHERE person_id = :person ORDER BY id DESC", person=person_id)
    return [_case(row) for row in rows]


def open_case(tx: Tx, loan_id: str) -> Case | None:
    """The case of a loan that is not closed, if there is one."""
    row = tx.row("SELECT * FROM legal_case WHERE loan_id = :loan AND status <> 'closed'", loan=loan_id)
    return _case(row) if row else None


def costs(tx: Tx, case_id: str) -> list[Cost]:
    """What a case has cost, oldest first."""
    rows = tx.rows("SELECT * FROM legal_cost WHERE case_id = :case ORDER BY on_day, id", case=case_id)
    return [
        Cost(
            CostId(row["id"]),
            CostKind(row["kind"]),
            Money(row["amount"]),
            row["on_day"],
            row["note"],
            row["made_by"],
        )
        for row in rows
    ]


def claim(tx: Tx, *, person_id: str, loan_id: str, overdue_days: int, owed: int, last_due_on: date) -> Claim:
    """What is known of a claim today."""
    tried = tx.value(
        "SELECT count(*) FROM contact WHERE person_id = :person AND whom = 'debtor' AND on_day >= :since",
        person=person_id,
        since=tx.on - TRIED_WITHIN,
    )
    return Claim(
        overdue_days=overdue_days,
        owed=owed,
        tried=int(tried),
        disputed=any(one.answered_on is None for one in contacted.disputes(tx, person_id)),
        asked_for_help=helped.is_open(tx, person_id),
        stopped=any(one.lifted_on is None for one in contacted.stops(tx, person_id)),
        limitation_on=limitation(last_due_on, interrupted(tx, person_id=person_id, loan_id=loan_id)),
    )


def interrupted(tx: Tx, *, person_id: str, loan_id: str) -> list[date]:
    """The last day on which something interrupted the period, if anything did."""
    day = tx.value(ACTS, loan=loan_id, person=person_id)
    return [day] if day else []


def old_claims(tx: Tx, *, on: date, months: int) -> list[str]:
    """The unpaid loans whose agreed end lies more than so many months back, and that no case is about."""
    rows = tx.rows(
        "SELECT l.id FROM loan l WHERE l.status IN ('overdue', 'charged_off')"
        " AND l.disbursed_on + make_interval(months => l.months) < CAST(:on AS date) - make_interval(months => :months)"
        " AND NOT EXISTS (SELECT 1 FROM legal_case c WHERE c.loan_id = l.id AND c.status IN ('filed', 'judged', 'enforced'))"
        " ORDER BY l.id",
        on=on,
        months=months,
    )
    return [row["id"] for row in rows]


def balances(tx: Tx) -> dict[str, int]:
    """What the accounts must show by the costs, in minor units."""
    spent = int(tx.value("SELECT coalesce(sum(amount), 0) FROM legal_cost"))
    return {"legal_costs": spent, "legal_payable": -spent}


def _case(row: Row) -> Case:
    return Case(
        id=CaseId(row["id"]),
        person_id=row["person_id"],
        loan_id=row["loan_id"],
        status=Status(row["status"]),
        opened_on=row["opened_on"],
        proposed_by=row["proposed_by"],
        approved_by=row["approved_by"],
        claimed=Money(row["claimed"]) if row["claimed"] is not None else None,
        demanded_on=row["demanded_on"],
        pay_by=row["pay_by"],
        way=Way(row["way"]) if row["way"] else None,
        body=row["body"],
        docket=row["docket"],
        filed_on=row["filed_on"],
        awarded=Money(row["awarded"]) if row["awarded"] is not None else None,
        judged_on=row["judged_on"],
        ending=Ending(row["ending"]) if row["ending"] else None,
        note=row["note"],
        ended_on=row["ended_on"],
    )
