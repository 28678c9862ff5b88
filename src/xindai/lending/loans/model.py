"""Nouns of a loan: the facts, the state, the figures that the ledger carries, the table of moves."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from xindai.products.terms import Part, Prepayment, Terms
from xindai.values import ids
from xindai.values.money import Money
from xindai.values.refusal import Kind, Refusal


class LoanId(ids.Id):
    """Names a loan."""

    prefix = "loan"


class FactId(ids.Id):
    """Names one thing that happened to a loan."""

    prefix = "fact"


class Status(StrEnum):
    """Where a loan stands."""

    AWAITING_PAY_OUT = "awaiting_pay_out"
    CURRENT = "current"
    OVERDUE = "overdue"
    CLOSED = "closed"
    CHARGED_OFF = "charged_off"
    CANCELLED = "cancelled"


MOVES: dict[Status, dict[Status, str]] = {
    Status.AWAITING_PAY_OUT: {Status.CURRENT: "loan_disbursed", Status.CANCELLED: "loan_cancelled"},
    Status.CURRENT: {Status.OVERDUE: "loan_fell_overdue", Status.CLOSED: "loan_closed"},
    Status.OVERDUE: {
        Status.CURRENT: "loan_cured",
        Status.CLOSED: "loan_closed",
        Status.CHARGED_OFF: "loan_charged_off",
    },
    Status.CLOSED: {Status.CURRENT: "loan_reopened", Status.OVERDUE: "loan_reopened"},
    Status.CHARGED_OFF: {Status.CLOSED: "loan_recovered"},
    Status.CANCELLED: {},
}
"""Each move and the event it leaves. A closed loan opens again only when a receipt is reversed."""

LIVING = frozenset({Status.CURRENT, Status.OVERDUE})


class LoanMissing(Refusal):
    """There is no such loan, or it is not the asker's."""

    kind = Kind.MISSING
    code = "loan_not_found"
    en = "There is no such loan."
    zh = "没有该笔贷款。"


class LoanNotLiving(Refusal):
    """The loan is not paid out yet, or has ended."""

    kind = Kind.CONFLICT
    code = "loan_not_active"
    en = "This loan is {status}; nothing can be paid on it."
    zh = "该贷款状态为 {status}，不能还款。"


class FactUnknown(Refusal):
    """A reversal of something that did not happen."""

    code = "event_unknown"
    en = "There is no earlier event {of} to reverse."
    zh = "没有可冲正的事件 {of}。"


class FactKind(StrEnum):
    """What may happen to a loan."""

    REPAYMENT = "repayment"
    PREPAYMENT = "prepayment"
    FEE = "fee"
    WAIVER = "waiver"
    CHARGE_OFF = "charge_off"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, on the day `on` it counts. `amount` in minor units; `id` names it for a reversal."""

    id: str
    kind: FactKind
    on: date
    amount: int = 0
    part: Part | None = None
    prepayment: Prepayment | None = None
    reverses: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the ledger carries of one loan, in minor units; all of it derived, none of it kept by hand.

    Assets: principal, interest, penalty, fee. Liabilities: overpaid (the borrower's), unearned (interest paid ahead).
    Income so far: earned_*; recovered after charge-off; written_off is expense. received and paid_out are cash.
    """

    principal: int = 0
    interest: int = 0
    penalty: int = 0
    fee: int = 0
    unearned: int = 0
    overpaid: int = 0
    earned_interest: int = 0
    earned_penalty: int = 0
    earned_fee: int = 0
    recovered: int = 0
    written_off: int = 0
    received: int = 0
    paid_out: int = 0

    def minus(self, other: Figures) -> Figures:
        """The change from `other` to this."""
        return Figures(*(getattr(self, name) - getattr(other, name) for name in FIGURE_NAMES))

    def plus(self, other: Figures) -> Figures:
        """The sum of two loans' figures."""
        return Figures(*(getattr(self, name) + getattr(other, name) for name in FIGURE_NAMES))

    def as_dict(self) -> dict[str, int]:
        """By name, for keeping."""
        return {name: getattr(self, name) for name in FIGURE_NAMES}


FIGURE_NAMES = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan as it is kept: what was agreed, where it stands, and what of it is posted."""

    id: LoanId
    reference: str
    offer_id: str
    person_id: str
    product: str
    principal: Money
    annual_rate: str
    months: int
    status: Status
    terms: Terms | None
    facts: tuple[Fact, ...]
    posted: Figures
    posted_on: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """One instalment as it stands, amounts in minor units."""

    number: int
    start: date
    due_on: date
    principal: int
    interest: int
    fee: int
    penalty: int
    balance: int
    paid: int
    status: str

    @property
    def total(self) -> int:
        """All that falls due."""
        return self.principal + self.interest + self.fee + self.penalty

    @property
    def outstanding(self) -> int:
        """What of it is not paid."""
        return max(0, self.total - self.paid)


@dataclass(frozen=True, slots=True)
class Receipt:
    """How one fact was applied. The four parts and `overpaid` sum to `amount` for money received."""

    fact_id: str
    on: date
    kind: FactKind
    amount: int
    principal: int
    interest: int
    fee: int
    penalty: int
    overpaid: int
    balance: int


@dataclass(frozen=True, slots=True)
class LoanState:
    """A loan as of the day `on`."""

    on: date
    status: Status
    lines: tuple[Line, ...]
    receipts: tuple[Receipt, ...]
    figures: Figures
    principal: int
    due: int
    interest_due: int
    overdue_days: int
    payoff: int
    next_due_on: date | None
