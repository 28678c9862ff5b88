"""The collection desk: whom to call, what bars it, what was said, promised, disputed, stopped. Names and numbers are masks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.base import audit, door
from xindai.base.db import Tx
from xindai.base.door import Body, MoneyBody
from xindai.base.repeat import Seed
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.edges.staff.bodies import ContactOut, OutcomeIn, PermitOut, PromiseIn, PromiseOut
from xindai.journeys import contact
from xindai.journeys.parts import parts
from xindai.onboarding.application import queries as asked
from xindai.onboarding.identity import queries as people
from xindai.postloan.cases import operations as cases
from xindai.postloan.cases import queries as cased
from xindai.postloan.cases.model import Case, PromiseId
from xindai.postloan.contacts import operations as contacts
from xindai.postloan.contacts import queries as contacted
from xindai.postloan.contacts.model import (
    SAID,
    About,
    Asked,
    Channel,
    ContactId,
    ContactMissing,
    Dispute,
    Hand,
    Outcome,
    Stop,
    StopId,
    StopKind,
    Verdict,
    Whom,
)

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["collections"], route_class=RepeatableRoute)


class CaseOut(BaseModel):
    """A person who is late; `name` and `phone` are masks."""

    id: str
    person_id: str
    name: str
    phone: str
    status: str
    stage: str
    overdue_days: int
    owed: MoneyBody
    plan: str
    assigned_to: str | None
    call_on: date | None
    opened_on: date
    closed_on: date | None
    worst_days: int
    score: int | None
    grade: str | None
    broken_promises: int

    @classmethod
    def of(cls, tx: Tx, one: Case) -> CaseOut:
        """As it stands."""
        person = people.person(tx, parts().ring, one.person_id)
        return cls(
            id=one.id,
            person_id=one.person_id,
            name=str(person.name or ""),
            phone=str(person.phone),
            status=one.status.value,
            stage=one.stage.value,
            overdue_days=one.overdue_days,
            owed=MoneyBody.of(one.owed),
            plan=one.plan,
            assigned_to=one.assigned_to,
            call_on=one.call_on,
            opened_on=one.opened_on,
            closed_on=one.closed_on,
            worst_days=one.worst_days,
            score=one.score,
            grade=one.grade,
            broken_promises=one.broken,
        )


class BarOut(BaseModel):
    """What bars a contact, and the rule it comes from."""

    code: str
    rule: str
    en: str
    zh: str


class AllowedOut(BaseModel):
    """Whether a contact may be made now, and why not; `again_at` is when only the hour has barred it."""

    channel: str
    whom: str
    allowed: bool
    bars: list[BarOut]
    again_at: datetime | None

    @classmethod
    def of(cls, channel: Channel, whom: Whom, verdict: Verdict) -> AllowedOut:
        """As judged just now."""
        bars = [
            BarOut(code=bar.value, rule=SAID[bar][0], en=SAID[bar][1], zh=SAID[bar][2]) for bar in sorted(verdict.bars)
        ]
        return cls(channel=channel.value, whom=whom.value, allowed=not bars, bars=bars, again_at=verdict.again_at)


class StopOut(BaseModel):
    """Why nobody contacts somebody any more."""

    id: str
    kind: str
    by: str
    note: str
    since: date
    lifted_on: date | None

    @classmethod
    def of(cls, one: Stop) -> StopOut:
        """As it stands."""
        return cls(id=one.id, kind=one.kind.value, by=one.by, note=one.note, since=one.since, lifted_on=one.lifted_on)


class DisputeOut(BaseModel):
    """What somebody disputes, by when it is to be answered, and the answer."""

    id: str
    person_id: str
    what: str
    opened_on: date
    answer_by: date
    answered_on: date | None
    answer: str | None

    @classmethod
    def of(cls, one: Dispute) -> DisputeOut:
        """As it stands."""
        return cls(
            id=one.id,
            person_id=one.person_id,
            what=one.what,
            opened_on=one.opened_on,
            answer_by=one.answer_by,
            answered_on=one.answered_on,
            answer=one.answer,
        )


class CasePageOut(BaseModel):
    """All of a case: what may be done now, what was done, promised, disputed and stopped."""

    case: CaseOut
    allowed: list[AllowedOut]
    contacts: list[ContactOut]
    promises: list[PromiseOut]
    disputes: list[DisputeOut]
    stops: list[StopOut]


class ContactIn(Body):
    """A contact to make now. Of a call or visit, that it is recorded; of a letter, its words."""

    channel: Literal["call", "letter", "visit"]
    whom: Literal["debtor", "named"] = "debtor"
    about: Literal["arrears", "whereabouts", "asked"] = "arrears"
    recorded: bool = False
    words: str = Field("", max_length=2000)


class AssignmentIn(Body):
    """Who works on the case; nobody, where it is anybody's."""

    to: str | None = Field(None, min_length=1, max_length=60)


class StopIn(Body):
    """Why contacts stop, and what shows it."""

    kind: StopKind
    note: str = Field(min_length=2, max_length=500)


class AnswerIn(Body):
    """The answer to a dispute."""

    text: str = Field(min_length=2, max_length=2000)


class CuredOut(BaseModel):
    """How many cases of a plan, by how late they became, closed within thirty days."""

    plan: str
    days_late_from: int
    cases: int
    cured: int


@router.get("/collection-cases")
def list_cases(
    authorization: door.Authorization = None,
    after: door.After = None,
    most: door.Most = 50,
    status: Annotated[Literal["open", "promised", "closed"] | None, Query()] = None,
) -> door.Page[CaseOut]:
    """Cases, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = cased.page(tx, after=after, most=most + 1, status=status)
        return door.page([CaseOut.of(tx, one) for one in found], [one.id for one in found], most)


@router.get("/work-list")
def work_list(
    authorization: door.Authorization = None, after: Annotated[int, Query(ge=0, le=1_000_000)] = 0, most: door.Most = 50
) -> door.Page[CaseOut]:
    """Whom to call today, the most urgent first: those of others are left out."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        found = cased.work_list(tx, on=tx.on, assigned_to=member.name, after=after, most=most + 1)
        more = str(after + most) if len(found) > most else None
        return door.Page[CaseOut](data=[CaseOut.of(tx, one) for one in found[:most]], next=more)


@router.get("/collection-cases/{case_id}")
def show_case(case_id: str, authorization: door.Authorization = None) -> CasePageOut:
    """One case, with what may be done about it now and why not."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        case = cased.get(tx, case_id)
        return CasePageOut(
            case=CaseOut.of(tx, case),
            allowed=[AllowedOut.of(*way, verdict) for way, verdict in contact.allowed(tx, case.person_id).items()],
            contacts=[ContactOut.of(one) for one in contacted.contacts(tx, case.person_id)],
            promises=[PromiseOut.of(one) for one in cased.promises(tx, case_id)],
            disputes=[DisputeOut.of(one) for one in contacted.disputes(tx, case.person_id)],
            stops=[StopOut.of(one) for one in contacted.stops(tx, case.person_id)],
        )


@router.post("/collection-cases/{case_id}/contacts", status_code=201, response_model=PermitOut)
def begin_contact(
    case_id: str, body: ContactIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Ask to contact somebody now; refused with every bar where one stands. The number is shown for this contact, and that is on record."""
    wanted = Asked(Channel(body.channel), Whom(body.whom), About(body.about), Hand.STAFF, body.words, body.recorded)
    by = _member(authorization)

    def begin(seed: Seed) -> PermitOut:
        with parts().db.transaction("contact begun") as tx:
            case = cased.get(tx, case_id)
            reach = _reach(tx, case.person_id, wanted)
            permit = contact.permit(
                tx, contact_id=ContactId.derived(seed), person_id=case.person_id, asked=wanted, by=by
            )
            if reach is not None:
                facts = {"case": case_id, "contact": permit.contact_id, "whom": body.whom}
                audit.note(tx, actor=by, action="number_shown", subject=case.person_id, facts=facts)
        about = "关于您的贷款" if wanted.whom is Whom.DEBTOR else "想请您转告对方与我们联系"
        first = f"您好，这里是{parts().lender}，我是工作人员{by}，本次通话将被录音。{about}……"
        return PermitOut(contact_id=permit.contact_id, reach=reach, say_first=first)

    return _once(by, key, f"contacts|{case_id}", body, begin)


@router.post("/contacts/{contact_id}/outcomes", status_code=201)
def end_contact(contact_id: str, body: OutcomeIn, authorization: door.Authorization = None) -> ContactOut:
    """Write down what became of a contact."""
    with parts().db.transaction("contact outcome") as tx:
        who(tx, authorization)
        one = contacts.end(tx, contact_id=contact_id, outcome=Outcome(body.outcome), note=body.note or None)
        case = cased.of_person(tx, one.person_id)
        if case is not None:
            cases.called(tx, case_id=case.id, again_on=body.call_again_on)
    return ContactOut.of(one)


@router.post("/collection-cases/{case_id}/promises", status_code=201, response_model=PromiseOut)
def promise(
    case_id: str, body: PromiseIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Somebody promises to pay: nobody calls until that day, and what came by then tells whether it was kept."""
    amount = body.amount.money("amount")
    by = _member(authorization)

    def make(seed: Seed) -> PromiseOut:
        promise_id = PromiseId.derived(seed)
        with parts().db.transaction("promise made") as tx:
            return PromiseOut.of(
                cases.promise(tx, promise_id=promise_id, case_id=case_id, amount=amount, by_day=body.by, made_by=by)
            )

    return _once(by, key, f"promises|{case_id}", body, make)


@router.post("/collection-cases/{case_id}/assignments", status_code=201)
def assign(case_id: str, body: AssignmentIn, authorization: door.Authorization = None) -> CaseOut:
    """Say who works on a case."""
    with parts().db.transaction("case assigned") as tx:
        member = who(tx, authorization)
        return CaseOut.of(tx, cases.assign(tx, case_id=case_id, to=body.to, by=member.name))


@router.post("/collection-cases/{case_id}/stops", status_code=201, response_model=StopOut)
def stop_contacts(
    case_id: str, body: StopIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """From now on nobody contacts this person about a debt."""
    by = _member(authorization)

    def stop(seed: Seed) -> StopOut:
        with parts().db.transaction("contacts stopped") as tx:
            person_id = cased.get(tx, case_id).person_id
            return StopOut.of(
                contacts.stop(
                    tx, stop_id=StopId.derived(seed), person_id=person_id, kind=body.kind, by=by, note=body.note
                )
            )

    return _once(by, key, f"stops|{case_id}", body, stop)


@router.post("/collection-cases/{case_id}/stops/{stop_id}/liftings", status_code=201)
def lift_stop(case_id: str, stop_id: str, authorization: door.Authorization = None) -> StopOut:
    """A stop was wrong, or has ended; an officer says so."""
    with parts().db.transaction("stop lifted") as tx:
        member = who(tx, authorization)
        case = cased.get(tx, case_id)
        return StopOut.of(contacts.lift(tx, stop_id=stop_id, person_id=case.person_id, by=member.name))


@router.get("/disputes")
def list_disputes(authorization: door.Authorization = None) -> door.Page[DisputeOut]:
    """Disputes that wait for an answer, the most urgent first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        return door.Page[DisputeOut](data=[DisputeOut.of(one) for one in contacted.disputes(tx)], next=None)


@router.post("/disputes/{dispute_id}/answers", status_code=201)
def answer_dispute(dispute_id: str, body: AnswerIn, authorization: door.Authorization = None) -> DisputeOut:
    """Answer a dispute; contacts may go on."""
    with parts().db.transaction("dispute answered") as tx:
        member = who(tx, authorization)
        return DisputeOut.of(contacts.answer(tx, dispute_id=dispute_id, text=body.text, by=member.name))


@router.get("/cure-rates")
def cure_rates(since: Annotated[date, Query()], authorization: door.Authorization = None) -> door.Page[CuredOut]:
    """What plans of treatment cure: of cases that were opened since a day and thirty days ago or earlier."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = cased.cure_rates(tx, since=since, on=tx.on)
    rates = [
        CuredOut(plan=one.plan, days_late_from=one.worst_stage_from, cases=one.cases, cured=one.cured) for one in found
    ]
    return door.Page[CuredOut](data=rates, next=None)


def _member(authorization: str | None) -> str:
    """The name of a member of staff who collects. Refuses: NotAuthenticated, RoleMissing."""
    with parts().db.transaction() as tx:
        return who(tx, authorization).name


def _once(by: str, key: str | None, route: str, body: Body, do: Callable[[Seed], BaseModel]) -> JSONResponse:
    request = {"route": route, "body": body.model_dump(mode="json")}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{by}", key=key, request=request, do=do)


def _reach(tx: Tx, person_id: str, wanted: Asked) -> str | None:
    """The number that a call goes to, once it is permitted. Refuses ContactMissing where nobody was named."""
    if wanted.channel is not Channel.CALL:
        return None
    if wanted.whom is Whom.DEBTOR:
        return people.person(tx, parts().ring, person_id).phone.reveal()
    named = asked.contacts_of(tx, parts().ring, person_id)
    if not named:
        raise ContactMissing(field="whom")
    return named[0].phone.reveal()
