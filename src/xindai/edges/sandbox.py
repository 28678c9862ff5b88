"""The door that exists in the sandbox only: the clock that can be moved, and what came to its made-up phones."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body
from xindai.journeys import close_day
from xindai.journeys.parts import parts
from xindai.values.masked import Phone
from xindai.values.refusal import Invalid

router = APIRouter(prefix="/v1/sandbox", responses=door.PROBLEMS, tags=["sandbox"])
MOST_DAYS = 400


class AdvanceIn(Body):
    """By a number of days, or to a day."""

    days: int | None = Field(None, ge=1, le=MOST_DAYS)
    to: date | None = None


class ClockOut(BaseModel):
    """The open business day and the instant it is."""

    business_day: date
    at: str


@router.get("/clock")
def show_clock() -> ClockOut:
    """What day it is."""
    with parts().db.transaction() as tx:
        return ClockOut(business_day=tx.on, at=tx.at.isoformat())


@router.post("/clock/advance")
def advance(body: AdvanceIn) -> ClockOut:
    """Close day after day until the day asked for is open."""
    with parts().db.transaction() as tx:
        open_day = tx.on
    days = body.days if body.days is not None else (body.to - open_day).days if body.to else 1
    if not 0 <= days <= MOST_DAYS:
        raise Invalid(f"The clock moves forward, by at most {MOST_DAYS} days at once.", field="to")
    if days:
        close_day.advance(days)
    return show_clock()


class MessageOut(BaseModel):
    """A text message that would have been sent."""

    text: str


@router.get("/messages")
def list_messages(phone: Annotated[str, Query(max_length=20)]) -> door.Page[MessageOut]:
    """What has come to a phone, newest first: nothing leaves the sandbox, log-in codes among it."""
    found = parts().world.phones.messages(Phone.parse(phone))
    return door.Page[MessageOut](data=[MessageOut(text=one) for one in found], next=None)
