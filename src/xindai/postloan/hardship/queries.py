"""Questions about requests for help."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from xindai.base.db import Row, Tx
from xindai.lending.life.model import LoanState
from xindai.postloan.hardship.model import TRIED, Cause, Plan, Request, RequestId, RequestMissing, Status
from xindai.values import law
from xindai.values.money import Money
from xindai.values.rate import rate


def get(tx: Tx, request_id: str, *, person_id: str | None = None, lock: bool = False) -> Request:
    """One request, of that person if one is given. Refuses RequestMissing."""
    row = tx.row(
        "SELECT * FROM hardship_request WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=request_id
    )
    if row is None or (person_id is not None and row["person_id"] != person_id):
        raise RequestMissing(field="request")
    return _request(row)


def of_person(tx: Tx, person_id: str) -> list[Request]:
    """All of a person, newest first."""
    rows = tx.rows("SELECT * FROM hardship_request WHERE person_id = :person ORDER BY id DESC", person=person_id)
    return [_request(row) for row in rows]


def agreed_on(tx: Tx, *, on: date) -> list[str]:
    """The loans that go by a new plan from a day on."""
    rows = tx.rows(
        "SELECT DISTINCT loan_id FROM hardship_request WHERE status = 'agreed' AND ended_on = :on ORDER BY loan_id",
        on=on,
    )
    return [row["loan_id"] for row in rows]


def is_open(tx: Tx, person_id: str) -> bool:
    """Whether somebody's request waits for us or for them."""
    return bool(
        tx.value(
            "SELECT 1 FROM hardship_request WHERE person_id = :person AND status IN ('asked', 'proposed', 'offered') LIMIT 1",
            person=person_id,
        )
    )


def page(tx: Tx, *, after: str | None, most: int, status: str | None = None) -> list[Request]:
    """Up to `most` requests, newest first, older than `after`."""
    rows = tx.rows(
        "SELECT * FROM hardship_request WHERE (CAST(:after AS text) IS NULL OR id < :after)"
        " AND (CAST(:status AS text) IS NULL OR status = :status) ORDER BY id DESC LIMIT :most",
        after=after,
        status=status,
        most=most,
    )
    return [_request(row) for row in rows]


def shortest(can_pay: Money, first_due_on: date, preview: Callable[[Plan], LoanState]) -> Plan | None:
    """The shortest plan of which no instalment is more than somebody can pay; none where as long as the law allows is not enough."""
    longest = law.on("longest_agreed_plan", first_due_on)
    for months in (one for one in TRIED if one <= longest):
        plan = Plan(months, first_due_on)
        if max((line.outstanding for line in preview(plan).lines), default=0) <= can_pay.minor:
            return plan
    return None


def _request(row: Row) -> Request:
    plan = None
    if row["installments"] is not None:
        plan = Plan(row["installments"], row["first_due_on"], rate(row["annual_rate"]) if row["annual_rate"] else None)
    return Request(
        RequestId(row["id"]),
        row["person_id"],
        row["loan_id"],
        Cause(row["cause"]),
        Money(row["can_pay"]),
        row["note"],
        Status(row["status"]),
        row["asked_on"],
        row["answer_by"],
        plan,
        row["proposed_by"],
        row["approved_by"],
        row["answer"],
        row["ended_on"],
    )
