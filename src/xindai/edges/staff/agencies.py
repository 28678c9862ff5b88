"""Agencies: their contracts, the cases they have, how they do, and what we found when we looked."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body, MoneyBody
from xindai.base.repeat import Seed
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys import place
from xindai.journeys.parts import parts
from xindai.postloan.agencies import operations as agencies
from xindai.postloan.agencies import queries as placed
from xindai.postloan.agencies.model import Agency, AgencyStatus, Placement, PlacementId
from xindai.postloan.agencies.queries import Inspection, Record

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["agencies"], route_class=RepeatableRoute)


class AgencyOut(BaseModel):
    """An agency and its contract; `commission_bps` of what comes in, in hundredths of a per cent."""

    code: str
    name: str
    licence: str
    commission_bps: int
    most_cases: int
    valid_until: date
    status: str
    proposed_by: str
    decided_by: str | None

    @classmethod
    def of(cls, one: Agency) -> AgencyOut:
        """As it stands."""
        return cls(
            code=one.code,
            name=one.name,
            licence=one.licence,
            commission_bps=one.commission_bps,
            most_cases=one.most_cases,
            valid_until=one.valid_until,
            status=one.status.value,
            proposed_by=one.proposed_by,
            decided_by=one.decided_by,
        )


class AgencyRecordOut(BaseModel):
    """How an agency has done so far: `disputes` are those of people whose case it had."""

    cases: int
    placed: int
    owed: MoneyBody
    received: MoneyBody
    commission: MoneyBody
    contacts: int
    connected: int
    disputes: int

    @classmethod
    def of(cls, one: Record) -> AgencyRecordOut:
        """All of it."""
        return cls(
            cases=one.cases,
            placed=one.placed,
            owed=MoneyBody.of(one.owed),
            received=MoneyBody.of(one.received),
            commission=MoneyBody.of(one.commission),
            contacts=one.contacts,
            connected=one.connected,
            disputes=one.disputes,
        )


class InspectionOut(BaseModel):
    """What was found in an agency's work."""

    on: date
    by: str
    found: str

    @classmethod
    def of(cls, one: Inspection) -> InspectionOut:
        """As it was written down."""
        return cls(on=one.on, by=one.by, found=one.found)


class AgencyPageOut(BaseModel):
    """An agency, how it does, and what was found."""

    agency: AgencyOut
    record: AgencyRecordOut
    inspections: list[InspectionOut]


class PlacementOut(BaseModel):
    """A case with an agency, or that was; `recall_on` is when it comes back at the latest."""

    id: str
    case_id: str
    agency: str
    status: str
    placed_on: date
    recall_on: date
    placed_by: str
    owed: MoneyBody
    received: MoneyBody
    commission: MoneyBody
    ended_on: date | None
    why: str

    @classmethod
    def of(cls, one: Placement) -> PlacementOut:
        """As it stands."""
        return cls(
            id=one.id,
            case_id=one.case_id,
            agency=one.agency,
            status=one.status.value,
            placed_on=one.placed_on,
            recall_on=one.recall_on,
            placed_by=one.placed_by,
            owed=MoneyBody.of(one.owed),
            received=MoneyBody.of(one.received),
            commission=MoneyBody.of(one.commission),
            ended_on=one.ended_on,
            why=one.why,
        )


class AgencyIn(Body):
    """A contract with an agency."""

    code: str = Field(min_length=2, max_length=40)
    name: str = Field(min_length=2, max_length=80)
    licence: str = Field(min_length=2, max_length=80, description="its business licence, checked by whoever proposes")
    commission_bps: int
    most_cases: int
    valid_until: date


class PlacementIn(Body):
    """To which agency a case goes."""

    agency: str = Field(min_length=2, max_length=40)


class WhyIn(Body):
    """Why, in words."""

    why: str = Field(min_length=2, max_length=200)


class FoundIn(Body):
    """What was found."""

    found: str = Field(min_length=2, max_length=2000)


@router.get("/agencies")
def list_agencies(authorization: door.Authorization = None) -> door.Page[AgencyOut]:
    """All agencies that we have, or had, a contract with."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        return door.Page[AgencyOut](data=[AgencyOut.of(one) for one in placed.agencies(tx)], next=None)


@router.post("/agencies", status_code=201)
def propose_agency(body: AgencyIn, authorization: door.Authorization = None) -> AgencyOut:
    """Propose a contract with an agency; somebody else approves."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        wanted = Agency(
            body.code,
            body.name,
            body.licence,
            body.commission_bps,
            body.most_cases,
            body.valid_until,
            AgencyStatus.PROPOSED,
            member.name,
            None,
        )
        return AgencyOut.of(agencies.propose(tx, wanted))


@router.get("/agencies/{code}")
def show_agency(code: str, authorization: door.Authorization = None) -> AgencyPageOut:
    """One agency: its contract, its record, what we found."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        return AgencyPageOut(
            agency=AgencyOut.of(placed.agency(tx, code)),
            record=AgencyRecordOut.of(placed.record(tx, code)),
            inspections=[InspectionOut.of(one) for one in placed.inspections(tx, code)],
        )


@router.post("/agencies/{code}/approvals", status_code=201)
def approve_agency(code: str, authorization: door.Authorization = None) -> AgencyOut:
    """It may have cases."""
    return _decide(code, AgencyStatus.ACTIVE, authorization)


@router.post("/agencies/{code}/rejections", status_code=201)
def reject_agency(code: str, authorization: door.Authorization = None) -> AgencyOut:
    """It may not."""
    return _decide(code, AgencyStatus.REJECTED, authorization)


@router.post("/agencies/{code}/endings", status_code=201)
def end_agency(code: str, authorization: door.Authorization = None) -> AgencyOut:
    """Its contract ends now: every case comes back."""
    return _decide(code, AgencyStatus.ENDED, authorization)


@router.post("/agencies/{code}/inspections", status_code=201)
def inspect_agency(code: str, body: FoundIn, authorization: door.Authorization = None) -> AgencyPageOut:
    """Write down what was found in an agency's work."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        agencies.inspect(tx, code=code, found=body.found, by=member.name)
    return show_agency(code, authorization)


@router.get("/collection-cases/{case_id}/placements")
def list_placements(case_id: str, authorization: door.Authorization = None) -> door.Page[PlacementOut]:
    """With which agencies a case is, or was."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        return door.Page[PlacementOut](data=[PlacementOut.of(one) for one in placed.of_case(tx, case_id)], next=None)


@router.post("/collection-cases/{case_id}/placements", status_code=201, response_model=PlacementOut)
def place_case(
    case_id: str, body: PlacementIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Place a case with an agency for ninety days at most; its person is told which."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)

    def do(seed: Seed) -> PlacementOut:
        placement_id = PlacementId.derived(seed)
        return PlacementOut.of(place.place(placement_id, case_id=case_id, code=body.agency, by=member.name))

    request = {"route": f"placements|{case_id}", "body": body.model_dump()}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{member.name}", key=key, request=request, do=do)


@router.post("/placements/{placement_id}/recalls", status_code=201)
def recall(placement_id: str, body: WhyIn, authorization: door.Authorization = None) -> PlacementOut:
    """Take a case back."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
    return PlacementOut.of(place.recall(placement_id, why=body.why, by=member.name))


def _decide(code: str, to: AgencyStatus, authorization: str | None) -> AgencyOut:
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
    return AgencyOut.of(place.decide(code, to, by=member.name))
