"""The routes of the staff's door."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from xindai.base import audit, door
from xindai.base.audit import Note
from xindai.base.db import Tx
from xindai.base.door import Body, MoneyBody
from xindai.credit.decision import queries as decided
from xindai.credit.decision.model import Decision
from xindai.journeys import close_day, log_in, prove
from xindai.journeys.parts import parts
from xindai.lending.ledger import queries as ledger
from xindai.lending.life.model import LoanState
from xindai.lending.loans import queries as loans
from xindai.lending.loans.model import Loan
from xindai.onboarding.application import operations as applications
from xindai.onboarding.application import queries as asked
from xindai.onboarding.application.model import Application, Status
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import RoleMissing, StaffMember
from xindai.postloan.collections import queries as reminded
from xindai.values.masked import Secret

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"])
ANY = frozenset({"admin", "officer", "finance", "auditor"})
OFFICER = frozenset({"admin", "officer"})
FINANCE = frozenset({"admin", "finance"})


def _who(tx: Tx, authorization: str | None, roles: frozenset[str] = ANY) -> StaffMember:
    member = people.staff_member(tx, token=door.token(authorization))
    if member.role not in roles:
        raise RoleMissing
    return member


class StaffSessionIn(Body):
    """Name, password and the code of the moment."""

    name: str
    password: str
    code: str


class StaffSessionOut(BaseModel):
    """A session and the role it carries."""

    token: str
    role: str


class StaffApplicationOut(BaseModel):
    """An application as staff see it: no personal data."""

    id: str
    reference: str
    person_id: str
    status: str
    product: str
    amount: MoneyBody
    months: int

    @classmethod
    def of(cls, one: Application) -> StaffApplicationOut:
        """As it stands."""
        return cls(
            id=one.id,
            reference=one.reference,
            person_id=one.person_id,
            status=one.status.value,
            product=one.product,
            amount=MoneyBody.of(one.amount.minor),
            months=one.months,
        )


class DecisionOut(BaseModel):
    """A decision with all it rests on."""

    id: str
    application_id: str
    outcome: str
    strategy: str
    strategy_hash: str
    model_hash: str
    on: date
    inputs: dict[str, Any]
    verdicts: list[dict[str, Any]]
    result: dict[str, Any]
    trace: dict[str, Any]

    @classmethod
    def of(cls, one: Decision) -> DecisionOut:
        """As it is kept."""
        return cls(
            id=one.id,
            application_id=one.application_id,
            outcome=one.outcome.value,
            strategy=one.strategy,
            strategy_hash=one.strategy_hash,
            model_hash=one.model_hash,
            on=one.on,
            inputs=one.inputs,
            verdicts=[verdict.document() for verdict in one.verdicts],
            result=one.result,
            trace=one.trace,
        )


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


class LoanLifeOut(BaseModel):
    """One loan with its figures as of a day, its facts and what the borrower was told."""

    loan: StaffLoanOut
    as_of: date | None
    figures: dict[str, MoneyBody]
    overdue_days: int
    facts: list[LoanFactOut]
    reminders: list[dict[str, str]]


class BalanceOut(BaseModel):
    """An account of the ledger; debit above zero, credit below."""

    account: str
    name_en: str
    name_zh: str
    side: str
    balance: MoneyBody


class CheckOut(BaseModel):
    """One check of the books."""

    code: str
    en: str
    zh: str
    counted: int
    broken: str | None


class BooksOut(BaseModel):
    """The proof."""

    holds: bool
    checks: list[CheckOut]


class DayOut(BaseModel):
    """The business day that is open."""

    business_day: date


class NoteOut(BaseModel):
    """One note of the audit trail."""

    id: int
    at: datetime
    on: date
    actor: str
    action: str
    subject: str
    facts: dict[str, Any]

    @classmethod
    def of(cls, one: Note) -> NoteOut:
        """As it was written."""
        return cls(
            id=one.id, at=one.at, on=one.on, actor=one.actor, action=one.action, subject=one.subject, facts=one.facts
        )


@router.post("/sessions", status_code=201)
def begin_session(body: StaffSessionIn) -> StaffSessionOut:
    """Log in with password and one-time code."""
    role, token = log_in.admit_staff(name=body.name, password=Secret(body.password), code=Secret(body.code))
    return StaffSessionOut(token=token.reveal(), role=role)


@router.get("/applications")
def list_applications(
    authorization: door.Authorization = None, after: door.After = None, most: door.Most = 50
) -> door.Page[StaffApplicationOut]:
    """Applications, newest first."""
    with parts().db.transaction() as tx:
        _who(tx, authorization)
        found = asked.page(tx, after=after, most=most + 1)
    return door.page([StaffApplicationOut.of(one) for one in found], [one.id for one in found], most)


@router.get("/applications/{application_id}/decision")
def show_decision(application_id: str, authorization: door.Authorization = None) -> DecisionOut | None:
    """The decision on an application with every rule's verdict; null while it is not made."""
    with parts().db.transaction() as tx:
        _who(tx, authorization)
        asked.get(tx, application_id)
        decision = decided.of_application(tx, application_id)
    return DecisionOut.of(decision) if decision else None


@router.post("/applications/{application_id}/declines", status_code=201)
def decline_application(application_id: str, authorization: door.Authorization = None) -> StaffApplicationOut:
    """Decline an application that waits for a person's review."""
    with parts().db.transaction("staff decline") as tx:
        member = _who(tx, authorization, OFFICER)
        return StaffApplicationOut.of(
            applications.move(tx, application_id=application_id, to=Status.DECLINED, actor=member.name)
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
        _who(tx, authorization)
        found = loans.page(tx, after=after, most=most + 1, status=status)
    return door.page([StaffLoanOut.of(one) for one in found], [one.id for one in found], most)


@router.get("/loans/{loan_id}")
def show_loan(
    loan_id: str, authorization: door.Authorization = None, on: Annotated[date | None, Query()] = None
) -> LoanLifeOut:
    """One loan as of any day."""
    with parts().db.transaction() as tx:
        _who(tx, authorization)
        view = loans.view(tx, loan_id, on=on)
        sent = reminded.of_loan(tx, loan_id)
    state = view.state
    return LoanLifeOut(
        loan=StaffLoanOut.of(view.loan),
        as_of=state.on if state else None,
        figures={name: MoneyBody.of(minor) for name, minor in state.figures.as_dict().items()} if state else {},
        overdue_days=state.overdue_days if state else 0,
        facts=_facts(state) if state else [],
        reminders=[{"on": one.on.isoformat(), "stage": one.stage.value, "text": one.text} for one in sent],
    )


@router.get("/ledger/balances")
def trial_balance(
    authorization: door.Authorization = None, on: Annotated[date | None, Query()] = None
) -> door.Page[BalanceOut]:
    """The trial balance, of today or at the end of any day."""
    with parts().db.transaction() as tx:
        _who(tx, authorization)
        balances = ledger.trial_balance(tx, on=on)
    return door.Page[BalanceOut](
        data=[
            BalanceOut(
                account=one.account,
                name_en=one.name_en,
                name_zh=one.name_zh,
                side=one.side,
                balance=MoneyBody.of(one.minor),
            )
            for one in balances
        ],
        next=None,
    )


@router.get("/books")
def prove_books(authorization: door.Authorization = None) -> BooksOut:
    """Prove the books, within and against the bank."""
    with parts().db.transaction() as tx:
        _who(tx, authorization)
    checks = [
        CheckOut(code=one.code, en=one.en, zh=one.zh, counted=one.counted, broken=one.broken)
        for one in prove.prove_books()
    ]
    return BooksOut(holds=all(one.broken is None for one in checks), checks=checks)


@router.post("/days/{day}/closings", status_code=201)
def close_business_day(day: date, authorization: door.Authorization = None) -> DayOut:
    """Close the open business day; closing it twice is refused as no longer open."""
    with parts().db.transaction() as tx:
        _who(tx, authorization, FINANCE)
    return DayOut(business_day=close_day.close(day))


@router.get("/audit-notes")
def list_notes(
    subject: Annotated[str, Query(max_length=64)], authorization: door.Authorization = None, most: door.Most = 100
) -> door.Page[NoteOut]:
    """Who did what to a subject, oldest first."""
    with parts().db.transaction() as tx:
        _who(tx, authorization)
        notes = audit.of_subject(tx, subject, most=most)
    return door.Page[NoteOut](data=[NoteOut.of(one) for one in notes], next=None)


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
