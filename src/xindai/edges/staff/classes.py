"""What class a loan is in and why, and judgements of it, by two people."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from xindai.base import clock, door
from xindai.base.door import Body
from xindai.book.loss import operations as loss
from xindai.book.loss import queries as lost
from xindai.book.loss.floors import Floor, FloorId, Status, class_of
from xindai.book.loss.model import AssetClass, asset_class
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys.parts import parts
from xindai.lending.loans import queries as loans

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["classes"], route_class=RepeatableRoute)


class FloorOut(BaseModel):
    """A loan is at least of a class since a day: because it was bad, was restructured, or was judged so.

    `ends_on` is when it ends by itself if nothing is late until then.
    """

    id: str
    loan_id: str
    cause: str
    asset_class: str
    status: str
    since: date
    ends_on: date | None
    ended_on: date | None
    reason: str
    proposed_by: str | None
    decided_by: str | None

    @classmethod
    def of(cls, one: Floor) -> FloorOut:
        """As it stands."""
        return cls(
            id=one.id,
            loan_id=one.loan_id,
            cause=one.cause.value,
            asset_class=one.at_least.value,
            status=one.status.value,
            since=one.since,
            ends_on=one.ends_on() if one.status is Status.STANDING else None,
            ended_on=one.ended_on,
            reason=one.reason,
            proposed_by=one.proposed_by,
            decided_by=one.decided_by,
        )


class ClassOut(BaseModel):
    """What class a loan is in today, what its days alone would say, and what else stands or stood."""

    asset_class: str
    by_days: str
    overdue_days: int
    floors: list[FloorOut]


class JudgementIn(Body):
    """That a loan is at least of a class whatever its days, and why; `normal` takes an earlier judgement back."""

    asset_class: AssetClass
    reason: Annotated[str, Field(min_length=4, max_length=500)]


@router.get("/loans/{loan_id}/class")
def show_class(loan_id: str, authorization: door.Authorization = None) -> ClassOut:
    """Of the five classes: where a loan is, and why."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        view = loans.view(tx, loan_id)
        floors, on = lost.floors_of(tx, loan_id), tx.on
    days = view.state.overdue_days if view.state is not None else 0
    standing = [one.at_least for one in floors if one.status is Status.STANDING]
    return ClassOut(
        asset_class=class_of(days, standing, on=on).value,
        by_days=asset_class(days, on=on).value,
        overdue_days=days,
        floors=[FloorOut.of(one) for one in floors],
    )


@router.post("/loans/{loan_id}/class-judgements", status_code=201)
def judge(loan_id: str, body: JudgementIn, authorization: door.Authorization = None) -> FloorOut:
    """Judge a loan beyond its days; somebody else decides."""
    with parts().db.transaction() as tx:
        staff = who(tx, authorization)
        one = loss.judge(
            tx,
            floor_id=clock.new_id(FloorId),
            loan_id=loan_id,
            at_least=body.asset_class,
            reason=body.reason,
            by=staff.name,
        )
    return FloorOut.of(one)


@router.get("/class-judgements")
def list_judgements(
    authorization: door.Authorization = None, after: str | None = None, most: door.Most = 50
) -> door.Page[FloorOut]:
    """Judgements that wait for a second person."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = lost.proposed(tx, after=after, most=most)
    return door.Page[FloorOut](
        data=[FloorOut.of(one) for one in found], next=found[-1].id if len(found) == most else None
    )


@router.post("/class-judgements/{judgement_id}/approvals", status_code=201)
def approve(judgement_id: str, authorization: door.Authorization = None) -> FloorOut:
    """It is so, from this evening's books on."""
    return _decide(judgement_id, Status.STANDING, authorization)


@router.post("/class-judgements/{judgement_id}/rejections", status_code=201)
def reject(judgement_id: str, authorization: door.Authorization = None) -> FloorOut:
    """It is not so."""
    return _decide(judgement_id, Status.REJECTED, authorization)


def _decide(judgement_id: str, to: Status, authorization: str | None) -> FloorOut:
    with parts().db.transaction() as tx:
        staff = who(tx, authorization)
        return FloorOut.of(loss.decide(tx, floor_id=judgement_id, to=to, by=staff.name))
