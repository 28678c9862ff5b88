"""Merchants, what they give back and what they are paid."""

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
from xindai.journeys.parts import parts
from xindai.lending.pay_later import operations as pay_later
from xindai.lending.pay_later import queries as bought
from xindai.lending.pay_later.model import Merchant, MerchantId, MerchantStatus, RefundId
from xindai.lending.settlements import operations as settlements
from xindai.lending.settlements import queries as settled
from xindai.lending.settlements.model import Settlement
from xindai.values.masked import CardNumber
from xindai.values.rate import rate

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"], route_class=RepeatableRoute)


class NewMerchantIn(Body):
    """Who sells: `discount` is our share of each sale as a decimal text, the account is where it is paid."""

    name: str = Field(min_length=1, max_length=200)
    account_number: str
    discount: str
    settle_days: int = 1


class StaffMerchantOut(BaseModel):
    """A merchant; its account is masked."""

    id: str
    name: str
    account_number: str
    discount: str
    settle_days: int
    status: str

    @classmethod
    def of(cls, one: Merchant) -> StaffMerchantOut:
        """As it is kept."""
        return cls(
            id=one.id,
            name=one.name,
            account_number=one.account.mask(),
            discount=str(one.discount),
            settle_days=one.settle_days,
            status=one.status.value,
        )


class RefundIn(Body):
    """How much of a purchase the merchant gives back, and why."""

    amount: MoneyBody
    reason: str = Field(min_length=1, max_length=500)


class RefundOut(BaseModel):
    """The purchase after it."""

    purchase_id: str
    amount: MoneyBody
    refunded: MoneyBody


class SettlementOut(BaseModel):
    """What a merchant was paid at once."""

    id: str
    on: date
    purchased: MoneyBody
    refunded: MoneyBody
    discount: MoneyBody
    net: MoneyBody
    status: str

    @classmethod
    def of(cls, one: Settlement) -> SettlementOut:
        """As it is kept."""
        return cls(
            id=one.id,
            on=one.on,
            purchased=MoneyBody.of(one.purchased.minor),
            refunded=MoneyBody.of(one.refunded.minor),
            discount=MoneyBody.of(one.discount.minor),
            net=MoneyBody.of(one.net.minor),
            status=one.status.value,
        )


@router.get("/merchants")
def list_merchants(
    authorization: door.Authorization = None, after: door.After = None, most: door.Most = 50
) -> door.Page[StaffMerchantOut]:
    """Merchants, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = bought.merchants(tx, parts().ring, after=after, most=most + 1)
    return door.page([StaffMerchantOut.of(one) for one in found], [one.id for one in found], most)


@router.post("/merchants", status_code=201, response_model=StaffMerchantOut)
def register_merchant(
    body: NewMerchantIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Register a merchant that sells on pay-later lines."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)

    def do(seed: Seed) -> StaffMerchantOut:
        merchant = Merchant(
            MerchantId.derived(seed),
            body.name,
            CardNumber.parse(body.account_number, field="account_number"),
            rate(body.discount, field="discount"),
            body.settle_days,
            MerchantStatus.OPEN,
        )
        with parts().db.transaction() as tx:
            settlements.register(tx, parts().ring, merchant=merchant, by=member.name)
            return StaffMerchantOut.of(bought.merchant(tx, parts().ring, merchant.id))

    request = {"route": "merchants", "body": body.model_dump(mode="json")}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{member.name}", key=key, request=request, do=do)


@router.post("/merchants/{merchant_id}/closures", status_code=201)
def close_merchant(merchant_id: str, authorization: door.Authorization = None) -> StaffMerchantOut:
    """The merchant takes no purchases any more; what it sold is still settled."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        merchant_id = bought.merchant(tx, parts().ring, merchant_id).id
        settlements.close(tx, merchant_id=merchant_id, by=member.name)
        return StaffMerchantOut.of(bought.merchant(tx, parts().ring, merchant_id))


@router.get("/merchants/{merchant_id}/settlements")
def list_settlements(merchant_id: str, authorization: door.Authorization = None) -> door.Page[SettlementOut]:
    """What a merchant was paid, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = settled.settlements(tx, bought.merchant(tx, parts().ring, merchant_id).id)
    return door.Page[SettlementOut](data=[SettlementOut.of(one) for one in found], next=None)


@router.post("/purchases/{purchase_id}/refunds", status_code=201, response_model=RefundOut)
def refund_purchase(
    purchase_id: str, body: RefundIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Give back a purchase or a part of it: it repays the loan of the purchase, or lowers the next statement."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
    amount = body.amount.money("amount")

    def do(seed: Seed) -> RefundOut:
        with parts().db.transaction() as tx:
            refund_id = RefundId.derived(seed)
            after = pay_later.refund(
                tx, refund_id=refund_id, purchase_id=purchase_id, amount=amount, reason=body.reason, by=member.name
            )
        refunded = MoneyBody.of(after.refunded.minor)
        return RefundOut(purchase_id=after.id, amount=MoneyBody.of(after.amount.minor), refunded=refunded)

    request = {"route": f"refunds|{purchase_id}", "body": body.model_dump(mode="json")}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{member.name}", key=key, request=request, do=do)
