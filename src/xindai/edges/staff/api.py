"""The routes of the staff's door."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from xindai.base import audit, door
from xindai.base.audit import Note
from xindai.base.door import Body, MoneyBody
from xindai.credit.decision import queries as decided
from xindai.credit.decision.model import Decision
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import FINANCE, who
from xindai.journeys import close_day, log_in, prove
from xindai.journeys.parts import parts
from xindai.onboarding.application import queries as asked
from xindai.onboarding.application.model import Application
from xindai.values.masked import Secret

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


class StaffApplicationOut(BaseModel):
    """An application as staff see it: no personal data."""

    id: str
    reference: str
    person_id: str
    status: str
    product: str
    amount: MoneyBody
    months: int

    @classmethod
    def of(cls, one: Application) -> StaffApplicationOut:
        """As it stands."""
        return cls(
            id=one.id,
            reference=one.reference,
            person_id=one.person_id,
            status=one.status.value,
            product=one.product,
            amount=MoneyBody.of(one.amount.minor),
            months=one.months,
        )


class DecisionOut(BaseModel):
    """A decision with all it rests on."""

    id: str
    application_id: str
    outcome: str
    strategy: str
    strategy_hash: str
    model_hash: str
    on: date
    inputs: dict[str, Any]
    verdicts: list[dict[str, Any]]
    result: dict[str, Any]
    trace: dict[str, Any]

    @classmethod
    def of(cls, one: Decision) -> DecisionOut:
        """As it is kept."""
        return cls(
            id=one.id,
            application_id=one.application_id,
            outcome=one.outcome.value,
            strategy=one.strategy,
            strategy_hash=one.strategy_hash,
            model_hash=one.model_hash,
            on=one.on,
            inputs=one.inputs,
            verdicts=[verdict.document() for verdict in one.verdicts],
            result=one.result,
            trace=one.trace,
        )


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


@router.get("/applications")
def list_applications(
    authorization: door.Authorization = None, after: door.After = None, most: door.Most = 50
) -> door.Page[StaffApplicationOut]:
    """Applications, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = asked.page(tx, after=after, most=most + 1)
    return door.page([StaffApplicationOut.of(one) for one in found], [one.id for one in found], most)


@router.get("/applications/{application_id}/decision")
def show_decision(application_id: str, authorization: door.Authorization = None) -> DecisionOut | None:
    """The decision on an application with every rule's verdict; null while it is not made."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        asked.get(tx, application_id)
        decision = decided.of_application(tx, application_id)
    return DecisionOut.of(decision) if decision else None


@router.get("/books")
def prove_books(authorization: door.Authorization = None) -> BooksOut:
    """Prove the books, within and against the bank."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
    checks = [
        CheckOut(code=one.code, en=one.en, zh=one.zh, counted=one.counted, broken=one.broken)
        for one in prove.prove_books()
    ]
    return BooksOut(holds=all(one.broken is None for one in checks), checks=checks)


@router.post("/days/{day}/closings", status_code=201)
def close_business_day(day: date, authorization: door.Authorization = None) -> DayOut:
    """Close the open business days up to this one; a day that is closed, or has not begun, is refused."""
    with parts().db.transaction() as tx:
        who(tx, authorization, FINANCE)
    return DayOut(business_day=close_day.close(day))


@router.get("/audit-notes")
def list_notes(
    subject: Annotated[str, Query(max_length=64)], authorization: door.Authorization = None, most: door.Most = 100
) -> door.Page[NoteOut]:
    """Who did what to a subject, oldest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        notes = audit.of_subject(tx, subject, most=most)
    return door.Page[NoteOut](data=[NoteOut.of(one) for one in notes], next=None)
