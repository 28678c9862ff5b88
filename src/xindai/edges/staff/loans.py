"""Loans, as staff see them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel

from xindai.base import door
from xindai.base.door import MoneyBody
from xindai.edges.papers import MEDIA, PDF, loan_statement
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.edges.staff.bodies import ContactOut
from xindai.journeys.parts import parts
from xindai.lending.ledger import queries as ledger
from xindai.lending.life.model import Figures, Line, LoanState
from xindai.lending.life.shares import shares, split
from xindai.lending.loans import queries as loans
from xindai.lending.loans.model import Loan
from xindai.postloan.contacts import queries as contacted
from xindai.products.catalogue import queries as catalogue
from xindai.products.catalogue.model import Product

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"], route_class=RepeatableRoute)
Day = Annotated[date | None, Query()]


class StaffLoanOut(BaseModel):
    """A loan in a list."""

    id: str
    reference: str
    person_id: str
    product: str
    status: str
    principal: MoneyBody
    annual_rate: str
    months: int
    disbursed_on: date | None

    @classmethod
    def of(cls, one: Loan) -> StaffLoanOut:
        """As it stands."""
        return cls(
            id=one.id,
            reference=one.reference,
            person_id=one.person_id,
            product=one.product,
            status=one.status.value,
            principal=MoneyBody.of(one.principal.minor, one.principal.currency),
            annual_rate=one.annual_rate,
            months=one.months,
            disbursed_on=one.terms.disbursed_on if one.terms else None,
        )


class LoanFactOut(BaseModel):
    """How one fact was applied to a loan."""

    id: str
    on: date
    kind: str
    amount: MoneyBody
    principal: MoneyBody
    interest: MoneyBody
    penalty: MoneyBody


class InstalmentOut(BaseModel):
    """One instalment as it stands."""

    number: int
    due_on: date
    principal: MoneyBody
    interest: MoneyBody
    fee: MoneyBody
    penalty: MoneyBody
    total: MoneyBody
    paid: MoneyBody
    outstanding: MoneyBody
    status: str

    @classmethod
    def of(cls, line: Line) -> InstalmentOut:
        """As it stands."""
        parts_ = ("principal", "interest", "fee", "penalty", "total", "paid", "outstanding")
        amounts = {part: MoneyBody.of(getattr(line, part)) for part in parts_}
        return cls(number=line.number, due_on=line.due_on, status=line.status, **amounts)


class PostingOut(BaseModel):
    """One entry in the books: its accounts with what they were debited, or credited (below zero)."""

    entry: int
    on: date
    recorded_at: datetime
    kind: str
    cause: str
    lines: dict[str, MoneyBody]


class SharedOut(BaseModel):
    """What one lender carries of a loan that is lent with partners; `own` is ours."""

    lender: str
    share: str
    figures: dict[str, MoneyBody]


class LoanLifeOut(BaseModel):
    """One loan with its figures as of a day, each lender's part of them, its facts and how its borrower was contacted."""

    loan: StaffLoanOut
    as_of: date | None
    figures: dict[str, MoneyBody]
    shared: list[SharedOut]
    overdue_days: int
    payoff: MoneyBody | None
    schedule: list[InstalmentOut]
    facts: list[LoanFactOut]
    contacts: list[ContactOut]


@router.get("/loans")
def list_loans(
    authorization: door.Authorization = None,
    after: door.After = None,
    most: door.Most = 50,
    status: Annotated[str | None, Query(max_length=30)] = None,
) -> door.Page[StaffLoanOut]:
    """Loans, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = loans.page(tx, after=after, most=most + 1, status=status)
    return door.page([StaffLoanOut.of(one) for one in found], [one.id for one in found], most)


@router.get("/loans/{loan_id}")
def show_loan(
    loan_id: str, authorization: door.Authorization = None, on: Day = None, known_at: Day = None
) -> LoanLifeOut:
    """One loan as of any day, as known now or on any day."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        view = loans.view(tx, loan_id, on=on, known=known_at)
        told = contacted.contacts(tx, view.loan.person_id)
        product = catalogue.sold_as(tx, view.loan.product)
    state = view.state
    return LoanLifeOut(
        loan=StaffLoanOut.of(view.loan),
        as_of=state.on if state else None,
        figures=_figures(state.figures) if state else {},
        shared=_shared(state.figures, product) if state else [],
        overdue_days=state.overdue_days if state else 0,
        payoff=MoneyBody.of(state.payoff) if state else None,
        schedule=[InstalmentOut.of(line) for line in state.lines] if state else [],
        facts=_facts(state) if state else [],
        contacts=[ContactOut.of(one) for one in told],
    )


@router.get("/loans/{loan_id}/postings")
def list_postings(loan_id: str, authorization: door.Authorization = None) -> door.Page[PostingOut]:
    """What was posted for this loan alone: pay-out, receipts, corrections. What is posted for many at once is not in it."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = ledger.of_causes(tx, loans.causes(tx, loan_id))
    shown = [
        PostingOut(
            entry=one.entry,
            on=one.on,
            recorded_at=one.at,
            kind=one.kind,
            cause=one.cause,
            lines={account: MoneyBody.of(minor) for account, minor in one.lines},
        )
        for one in found
    ]
    return door.Page[PostingOut](data=shown, next=None)


@router.get("/loans/{loan_id}/statement.pdf", response_class=Response, responses=PDF)
def statement_pdf(
    loan_id: str, since: Annotated[date, Query()], authorization: door.Authorization = None, until: Day = None
) -> Response:
    """The borrower's statement as a document, the name masked."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        person_id = loans.person_of(tx, loan_id)
        made = loan_statement.read(tx, parts().ring, loan_id, person_id=person_id, since=since, until=until)
    return Response(loan_statement.pdf(made, paper=parts().paper, lender=parts().lender, named=False), media_type=MEDIA)


def _figures(figures: Figures) -> dict[str, MoneyBody]:
    return {name: MoneyBody.of(minor) for name, minor in figures.as_dict().items()}


def _shared(figures: Figures, product: Product) -> list[SharedOut]:
    if not product.partners:
        return []
    return [
        SharedOut(lender=one.lender, share=str(one.size), figures=_figures(split(figures, one)))
        for one in shares(product)
    ]


def _facts(state: LoanState) -> list[LoanFactOut]:
    return [
        LoanFactOut(
            id=one.fact_id,
            on=one.on,
            kind=one.kind.value,
            amount=MoneyBody.of(one.amount),
            principal=MoneyBody.of(one.principal),
            interest=MoneyBody.of(one.interest),
            penalty=MoneyBody.of(one.penalty),
        )
        for one in state.receipts
    ]
