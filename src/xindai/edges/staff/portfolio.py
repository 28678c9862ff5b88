"""The book as a whole: what is at risk, vintages, rolls, first defaults, recoveries, and what is to be expected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, TypeVar

import polars as pl
from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body, MoneyBody
from xindai.book.portfolio import expected, queries, views
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys import export
from xindai.journeys.parts import parts

router = APIRouter(
    prefix="/v1/staff/portfolio", responses=door.PROBLEMS, tags=["portfolio"], route_class=RepeatableRoute
)
PARQUET = "application/vnd.apache.parquet"
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {PARQUET: {"schema": {"type": "string", "format": "binary"}}}}
}
Item = TypeVar("Item")
Product = Annotated[str | None, Query(max_length=60, description="of one product; of all without it")]


class AtRiskOut(BaseModel):
    """The principal that lives at the end of a month, and what of it is late by so many days or more."""

    month: date
    principal: MoneyBody
    par1: MoneyBody
    par30: MoneyBody
    par60: MoneyBody
    par90: MoneyBody


class VintageOut(BaseModel):
    """Of the loans lent in a month: how many, and for how much, were ever bad by so many months on book."""

    cohort: date
    mob: int
    loans: int
    lent: MoneyBody
    bad: int
    bad_lent: MoneyBody
    bad_share: str


class RollOut(BaseModel):
    """How much of a stage's principal stood in another a month later."""

    month: date
    stage: str
    to: str
    loans: int
    principal: MoneyBody
    share: str


class FirstDefaultOut(BaseModel):
    """Of the loans lent in a month: how many missed their first, second or third instalment before any other."""

    cohort: date
    loans: int
    fpd: int
    spd: int
    tpd: int


class RecoveryOut(BaseModel):
    """So many months after charge-off: what had been written off, and what has come of it."""

    months: int
    loans: int
    written_off: MoneyBody
    recovered: MoneyBody


class CollectionCostOut(BaseModel):
    """A month of collecting: what came of loans that were late at the end of the month before, and what it cost."""

    month: date
    came: MoneyBody
    legal: MoneyBody
    commissions: MoneyBody
    cost_share: str


class ForecastOut(BaseModel):
    """What will have been charged off in so many months: expected, and between which sums nine times of ten."""

    months: int
    low: MoneyBody
    expected: MoneyBody
    high: MoneyBody


class StageOut(BaseModel):
    """One of the three stages of expected credit loss."""

    number: int
    loans: int
    principal: MoneyBody
    pd: str
    expected_loss: MoneyBody


class ExpectedLossOut(BaseModel):
    """Expected credit loss of the last kept month, and the loss given default that it rests on."""

    month: date
    loss_given_default: str
    stages: list[StageOut]
    expected_loss: MoneyBody


class TokenIn(Body):
    """A token, whom the file was for that it stands in, and why it is asked."""

    token: str = Field(min_length=5, max_length=200)
    to: str = Field(export.OWN, min_length=2, max_length=60)
    reason: str = Field(min_length=4, max_length=500)


class TokenOut(BaseModel):
    """What it stands for."""

    id: str


@router.get("/at-risk")
def at_risk(authorization: door.Authorization = None, product: Product = None) -> door.Page[AtRiskOut]:
    """By month: what lives and what of it is late (PAR 1, 30, 60, 90)."""
    found = views.at_risk(_rows(authorization, product).lazy())
    return _page(
        AtRiskOut(month=row["month"], **{name: MoneyBody.of(row[name]) for name in row if name != "month"})
        for row in found.to_dicts()
    )


@router.get("/vintages")
def vintages(
    authorization: door.Authorization = None,
    product: Product = None,
    bad_days: Annotated[int, Query(ge=0, le=360)] = views.BAD_DAYS,
) -> door.Page[VintageOut]:
    """By cohort and months on book: what was ever more than so many days late, or charged off."""
    found = views.vintages(_rows(authorization, product).lazy(), bad_days=bad_days)
    return _page(
        VintageOut(
            cohort=row["cohort"],
            mob=row["mob"],
            loans=row["loans"],
            lent=MoneyBody.of(row["lent"]),
            bad=row["bad"],
            bad_lent=MoneyBody.of(row["bad_lent"]),
            bad_share=_share(row["bad"], row["loans"]),
        )
        for row in found.to_dicts()
    )


@router.get("/rolls")
def rolls(authorization: door.Authorization = None, product: Product = None) -> door.Page[RollOut]:
    """By month: from which stage to which the principal went; flow rates are the shares that went on."""
    found = views.rolls(_rows(authorization, product).lazy()).to_dicts()
    whole: dict[tuple[date, str], int] = {}
    for row in found:
        whole[row["month"], row["stage"]] = whole.get((row["month"], row["stage"]), 0) + row["principal"]
    return _page(
        RollOut(
            month=row["month"],
            stage=row["stage"],
            to=row["to"],
            loans=row["loans"],
            principal=MoneyBody.of(row["principal"]),
            share=_share(row["principal"], whole[row["month"], row["stage"]]),
        )
        for row in found
    )


@router.get("/first-defaults")
def first_defaults(
    authorization: door.Authorization = None,
    product: Product = None,
    late_days: Annotated[int, Query(ge=1, le=360)] = 1,
) -> door.Page[FirstDefaultOut]:
    """By cohort: first, second and third payment defaults."""
    found = views.first_defaults(_rows(authorization, product).lazy(), late_days=late_days)
    return _page(FirstDefaultOut(**row) for row in found.to_dicts())


@router.get("/recoveries")
def recoveries(authorization: door.Authorization = None, product: Product = None) -> door.Page[RecoveryOut]:
    """What comes back after charge-off, by months since."""
    found = views.recoveries(_rows(authorization, product).lazy())
    return _page(
        RecoveryOut(
            months=row["age"],
            loans=row["loans"],
            written_off=MoneyBody.of(row["written_off"]),
            recovered=MoneyBody.of(row["recovered"]),
        )
        for row in found.to_dicts()
    )


@router.get("/collection-costs")
def collection_costs(authorization: door.Authorization = None) -> door.Page[CollectionCostOut]:
    """By month: what collecting brought in and what it cost, legal costs and commissions of agencies."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = queries.costs(tx)
    return _page(
        CollectionCostOut(
            month=one.month,
            came=MoneyBody.of(one.came),
            legal=MoneyBody.of(one.legal),
            commissions=MoneyBody.of(one.commissions),
            cost_share=_share(one.legal + one.commissions, one.came),
        )
        for one in found
    )


@router.get("/forecast")
def forecast(authorization: door.Authorization = None, product: Product = None) -> door.Page[ForecastOut]:
    """What will have been charged off in three, six and twelve months if rolls go on as they did."""
    rows = _rows(authorization, product)
    last = _last(rows).filter(pl.col("state") == "living").with_columns(views.stage())
    sums = dict(last.group_by("stage").agg(pl.col("principal").sum()).iter_rows())
    found = expected.forecast(
        views.rolls(rows.lazy()), [float(sums.get(name, 0)) for name in views.STAGES[: expected.LIVING]]
    )
    return _page(
        ForecastOut(months=one.months, low=_fen(one.low), expected=_fen(one.expected), high=_fen(one.high))
        for one in found
    )


@router.get("/expected-loss")
def expected_loss(authorization: door.Authorization = None, product: Product = None) -> ExpectedLossOut:
    """Expected credit loss in three stages, weighed over scenarios (IFRS 9)."""
    rows = _rows(authorization, product)
    lgd, stages = expected.of_book(rows)
    return ExpectedLossOut(
        month=_last(rows)["month"][0],
        loss_given_default=f"{lgd:.4f}",
        stages=[
            StageOut(
                number=one.number,
                loans=one.loans,
                principal=MoneyBody.of(one.principal),
                pd=f"{one.pd:.4f}",
                expected_loss=_fen(one.loss),
            )
            for one in stages
        ],
        expected_loss=_fen(sum(one.loss for one in stages)),
    )


@router.get("/loan-months.parquet", response_class=Response, responses=FILE)
def loan_months(
    authorization: door.Authorization = None,
    product: Product = None,
    to: Annotated[
        str, Query(min_length=2, max_length=60, description="Who gets it: tokens are theirs only.")
    ] = export.OWN,
) -> Response:
    """Every loan and month that was kept, as columns to take away: loans bear tokens for whoever gets them, nobody a name."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
    return Response(export.loan_months(product=product, to=to, by=member.name), media_type=PARQUET)


@router.post("/token-resolutions", status_code=201)
def resolve_token(body: TokenIn, authorization: door.Authorization = None) -> TokenOut:
    """Which loan or decision a token in a file of ours stands for; the reason is noted."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
    return TokenOut(id=export.resolve(body.token, to=body.to, reason=body.reason, by=member.name))


def _rows(authorization: str | None, product: str | None) -> pl.DataFrame:
    with parts().db.transaction() as tx:
        who(tx, authorization)
        return queries.frame(tx, product=product)


def _last(rows: pl.DataFrame) -> pl.DataFrame:
    """The last kept month. Refuses: TooYoung."""
    if rows.is_empty():
        raise expected.TooYoung
    return rows.filter(pl.col("month") == pl.col("month").max())


def _page(rows: Iterable[Item]) -> door.Page[Item]:
    return door.Page(data=list(rows), next=None)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "0.0000"


def _fen(minor: float) -> MoneyBody:
    """What is expected, to the nearest fen; nothing is booked by it."""
    return MoneyBody.of(round(minor))
