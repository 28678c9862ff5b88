"""The lists, who is put on them and taken off, and what was found for an applicant."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.clock import new_id
from xindai.base.door import Body
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys.parts import parts
from xindai.onboarding.application import queries as asked
from xindai.onboarding.proof import operations as proofs
from xindai.onboarding.screening import operations as screening
from xindai.onboarding.screening import queries as screened
from xindai.onboarding.screening.model import Entry, EntryId, ListName
from xindai.values.masked import IdNumber, masked_text

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"], route_class=RepeatableRoute)
Name = Annotated[str, Field(min_length=2, max_length=100)]


class WatchEntryIn(Body):
    """Somebody for a list: every name and spelling, birth and number where they are known."""

    names: list[Name] = Field(min_length=1, max_length=20)
    born_on: date | None = None
    id_number: str | None = None


class WatchEntriesIn(Body):
    """People for a list, and where they come from."""

    source: str = Field(min_length=2, max_length=200)
    entries: list[WatchEntryIn] = Field(min_length=1, max_length=1000)


class WatchEntryOut(BaseModel):
    """Somebody on a list, as masks."""

    id: str
    watch_list: ListName
    names: list[str]
    born_in: int | None
    id_number: str | None

    @classmethod
    def of(cls, one: Entry) -> WatchEntryOut:
        """Without what names them."""
        return cls(
            id=one.id,
            watch_list=one.list,
            names=[masked_text(name) for name in one.names],
            born_in=one.born_on.year if one.born_on else None,
            id_number=str(IdNumber(one.id_number)) if one.id_number else None,
        )


class HitOut(BaseModel):
    """An entry that may be the applicant: how alike the names are (0 to 1)."""

    entry_id: str
    watch_list: ListName
    likeness: float
    finding: str


class ScreeningOut(BaseModel):
    """A look at all lists."""

    finding: str
    hits: list[HitOut]
    at: datetime


@router.post("/watch-lists/{name}/entries", status_code=201)
def enter(name: ListName, body: WatchEntriesIn, authorization: door.Authorization = None) -> door.Page[WatchEntryOut]:
    """Put people on a list."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        entries = [
            Entry(
                new_id(EntryId),
                name,
                tuple(one.names),
                one.born_on,
                IdNumber.parse(one.id_number).reveal() if one.id_number else None,
            )
            for one in body.entries
        ]
        screening.enter(tx, parts().ring, entries=entries, source=body.source, by=member.name)
    return door.Page[WatchEntryOut](data=[WatchEntryOut.of(one) for one in entries], next=None)


@router.get("/watch-lists/{name}/entries")
def list_entries(name: ListName, authorization: door.Authorization = None) -> door.Page[WatchEntryOut]:
    """Who is on a list, as masks."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        data = [WatchEntryOut.of(one) for one in screened.entries(tx, parts().ring, of=name)]
    return door.Page[WatchEntryOut](data=data, next=None)


@router.delete("/watch-lists/entries/{entry_id}", status_code=204)
def remove(
    entry_id: str,
    reason: Annotated[str, Query(min_length=3, max_length=200)],
    authorization: door.Authorization = None,
) -> Response:
    """Take somebody off their list, for a reason."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        screening.remove(tx, entry_id=entry_id, reason=reason, by=member.name)
    return Response(status_code=204)


class DoubtIn(Body):
    """Why somebody must prove anew who they are."""

    reason: str = Field(min_length=3, max_length=500)


class DoubtOut(BaseModel):
    """How many proofs no longer serve."""

    ended: int


@router.post("/applications/{application_id}/doubts", status_code=201)
def ask_anew(application_id: str, body: DoubtIn, authorization: door.Authorization = None) -> DoubtOut:
    """Doubt who an applicant is: they are logged out, and every proof must be made anew."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        person_id = asked.get(tx, application_id).person_id
        return DoubtOut(ended=proofs.ask_anew(tx, person_id=person_id, reason=body.reason, by=member.name))


@router.get("/applications/{application_id}/screenings")
def list_screenings(application_id: str, authorization: door.Authorization = None) -> door.Page[ScreeningOut]:
    """What was found on the lists for an applicant, nothing if they are clear. It is not for the applicant to know."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        asked.get(tx, application_id)
        found = screened.looks(tx, application_id)
    data = [
        ScreeningOut(
            finding=one.finding.word,
            hits=[
                HitOut(
                    entry_id=hit.entry_id, watch_list=hit.list, likeness=hit.name_bps / 10_000, finding=hit.finding.word
                )
                for hit in one.hits
            ],
            at=one.at,
        )
        for one in found
    ]
    return door.Page[ScreeningOut](data=data, next=None)
