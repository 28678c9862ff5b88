"""The legal desk: whether a claim may be enforced and until when, the letter, the way through a court, its papers and its costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.db import Tx
from xindai.base.door import Body, MoneyBody
from xindai.base.repeat import Seed
from xindai.edges.papers import MEDIA, PDF, loan_statement
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys import litigate
from xindai.journeys.parts import parts
from xindai.lending.loans import queries as lent
from xindai.postloan.legal import operations as legal
from xindai.postloan.legal import queries as litigated
from xindai.postloan.legal.model import (
    WATCHED,
    Case,
    CaseId,
    Cost,
    CostId,
    CostKind,
    Ending,
    Way,
    unmet,
)

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["legal"], route_class=RepeatableRoute)
ZIP = {200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}}


class ClaimOut(BaseModel):
    """What is known of a claim: `unmet` says what speaks against enforcing it now; it is out of time after `limitation_on`."""

    overdue_days: int
    owed: MoneyBody
    tried: int
    unmet: list[str]
    limitation_on: date
    is_pressing: bool


class LegalCaseOut(BaseModel):
    """A case as it stands."""

    id: str
    person_id: str
    loan_id: str
    status: str
    opened_on: date
    proposed_by: str
    approved_by: str | None
    claimed: MoneyBody | None
    demanded_on: date | None
    pay_by: date | None
    way: str | None
    body: str | None
    docket: str | None
    filed_on: date | None
    awarded: MoneyBody | None
    judged_on: date | None
    enforce_by: date | None
    ending: str | None
    note: str | None
    ended_on: date | None

    @classmethod
    def of(cls, one: Case) -> LegalCaseOut:
        """As it stands."""
        return cls(
            id=one.id,
            person_id=one.person_id,
            loan_id=one.loan_id,
            status=one.status.value,
            opened_on=one.opened_on,
            proposed_by=one.proposed_by,
            approved_by=one.approved_by,
            claimed=MoneyBody.of(one.claimed.minor) if one.claimed else None,
            demanded_on=one.demanded_on,
            pay_by=one.pay_by,
            way=one.way.value if one.way else None,
            body=one.body,
            docket=one.docket,
            filed_on=one.filed_on,
            awarded=MoneyBody.of(one.awarded.minor) if one.awarded else None,
            judged_on=one.judged_on,
            enforce_by=one.enforce_by,
            ending=one.ending.value if one.ending else None,
            note=one.note,
            ended_on=one.ended_on,
        )


class CostOut(BaseModel):
    """What a case has cost."""

    id: str
    kind: str
    amount: MoneyBody
    on: date
    note: str
    by: str

    @classmethod
    def of(cls, one: Cost) -> CostOut:
        """As it was booked."""
        amount = MoneyBody.of(one.amount.minor)
        return cls(id=one.id, kind=one.kind.value, amount=amount, on=one.on, note=one.note, by=one.by)


class LegalCasePageOut(BaseModel):
    """A case with its claim as of today and its costs."""

    case: LegalCaseOut
    claim: ClaimOut
    costs: list[CostOut]


class FilingIn(Body):
    """With whom it lies, and under which number."""

    way: Way
    body: str = Field(min_length=2, max_length=120)
    docket: str = Field(min_length=1, max_length=80)


class JudgmentIn(Body):
    """What was decided that is owed."""

    awarded: MoneyBody


class LegalClosingIn(Body):
    """How it ended."""

    ending: Ending
    note: str = Field(min_length=2, max_length=1000)


class CostIn(Body):
    """What was paid for, and how much."""

    kind: CostKind
    amount: MoneyBody
    note: str = Field("", max_length=400)


@router.get("/loans/{loan_id}/claim")
def show_claim(loan_id: str, authorization: door.Authorization = None) -> ClaimOut:
    """Whether a loan's claim may be enforced now, and until when."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        return _claim(tx, loan_id)


@router.get("/legal-cases")
def list_legal_cases(
    authorization: door.Authorization = None,
    after: door.After = None,
    most: door.Most = 50,
    status: Annotated[Literal["proposed", "demanded", "filed", "judged", "enforced", "closed"] | None, Query()] = None,
    loan_id: Annotated[str | None, Query(max_length=64)] = None,
) -> door.Page[LegalCaseOut]:
    """Cases, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = litigated.page(tx, after=after, most=most + 1, status=status, loan_id=loan_id)
    return door.page([LegalCaseOut.of(one) for one in found], [one.id for one in found], most)


@router.get("/legal-cases/{case_id}")
def show_legal_case(case_id: str, authorization: door.Authorization = None) -> LegalCasePageOut:
    """One case."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        one = litigated.get(tx, case_id)
        return LegalCasePageOut(
            case=LegalCaseOut.of(one),
            claim=_claim(tx, one.loan_id),
            costs=[CostOut.of(each) for each in litigated.costs(tx, one.id)],
        )


@router.post("/loans/{loan_id}/legal-cases", status_code=201, response_model=LegalCaseOut)
def propose_case(loan_id: str, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Propose to enforce what is owed on a loan; somebody else agrees before a letter goes."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)

    def propose(seed: Seed) -> LegalCaseOut:
        with parts().db.transaction() as tx:
            return LegalCaseOut.of(litigate.propose(tx, case_id=CaseId.derived(seed), loan_id=loan_id, by=member.name))

    request = {"route": f"legal-cases|{loan_id}"}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{member.name}", key=key, request=request, do=propose)


@router.post("/legal-cases/{case_id}/approvals", status_code=201)
def demand(case_id: str, authorization: door.Authorization = None) -> LegalCaseOut:
    """Agree: the letter of demand goes to whoever owes, with time to pay or to talk."""
    return _do(authorization, lambda tx, by: litigate.demand(tx, case_id=case_id, by=by))


@router.post("/legal-cases/{case_id}/filings", status_code=201)
def file_case(case_id: str, body: FilingIn, authorization: door.Authorization = None) -> LegalCaseOut:
    """It lies with a mediator, an arbitrator or a court."""
    return _do(
        authorization,
        lambda tx, by: legal.file(tx, case_id=case_id, way=body.way, body=body.body, docket=body.docket, by=by),
    )


@router.post("/legal-cases/{case_id}/judgments", status_code=201)
def judge_case(case_id: str, body: JudgmentIn, authorization: door.Authorization = None) -> LegalCaseOut:
    """What was decided."""
    awarded = body.awarded.money("awarded")
    return _do(authorization, lambda tx, by: legal.judge(tx, case_id=case_id, awarded=awarded, by=by))


@router.post("/legal-cases/{case_id}/enforcements", status_code=201)
def enforce_case(case_id: str, authorization: door.Authorization = None) -> LegalCaseOut:
    """A court was asked to collect."""
    return _do(authorization, lambda tx, by: legal.enforce(tx, case_id=case_id, by=by))


@router.post("/legal-cases/{case_id}/closings", status_code=201)
def close_case(case_id: str, body: LegalClosingIn, authorization: door.Authorization = None) -> LegalCaseOut:
    """It is over."""
    return _do(
        authorization, lambda tx, by: legal.close(tx, case_id=case_id, ending=body.ending, note=body.note, by=by)
    )


@router.post("/legal-cases/{case_id}/costs", status_code=201, response_model=CostOut)
def book_cost(
    case_id: str, body: CostIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Book what a case has cost."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
    amount = body.amount.money("amount")

    def book(seed: Seed) -> CostOut:
        with parts().db.transaction() as tx:
            cost = legal.spend(
                tx,
                cost_id=CostId.derived(seed),
                case_id=case_id,
                kind=body.kind,
                amount=amount,
                note=body.note,
                by=member.name,
            )
        return CostOut.of(cost)

    request = {"route": f"legal-costs|{case_id}", "body": body.model_dump(mode="json")}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{member.name}", key=key, request=request, do=book)


@router.get("/legal-cases/{case_id}/demand.pdf", response_class=Response, responses=PDF)
def demand_pdf(case_id: str, authorization: door.Authorization = None) -> Response:
    """The letter of demand."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        return Response(litigate.letter(tx, case_id), media_type=MEDIA)


@router.get("/legal-cases/{case_id}/package.zip", response_class=Response, responses=ZIP)  # type: ignore[arg-type]
def package_zip(
    case_id: str,
    reason: Annotated[str, Query(min_length=4, max_length=500)],
    authorization: door.Authorization = None,
) -> Response:
    """All that proves the claim as one indexed, signed archive, with its debtor in full; it is noted, and they can see it."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        one = litigated.get(tx, case_id)
        since = lent.terms_of(tx, one.loan_id).disbursed_on
        read = loan_statement.read(tx, parts().ring, one.loan_id, person_id=one.person_id, since=since, until=None)
    statement = loan_statement.pdf(read, paper=parts().paper, lender=parts().lender, named=True)
    made = litigate.package(case_id, statement=statement, reason=reason, by=member.name)
    headers = {"Content-Disposition": f'attachment; filename="{case_id}.zip"', "Cache-Control": "no-store"}
    return Response(made, media_type="application/zip", headers=headers)


def _claim(tx: Tx, loan_id: str) -> ClaimOut:
    claim = litigate.claim_of(tx, loan_id)
    return ClaimOut(
        overdue_days=claim.overdue_days,
        owed=MoneyBody.of(claim.owed),
        tried=claim.tried,
        unmet=[one.value for one in unmet(claim, on=tx.on)],
        limitation_on=claim.limitation_on,
        is_pressing=claim.owed > 0 and claim.limitation_on - WATCHED <= tx.on,
    )


def _do(authorization: str | None, do: Callable[[Tx, str], Case]) -> LegalCaseOut:
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return LegalCaseOut.of(do(tx, member.name))
