"""The door that exists in the sandbox only: the clock that can be moved, and what came to its made-up phones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body
from xindai.base.http import ProviderFault
from xindai.journeys import close_day
from xindai.journeys.parts import parts
from xindai.values.masked import Phone
from xindai.values.refusal import Invalid, Kind, Refusal

router = APIRouter(prefix="/v1/sandbox", responses=door.PROBLEMS, tags=["sandbox"])
MOST_DAYS = 400
Answer = TypeVar("Answer")


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


class FailureIn(Body):
    """What goes wrong: the next so many calls of an operation of a provider, in one of the ways that the world knows."""

    provider: str = Field(min_length=1, max_length=40)
    operation: str = Field(min_length=1, max_length=40)
    kind: Literal["delay", "loss", "lost_request", "duplicate", "wrong_signature", "server_error", "garbage", "refuse"]
    times: int = Field(1, ge=1, le=1000)


class FailureOut(FailureIn):
    """The same, as ordered."""


@router.post("/failures", status_code=201)
def order_failure(body: FailureIn) -> FailureOut:
    """Let something go wrong in the world."""
    _world(lambda: parts().world.phones.fail(body.provider, body.operation, body.kind, times=body.times))
    return FailureOut(**body.model_dump())


@router.delete("/failures", status_code=204, response_class=Response)
def heal() -> None:
    """Nothing goes wrong any more."""
    _world(parts().world.phones.heal)


class WorldDown(Refusal):
    """The sandbox's world does not answer."""

    kind = Kind.UNREADY
    code = "world_down"
    en = "The sandbox's world does not answer just now."
    zh = "沙箱世界暂时无响应。"


def _world(do: Callable[[], Answer]) -> Answer:
    try:
        return do()
    except ProviderFault:
        raise WorldDown from None


class MessageOut(BaseModel):
    """A text message that would have been sent."""

    text: str


@router.get("/messages")
def list_messages(phone: Annotated[str, Query(max_length=20)]) -> door.Page[MessageOut]:
    """What has come to a phone, newest first: nothing leaves the sandbox, log-in codes among it."""
    whose = Phone.parse(phone)
    found = _world(lambda: parts().world.phones.messages(whose))
    return door.Page[MessageOut](data=[MessageOut(text=one) for one in found], next=None)
