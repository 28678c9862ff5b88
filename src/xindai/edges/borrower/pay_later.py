"""The borrower's pay-later lines: buying, statements, instalments."""

from __future__ import annotations

from datetime import date
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body, MoneyBody
from xindai.base.repeat import Seed
from xindai.edges.borrower.asking import repeatable, session, who
from xindai.edges.borrower.bodies import PaymentOut
from xindai.edges.borrower.lines import LineOfCreditOut
from xindai.edges.repeating import RepeatableRoute
from xindai.journeys import bill
from xindai.journeys.parts import parts
from xindai.lending.life.model import FactId
from xindai.lending.line import operations as lines
from xindai.lending.loans.model import LoanId
from xindai.lending.pay_later import queries
from xindai.lending.pay_later.model import Merchant, Purchase, PurchaseId, Statement
from xindai.payments.orders.model import PaymentId

router = APIRouter(prefix="/v1", responses=door.PROBLEMS, tags=["pay later"], route_class=RepeatableRoute)


class MerchantOut(BaseModel):
    """Where a pay-later line can be used."""

    id: str
    name: str

    @classmethod
    def of(cls, merchant: Merchant) -> MerchantOut:
        """As it is kept."""
        return cls(id=merchant.id, name=merchant.name)


class PurchaseIn(Body):
    """What is bought, where, and for how much."""

    merchant_id: str
    amount: MoneyBody
    what: str = Field(min_length=1, max_length=200)


class PurchaseOut(BaseModel):
    """A purchase; `loan_id` names the loan that has taken it over: a statement's, or that of its instalments."""

    id: str
    merchant: str
    what: str
    amount: MoneyBody
    refunded: MoneyBody
    on: date
    loan_id: str | None

    @classmethod
    def of(cls, one: Purchase) -> PurchaseOut:
        """As it is kept."""
        return cls(
            id=one.id,
            merchant=one.merchant,
            what=one.what,
            amount=MoneyBody.of(one.amount.minor),
            refunded=MoneyBody.of(one.refunded.minor),
            on=one.on,
            loan_id=one.loan_id,
        )


class StatementOut(BaseModel):
    """A statement: what is new, what is owed by its day, the least that must be paid then, and what is left of it now."""

    id: str
    number: int
    closed_on: date
    due_on: date
    status: str
    purchased: MoneyBody
    refunded: MoneyBody
    total: MoneyBody
    least: MoneyBody
    left: MoneyBody
    loan_id: str | None

    @classmethod
    def of(cls, one: Statement, left: int) -> StatementOut:
        """As it is kept, and `left` in minor units."""
        return cls(
            id=one.id,
            number=one.number,
            closed_on=one.closed_on,
            due_on=one.due_on,
            status=one.status.value,
            purchased=MoneyBody.of(one.purchased.minor),
            refunded=MoneyBody.of(one.refunded.minor),
            total=MoneyBody.of(one.total.minor),
            least=MoneyBody.of(one.least.minor),
            left=MoneyBody.of(left),
            loan_id=one.loan_id,
        )


class StatementWithPurchasesOut(StatementOut):
    """A statement and what was bought."""

    purchases: list[PurchaseOut]


class InstalmentsIn(Body):
    """Over how many months it is repaid, and the statement of its cost, read and confirmed."""

    months: int
    disclosure_id: str | None = Field(None, max_length=64)


class InstalmentsOut(BaseModel):
    """The loan that it is now."""

    loan_id: str


class StatementRepaymentIn(Body):
    """How much of a statement is paid: all that is left, the least that must be, or an amount."""

    pay: Literal["total", "least", "amount"] = "total"
    amount: MoneyBody | None = None


class StatementRepaymentOut(BaseModel):
    """The payment orders, one for each loan that the statement asks for."""

    payments: list[PaymentOut]


class DebitIn(Body):
    """What is debited when a statement falls due."""

    pays: Literal["total", "least"]


@router.get("/merchants")
def list_merchants(
    authorization: door.Authorization = None, after: door.After = None, most: door.Most = 50
) -> door.Page[MerchantOut]:
    """Where pay-later lines can be used."""
    who(authorization)
    with parts().db.transaction() as tx:
        found = queries.merchants(tx, parts().ring, after=after, most=most + 1)
    return door.page([MerchantOut.of(one) for one in found], [one.id for one in found], most)


@router.post("/lines/{line_id}/purchases", status_code=201, response_model=PurchaseOut)
def buy(line_id: str, body: PurchaseIn, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Buy on the line; the merchant is paid by us."""
    person_id = who(authorization)
    amount = body.amount.money("amount")

    def do(seed: Seed) -> PurchaseOut:
        purchase_id = PurchaseId.derived(seed)
        return PurchaseOut.of(
            bill.buy(
                line_id,
                person_id,
                purchase_id=purchase_id,
                merchant_id=body.merchant_id,
                amount=amount,
                what=body.what,
            )
        )

    return repeatable(person_id, f"purchases|{line_id}", key, body.model_dump(), do)


@router.get("/lines/{line_id}/purchases")
def list_purchases(
    line_id: str, authorization: door.Authorization = None, after: door.After = None, most: door.Most = 50
) -> door.Page[PurchaseOut]:
    """What was bought on a line, newest first."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        found = queries.purchases(tx, line_id, person_id=person_id, after=after, most=most + 1)
    return door.page([PurchaseOut.of(one) for one in found], [one.id for one in found], most)


@router.post("/purchases/{purchase_id}/instalments", status_code=201, response_model=InstalmentsOut)
def convert_purchase(
    purchase_id: str, body: InstalmentsIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Turn a purchase that is not billed into instalments, the first due with the next statement."""
    asking = session(authorization)

    def do(seed: Seed) -> InstalmentsOut:
        loan_id = LoanId.derived(seed)
        bill.convert_purchase(
            purchase_id, asking, loan_id=loan_id, months=body.months, disclosure_id=body.disclosure_id
        )
        return InstalmentsOut(loan_id=loan_id)

    return repeatable(asking.holder, f"purchase instalments|{purchase_id}", key, body.model_dump(), do)


@router.get("/lines/{line_id}/statements")
def list_statements(line_id: str, authorization: door.Authorization = None) -> door.Page[StatementOut]:
    """All statements of a line, newest first."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        found = queries.statements(tx, line_id, person_id=person_id)
        return door.Page[StatementOut](
            data=[StatementOut.of(one, queries.left_of(tx, one, on=tx.on)) for one in found], next=None
        )


@router.get("/statements/{statement_id}")
def show_statement(statement_id: str, authorization: door.Authorization = None) -> StatementWithPurchasesOut:
    """One statement, with what was bought."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        one = queries.statement(tx, statement_id, person_id=person_id)
        bought = queries.in_loan(tx, one.loan_id) if one.loan_id else []
        plain = StatementOut.of(one, queries.left_of(tx, one, on=tx.on))
    return StatementWithPurchasesOut(**dict(plain), purchases=[PurchaseOut.of(each) for each in bought])


@router.post("/statements/{statement_id}/instalments", status_code=201, response_model=StatementOut)
def convert_statement(
    statement_id: str, body: InstalmentsIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Turn what is new in a statement into instalments, the first due with the next statement."""
    asking = session(authorization)

    def do(seed: Seed) -> StatementOut:
        fact_id = FactId.derived(seed)
        one, left = bill.convert_statement(
            statement_id, asking, fact_id=fact_id, months=body.months, disclosure_id=body.disclosure_id
        )
        return StatementOut.of(one, left)

    return repeatable(asking.holder, f"statement instalments|{statement_id}", key, body.model_dump(), do)


@router.post("/statements/{statement_id}/repayments", status_code=201, response_model=StatementRepaymentOut)
def repay_statement(
    statement_id: str, body: StatementRepaymentIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Pay a statement by debits of the card, one for each of its loans: instalments first, then the oldest."""
    person_id = who(authorization)
    amount = body.amount.money("amount") if body.amount else None

    def do(seed: Seed) -> StatementRepaymentOut:
        made = bill.repay_statement(
            statement_id, person_id, share=bill.Share(body.pay), amount=amount, payment_id=PaymentId.derived(seed)
        )
        return StatementRepaymentOut(payments=[PaymentOut.of(one) for one in made])

    return repeatable(person_id, f"statement repayments|{statement_id}", key, body.model_dump(), do)


@router.post("/lines/{line_id}/debits", status_code=201)
def choose_debit(line_id: str, body: DebitIn, authorization: door.Authorization = None) -> LineOfCreditOut:
    """Choose what is debited when a statement falls due: all of it, or the least that must be paid."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        least = body.pays == "least"
        return LineOfCreditOut.of(lines.debit_least(tx, line_id=line_id, person_id=person_id, least=least))
