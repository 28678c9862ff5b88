"""A person who cannot pay as agreed: what another plan would be, a request for one, and the answer."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body, MoneyBody
from xindai.base.repeat import Seed
from xindai.edges.borrower.asking import repeatable, who
from xindai.edges.borrower.bodies import LineOut
from xindai.journeys.parts import parts
from xindai.lending.life.model import LoanState
from xindai.lending.loans import queries as lent
from xindai.lending.loans.model import LoanId
from xindai.postloan.hardship import operations as hardship
from xindai.postloan.hardship import queries as helped
from xindai.postloan.hardship.model import MOST_EVER, Cause, Plan, Request, RequestId, Status
from xindai.values import money
from xindai.values.rate import Rate

router = APIRouter(prefix="/v1", responses=door.PROBLEMS, tags=["arrears"])


class PlanOut(BaseModel):
    """A plan: how many instalments from when on, at which rate if it is another, and what each comes to."""

    installments: int
    first_due_on: date
    annual_rate: str | None
    schedule: list[LineOut]

    @classmethod
    def of(cls, plan: Plan, state: LoanState | None) -> PlanOut:
        """With its schedule, where there is one."""
        lines = [line for line in state.lines if line.due_on >= plan.first_due_on] if state else []
        return cls(
            installments=plan.installments,
            first_due_on=plan.first_due_on,
            annual_rate=_percent(plan.rate),
            schedule=[LineOut.of(line, "CNY") for line in lines],
        )


class HelpIn(Body):
    """Why somebody cannot pay as agreed, and how much they can pay a month."""

    cause: Cause
    can_pay: MoneyBody
    note: str = Field("", max_length=1000)


class HelpOut(BaseModel):
    """A request for help, and the plan that is offered."""

    id: str
    loan_id: str
    cause: str
    can_pay: MoneyBody
    note: str
    status: str
    asked_on: date
    answer_by: date
    plan: PlanOut | None
    answer: str | None

    @classmethod
    def of(cls, one: Request, state: LoanState | None = None) -> HelpOut:
        """As its person sees it: a plan only once two of us stand behind it."""
        shown = one.plan if one.status in {Status.OFFERED, Status.AGREED} else None
        return cls(
            id=one.id,
            loan_id=one.loan_id,
            cause=one.cause.value,
            can_pay=MoneyBody.of(one.can_pay.minor),
            note=one.note,
            status=(Status.ASKED if one.status is Status.PROPOSED else one.status).value,
            asked_on=one.asked_on,
            answer_by=one.answer_by,
            plan=PlanOut.of(shown, state) if shown else None,
            answer=one.answer,
        )


@router.get("/loans/{loan_id}/hardship-preview")
def preview(
    loan_id: str,
    installments: Annotated[int, Query(ge=1, le=MOST_EVER)],
    first_due_on: Annotated[date, Query()],
    authorization: door.Authorization = None,
) -> PlanOut:
    """What another plan would come to; nothing is done, and nothing is promised."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        terms = lent.view(tx, loan_id, person_id=person_id).loan.terms
        plan = Plan(installments, first_due_on)
        if terms is not None:
            plan.checked(on=tx.on, rate_now=terms.annual_rate)
        state = lent.preview(tx, loan_id, plan.fact("preview", on=tx.on), person_id=person_id)
    return PlanOut.of(plan, state)


@router.post("/loans/{loan_id}/hardship-requests", status_code=201, response_model=HelpOut)
def ask_for_help(
    loan_id: str, body: HelpIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Ask for another plan; nobody collects while it is looked at, and an answer comes within fifteen days."""
    person_id = who(authorization)
    can_pay = money.parse(body.can_pay.amount, body.can_pay.currency, field="can_pay")

    def ask(seed: Seed) -> HelpOut:
        with parts().db.transaction("hardship asked") as tx:
            one = hardship.ask(
                tx,
                request_id=RequestId.derived(seed),
                person_id=person_id,
                loan_id=LoanId.parse(loan_id),
                cause=body.cause,
                can_pay=can_pay,
                note=body.note,
            )
        return HelpOut.of(one)

    return repeatable(person_id, f"hardship|{loan_id}", key, body.model_dump(mode="json"), ask)


@router.get("/hardship-requests")
def list_requests(authorization: door.Authorization = None) -> door.Page[HelpOut]:
    """The person's requests, newest first, with the plans that are offered."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        found = []
        for one in helped.of_person(tx, person_id):
            state = None
            if one.plan is not None and one.status is Status.OFFERED:
                state = lent.preview(tx, one.loan_id, one.plan.fact("preview", on=tx.on))
            found.append(HelpOut.of(one, state))
    return door.Page[HelpOut](data=found, next=None)


@router.post("/hardship-requests/{request_id}/agreements", status_code=201, response_model=HelpOut)
def agree(request_id: str, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Agree to the plan that is offered: from today the loan goes by it."""
    person_id = who(authorization)

    def go(_: Seed) -> HelpOut:
        with parts().db.transaction("hardship agreed") as tx:
            return HelpOut.of(hardship.agree(tx, request_id=request_id, person_id=person_id))

    return repeatable(person_id, f"hardship-agreements|{request_id}", key, {}, go)


@router.post("/hardship-requests/{request_id}/withdrawals", status_code=201, response_model=HelpOut)
def withdraw(request_id: str, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Take a request back, or turn the plan down."""
    person_id = who(authorization)

    def go(_: Seed) -> HelpOut:
        with parts().db.transaction("hardship withdrawn") as tx:
            return HelpOut.of(hardship.withdraw(tx, request_id=request_id, person_id=person_id))

    return repeatable(person_id, f"hardship-withdrawals|{request_id}", key, {}, go)


def _percent(rate: Rate | None) -> str | None:
    return f"{rate.annual:f}" if rate else None
