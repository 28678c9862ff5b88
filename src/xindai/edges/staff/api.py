"""The staff's door itself: the log-in, the books, the close of a day, the audit trail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from xindai.base import audit, door
from xindai.base.audit import Note
from xindai.base.door import Body
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys import close_day, log_in, prove
from xindai.journeys.parts import parts
from xindai.values.masked import Secret

Word = Annotated[str | None, Query(max_length=64)]
router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"], route_class=RepeatableRoute)


class StaffSessionIn(Body):
    """Name, password and the code of the moment."""

    name: str
    password: str
    code: str


class StaffSessionOut(BaseModel):
    """A session and the role it carries."""

    token: str
    role: str


class CheckOut(BaseModel):
    """One check of the books."""

    code: str
    en: str
    zh: str
    counted: int
    broken: str | None


class BooksOut(BaseModel):
    """The proof."""

    holds: bool
    checks: list[CheckOut]


class DayOut(BaseModel):
    """The business day that is open."""

    business_day: date


class NoteOut(BaseModel):
    """One note of the audit trail."""

    id: int
    at: datetime
    on: date
    actor: str
    action: str
    subject: str
    facts: dict[str, Any]

    @classmethod
    def of(cls, one: Note) -> NoteOut:
        """As it was written."""
        return cls(
            id=one.id, at=one.at, on=one.on, actor=one.actor, action=one.action, subject=one.subject, facts=one.facts
        )


@router.post("/sessions", status_code=201)
def begin_session(body: StaffSessionIn) -> StaffSessionOut:
    """Log in with password and one-time code."""
    role, token = log_in.admit_staff(name=body.name, password=Secret(body.password), code=Secret(body.code))
    return StaffSessionOut(token=token.reveal(), role=role)


@router.get("/books")
def prove_books(quick: bool = False, authorization: door.Authorization = None) -> BooksOut:
    """Prove the books, within and against the bank; `quick` proves the sums only, as each evening does."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
    checks = [
        CheckOut(code=one.code, en=one.en, zh=one.zh, counted=one.counted, broken=one.broken)
        for one in prove.prove_books(quick=quick)
    ]
    return BooksOut(holds=all(one.broken is None for one in checks), checks=checks)


@router.post("/days/{day}/closings", status_code=201)
def close_business_day(day: date, authorization: door.Authorization = None) -> DayOut:
    """Close the open business days up to this one; a day that is closed, or has not begun, is refused."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
    return DayOut(business_day=close_day.close(day))


@router.get("/audit-notes")
def list_notes(
    authorization: door.Authorization = None,
    subject: Word = None,
    actor: Word = None,
    action: Word = None,
    after: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="The `next` of the page before.")] = None,
    most: door.Most = 100,
) -> door.Page[NoteOut]:
    """Who did what to whom, newest first: about a subject, by somebody, of a kind."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        notes = audit.page(tx, subject=subject, actor=actor, action=action, after=after, most=most + 1)
    shown = [NoteOut.of(one) for one in notes]
    return door.Page[NoteOut](data=shown[:most], next=str(shown[most - 1].id) if len(shown) > most else None)
