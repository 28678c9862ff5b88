"""A case's way: proposed by one, agreed to by another, filed, judged, enforced, closed; and what it costs."""

from __future__ import annotations

from typing import Any

from xindai.base import audit
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.lending.ledger import operations as ledger
from xindai.lending.ledger.model import Account, Entry
from xindai.postloan.legal import queries
from xindai.postloan.legal.model import (
    PAYABLE_FOR,
    Case,
    CaseId,
    CaseMoved,
    CaseOpen,
    Claim,
    Cost,
    CostId,
    CostKind,
    Ending,
    NotEnforceable,
    Status,
    Way,
    unmet,
)
from xindai.values import four_eyes
from xindai.values.money import Money
from xindai.values.refusal import Invalid


def propose(tx: Tx, *, case_id: CaseId, person_id: str, loan_id: str, claim: Claim, by: str) -> Case:
    """Somebody thinks that a claim should be enforced; the same id again is the same case. Refuses: NotEnforceable, CaseOpen."""
    tx.run("SELECT 1 FROM loan WHERE id = :loan FOR NO KEY UPDATE", loan=loan_id)
    if tx.value("SELECT 1 FROM legal_case WHERE id = :id", id=case_id):
        return queries.get(tx, case_id)
    if queries.open_case(tx, loan_id) is not None:
        raise CaseOpen(field="loan")
    against = unmet(claim, on=tx.on)
    if against:
        raise NotEnforceable(against)
    tx.run(
        "INSERT INTO legal_case (id, person_id, loan_id, status, opened_on, proposed_by)"
        " VALUES (:id, :person, :loan, 'proposed', :on, :by)",
        id=case_id,
        person=person_id,
        loan=loan_id,
        on=tx.on,
        by=by,
    )
    audit.note(tx, actor=by, action="legal_proposed", subject=loan_id, facts={"case": case_id})
    return queries.get(tx, case_id)


def demand(tx: Tx, *, case_id: str, claim: Claim, by: str) -> Case:
    """A second person agrees: so much is demanded, and given time to pay. Twice is once.

    Refuses: CaseMissing, CaseMoved, SamePerson, NotEnforceable.
    """
    one = queries.get(tx, case_id, lock=True)
    if one.status is Status.DEMANDED and one.approved_by == by:
        return one
    one.moved(Status.DEMANDED)
    four_eyes.second_person(proposed_by=one.proposed_by, by=by)
    against = unmet(claim, on=tx.on)
    if against:
        raise NotEnforceable(against)
    return _move(
        tx,
        one,
        Status.DEMANDED,
        by=by,
        approved_by=by,
        claimed=claim.owed,
        demanded_on=tx.on,
        pay_by=tx.on + PAYABLE_FOR,
    )


def file(tx: Tx, *, case_id: str, way: Way, body: str, docket: str, by: str) -> Case:
    """It lies with a mediator, an arbitrator or a court, not before the time to pay is over. Twice is once.

    Refuses: CaseMissing, CaseMoved, Invalid.
    """
    one = queries.get(tx, case_id, lock=True)
    if one.status is Status.FILED and (one.way, one.body, one.docket) == (way, body, docket):
        return one
    one.moved(Status.FILED)
    assert one.pay_by is not None, one.id
    if tx.on <= one.pay_by:
        raise Invalid("The time that the letter gave is not over.", field="case")
    return _move(tx, one, Status.FILED, by=by, way=way.value, body=body, docket=docket, filed_on=tx.on)


def judge(tx: Tx, *, case_id: str, awarded: Money, by: str) -> Case:
    """What was decided, or agreed before them, that is owed. Twice is once. Refuses: CaseMissing, CaseMoved."""
    one = queries.get(tx, case_id, lock=True)
    if one.status is Status.JUDGED and one.awarded == awarded:
        return one
    return _move(tx, one, Status.JUDGED, by=by, awarded=awarded.minor, judged_on=tx.on)


def enforce(tx: Tx, *, case_id: str, by: str) -> Case:
    """A court was asked to collect what it awarded. Twice is once. Refuses: CaseMissing, CaseMoved."""
    one = queries.get(tx, case_id, lock=True)
    return one if one.status is Status.ENFORCED else _move(tx, one, Status.ENFORCED, by=by)


def close(tx: Tx, *, case_id: str, ending: Ending, note: str, by: str) -> Case:
    """It is over, and how. Twice is once. Refuses: CaseMissing, CaseMoved."""
    one = queries.get(tx, case_id, lock=True)
    if one.status is Status.CLOSED and one.ending is ending:
        return one
    return _move(tx, one, Status.CLOSED, by=by, ending=ending.value, note=note, ended_on=tx.on)


def spend(tx: Tx, *, cost_id: CostId, case_id: str, kind: CostKind, amount: Money, note: str, by: str) -> Cost:
    """Book what a case has cost; the same id again is the same cost. Refuses: CaseMissing, CaseMoved, Invalid."""
    one = queries.get(tx, case_id, lock=True)
    if amount.minor <= 0:
        raise Invalid("A cost is more than nothing.", field="amount")
    known = next((each for each in queries.costs(tx, case_id) if each.id == cost_id), None)
    if known is not None:
        return known
    if one.status in {Status.PROPOSED, Status.CLOSED}:
        raise CaseMoved(status=one.status.value, field="case")
    tx.run(
        "INSERT INTO legal_cost (id, case_id, kind, amount, on_day, note, made_by)"
        " VALUES (:id, :case, :kind, :amount, :on, :note, :by)",
        id=cost_id,
        case=case_id,
        kind=kind.value,
        amount=amount.minor,
        on=tx.on,
        note=note,
        by=by,
    )
    lines = ((Account.LEGAL_COSTS, amount.minor), (Account.LEGAL_PAYABLE, -amount.minor))
    ledger.post(tx, [Entry(f"legal_cost|{cost_id}", "legal_cost", tx.on, amount.currency, lines)])
    audit.note(tx, actor=by, action="legal_cost_booked", subject=case_id, facts={"cost": cost_id})
    return next(each for each in queries.costs(tx, case_id) if each.id == cost_id)


def _move(tx: Tx, one: Case, to: Status, *, by: str, **changes: Any) -> Case:
    event = one.moved(to)
    put = "".join(f", {column} = :{column}" for column in changes)
    tx.run(f"UPDATE legal_case SET status = :to{put} WHERE id = :id", to=to.value, id=one.id, **changes)
    audit.note(tx, actor=by, action=event, subject=one.loan_id, facts={"case": one.id})
    publish(tx, Event(event, one.id, {"person": one.person_id, "loan": one.loan_id}))
    return queries.get(tx, one.id)
