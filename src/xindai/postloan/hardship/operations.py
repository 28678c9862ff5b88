"""Asking for help, planning it by two, agreeing to it."""

from __future__ import annotations

from xindai.base import audit
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.lending.loans import operations as loans
from xindai.lending.loans import queries as lent
from xindai.postloan.hardship import queries
from xindai.postloan.hardship.model import (
    ANSWERED_WITHIN,
    OPEN,
    Cause,
    MoveImpossible,
    Plan,
    Request,
    RequestId,
    RequestOpen,
    Status,
)
from xindai.values import four_eyes
from xindai.values.money import Money


def ask(
    tx: Tx, *, request_id: RequestId, person_id: str, loan_id: str, cause: Cause, can_pay: Money, note: str
) -> Request:
    """A person asks for help with a loan of theirs that lives; the same id again is the same request.

    Refuses: LoanMissing, LoanNotLiving, RequestOpen.
    """
    lent.payable(tx, loan_id, person_id=person_id)
    tx.run("SELECT 1 FROM loan WHERE id = :loan FOR NO KEY UPDATE", loan=loan_id)
    if tx.value("SELECT 1 FROM hardship_request WHERE id = :id", id=request_id):
        return queries.get(tx, request_id)
    if any(one.loan_id == loan_id and one.status in OPEN for one in queries.of_person(tx, person_id)):
        raise RequestOpen(field="loan")
    tx.run(
        "INSERT INTO hardship_request (id, person_id, loan_id, cause, can_pay, note, status, asked_on, answer_by)"
        " VALUES (:id, :person, :loan, :cause, :can_pay, :note, 'asked', :on, :by)",
        id=request_id,
        person=person_id,
        loan=loan_id,
        cause=cause.value,
        can_pay=can_pay.minor,
        note=note,
        on=tx.on,
        by=tx.on + ANSWERED_WITHIN,
    )
    publish(tx, Event("hardship_asked", request_id, {"person": person_id, "loan": loan_id}))
    return queries.get(tx, request_id)


def propose(tx: Tx, *, request_id: str, plan: Plan, by: str) -> Request:
    """A plan that a second person looks at. Refuses: RequestMissing, MoveImpossible, Invalid, and what the loan cannot bear."""
    one = queries.get(tx, request_id, lock=True)
    if one.status is Status.PROPOSED and one.plan == plan and one.proposed_by == by:
        return one
    terms = lent.view(tx, one.loan_id).loan.terms
    assert terms is not None, one.loan_id
    plan.checked(on=tx.on, rate_now=terms.annual_rate)
    lent.preview(tx, one.loan_id, plan.fact("preview", on=tx.on))
    tx.run(
        "UPDATE hardship_request SET installments = :n, first_due_on = :first, annual_rate = :rate, proposed_by = :by"
        " WHERE id = :id",
        n=plan.installments,
        first=plan.first_due_on,
        rate=str(plan.rate.annual) if plan.rate else None,
        by=by,
        id=request_id,
    )
    return _move(tx, one, Status.PROPOSED, by=by)


def approve(tx: Tx, *, request_id: str, by: str) -> Request:
    """A second person agrees to the plan: it is offered to whom it helps. Twice is once. Refuses: RequestMissing, MoveImpossible, SamePerson."""
    one = queries.get(tx, request_id, lock=True)
    if one.status is Status.OFFERED and one.approved_by == by:
        return one
    one.move(Status.OFFERED)
    assert one.proposed_by is not None, one.id
    four_eyes.second_person(proposed_by=one.proposed_by, by=by)
    tx.run("UPDATE hardship_request SET approved_by = :by WHERE id = :id", by=by, id=request_id)
    return _move(tx, one, Status.OFFERED, by=by)


def send_back(tx: Tx, *, request_id: str, by: str) -> Request:
    """A second person wants another plan; where none is proposed, nothing changes. Refuses: RequestMissing, MoveImpossible."""
    one = queries.get(tx, request_id, lock=True)
    return one if one.status is Status.ASKED else _move(tx, one, Status.ASKED, by=by)


def decline(tx: Tx, *, request_id: str, answer: str, by: str) -> Request:
    """There is no help, and why. Twice is once. Refuses: RequestMissing, MoveImpossible."""
    one = queries.get(tx, request_id, lock=True)
    if one.status is Status.DECLINED:
        return one
    tx.run("UPDATE hardship_request SET answer = :answer WHERE id = :id", answer=answer, id=request_id)
    return _move(tx, one, Status.DECLINED, by=by)


def withdraw(tx: Tx, *, request_id: str, person_id: str) -> Request:
    """Its person needs no help any more, or not this. Twice is once. Refuses: RequestMissing, MoveImpossible."""
    one = queries.get(tx, request_id, person_id=person_id, lock=True)
    return one if one.status is Status.WITHDRAWN else _move(tx, one, Status.WITHDRAWN, by=person_id)


def agree(tx: Tx, *, request_id: str, person_id: str) -> Request:
    """Its person agrees: from today the loan goes by the plan. Twice is once.

    Refuses: RequestMissing, MoveImpossible, and what the loan cannot bear any more.
    """
    one = queries.get(tx, request_id, person_id=person_id, lock=True)
    if one.status is Status.AGREED:
        return one
    if one.plan is None:
        raise MoveImpossible(status=one.status.value)
    moved = _move(tx, one, Status.AGREED, by=person_id)
    loans.record(tx, loan_id=one.loan_id, fact=one.plan.fact(one.id, on=tx.on))
    return moved


def _move(tx: Tx, one: Request, to: Status, *, by: str) -> Request:
    event = one.move(to)
    tx.run(
        "UPDATE hardship_request SET status = :to, ended_on = CASE WHEN :ended THEN CAST(:on AS date) END WHERE id = :id",
        to=to.value,
        ended=to not in OPEN,
        on=tx.on,
        id=one.id,
    )
    audit.note(tx, actor=by, action=event, subject=one.loan_id, facts={"request": one.id})
    publish(tx, Event(event, one.id, {"person": one.person_id, "loan": one.loan_id}))
    return queries.get(tx, one.id)
