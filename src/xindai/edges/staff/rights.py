"""The desk for requests by right and complaints: what waits, until when, and its answer."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from xindai.base import audit, door
from xindai.base.door import Body
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.governance.rights import operations as rights
from xindai.governance.rights import queries as asked
from xindai.governance.rights.model import ERASES, Request, Status
from xindai.governance.rights.retention import OPEN
from xindai.journeys.parts import parts

router = APIRouter(
    prefix="/v1/staff/rights-requests", responses=door.PROBLEMS, tags=["rights"], route_class=RepeatableRoute
)


class RightsRequestOut(BaseModel):
    """A request in the desk's list; its words are read one by one."""

    id: str
    person_id: str
    right: str
    status: str
    asked_on: date
    answer_by: date
    answered_by: str | None
    ended_on: date | None
    carried_out_on: date | None

    @classmethod
    def of(cls, one: Request) -> RightsRequestOut:
        """As it stands."""
        return cls(
            id=one.id,
            person_id=one.person_id,
            right=one.right.value,
            status=one.status.value,
            asked_on=one.asked_on,
            answer_by=one.answer_by,
            answered_by=one.answered_by,
            ended_on=one.ended_on,
            carried_out_on=one.carried_out_on,
        )


class OpenOut(BaseModel):
    """Something that is not at its end."""

    code: str
    en: str
    zh: str


class RightsPageOut(BaseModel):
    """A request with its words and the answer to it; `open` is what stands against a deletion or closing that is asked for."""

    request: RightsRequestOut
    words: str
    answer: str | None
    open: list[OpenOut]


class AnswerIn(Body):
    """What becomes of a request, in words for its person."""

    granted: bool
    answer: str = Field(min_length=4, max_length=500)


@router.get("")
def list_requests(
    authorization: door.Authorization = None,
    after: door.After = None,
    most: door.Most = 50,
    status: Annotated[Status | None, Query()] = None,
    late: Annotated[bool, Query(description="Only those whose deadline has passed.")] = False,
) -> door.Page[RightsRequestOut]:
    """Requests, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = asked.page(tx, parts().ring, after=after, most=most + 1, status=status, late_on=tx.on if late else None)
    return door.page([RightsRequestOut.of(one) for one in found], [one.id for one in found], most)


@router.get("/{request_id}")
def show_request(request_id: str, authorization: door.Authorization = None) -> RightsPageOut:
    """One request with its words; who reads them is noted."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        one = asked.get(tx, parts().ring, request_id)
        audit.note(
            tx, actor=member.name, action="rights_request_read", subject=one.person_id, facts={"request": one.id}
        )
        waits = one.right in ERASES and one.status is Status.ASKED
        held = asked.standing(tx, one.person_id).open if waits else ()
    return RightsPageOut(
        request=RightsRequestOut.of(one),
        words=one.words,
        answer=one.answer,
        open=[OpenOut(code=code, en=OPEN[code][0], zh=OPEN[code][1]) for code in held],
    )


@router.post("/{request_id}/answers", status_code=201)
def answer(request_id: str, body: AnswerIn, authorization: door.Authorization = None) -> RightsPageOut:
    """Grant or decline a request; its person is told, and reads the words.

    A deletion or closing that is granted is carried out the evening after; `erasure_too_early` while anything is open.
    """
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        one = rights.answer(
            tx, parts().ring, request_id=request_id, granted=body.granted, text=body.answer, by=member.name
        )
    return RightsPageOut(request=RightsRequestOut.of(one), words=one.words, answer=one.answer, open=[])
