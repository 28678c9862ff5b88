"""The morning: who I am, what the last days brought, what waits; and who works here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.access.members import queries as people
from xindai.access.roles import queries as roles
from xindai.access.roles.model import doors
from xindai.base import crypto, door, log
from xindai.base.door import Body, MoneyBody
from xindai.base.repeat import Seed
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.governance.overview import queries as overview
from xindai.journeys import rotate
from xindai.journeys.parts import parts

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"], route_class=RepeatableRoute)


class MeOut(BaseModel):
    """Who is logged in, on which business day, and whether the world around is made up; until when in a role taken in an emergency.

    `doors` are all that open to them, as the schema names them: `GET /v1/staff/loans/{loan_id}`.
    """

    name: str
    role: str
    permissions: list[str]
    doors: list[str]
    emergency_until: datetime | None
    business_day: date
    sandbox: bool
    lender: str


class DayFlowOut(BaseModel):
    """How far the applications decided on a day have come by now, and the money that moved that day."""

    day: date
    decided: int
    reviewed: int
    offered: int
    accepted: int
    paid_out: int
    money_out: MoneyBody
    money_in: MoneyBody


class LateOut(BaseModel):
    """Loans late by so many days or more, up to the next band, at the last close of a day."""

    late_from: int
    loans: int
    principal: MoneyBody


class WaitingOut(BaseModel):
    """How many things wait at a desk, and how many of them have waited past their day."""

    desk: str
    items: int
    overdue: int


class TodayOut(BaseModel):
    """The morning of a business day."""

    on: date
    cash: MoneyBody
    flow: list[DayFlowOut]
    late: list[LateOut]
    waiting: list[WaitingOut]


class MemberOut(BaseModel):
    """Who can log in at the staff's door."""

    name: str
    role: str
    is_locked: bool


@router.get("/me")
def show_me(authorization: door.Authorization = None) -> MeOut:
    """Whose session it is."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        emergency = people.emergency(tx, member.name)
        held = roles.held(tx, member.role) | (roles.held(tx, emergency.role) if emergency else frozenset())
        return MeOut(
            name=member.name,
            role=emergency.role if emergency else member.role,
            permissions=sorted(held),
            doors=doors(held),
            emergency_until=emergency.ends_at if emergency else None,
            business_day=tx.on,
            sandbox=parts().sandbox,
            lender=parts().lender,
        )


@router.get("/today")
def show_today(
    authorization: door.Authorization = None,
    days: Annotated[int, Query(ge=1, le=92, description="So many days, with today.")] = 14,
) -> TodayOut:
    """What came of the last days, what is late, what waits at which desk."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = overview.today(tx, days=days)
    return TodayOut(
        on=found.on,
        cash=MoneyBody.of(found.cash),
        flow=[
            DayFlowOut(
                day=one.day,
                decided=one.decided,
                reviewed=one.reviewed,
                offered=one.offered,
                accepted=one.accepted,
                paid_out=one.paid_out,
                money_out=MoneyBody.of(one.money_out),
                money_in=MoneyBody.of(one.money_in),
            )
            for one in found.flow
        ],
        late=[
            LateOut(late_from=one.late_from, loans=one.loans, principal=MoneyBody.of(one.principal))
            for one in found.late
        ],
        waiting=[WaitingOut(desk=one.desk, items=one.items, overdue=one.overdue) for one in found.waiting],
    )


class ProviderOut(BaseModel):
    """How the calls of one operation of a provider went, since our processes began."""

    provider: str
    operation: str
    answered: int
    failed: int
    is_left_alone: bool


class TopicOut(BaseModel):
    """What people are told about something, in both languages, and by which ways."""

    name: str
    kind: str
    ways: list[str]
    zh: str
    en: str


@router.get("/providers")
def list_providers(authorization: door.Authorization = None) -> door.Page[ProviderOut]:
    """Those we ask, how they have answered, and who is left alone for a while."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
    alone = log.left_alone()
    shown = [
        ProviderOut(
            provider=one.provider,
            operation=one.operation,
            answered=one.answered,
            failed=one.failed,
            is_left_alone=one.provider in alone,
        )
        for one in log.provider_calls()
    ]
    return door.Page[ProviderOut](data=shown, next=None)


@router.get("/notice-topics")
def list_topics(authorization: door.Authorization = None) -> door.Page[TopicOut]:
    """The templates of what people are told."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
    shown = [
        TopicOut(name=one.name, kind=one.kind.value, ways=list(one.ways), zh=one.text["zh"], en=one.text["en"])
        for one in parts().topics.values()
    ]
    return door.Page[TopicOut](data=shown, next=None)


class KeysOut(BaseModel):
    """The keys of sealed fields, by number: the newest seals; of `older_fields` ones an older key is still needed."""

    newest: int
    held: list[int]
    older_fields: int


class RotationIn(Body):
    """Why there is to be a new key."""

    reason: str = Field(min_length=4, max_length=500)


class RotationOut(BaseModel):
    """The number of the key that is to come."""

    key: int


class DestroyedOut(BaseModel):
    """The numbers of the keys that are no more."""

    destroyed: list[int]


@router.get("/keys")
def show_keys(authorization: door.Authorization = None) -> KeysOut:
    """Which keys there are, and how many fields wait to be sealed by the newest."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        ring = crypto.reloaded(parts().ring)
        return KeysOut(newest=ring.newest, held=sorted(ring.keys), older_fields=crypto.older(tx, ring))


@router.post("/key-rotations", status_code=201, response_model=RotationOut)
def rotate_keys(body: RotationIn, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """A new key for sealed fields, and all of them sealed with it, while everybody works on."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)

    def begin(seed: Seed) -> RotationOut:
        return RotationOut(key=rotate.begin(seed, reason=body.reason, by=member.name))

    request = {"route": "key-rotations", "body": body.model_dump(mode="json")}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{member.name}", key=key, request=request, do=begin)


@router.post("/key-destructions", status_code=201)
def destroy_keys(body: RotationIn, authorization: door.Authorization = None) -> DestroyedOut:
    """Destroy all keys but the newest, once nobody and nothing needs them: copies from before stay sealed for good."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
    return DestroyedOut(destroyed=rotate.destroy(reason=body.reason, by=member.name))


@router.get("/members")
def list_members(authorization: door.Authorization = None) -> door.Page[MemberOut]:
    """Everybody who can log in at this door."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = people.staff(tx)
    shown = [MemberOut(name=one.name, role=one.role, is_locked=one.is_locked) for one in found if one.left_at is None]
    return door.Page[MemberOut](data=shown, next=None)
