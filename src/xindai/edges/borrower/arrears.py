"""What a person says about being contacted: within which hours, that they dispute a debt; and who contacted them."""

from __future__ import annotations

from datetime import date, datetime, time

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, model_validator

from xindai.base import door
from xindai.base.door import Body
from xindai.base.repeat import Seed
from xindai.edges.borrower.asking import repeatable, who
from xindai.journeys import contact
from xindai.journeys.parts import parts
from xindai.postloan.agencies import queries as placed
from xindai.postloan.contacts import operations as contacts
from xindai.postloan.contacts import queries as contacted
from xindai.postloan.contacts.model import Contact, Dispute, DisputeId

router = APIRouter(prefix="/v1", responses=door.PROBLEMS, tags=["arrears"])


HOUR = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class HoursBody(Body):
    """The hours within which the person wants to be contacted about what they owe."""

    earliest: str = Field(pattern=HOUR, examples=["09:00"])
    latest: str = Field(pattern=HOUR, examples=["18:00"])

    @model_validator(mode="after")
    def _in_order(self) -> HoursBody:
        if self.earliest >= self.latest:
            raise ValueError("the hours end after they begin")
        return self


class DisputeIn(Body):
    """What the person says is not so."""

    what: str = Field(min_length=4, max_length=1000)


class OwnDisputeOut(BaseModel):
    """A dispute and its answer."""

    id: str
    what: str
    opened_on: date
    answer_by: date
    answered_on: date | None
    answer: str | None

    @classmethod
    def of(cls, one: Dispute) -> OwnDisputeOut:
        """As it stands."""
        return cls(
            id=one.id,
            what=one.what,
            opened_on=one.opened_on,
            answer_by=one.answer_by,
            answered_on=one.answered_on,
            answer=one.answer,
        )


class OwnContactOut(BaseModel):
    """How and when somebody contacted the person, or somebody they named, about what they owe."""

    channel: str
    whom: str
    about: str
    at: datetime
    outcome: str

    @classmethod
    def of(cls, one: Contact) -> OwnContactOut:
        """As it was written down."""
        return cls(
            channel=one.channel.value,
            whom=one.whom.value,
            about=one.about.value,
            at=one.at,
            outcome=one.outcome.value,
        )


@router.get("/contacts")
def list_contacts(authorization: door.Authorization = None) -> door.Page[OwnContactOut]:
    """Every contact about what the person owes, newest first."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        found = contacted.contacts(tx, person_id)
    return door.Page[OwnContactOut](data=[OwnContactOut.of(one) for one in found], next=None)


@router.put("/contact-hours")
def agree_on_hours(body: HoursBody, authorization: door.Authorization = None) -> HoursBody:
    """Say within which hours one wants to be contacted; without it, between 8:00 and 22:00."""
    earliest, latest = time.fromisoformat(body.earliest), time.fromisoformat(body.latest)
    contact.agree_on_hours(who(authorization), earliest=earliest, latest=latest)
    return body


@router.get("/disputes")
def list_disputes(authorization: door.Authorization = None) -> door.Page[OwnDisputeOut]:
    """The person's disputes, newest first."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        return door.Page[OwnDisputeOut](
            data=[OwnDisputeOut.of(one) for one in contacted.disputes(tx, person_id)], next=None
        )


@router.post("/disputes", status_code=201, response_model=OwnDisputeOut)
def dispute(body: DisputeIn, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Dispute what one is said to owe: contacts about it rest, and an answer comes within fifteen days."""
    person_id = who(authorization)

    def begin(seed: Seed) -> OwnDisputeOut:
        with parts().db.transaction("dispute opened") as tx:
            one = contacts.dispute(tx, dispute_id=DisputeId.derived(seed), person_id=person_id, what=body.what)
        return OwnDisputeOut.of(one)

    return repeatable(person_id, "disputes", key, body.model_dump(), begin)


class AgencyNameOut(BaseModel):
    """An agency that may ask people to pay on our behalf."""

    name: str
    valid_until: date


@router.get("/collection-agencies")
def list_agencies() -> door.Page[AgencyNameOut]:
    """Who may ask you to pay on our behalf, and nobody else; none of them may take money (R-COLL-06)."""
    with parts().db.transaction() as tx:
        found = placed.agencies(tx, living_on=tx.on)
    data = [AgencyNameOut(name=one.name, valid_until=one.valid_until) for one in found]
    return door.Page[AgencyNameOut](data=data, next=None)
