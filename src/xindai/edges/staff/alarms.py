"""What went wrong by itself: whose duty, until when, taken and closed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.governance.alarms import operations as alarms
from xindai.governance.alarms import queries as sounded
from xindai.governance.alarms.model import Alarm
from xindai.journeys.parts import parts

router = APIRouter(prefix="/v1/staff/alarms", responses=door.PROBLEMS, tags=["alarms"], route_class=RepeatableRoute)


class AlarmOut(BaseModel):
    """An alarm: what is wrong with what, seen how often, whose duty and until when."""

    id: str
    what: str
    subject: str
    facts: dict[str, Any]
    owner: str
    status: str
    raised_on: date
    due_on: date
    last_on: date
    times: int
    taken_by: str | None
    closed_by: str | None
    note: str | None

    @classmethod
    def of(cls, one: Alarm) -> AlarmOut:
        """As it stands."""
        return cls(
            id=one.id,
            what=one.what.value,
            subject=one.subject,
            facts=dict(one.facts),
            owner=one.owner,
            status=one.status.value,
            raised_on=one.raised_on,
            due_on=one.due_on,
            last_on=one.last_on,
            times=one.times,
            taken_by=one.taken_by,
            closed_by=one.closed_by,
            note=one.note,
        )


class ClosingIn(Body):
    """What it was, and what was done."""

    note: str = Field(min_length=4, max_length=2000)


@router.get("")
def list_alarms(
    authorization: door.Authorization = None,
    after: door.After = None,
    most: door.Most = 50,
    status: Annotated[Literal["open", "taken", "closed"] | None, Query()] = None,
    owner: Annotated[Literal["officer", "finance", "auditor"] | None, Query()] = None,
) -> door.Page[AlarmOut]:
    """Alarms, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = sounded.page(tx, after=after, most=most + 1, status=status, owner=owner)
    return door.page([AlarmOut.of(one) for one in found], [one.id for one in found], most)


@router.post("/{alarm_id}/takings", status_code=201)
def take(alarm_id: str, authorization: door.Authorization = None) -> AlarmOut:
    """See to it."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return AlarmOut.of(alarms.take(tx, alarm_id=alarm_id, by=member.name))


@router.post("/{alarm_id}/closings", status_code=201)
def close(alarm_id: str, body: ClosingIn, authorization: door.Authorization = None) -> AlarmOut:
    """Say what it was and what was done."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return AlarmOut.of(alarms.close(tx, alarm_id=alarm_id, note=body.note, by=member.name))
