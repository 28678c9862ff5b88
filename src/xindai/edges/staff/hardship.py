"""The desk for those who cannot pay as agreed: what they ask, what would be the shortest plan for them, proposing and approving."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body, MoneyBody
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys.parts import parts
from xindai.lending.loans import queries as lent
from xindai.postloan.hardship import operations as hardship
from xindai.postloan.hardship import queries as helped
from xindai.postloan.hardship.model import MOST_EVER, Plan, Request
from xindai.values.rate import rate

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["collections"], route_class=RepeatableRoute)
A_MONTH = timedelta(days=30)


class PlanBody(Body):
    """A plan: monthly instalments from a day on; with a yearly rate, at that rate, which is no higher than before."""

    installments: int = Field(ge=1, le=MOST_EVER)
    first_due_on: date
    annual_rate: str | None = Field(None, max_length=12)

    @classmethod
    def of(cls, plan: Plan) -> PlanBody:
        """As it stands."""
        found = f"{plan.rate.annual:f}" if plan.rate else None
        return cls(installments=plan.installments, first_due_on=plan.first_due_on, annual_rate=found)


class RequestOut(BaseModel):
    """A request for help as staff see it."""

    id: str
    person_id: str
    loan_id: str
    cause: str
    can_pay: MoneyBody
    note: str
    status: str
    asked_on: date
    answer_by: date
    plan: PlanBody | None
    proposed_by: str | None
    approved_by: str | None
    answer: str | None
    ended_on: date | None

    @classmethod
    def of(cls, one: Request) -> RequestOut:
        """As it stands."""
        return cls(
            id=one.id,
            person_id=one.person_id,
            loan_id=one.loan_id,
            cause=one.cause.value,
            can_pay=MoneyBody.of(one.can_pay.minor),
            note=one.note,
            status=one.status.value,
            asked_on=one.asked_on,
            answer_by=one.answer_by,
            plan=PlanBody.of(one.plan) if one.plan else None,
            proposed_by=one.proposed_by,
            approved_by=one.approved_by,
            answer=one.answer,
            ended_on=one.ended_on,
        )


class RequestPageOut(BaseModel):
    """A request, and the shortest plan of which no instalment is more than the person can pay."""

    request: RequestOut
    shortest: PlanBody | None


class DeclineIn(Body):
    """Why there is no help, in words for the person."""

    answer: str = Field(min_length=4, max_length=1000)


@router.get("/hardship-requests")
def list_requests(
    authorization: door.Authorization = None,
    after: door.After = None,
    most: door.Most = 50,
    status: Annotated[
        Literal["asked", "proposed", "offered", "agreed", "declined", "withdrawn"] | None, Query()
    ] = None,
) -> door.Page[RequestOut]:
    """Requests for help, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = helped.page(tx, after=after, most=most + 1, status=status)
    return door.page([RequestOut.of(one) for one in found], [one.id for one in found], most)


@router.get("/hardship-requests/{request_id}")
def show_request(request_id: str, authorization: door.Authorization = None) -> RequestPageOut:
    """One request, with the shortest plan that its person could pay."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        one = helped.get(tx, request_id)
        shortest = helped.shortest(
            one.can_pay, tx.on + A_MONTH, lambda plan: lent.preview(tx, one.loan_id, plan.fact("preview", on=tx.on))
        )
    return RequestPageOut(request=RequestOut.of(one), shortest=PlanBody.of(shortest) if shortest else None)


@router.post("/hardship-requests/{request_id}/proposals", status_code=201)
def propose(request_id: str, body: PlanBody, authorization: door.Authorization = None) -> RequestOut:
    """Propose a plan; somebody else looks at it."""
    plan = Plan(body.installments, body.first_due_on, rate(body.annual_rate) if body.annual_rate else None)
    with parts().db.transaction("hardship proposed") as tx:
        member = who(tx, authorization)
        return RequestOut.of(hardship.propose(tx, request_id=request_id, plan=plan, by=member.name))


@router.post("/hardship-requests/{request_id}/approvals", status_code=201)
def approve(request_id: str, authorization: door.Authorization = None) -> RequestOut:
    """Approve the plan that somebody else has proposed: it is offered to the person."""
    with parts().db.transaction("hardship approved") as tx:
        member = who(tx, authorization)
        return RequestOut.of(hardship.approve(tx, request_id=request_id, by=member.name))


@router.post("/hardship-requests/{request_id}/returns", status_code=201)
def send_back(request_id: str, authorization: door.Authorization = None) -> RequestOut:
    """Want another plan than the one proposed."""
    with parts().db.transaction("hardship sent back") as tx:
        member = who(tx, authorization)
        return RequestOut.of(hardship.send_back(tx, request_id=request_id, by=member.name))


@router.post("/hardship-requests/{request_id}/declines", status_code=201)
def decline(request_id: str, body: DeclineIn, authorization: door.Authorization = None) -> RequestOut:
    """There is no help, and why."""
    with parts().db.transaction("hardship declined") as tx:
        member = who(tx, authorization)
        return RequestOut.of(hardship.decline(tx, request_id=request_id, answer=body.answer, by=member.name))
