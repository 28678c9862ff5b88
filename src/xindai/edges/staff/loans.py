"""Loans, their adjustments, and the ledger, as staff see them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from xindai.base import door
from xindai.base.door import Body, MoneyBody
from xindai.base.repeat import Seed
from xindai.edges import quote_json
from xindai.edges.papers import MEDIA, PDF, loan_statement
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import FINANCE, OFFICER, who
from xindai.journeys.parts import parts
from xindai.lending.adjustments import operations as adjustments
from xindai.lending.adjustments import queries as adjusted
from xindai.lending.adjustments.model import Adjustment, AdjustmentId
from xindai.lending.ledger import queries as ledger
from xindai.lending.ledger.model import Account
from xindai.lending.life.model import Figures, LoanState
from xindai.lending.life.shares import shares, split
from xindai.lending.loans import queries as loans
from xindai.lending.loans.model import Loan
from xindai.postloan.collections import queries as reminded
from xindai.postloan.loss import queries as losses
from xindai.postloan.loss.model import Aged
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


class SharedOut(BaseModel):
    """What one lender carries of a loan that is lent with partners; `own` is ours."""

    lender: str
    share: str
    figures: dict[str, MoneyBody]


class LoanLifeOut(BaseModel):
    """One loan with its figures as of a day, each lender's part of them, its facts and what the borrower was told."""

    loan: StaffLoanOut
    as_of: date | None
    figures: dict[str, MoneyBody]
    shared: list[SharedOut]
    overdue_days: int
    facts: list[LoanFactOut]
    reminders: list[dict[str, str]]


class BalanceOut(BaseModel):
    """An account of the ledger; debit above zero, credit below. `debit` and `credit` moved since `opening`."""

    account: str
    name_en: str
    name_zh: str
    side: str
    opening: MoneyBody
    debit: MoneyBody
    credit: MoneyBody
    balance: MoneyBody


class MovementOut(BaseModel):
    """One line of an account, and its balance after it."""

    entry: int
    on: date
    recorded_at: datetime
    kind: str
    cause: str
    corrects: date | None
    amount: MoneyBody
    balance: MoneyBody


class AgedOut(BaseModel):
    """The loans of a product that are `late_from` days overdue, up to where the next row begins.

    `own` is our share of the principal, `allowance` what is set aside of it.
    """

    product: str
    late_from: int
    asset_class: str
    loans: int
    principal: MoneyBody
    own: MoneyBody
    allowance: MoneyBody

    @classmethod
    def of(cls, one: Aged) -> AgedOut:
        """As it was kept."""
        return cls(
            product=one.product,
            late_from=one.late_from,
            asset_class=one.asset_class.value,
            loans=one.loans,
            principal=MoneyBody.of(one.principal),
            own=MoneyBody.of(one.own),
            allowance=MoneyBody.of(one.allowance),
        )


class AdjustmentIn(Body):
    """An event in the words of `xindai quote`, counting from the pay-out to today, and why."""

    event: dict[str, Any]
    reason: str


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
        sent = reminded.of_loan(tx, loan_id)
        product = catalogue.sold_as(tx, view.loan.product)
    state = view.state
    return LoanLifeOut(
        loan=StaffLoanOut.of(view.loan),
        as_of=state.on if state else None,
        figures=_figures(state.figures) if state else {},
        shared=_shared(state.figures, product) if state else [],
        overdue_days=state.overdue_days if state else 0,
        facts=_facts(state) if state else [],
        reminders=[{"on": one.on.isoformat(), "stage": one.stage.value, "text": one.text} for one in sent],
    )


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


@router.get("/ledger/balances")
def trial_balance(authorization: door.Authorization = None, on: Day = None, since: Day = None) -> door.Page[BalanceOut]:
    """The trial balance, of today or at the end of any day, with what moved from the day `since` on."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        balances = ledger.trial_balance(tx, on=on, since=since)
    return door.Page[BalanceOut](
        data=[
            BalanceOut(
                account=one.account,
                name_en=one.name_en,
                name_zh=one.name_zh,
                side=one.side,
                opening=MoneyBody.of(one.opening),
                debit=MoneyBody.of(one.debit),
                credit=MoneyBody.of(one.credit),
                balance=MoneyBody.of(one.minor),
            )
            for one in balances
        ],
        next=None,
    )


@router.get("/ledger/accounts/{account}/movements")
def general_ledger(
    account: Account,
    since: Annotated[date, Query()],
    until: Annotated[date, Query()],
    authorization: door.Authorization = None,
    after: Annotated[int, Query(ge=0)] = 0,
    most: door.Most = 100,
) -> door.Page[MovementOut]:
    """What moved one account, entry by entry, and its balance after each; go on `after` the last entry."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = ledger.general_ledger(tx, account=account.value, since=since, until=until, after=after, most=most + 1)
    shown = [
        MovementOut(
            entry=one.entry,
            on=one.on,
            recorded_at=one.recorded_at,
            kind=one.kind,
            cause=one.cause,
            corrects=one.corrects,
            amount=MoneyBody.of(one.minor),
            balance=MoneyBody.of(one.balance),
        )
        for one in found[:most]
    ]
    return door.Page[MovementOut](data=shown, next=str(found[most - 1].entry) if len(found) > most else None)


@router.get("/portfolio/ageing")
def show_ageing(on: Annotated[date, Query()], authorization: door.Authorization = None) -> door.Page[AgedOut]:
    """The book at the end of a closed day, by product and lateness, and what is set aside for it."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = losses.aged(tx, on=on)
    return door.Page[AgedOut](data=[AgedOut.of(one) for one in found], next=None)


@router.post("/loans/{loan_id}/adjustments", status_code=201, response_model=AdjustmentOut)
def propose_adjustment(
    loan_id: str, body: AdjustmentIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Ask for a reversal, fee, waiver, rate change, interest pause, reschedule or charge-off; somebody else decides."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization, OFFICER | FINANCE)
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
    return door.repeatable(parts().db, door=f"staff|{member.name}", key=key, request=request, do=propose)


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
        member = who(tx, authorization, FINANCE)
        return AdjustmentOut.of(adjustments.approve(tx, adjustment_id=adjustment_id, by=member.name))


@router.post("/adjustments/{adjustment_id}/rejections", status_code=201)
def reject_adjustment(adjustment_id: str, authorization: door.Authorization = None) -> AdjustmentOut:
    """Turn an adjustment down; whoever proposed it cannot."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization, FINANCE)
        return AdjustmentOut.of(adjustments.reject(tx, adjustment_id=adjustment_id, by=member.name))


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
