"""Changes of loans by two members of staff."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from xindai.base import door
from xindai.base.door import Body, MoneyBody
from xindai.base.repeat import Seed
from xindai.edges import quote_json
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.edges.staff.loans import InstalmentOut
from xindai.journeys.parts import parts
from xindai.lending.adjustments import operations as adjustments
from xindai.lending.adjustments import queries as adjusted
from xindai.lending.adjustments.model import Adjustment, AdjustmentId
from xindai.lending.loans import queries as loans

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"], route_class=RepeatableRoute)


class AdjustmentIn(Body):
    """An event in the words of `xindai quote`, counting from the pay-out to today, and why."""

    event: dict[str, Any]
    reason: str


class PreviewIn(Body):
    """An event in the words of `xindai quote`."""

    event: dict[str, Any]


class PreviewOut(BaseModel):
    """The instalments, and what settles the loan today, as they are and as they would be."""

    before: list[InstalmentOut]
    after: list[InstalmentOut]
    payoff_before: MoneyBody
    payoff_after: MoneyBody


class AdjustmentOut(BaseModel):
    """What somebody wants to change about a loan, and what became of it."""

    id: str
    loan_id: str
    kind: str
    on: date
    amount: MoneyBody
    reverses: str | None
    reason: str
    status: str
    proposed_by: str
    decided_by: str | None
    decided_on: date | None

    @classmethod
    def of(cls, one: Adjustment) -> AdjustmentOut:
        """As it stands."""
        return cls(
            id=one.id,
            loan_id=one.loan_id,
            kind=one.fact.kind.value,
            on=one.fact.on,
            amount=MoneyBody.of(one.fact.amount),
            reverses=one.fact.reverses,
            reason=one.reason,
            status=one.status.value,
            proposed_by=one.proposed_by,
            decided_by=one.decided_by,
            decided_on=one.decided_on,
        )


@router.post("/loans/{loan_id}/adjustments", status_code=201, response_model=AdjustmentOut)
def propose_adjustment(
    loan_id: str, body: AdjustmentIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Ask for a reversal, fee, waiver, rate change, interest pause, reschedule or charge-off; somebody else decides."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        terms = loans.terms_of(tx, loan_id)

    def propose(seed: Seed) -> AdjustmentOut:
        adjustment_id = AdjustmentId.derived(seed)
        fact = quote_json.event_fact({**body.event, "id": adjustment_id}, "event", adjustment_id, terms=terms)
        with parts().db.transaction() as tx:
            return AdjustmentOut.of(
                adjustments.propose(
                    tx, adjustment_id=adjustment_id, loan_id=loan_id, fact=fact, reason=body.reason, by=member.name
                )
            )

    request = {"route": f"adjustments|{loan_id}", "body": body.model_dump()}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{member.name}", key=key, request=request, do=propose)


@router.post("/loans/{loan_id}/adjustment-previews")
def preview_adjustment(loan_id: str, body: PreviewIn, authorization: door.Authorization = None) -> PreviewOut:
    """How the loan would stand today if that happened; nothing is kept."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        fact = quote_json.event_fact(
            {**body.event, "id": "preview"}, "event", "preview", terms=loans.terms_of(tx, loan_id)
        )
        before, after = loans.view(tx, loan_id).state, loans.preview(tx, loan_id, fact)
    return PreviewOut(
        before=[InstalmentOut.of(line) for line in before.lines] if before else [],
        after=[InstalmentOut.of(line) for line in after.lines],
        payoff_before=MoneyBody.of(before.payoff if before else 0),
        payoff_after=MoneyBody.of(after.payoff),
    )


@router.get("/adjustments")
def list_adjustments(
    authorization: door.Authorization = None,
    after: door.After = None,
    most: door.Most = 50,
    loan_id: Annotated[str | None, Query(max_length=64)] = None,
    status: Annotated[str | None, Query(max_length=30)] = None,
) -> door.Page[AdjustmentOut]:
    """Adjustments, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = adjusted.page(tx, after=after, most=most + 1, loan_id=loan_id, status=status)
    return door.page([AdjustmentOut.of(one) for one in found], [one.id for one in found], most)


@router.post("/adjustments/{adjustment_id}/approvals", status_code=201)
def approve_adjustment(adjustment_id: str, authorization: door.Authorization = None) -> AdjustmentOut:
    """Make an adjustment happen; whoever proposed it cannot."""
    with parts().db.transaction("adjustment approved") as tx:
        member = who(tx, authorization)
        return AdjustmentOut.of(adjustments.approve(tx, adjustment_id=adjustment_id, by=member.name))


@router.post("/adjustments/{adjustment_id}/rejections", status_code=201)
def reject_adjustment(adjustment_id: str, authorization: door.Authorization = None) -> AdjustmentOut:
    """Turn an adjustment down; whoever proposed it cannot."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return AdjustmentOut.of(adjustments.reject(tx, adjustment_id=adjustment_id, by=member.name))
