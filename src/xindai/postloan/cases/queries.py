"""Questions about cases and promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xindai.base.db import Row, Tx
from xindai.postloan.cases.model import Case, CaseId, CaseMissing, Promise, PromiseId, PromiseStatus, Status
from xindai.values.money import Money


def get(tx: Tx, case_id: str, *, lock: bool = False) -> Case:
    """One case. Refuses CaseMissing."""
    row = tx.row("SELECT * FROM collection_case WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=case_id)
    if row is None:
        raise CaseMissing(field="case")
    return _case(row)


def of_person(tx: Tx, person_id: str) -> Case | None:
    """The open case of a person, if there is one."""
    row = tx.row("SELECT * FROM collection_case WHERE person_id = :person AND status <> 'closed'", person=person_id)
    return _case(row) if row else None


def open_cases(tx: Tx) -> dict[str, Case]:
    """All cases that are not closed, by person."""
    rows = tx.rows("SELECT * FROM collection_case WHERE status <> 'closed'")
    return {row["person_id"]: _case(row) for row in rows}


def work_list(tx: Tx, *, on: date, assigned_to: str | None, after: int, most: int) -> list[Case]:
    """Whom to call on a day: broken promises first, then who is late longest and for most; those who have promised wait."""
    rows = tx.rows(
        "SELECT * FROM collection_case WHERE status = 'open' AND call_on <= :on"
        " AND (CAST(:to AS text) IS NULL OR assigned_to IS NULL OR assigned_to = :to)"
        " ORDER BY broken > 0 DESC, overdue_days DESC, owed DESC, id LIMIT :most OFFSET :after",
        on=on,
        to=assigned_to,
        most=most,
        after=after,
    )
    return [_case(row) for row in rows]


def page(tx: Tx, *, after: str | None, most: int, status: str | None = None) -> list[Case]:
    """Up to `most` cases, newest first, older than `after`."""
    rows = tx.rows(
        "SELECT * FROM collection_case WHERE (CAST(:after AS text) IS NULL OR id < :after)"
        " AND (CAST(:status AS text) IS NULL OR status = :status) ORDER BY id DESC LIMIT :most",
        after=after,
        status=status,
        most=most,
    )
    return [_case(row) for row in rows]


def promises(tx: Tx, case_id: str) -> list[Promise]:
    """The promises of a case, newest first."""
    rows = tx.rows("SELECT * FROM promise WHERE case_id = :case ORDER BY id DESC", case=case_id)
    return [_promise(row) for row in rows]


def due_promises(tx: Tx, *, on: date) -> list[tuple[Promise, str]]:
    """(promise, person) of the open promises whose day was before `on`."""
    rows = tx.rows(
        "SELECT p.*, c.person_id FROM promise p JOIN collection_case c ON c.id = p.case_id"
        " WHERE p.status = 'open' AND p.by_day < :on ORDER BY p.id",
        on=on,
    )
    return [(_promise(row), row["person_id"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Cured:
    """What a plan did with cases that reached a stage: how many, and how many of them closed within thirty days."""

    plan: str
    worst_stage_from: int
    cases: int
    cured: int


def cure_rates(tx: Tx, *, since: date, on: date) -> list[Cured]:
    """Of the cases opened since a day, by plan and by how late they became; a case counts once thirty days have gone."""
    rows = tx.rows(
        "SELECT plan, ((worst_days - 1) / 30) * 30 + 1 AS since_days, count(*) AS cases,"
        " count(*) FILTER (WHERE closed_on IS NOT NULL AND closed_on <= opened_on + 30) AS cured FROM collection_case"
        " WHERE opened_on BETWEEN :since AND CAST(:on AS date) - 30 GROUP BY 1, 2 ORDER BY 1, 2",
        since=since,
        on=on,
    )
    return [Cured(row["plan"], row["since_days"], row["cases"], row["cured"]) for row in rows]


def _case(row: Row) -> Case:
    return Case(
        id=CaseId(row["id"]),
        person_id=row["person_id"],
        plan=row["plan"],
        status=Status(row["status"]),
        overdue_days=row["overdue_days"],
        owed=row["owed"],
        worst_days=row["worst_days"],
        assigned_to=row["assigned_to"],
        call_on=row["call_on"],
        opened_on=row["opened_on"],
        closed_on=row["closed_on"],
        broken=row["broken"],
        score=row["score"],
        grade=row["grade"],
    )


def _promise(row: Row) -> Promise:
    return Promise(
        PromiseId(row["id"]),
        row["case_id"],
        Money(row["amount"]),
        row["by_day"],
        PromiseStatus(row["status"]),
        row["made_on"],
        row["made_by"],
        Money(row["received"]),
    )
