"""Early warnings: what was seen of a person and what that still says, and whom somebody should look at."""

from __future__ import annotations

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import BaseModel

from xindai.base import door
from xindai.edges.staff.asking import who
from xindai.journeys.parts import parts
from xindai.postloan.watch import queries as watched
from xindai.postloan.watch import signals
from xindai.postloan.watch.operations import REMEMBERED
from xindai.postloan.watch.queries import Heard
from xindai.postloan.watch.signals import Policy, Weighed

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["early warnings"])


class WeighedOut(BaseModel):
    """The latest signal of a kind, in which thing it was seen, and what it still says today."""

    kind: str
    en: str
    zh: str
    on: date
    subject: str
    weight: float

    @classmethod
    def of(cls, one: Weighed, policy: Policy) -> WeighedOut:
        """In words."""
        kind = policy.kinds[one.signal.kind]
        return cls(
            kind=kind.kind,
            en=kind.en,
            zh=kind.zh,
            on=one.signal.on,
            subject=one.signal.subject,
            weight=round(one.weight, 1),
        )


class WarningsOut(BaseModel):
    """What a person is worth worrying about today: the sum, what it asks for, and of what it is made."""

    strength: float
    call: str
    freeze_from: int
    look_from: int
    signals: list[WeighedOut]


class CallOut(BaseModel):
    """A signal after which the sum asked for a look, or for a freeze."""

    person_id: str
    kind: str
    on: date
    subject: str
    strength: float
    call: str
    at: datetime

    @classmethod
    def of(cls, one: Heard) -> CallOut:
        """As it was kept."""
        return cls(
            person_id=one.person_id,
            kind=one.signal.kind,
            on=one.signal.on,
            subject=one.signal.subject,
            strength=round(one.strength, 1),
            call=one.call.value,
            at=one.at,
        )


@router.get("/people/{person_id}/warnings")
def show_warnings(person_id: str, authorization: door.Authorization = None) -> WarningsOut:
    """What was seen of a person, and what it still says."""
    policy = parts().warnings
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = signals.weighed(watched.signals(tx, person_id, since=tx.on - REMEMBERED), policy, on=tx.on)
    strength = signals.total(found)
    return WarningsOut(
        strength=round(strength, 1),
        call=signals.call(strength, policy).value,
        freeze_from=policy.freeze_from,
        look_from=policy.look_from,
        signals=[WeighedOut.of(one, policy) for one in found],
    )


@router.get("/warnings")
def list_calls(
    authorization: door.Authorization = None, after: str | None = None, most: door.Most = 50
) -> door.Page[CallOut]:
    """Whom somebody should look at, and whose lines were frozen: the latest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = watched.calls(tx, after=after, most=most)
    cursor = found[-1].key if len(found) == most else None
    return door.Page[CallOut](data=[CallOut.of(one) for one in found], next=cursor)
