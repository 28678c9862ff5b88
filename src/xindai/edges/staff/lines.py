"""Lines of credit, as staff see and change them."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body, MoneyBody
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys.parts import parts
from xindai.lending.line import operations as lines
from xindai.lending.line import queries as lined
from xindai.lending.line.model import Line, Status
from xindai.postloan.watch import queries as watched
from xindai.postloan.watch.model import Verdict
from xindai.products.catalogue import queries as catalogue

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"], route_class=RepeatableRoute)


class StaffLineOut(BaseModel):
    """A line as it stands."""

    id: str
    reference: str
    person_id: str
    product: str
    status: str
    limit: MoneyBody
    used: MoneyBody
    available: MoneyBody
    annual_rate: str
    expires_on: date

    @classmethod
    def of(cls, line: Line) -> StaffLineOut:
        """As it is kept."""
        return cls(
            id=line.id,
            reference=line.reference,
            person_id=line.person_id,
            product=line.product,
            status=line.status.value,
            limit=MoneyBody.of(line.limit.minor),
            used=MoneyBody.of(line.used.minor),
            available=MoneyBody.of(line.available.minor),
            annual_rate=line.annual_rate,
            expires_on=line.expires_on,
        )


class LimitIn(Body):
    """A new limit for new draws, and why."""

    limit: MoneyBody
    reason: str = Field(min_length=1)


class RateIn(Body):
    """A new yearly rate for new draws, and why."""

    annual_rate: str
    reason: str = Field(min_length=1)


class MoveIn(Body):
    """What the line is to become, and why."""

    status: Literal["open", "frozen", "closed"]
    reason: str = Field(min_length=1)


@router.get("/lines")
def list_lines(
    authorization: door.Authorization = None, after: door.After = None, most: door.Most = 50
) -> door.Page[StaffLineOut]:
    """Lines, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = lined.page(tx, after=after, most=most + 1)
    return door.page([StaffLineOut.of(one) for one in found], [one.id for one in found], most)


class LineLookOut(BaseModel):
    """A monthly look at a line with all that it rests on."""

    id: str
    on: date
    score: int
    pd_ppm: int
    grade: str
    model_hash: str
    features: dict[str, int | None]
    reasons: list[dict[str, Any]]
    verdict: Verdict
    rule: str
    limit_before: MoneyBody
    limit_after: MoneyBody


@router.get("/lines/{line_id}")
def show_line(line_id: str, authorization: door.Authorization = None) -> StaffLineOut:
    """One line."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        return StaffLineOut.of(lined.get(tx, line_id))


@router.get("/lines/{line_id}/reviews")
def list_line_reviews(line_id: str, authorization: door.Authorization = None) -> door.Page[LineLookOut]:
    """The monthly looks at a line, the latest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = watched.of_line(tx, lined.get(tx, line_id).id)
    shown = [
        LineLookOut(
            **{name: getattr(one, name) for name in LineLookOut.model_fields if not name.startswith("limit_")},
            limit_before=MoneyBody.of(one.limit_before),
            limit_after=MoneyBody.of(one.limit_after),
        )
        for one in found
    ]
    return door.Page[LineLookOut](data=shown, next=None)


@router.post("/lines/{line_id}/limits", status_code=201)
def change_limit(line_id: str, body: LimitIn, authorization: door.Authorization = None) -> StaffLineOut:
    """Raise or cut a limit; what is drawn above it stays until it is repaid."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        product = catalogue.lendable(tx, lined.get(tx, line_id).product)
        limit = body.limit.money("limit")
        return StaffLineOut.of(
            lines.change_limit(tx, line_id=line_id, product=product, limit=limit, by=member.name, reason=body.reason)
        )


@router.post("/lines/{line_id}/rates", status_code=201)
def change_rate(line_id: str, body: RateIn, authorization: door.Authorization = None) -> StaffLineOut:
    """Reprice new draws."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        product = catalogue.lendable(tx, lined.get(tx, line_id).product)
        rate = body.annual_rate
        return StaffLineOut.of(
            lines.change_rate(
                tx, line_id=line_id, product=product, annual_rate=rate, by=member.name, reason=body.reason
            )
        )


@router.post("/lines/{line_id}/moves", status_code=201)
def move_line(line_id: str, body: MoveIn, authorization: door.Authorization = None) -> StaffLineOut:
    """Freeze, unfreeze or close a line."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return StaffLineOut.of(
            lines.move(tx, line_id=line_id, to=Status(body.status), by=member.name, reason=body.reason)
        )
