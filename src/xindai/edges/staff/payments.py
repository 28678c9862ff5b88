"""The payments desk: orders and their journal, what is held, limits, refunds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body, MoneyBody
from xindai.base.repeat import Seed
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys import pay
from xindai.journeys.parts import parts
from xindai.payments.batches import queries as batched
from xindai.payments.batches.model import Batch
from xindai.payments.orders import operations as payments
from xindai.payments.orders import queries as ordered
from xindai.payments.orders.model import Direction, Limits, Payment, PaymentId, Via
from xindai.payments.orders.queries import Moved

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["payments"], route_class=RepeatableRoute)


class OrderOut(BaseModel):
    """A payment order as staff see it; `reason` says why it is held, failed or went back."""

    id: str
    direction: str
    intent: str
    subject: str
    amount: MoneyBody
    status: str
    by: str
    asked: MoneyBody | None
    rail: str | None
    rail_reference: str | None
    value_on: date
    settled_on: date | None
    reason: str | None
    proposed_by: str | None
    released_by: str | None

    @classmethod
    def of(cls, one: Payment) -> OrderOut:
        """As it stands."""
        return cls(
            id=one.id,
            direction=one.direction.value,
            intent=one.intent.value,
            subject=one.subject,
            amount=MoneyBody.of(one.amount.minor, one.amount.currency),
            status=one.status.value,
            by=one.via.value,
            asked=MoneyBody.of(one.asked.minor, one.asked.currency) if one.asked else None,
            rail=one.rail,
            rail_reference=one.bank_reference,
            value_on=one.value_on,
            settled_on=one.settled_on,
            reason=one.reason,
            proposed_by=one.proposed_by,
            released_by=one.released_by,
        )


class MoveOut(BaseModel):
    """One line of an order's journal."""

    before: str
    after: str
    event: str
    on: date
    at: datetime

    @classmethod
    def of(cls, one: Moved) -> MoveOut:
        """As it was written."""
        return cls(before=one.before.value, after=one.after.value, event=one.event, on=one.on, at=one.at)


class JournalOut(BaseModel):
    """An order with every move it made."""

    order: OrderOut
    moves: list[MoveOut]


class RefundIn(Body):
    """What is given back, why, and by what: the bank card, or the wallet, the way it came where it came by one."""

    amount: MoneyBody
    reason: str = Field(min_length=2, max_length=200)
    by: Literal["card", "wallet"] = "card"


class LimitsBody(Body):
    """What moves without a second look: by one order, for one person in a day, in all in a day."""

    per_order: MoneyBody
    per_person: MoneyBody
    per_day: MoneyBody


class LimitsOut(LimitsBody):
    """The limits of one kind of order."""

    direction: str

    @classmethod
    def of(cls, kind: Direction, limits: Limits) -> LimitsOut:
        """As they stand."""
        amounts = (MoneyBody.of(minor) for minor in (limits.per_order, limits.per_person, limits.per_day))
        per_order, per_person, per_day = amounts
        return cls(direction=kind.value, per_order=per_order, per_person=per_person, per_day=per_day)


@router.get("/payments")
def list_payments(
    authorization: door.Authorization = None,
    after: door.After = None,
    most: door.Most = 50,
    status: Annotated[str | None, Query(max_length=20)] = None,
    loan_id: Annotated[str | None, Query(max_length=64)] = None,
    rail: Annotated[str | None, Query(max_length=30)] = None,
) -> door.Page[OrderOut]:
    """Payment orders, newest first; those that wait for a person have the status `held`."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = ordered.page(tx, after=after, most=most + 1, status=status, loan_id=loan_id, rail=rail)
    return door.page([OrderOut.of(one) for one in found], [one.id for one in found], most)


@router.get("/payments/{payment_id}")
def show_payment(payment_id: str, authorization: door.Authorization = None) -> JournalOut:
    """One order with its journal."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        order = OrderOut.of(ordered.get(tx, payment_id))
        return JournalOut(order=order, moves=[MoveOut.of(one) for one in ordered.moves(tx, payment_id)])


class FileOut(BaseModel):
    """A file of debits; `reason` says why its rail refused it."""

    id: str
    rail: str
    value_on: date
    orders: int
    amount: MoneyBody
    status: str
    reason: str | None

    @classmethod
    def of(cls, one: Batch) -> FileOut:
        """As it stands."""
        return cls(
            id=one.id,
            rail=one.rail,
            value_on=one.value_on,
            orders=one.orders,
            amount=MoneyBody.of(one.amount.minor, one.amount.currency),
            status=one.status.value,
            reason=one.reason,
        )


@router.get("/payment-files")
def list_files(
    authorization: door.Authorization = None, after: door.After = None, most: door.Most = 50
) -> door.Page[FileOut]:
    """Files of debits, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = batched.page(tx, after=after, most=most + 1)
    return door.page([FileOut.of(one) for one in found], [one.id for one in found], most)


@router.post("/payments/{payment_id}/releases", status_code=201)
def release_payment(payment_id: str, authorization: door.Authorization = None) -> OrderOut:
    """Let a held order go; one that was made by hand, by somebody else than its maker."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
    return OrderOut.of(pay.release(payment_id, by=member.name))


@router.post("/payments/{payment_id}/turn-downs", status_code=201)
def turn_down_payment(payment_id: str, authorization: door.Authorization = None) -> OrderOut:
    """A held order is not carried out; a loan that was to be paid out by it is cancelled."""
    with parts().db.transaction("pay: turned down") as tx:
        member = who(tx, authorization)
        return OrderOut.of(payments.turn_down(tx, payment_id=payment_id, by=member.name))


@router.post("/loans/{loan_id}/refunds", status_code=201, response_model=OrderOut)
def propose_refund(
    loan_id: str, body: RefundIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Give back what was paid too much on a loan; it is held until somebody else releases it."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
    amount = body.amount.money("amount")

    def propose(seed: Seed) -> OrderOut:
        with parts().db.transaction("refund proposed") as tx:
            one = payments.propose_refund(
                tx,
                payment_id=PaymentId.derived(seed),
                loan_id=loan_id,
                amount=amount,
                by=member.name,
                why=body.reason,
                via=Via(body.by),
            )
            return OrderOut.of(one)

    request = {"route": f"refunds|{loan_id}", "body": body.model_dump()}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{member.name}", key=key, request=request, do=propose)


@router.get("/payment-limits")
def list_limits(authorization: door.Authorization = None) -> door.Page[LimitsOut]:
    """What moves without a second look."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        return door.Page[LimitsOut](data=[LimitsOut.of(*one) for one in ordered.limits(tx).items()], next=None)


@router.put("/payment-limits/{direction}")
def set_limits(
    direction: Literal["pay_out", "settlement"], body: LimitsBody, authorization: door.Authorization = None
) -> LimitsOut:
    """Set them; orders that are made from now on and pass them are held."""
    limits = Limits(*(getattr(body, name).money(name).minor for name in ("per_order", "per_person", "per_day")))
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        payments.set_limits(tx, kind=Direction(direction), limits=limits, by=member.name)
    return LimitsOut.of(Direction(direction), limits)
