"""Returns to the regulator: drawn up after each month, checked by one of finance and reported by another."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body
from xindai.book.returns import operations as returns
from xindai.book.returns import queries
from xindai.book.returns.model import LINES, Return
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys.parts import parts

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["returns"], route_class=RepeatableRoute)
CSV = "text/csv; charset=utf-8"
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
}
MOST = 200


class LineOut(BaseModel):
    """One line: `fen` are minor units, `ppm` millionths; `shown` as it stands in the sheet, empty where it is not known."""

    code: str
    unit: str
    zh: str
    en: str
    value: int | None
    shown: str


class ReturnSummary(BaseModel):
    """A return and where it stands; `why` says why it was drawn up again."""

    id: str
    month: date
    status: str
    why: str
    due_on: date
    drawn_on: date
    checked_by: str | None
    checked_on: date | None
    reported_by: str | None
    reported_on: date | None
    reference: str | None

    @classmethod
    def of(cls, one: Return) -> ReturnSummary:
        """As it is kept."""
        return cls(
            id=one.ref,
            month=one.month,
            status=one.status.value,
            why=one.why,
            due_on=one.due_on,
            drawn_on=one.drawn_on,
            checked_by=one.checked_by,
            checked_on=one.checked_on,
            reported_by=one.reported_by,
            reported_on=one.reported_on,
            reference=one.reference,
        )


class ReturnOut(ReturnSummary):
    """The same with its lines."""

    lines: list[LineOut]

    @classmethod
    def whole(cls, one: Return) -> ReturnOut:
        """As it is kept."""
        lines = [
            LineOut(
                code=line.code,
                unit=line.unit,
                zh=line.zh,
                en=line.en,
                value=one.figures.get(line.code),
                shown=line.shown(one.figures.get(line.code)),
            )
            for line in LINES
        ]
        return cls(**ReturnSummary.of(one).model_dump(), lines=lines)


class RedrawIn(Body):
    """Of which month, and why it is drawn up by hand."""

    month: str = Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")
    why: str = Field(min_length=4, max_length=500)


class ReportIn(Body):
    """What the regulator's portal answered."""

    reference: str = Field(min_length=1, max_length=80)


@router.get("/returns")
def list_returns(authorization: door.Authorization = None) -> door.Page[ReturnSummary]:
    """All returns, the newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        data = [ReturnSummary.of(one) for one in queries.page(tx, most=MOST)]
    return door.Page[ReturnSummary](data=data, next=None)


@router.post("/returns", status_code=201)
def redraw_return(body: RedrawIn, authorization: door.Authorization = None) -> ReturnOut:
    """Draw a month up by what its books say now; the one before is replaced, and stays to be seen."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        month = date.fromisoformat(f"{body.month}-01")
        return ReturnOut.whole(returns.redraw(tx, month, why=body.why, by=member.name))


@router.get("/returns/{return_id}")
def show_return(return_id: str, authorization: door.Authorization = None) -> ReturnOut:
    """One return with its lines."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        return ReturnOut.whole(queries.one(tx, return_id))


@router.get("/returns/{return_id}/sheet.csv", response_class=Response, responses=FILE)
def sheet(return_id: str, authorization: door.Authorization = None) -> Response:
    """Its lines as a sheet, to be reported."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        one = queries.one(tx, return_id)
    rows = [
        {"代码": line.code, "项目": line.zh, "Item": line.en, "数值": line.shown(one.figures.get(line.code))}
        for line in LINES
    ]
    return Response(pl.DataFrame(rows).write_csv(include_bom=True), media_type=CSV)


@router.post("/returns/{return_id}/checks", status_code=201)
def check_return(return_id: str, authorization: door.Authorization = None) -> ReturnOut:
    """Every line was looked at; what does not add up is signed by nobody."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return ReturnOut.whole(returns.check(tx, return_id, by=member.name))


@router.post("/returns/{return_id}/reports", status_code=201)
def report_return(return_id: str, body: ReportIn, authorization: door.Authorization = None) -> ReturnOut:
    """It was reported, by somebody else than who checked it, and this is the regulator's reference."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return ReturnOut.whole(returns.report(tx, return_id, reference=body.reference, by=member.name))
