"""Sales of claims: proposed by one, agreed to by another, settled by finance when the price has come."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body, MoneyBody
from xindai.base.repeat import Seed
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys import sell
from xindai.journeys.parts import parts
from xindai.lending.loans.model import LoanId
from xindai.postloan.sales import operations as sales
from xindai.postloan.sales import queries
from xindai.postloan.sales.model import MOST, PPM, Offered, Sale, SaleId, Status

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["sales of claims"], route_class=RepeatableRoute)
CSV = "text/csv; charset=utf-8"
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
}


class SaleOut(BaseModel):
    """A sale: to whom, at what rate of the claims in millionths, where it stands, and what is in it."""

    id: str
    buyer: str
    licence: str
    rate_ppm: int
    status: str
    claims: int
    claim: MoneyBody
    price: MoneyBody
    dropped: int
    proposed_by: str
    proposed_on: date
    decided_by: str | None
    decided_on: date | None
    settled_by: str | None
    settled_on: date | None

    @classmethod
    def of(cls, one: Sale) -> SaleOut:
        """As it stands."""
        return cls(
            id=one.id,
            buyer=one.buyer,
            licence=one.licence,
            rate_ppm=one.rate_ppm,
            status=one.status.value,
            claims=one.claims,
            claim=MoneyBody.of(one.claim.minor),
            price=MoneyBody.of(one.price.minor),
            dropped=one.dropped,
            proposed_by=one.proposed_by,
            proposed_on=one.proposed_on,
            decided_by=one.decided_by,
            decided_on=one.decided_on,
            settled_by=one.settled_by,
            settled_on=one.settled_on,
        )


class OfferedOut(BaseModel):
    """A claim in a sale; `dropped` says why it is not sold."""

    loan_id: str
    days: int
    claim: MoneyBody
    price: MoneyBody
    dropped: str | None

    @classmethod
    def of(cls, one: Offered) -> OfferedOut:
        """As it was offered."""
        return cls(
            loan_id=one.loan_id,
            days=one.days,
            claim=MoneyBody.of(one.claim),
            price=MoneyBody.of(one.price),
            dropped=one.dropped,
        )


class DueOut(BaseModel):
    """What the buyer has to pay now, and which claims could not be sold any more, and why."""

    price: MoneyBody
    dropped: dict[str, str]


class SaleIn(Body):
    """To whom, at what rate, and which claims: so many days late or charged off, of one product if one is given."""

    buyer: str = Field(min_length=2, max_length=80)
    licence: str = Field(min_length=2, max_length=80, description="its licence, checked by whoever proposes")
    rate_ppm: int = Field(ge=1, le=PPM)
    days_from: int | None = Field(None, ge=1, le=3660, description="at least as many as the law asks")
    given_up_only: bool = False
    product: str | None = Field(None, max_length=40)
    most: int = Field(MOST, ge=1, le=MOST)


class SettlementIn(Body):
    """The receipts by which the price has come."""

    receipt_ids: list[str] = Field(min_length=1, max_length=100)


@router.get("/sales")
def list_sales(
    authorization: door.Authorization = None,
    after: door.After = None,
    most: door.Most = 50,
    status: Status | None = None,
) -> door.Page[SaleOut]:
    """Sales of claims, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = queries.page(tx, after=after, most=most + 1, status=status)
    return door.page([SaleOut.of(one) for one in found], [one.id for one in found], most)


@router.post("/sales", status_code=201, response_model=SaleOut)
def propose_sale(body: SaleIn, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Offer claims to a buyer; what may not be sold is left out. Somebody else approves."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)

    def do(seed: Seed) -> SaleOut:
        return SaleOut.of(sell.propose(SaleId.derived(seed), **body.model_dump(), by=member.name))

    request = {"route": "sales", "body": body.model_dump()}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{member.name}", key=key, request=request, do=do)


@router.get("/sales/{sale_id}")
def show_sale(sale_id: str, authorization: door.Authorization = None) -> SaleOut:
    """One sale."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        return SaleOut.of(queries.get(tx, sale_id))


@router.get("/sales/{sale_id}/claims")
def list_claims(
    sale_id: str, authorization: door.Authorization = None, after: door.After = None, most: door.Most = 50
) -> door.Page[OfferedOut]:
    """What is in it, and what was dropped from it."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        queries.get(tx, sale_id)
        found = queries.claims(tx, sale_id, after=after, most=most + 1)
    return door.page([OfferedOut.of(one) for one in found], [LoanId(one.loan_id) for one in found], most)


@router.get("/sales/{sale_id}/price")
def show_price(sale_id: str, authorization: door.Authorization = None) -> DueOut:
    """What the buyer would have to pay today."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
    price, dropped = sell.due(sale_id)
    return DueOut(price=MoneyBody.of(price.minor), dropped={loan_id: bar.value for loan_id, bar in dropped.items()})


@router.get("/sales/{sale_id}/tape.csv", response_class=Response, responses=FILE)
def tape(sale_id: str, authorization: door.Authorization = None) -> Response:
    """What a buyer looks at before they pay: a token for each claim, and nothing by which a debtor could be known."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
    return Response(pl.DataFrame(sell.tape(sale_id)).write_csv(include_bom=True), media_type=CSV)


@router.get("/sales/{sale_id}/handover.csv", response_class=Response, responses=FILE)
def handover(sale_id: str, authorization: door.Authorization = None) -> Response:
    """Who owes what was sold; once it is settled, and noted for each of them."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
    return Response(pl.DataFrame(sell.handover(sale_id, by=member.name)).write_csv(include_bom=True), media_type=CSV)


@router.post("/sales/{sale_id}/approvals", status_code=201)
def approve_sale(sale_id: str, authorization: door.Authorization = None) -> SaleOut:
    """It may be settled once its price has come."""
    return _decide(sale_id, Status.APPROVED, authorization)


@router.post("/sales/{sale_id}/rejections", status_code=201)
def reject_sale(sale_id: str, authorization: door.Authorization = None) -> SaleOut:
    """It is not made."""
    return _decide(sale_id, Status.REJECTED, authorization)


@router.post("/sales/{sale_id}/cancellations", status_code=201)
def call_off_sale(sale_id: str, authorization: door.Authorization = None) -> SaleOut:
    """Nothing comes of it after all."""
    return _decide(sale_id, Status.CALLED_OFF, authorization)


@router.post("/sales/{sale_id}/settlements", status_code=201)
def settle_sale(sale_id: str, body: SettlementIn, authorization: door.Authorization = None) -> SaleOut:
    """The price has come: the claims are the buyer's, and their debtors are told."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
    return SaleOut.of(sell.settle(sale_id, receipt_ids=body.receipt_ids, by=member.name))


def _decide(sale_id: str, to: Status, authorization: str | None) -> SaleOut:
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return SaleOut.of(sales.decide(tx, sale_id=sale_id, to=to, by=member.name))
