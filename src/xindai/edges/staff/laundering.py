"""The desk against money laundering: cases with what they rest on, proposals and second looks, reports, and the scenarios."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from xindai.base import audit, door
from xindai.base.door import Body, MoneyBody
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.governance.laundering import operations as laundering
from xindai.governance.laundering import queries as watched
from xindai.governance.laundering import report
from xindai.governance.laundering.model import Alert, Case, CaseMoved, Proposal, Rated, Scenario, Status
from xindai.journeys.parts import parts
from xindai.onboarding.identity import queries as people

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["money laundering"], route_class=RepeatableRoute)
MOST_SHOWN, MOST_REPORTED = 50, 1000


class AmlCaseOut(BaseModel):
    """A case as it stands; report or dismiss it by `report_by`."""

    id: str
    person_id: str
    kind: str
    status: str
    opened_on: date
    report_by: date
    proposal: str | None
    proposed_by: str | None
    decided_by: str | None
    ended_on: date | None

    @classmethod
    def of(cls, one: Case) -> AmlCaseOut:
        """As it stands."""
        return cls(
            id=one.id,
            person_id=one.person_id,
            kind=one.kind.value,
            status=one.status.value,
            opened_on=one.opened_on,
            report_by=one.report_by,
            proposal=one.proposal.value if one.proposal else None,
            proposed_by=one.proposed_by,
            decided_by=one.decided_by,
            ended_on=one.ended_on,
        )


class AlertOut(BaseModel):
    """What was seen, and in which payments, loans or list entries."""

    scenario: str
    on: date
    amount: MoneyBody | None
    times: int | None
    ids: list[str]

    @classmethod
    def of(cls, one: Alert) -> AlertOut:
        """As it was seen."""
        amount = one.facts.get("amount")
        return cls(
            scenario=one.scenario,
            on=one.on,
            amount=MoneyBody.of(amount) if amount is not None else None,
            times=one.facts.get("times"),
            ids=[str(each) for each in one.facts.get("ids", ())],
        )


class RatingOut(BaseModel):
    """How much risk a customer bears, by what, and when that is looked at again."""

    rating: str
    factors: list[str]
    on: date
    look_again_on: date

    @classmethod
    def of(cls, one: Rated) -> RatingOut:
        """As it stands."""
        return cls(rating=one.rating.value, factors=list(one.factors), on=one.on, look_again_on=one.look_again_on)


class MovementOut(BaseModel):
    """A payment that came about."""

    id: str
    kind: str
    amount: MoneyBody
    settled_on: date
    rail: str | None
    loan_id: str | None


class AmlCasePageOut(BaseModel):
    """A case with what it rests on, the newest movements of its person, and what was written of it."""

    case: AmlCaseOut
    alerts: list[AlertOut]
    rating: RatingOut | None
    movements: list[MovementOut]
    reasons: str | None


class ScenarioOut(BaseModel):
    """What is watched for, and from how much, how often, in how many days."""

    id: str
    kind: str
    en: str
    zh: str
    source: str
    least: MoneyBody | None
    count: int | None
    days: int | None

    @classmethod
    def of(cls, one: Scenario) -> ScenarioOut:
        """As it is in force."""
        least = one.parameters.get("least")
        return cls(
            id=one.id,
            kind=one.kind.value,
            en=one.en,
            zh=one.zh,
            source=one.source,
            least=MoneyBody.of(least) if least is not None else None,
            count=one.parameters.get("count"),
            days=one.parameters.get("days"),
        )


class ProposalIn(Body):
    """What should become of a case, and why."""

    proposal: Proposal
    reasons: str = Field(min_length=10, max_length=4000)


@router.get("/aml-scenarios")
def list_scenarios(authorization: door.Authorization = None) -> door.Page[ScenarioOut]:
    """What is watched for each evening."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
    return door.Page[ScenarioOut](data=[ScenarioOut.of(one) for one in parts().scenarios], next=None)


@router.get("/aml-cases")
def list_cases(
    authorization: door.Authorization = None,
    after: door.After = None,
    most: door.Most = 50,
    status: Annotated[Literal["open", "proposed", "reported", "dismissed"] | None, Query()] = None,
    kind: Annotated[Literal["large", "suspicious"] | None, Query()] = None,
) -> door.Page[AmlCaseOut]:
    """Cases, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = watched.page(tx, after=after, most=most + 1, status=status, kind=kind)
    return door.page([AmlCaseOut.of(one) for one in found], [one.id for one in found], most)


@router.get("/aml-cases/{case_id}")
def show_case(case_id: str, authorization: door.Authorization = None) -> AmlCasePageOut:
    """One case; that it was read is noted."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        one = watched.get(tx, case_id)
        audit.note(tx, actor=member.name, action="aml_case_read", subject=one.id)
        rating = watched.rating(tx, one.person_id)
        moved = watched.movements(tx, one.person_id, most=MOST_SHOWN)
        return AmlCasePageOut(
            case=AmlCaseOut.of(one),
            alerts=[AlertOut.of(each) for each in watched.alerts(tx, one.id)],
            rating=RatingOut.of(rating) if rating else None,
            movements=[
                MovementOut(
                    id=each["id"],
                    kind=each["kind"],
                    amount=MoneyBody.of(each["amount"]),
                    settled_on=each["settled_on"],
                    rail=each["rail"],
                    loan_id=each["loan_id"],
                )
                for each in moved
            ],
            reasons=watched.reasons(tx, parts().ring, one.id),
        )


@router.post("/aml-cases/{case_id}/proposals", status_code=201)
def propose(case_id: str, body: ProposalIn, authorization: door.Authorization = None) -> AmlCaseOut:
    """Propose to report a case or to dismiss it; somebody else decides."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        one = laundering.propose(
            tx, parts().ring, case_id=case_id, proposal=body.proposal, reasons=body.reasons, by=member.name
        )
        return AmlCaseOut.of(one)


@router.post("/aml-cases/{case_id}/approvals", status_code=201)
def agree(case_id: str, authorization: door.Authorization = None) -> AmlCaseOut:
    """Agree with what somebody else has proposed: it is reported, or dismissed."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return AmlCaseOut.of(laundering.agree(tx, case_id=case_id, by=member.name))


@router.post("/aml-cases/{case_id}/returns", status_code=201)
def send_back(case_id: str, authorization: door.Authorization = None) -> AmlCaseOut:
    """Want it looked at again."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return AmlCaseOut.of(laundering.send_back(tx, case_id=case_id, by=member.name))


@router.get(
    "/aml-cases/{case_id}/report",
    response_class=Response,
    responses={200: {"content": {"application/xml": {}}}},
)
def read_report(case_id: str, authorization: door.Authorization = None) -> Response:
    """The report of a case that is reported, as XML, with its customer in full: for the authority, and noted."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        one = watched.get(tx, case_id)
        if one.status is not Status.REPORTED:
            raise CaseMoved(status=one.status.value, field="case")
        person = people.known(tx, parts().ring, one.person_id)
        audit.note(tx, actor=member.name, action="aml_report_read", subject=one.id)
        content = report.document(
            one,
            report.Subject(
                name=person.name.reveal() if person.name else "",
                id_number=person.id_number.reveal() if person.id_number else "",
                phone=person.phone.reveal(),
                card_number=person.card_number.reveal() if person.card_number else "",
            ),
            lender=parts().lender,
            on=one.ended_on or tx.on,
            rating=watched.rating(tx, one.person_id),
            alerts=watched.alerts(tx, one.id),
            scenarios=parts().scenarios,
            movements=watched.movements(tx, one.person_id, most=MOST_REPORTED),
            reasons=watched.reasons(tx, parts().ring, one.id) or "",
        )
    headers = {"Content-Disposition": f'attachment; filename="{one.id}.xml"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/xml", headers=headers)
