"""What a person may ask for by right: a copy of all we hold, and everything that somebody of ours then answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body
from xindai.base.repeat import Seed
from xindai.edges.borrower.asking import repeatable, who
from xindai.governance.rights import operations as rights
from xindai.governance.rights import queries as asked
from xindai.governance.rights.model import Request, RequestId, Right
from xindai.journeys.parts import parts

router = APIRouter(prefix="/v1", responses=door.PROBLEMS, tags=["rights"])


class RightIn(Body):
    """What is asked for, in the person's own words."""

    right: Right
    words: str = Field(min_length=4, max_length=500)


class OwnRequestOut(BaseModel):
    """A request by right as its person sees it."""

    id: str
    right: str
    words: str
    status: str
    asked_on: date
    answer_by: date
    answer: str | None
    ended_on: date | None
    carried_out_on: date | None

    @classmethod
    def of(cls, one: Request) -> OwnRequestOut:
        """As it stands."""
        return cls(
            id=one.id,
            right=one.right.value,
            words=one.words,
            status=one.status.value,
            asked_on=one.asked_on,
            answer_by=one.answer_by,
            answer=one.answer,
            ended_on=one.ended_on,
            carried_out_on=one.carried_out_on,
        )


@router.get("/my-data")
def copy_data(authorization: door.Authorization = None) -> dict[str, Any]:
    """A copy of all that is held of the person, for machines too (PIPL 45); needs a fresh log-in or face (`step_up_needed`)."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        return rights.copy(tx, parts().ring, person_id=person_id)


class LookOut(BaseModel):
    """That somebody of ours saw something of the person's in the clear."""

    at: datetime
    role: str
    what: str
    reason: str | None


@router.get("/data-accesses")
def list_looks(authorization: door.Authorization = None) -> door.Page[LookOut]:
    """Who of ours saw which data of the person in the clear, when and why, newest first."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        found = asked.looks(tx, parts().ring, person_id)
    data = [LookOut(at=one.at, role=one.role, what=one.what, reason=one.reason) for one in found]
    return door.Page[LookOut](data=data, next=None)


@router.get("/rights-requests")
def list_requests(authorization: door.Authorization = None) -> door.Page[OwnRequestOut]:
    """The person's requests, newest first."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        found = asked.of_person(tx, parts().ring, person_id)
    return door.Page[OwnRequestOut](data=[OwnRequestOut.of(one) for one in found], next=None)


@router.post("/rights-requests", status_code=201, response_model=OwnRequestOut)
def ask(body: RightIn, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Ask for a correction, deletion, closing, explanation, a decision by people, or complain; `answer_by` says by when."""
    person_id = who(authorization)

    def begin(seed: Seed) -> OwnRequestOut:
        with parts().db.transaction() as tx:
            one = rights.ask(
                tx,
                parts().ring,
                request_id=RequestId.derived(seed),
                person_id=person_id,
                right=body.right,
                words=body.words,
            )
        return OwnRequestOut.of(one)

    return repeatable(person_id, "rights-requests", key, body.model_dump(mode="json"), begin)


@router.post("/rights-requests/{request_id}/withdrawals", status_code=201, response_model=OwnRequestOut)
def withdraw(request_id: str, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Take a request back."""
    person_id = who(authorization)

    def go(_: Seed) -> OwnRequestOut:
        with parts().db.transaction() as tx:
            return OwnRequestOut.of(rights.withdraw(tx, parts().ring, request_id=request_id, person_id=person_id))

    return repeatable(person_id, f"rights-withdrawals|{request_id}", key, {}, go)
