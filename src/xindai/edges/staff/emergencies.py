"""Another role for an hour (break-glass): taken with a reason by whoever proves again who they are, and looked at by an auditor."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from xindai.access.members import operations as members
from xindai.access.members import queries as people
from xindai.access.members.model import Emergency
from xindai.base import audit, door
from xindai.base.door import Body
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.api import NoteOut
from xindai.edges.staff.asking import who
from xindai.journeys import log_in
from xindai.journeys.parts import parts
from xindai.values.masked import Secret

router = APIRouter(
    prefix="/v1/staff/emergency-accesses", responses=door.PROBLEMS, tags=["staff"], route_class=RepeatableRoute
)
MOST = 200


class EmergencyIn(Body):
    """Which role, why, and password and the code of the moment once more."""

    role: Literal["officer", "finance", "admin"]
    reason: str = Field(min_length=10, max_length=500)
    password: str = Field(min_length=1, max_length=200)
    code: str = Field(min_length=1, max_length=20)


class EmergencyOut(BaseModel):
    """Who took which role, why, and until when by real time."""

    id: str
    member: str
    role: str
    reason: str
    on: date
    begun_at: datetime
    ends_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, one: Emergency) -> EmergencyOut:
        """As it is kept."""
        return cls(
            id=one.id,
            member=one.member,
            role=one.role,
            reason=one.reason,
            on=one.on,
            begun_at=one.begun_at,
            ends_at=one.ends_at,
            ended_at=one.ended_at,
        )


class EndedOut(BaseModel):
    """How many ended: none, where none ran."""

    ended: int


@router.post("", status_code=201)
def take(body: EmergencyIn, authorization: door.Authorization = None) -> EmergencyOut:
    """Take another role for an hour; the auditor has an alarm, and all that is done under it says so."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
    taken = log_in.take_role(
        name=member.name,
        password=Secret(body.password),
        code=Secret(body.code),
        role=body.role,
        reason=body.reason,
    )
    return EmergencyOut.of(taken)


@router.post("/endings", status_code=201)
def end(authorization: door.Authorization = None) -> EndedOut:
    """Give one's other role back before its hour."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return EndedOut(ended=members.give_role_back(tx, member.name))


@router.get("")
def list_emergencies(authorization: door.Authorization = None) -> door.Page[EmergencyOut]:
    """All there were, the newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        data = [EmergencyOut.of(one) for one in people.emergencies(tx, most=MOST)]
    return door.Page[EmergencyOut](data=data, next=None)


@router.get("/{emergency_id}/notes")
def list_notes(emergency_id: str, authorization: door.Authorization = None) -> door.Page[NoteOut]:
    """What was done under one of them, in its order."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        data = [NoteOut.of(one) for one in audit.in_emergency(tx, emergency_id)]
    return door.Page[NoteOut](data=data, next=None)
