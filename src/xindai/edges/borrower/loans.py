"""The borrower's loans: as they stand on any day, what they cost to settle, what paying early would change."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from xindai.base import door
from xindai.base.door import MoneyBody
from xindai.base.repeat import Seed
from xindai.edges import quote_json
from xindai.edges.borrower.asking import repeatable, who
from xindai.edges.borrower.bodies import LineOut, LoanOut, PaymentOut, RepaymentIn
from xindai.edges.papers import DRAWING, MEDIA, PDF, SVG, code, loan_statement, settlement
from xindai.journeys import pay
from xindai.journeys.parts import parts
from xindai.lending.life.model import LoanState, Receipt
from xindai.lending.loans import queries as loans
from xindai.lending.loans.model import LoanId
from xindai.payments.orders import queries as payments
from xindai.payments.orders.model import Intent, NotTheirs, PaymentId, Via
from xindai.payments.receipts import operations as receipts
from xindai.products.terms import Prepayment
from xindai.values import money

router = APIRouter(prefix="/v1", responses=door.PROBLEMS, tags=["loans"])
On = Annotated[date | None, Query(description="the day the answer is for; today without it")]
KnownAt = Annotated[date | None, Query(description="from what had been recorded by the end of this business day")]


class TransactionOut(BaseModel):
    """What happened, and how it was applied."""

    id: str
    on: date
    type: str
    amount: MoneyBody
    principal: MoneyBody
    interest: MoneyBody
    fee: MoneyBody
    penalty: MoneyBody
    overpaid: MoneyBody
    balance: MoneyBody

    @classmethod
    def of(cls, one: Receipt, currency: str) -> TransactionOut:
        """Amounts with their currency."""
        names = ("amount", "principal", "interest", "fee", "penalty", "overpaid", "balance")
        parts_ = {name: MoneyBody.of(getattr(one, name), currency) for name in names}
        return cls(id=one.fact_id, on=one.on, type=one.kind.value, **parts_)


class PayoffOut(BaseModel):
    """What settles a loan, and through which day this holds if nothing else happens."""

    loan_id: str
    amount: MoneyBody
    principal: MoneyBody
    interest: MoneyBody
    penalty: MoneyBody
    fee: MoneyBody
    valid_until: date


class PreviewOut(BaseModel):
    """The instalments after an early repayment, and the interest it saves if all else goes as planned."""

    loan_id: str
    amount: MoneyBody
    interest_saved: MoneyBody
    payoff_after: MoneyBody
    schedule: list[LineOut]


class StatementOut(BaseModel):
    """An account of a loan over some days: where it stood, what happened, where it stands."""

    loan_id: str
    reference: str
    since: date
    until: date
    opening_principal: MoneyBody
    closing_principal: MoneyBody
    paid: MoneyBody
    transactions: list[TransactionOut]


@router.post("/quotes", tags=["quotes"])
def quote(document: dict[str, Any]) -> dict[str, Any]:
    """A loan that need not exist, in the words of `xindai quote`: its schedule, cost, and life under given events."""
    return quote_json.answer(document)


@router.get("/loans")
def list_loans(authorization: door.Authorization = None) -> door.Page[LoanOut]:
    """The person's loans, newest first."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        return door.Page[LoanOut](data=[LoanOut.of(one) for one in loans.of_person(tx, person_id)], next=None)


@router.get("/loans/{loan_id}")
def show_loan(
    loan_id: str, authorization: door.Authorization = None, on: On = None, known_at: KnownAt = None
) -> LoanOut:
    """One loan, as of today or of any day, as known now or on any day."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        return LoanOut.of(loans.view(tx, loan_id, person_id=person_id, on=on, known=known_at))


@router.get("/loans/{loan_id}/transactions")
def list_transactions(
    loan_id: str, authorization: door.Authorization = None, on: On = None, known_at: KnownAt = None
) -> door.Page[TransactionOut]:
    """Everything that happened to a loan and how it was applied, oldest first."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        seen = loans.view(tx, loan_id, person_id=person_id, on=on, known=known_at)
    receipts = seen.state.receipts if seen.state else ()
    currency = seen.loan.principal.currency
    return door.Page[TransactionOut](data=[TransactionOut.of(one, currency) for one in receipts], next=None)


@router.get("/loans/{loan_id}/payoff-quote")
def payoff_quote(loan_id: str, authorization: door.Authorization = None, on: On = None) -> PayoffOut:
    """What settles the loan on a day from today on, with interest up to that very day."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        state, currency = loans.settling(tx, loan_id, person_id=person_id, on=on)
    figures = state.figures
    parts_ = {name: MoneyBody.of(getattr(figures, name), currency) for name in ("principal", "penalty", "fee")}
    interest = MoneyBody.of(state.payoff - figures.principal - figures.penalty - figures.fee, currency)
    amount = MoneyBody.of(state.payoff, currency)
    return PayoffOut(loan_id=loan_id, amount=amount, interest=interest, valid_until=state.on, **parts_)


@router.get("/loans/{loan_id}/prepayment-preview")
def preview_prepayment(
    loan_id: str,
    amount: Annotated[str, Query(max_length=24, description="a decimal text such as 1000.00")],
    authorization: door.Authorization = None,
    mode: Literal["shorten", "lower", "next", "last"] | None = None,
) -> PreviewOut:
    """What an early repayment today would change; nothing is done."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        before = loans.payable(tx, loan_id, person_id=person_id)
        paid = money.parse(amount, loans.currency_of(tx, loan_id))
        after = loans.preview_prepayment(tx, loan_id, paid, mode=Prepayment(mode) if mode else None)
    return PreviewOut(
        loan_id=loan_id,
        amount=MoneyBody.of(paid.minor, paid.currency),
        interest_saved=MoneyBody.of(_interest(before) - _interest(after), paid.currency),
        payoff_after=MoneyBody.of(after.payoff, paid.currency),
        schedule=[LineOut.of(line, paid.currency) for line in after.lines],
    )


@router.get("/loans/{loan_id}/statement")
def statement(
    loan_id: str, since: Annotated[date, Query()], authorization: door.Authorization = None, until: On = None
) -> StatementOut:
    """What happened to a loan from `since` to `until`, both included."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        opening, closing = loans.between(tx, loan_id, person_id=person_id, since=since, until=until)
    assert closing.state is not None
    loan, state = closing.loan, closing.state
    currency = loan.principal.currency
    happened = [one for one in state.receipts if since <= one.on]
    paid = sum(one.principal + one.interest + one.fee + one.penalty + one.overpaid for one in happened)
    return StatementOut(
        loan_id=loan.id,
        reference=loan.reference,
        since=since,
        until=state.on,
        opening_principal=MoneyBody.of(opening, currency),
        closing_principal=MoneyBody.of(state.principal, currency),
        paid=MoneyBody.of(paid, currency),
        transactions=[TransactionOut.of(one, currency) for one in happened],
    )


@router.get("/loans/{loan_id}/statement.pdf", response_class=Response, responses=PDF)
def statement_pdf(
    loan_id: str, since: Annotated[date, Query()], authorization: door.Authorization = None, until: On = None
) -> Response:
    """The same as a document to keep: what was agreed, what happened, the schedule as of `until`."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        made = loan_statement.read(tx, parts().ring, loan_id, person_id=person_id, since=since, until=until)
    return Response(loan_statement.pdf(made, paper=parts().paper, lender=parts().lender, named=True), media_type=MEDIA)


@router.get("/loans/{loan_id}/settlement.pdf", response_class=Response, responses=PDF)
def settlement_pdf(loan_id: str, authorization: door.Authorization = None) -> Response:
    """The proof that the loan has been repaid whole (结清证明); `loan_not_settled` before."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        made = settlement.read(tx, parts().ring, loan_id, person_id=person_id)
    return Response(settlement.pdf(made, paper=parts().paper, lender=parts().lender), media_type=MEDIA)


@router.get("/loans/{loan_id}/payments")
def list_payments(loan_id: str, authorization: door.Authorization = None) -> door.Page[PaymentOut]:
    """Every payment order of a loan."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        loan = loans.view(tx, loan_id, person_id=person_id).loan
        return door.Page[PaymentOut](data=[PaymentOut.of(one) for one in payments.of_loan(tx, loan.id)], next=None)


@router.post("/loans/{loan_id}/repayments", status_code=201, response_model=PaymentOut)
def repay(
    loan_id: str, body: RepaymentIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Pay what is due, a part, or early: by a debit of the card, or by a wallet as `GET /v1/payments/{id}/invitation` says."""
    person_id = who(authorization)
    amount = body.amount.money("amount") if body.amount else None
    intent = Intent.DUE if body.kind == "due" else Intent.PREPAYMENT

    def order(seed: Seed) -> PaymentOut:
        return PaymentOut.of(
            pay.repay(
                LoanId.parse(loan_id),
                person_id,
                intent=intent,
                asked=amount,
                payment_id=PaymentId.derived(seed),
                via=Via(body.by),
            )
        )

    return repeatable(person_id, f"repayments|{loan_id}", key, body.model_dump(), order)


class TransferAccountOut(BaseModel):
    """Where to transfer to: an account of the person's own with our bank, and what to write with it."""

    account_number: str
    account_name: str
    remark: str


@router.put("/transfer-account")
def open_transfer_account(authorization: door.Authorization = None) -> TransferAccountOut:
    """The account to which the person may transfer from an account in their own name; the same one each time."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        number = receipts.account_for(tx, person_id)
    return TransferAccountOut(account_number=number, account_name=parts().lender, remark="贷款编号")


@router.get("/payments/{payment_id}")
def show_payment(payment_id: str, authorization: door.Authorization = None) -> PaymentOut:
    """One payment order."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        return PaymentOut.of(pay.of_person(tx, payment_id, person_id))


class InvitationOut(BaseModel):
    """How the person pays or accepts an order themselves: what the wallet is given, once its rail has answered."""

    payment: PaymentOut
    hand_over: dict[str, str]


@router.get("/payments/{payment_id}/invitation")
def show_invitation(payment_id: str, authorization: door.Authorization = None) -> InvitationOut:
    """What to show as a code (`code_url`), or to hand to `wx.requestPayment` or `wx.requestMerchantTransfer`."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        payment = pay.of_person(tx, payment_id, person_id)
    return InvitationOut(payment=PaymentOut.of(payment), hand_over=pay.ways_to_pay(payment))


@router.get("/payments/{payment_id}/code.svg", response_class=Response, responses=SVG)
def show_code(payment_id: str, authorization: door.Authorization = None) -> Response:
    """The code of a payment as a picture."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        payment = pay.of_person(tx, payment_id, person_id)
    url = pay.ways_to_pay(payment).get("code_url")
    if url is None:
        raise NotTheirs(status=payment.status.value)
    return Response(code.svg(url), media_type=DRAWING)


@router.post("/payments/{payment_id}/cancellations", status_code=201, response_model=PaymentOut)
def cancel_payment(payment_id: str, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Not to pay by wallet or code after all; where it was paid at that moment, it is paid."""
    person_id = who(authorization)

    def call_off(_: Seed) -> PaymentOut:
        return PaymentOut.of(pay.call_off(payment_id, person_id))

    return repeatable(person_id, f"cancellations|{payment_id}", key, {}, call_off)


def _interest(state: LoanState) -> int:
    return sum(line.interest for line in state.lines)
