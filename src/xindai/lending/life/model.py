"""Nouns of the life of a loan: what happens, what follows, the figures that the ledger carries, the table of moves."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from xindai.products.terms import Part, Prepayment
from xindai.values import ids
from xindai.values.money import Rounding, rounded_quotient
from xindai.values.rate import Rate
from xindai.values.refusal import Kind, Refusal


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
    SOLD = "sold"
    CANCELLED = "cancelled"


MOVES: dict[Status, dict[Status, str]] = {
    Status.AWAITING_PAY_OUT: {Status.CURRENT: "loan_disbursed", Status.CANCELLED: "loan_cancelled"},
    Status.CURRENT: {
        Status.OVERDUE: "loan_fell_overdue",
        Status.CLOSED: "loan_closed",
        Status.CANCELLED: "loan_cancelled",
    },
    Status.OVERDUE: {
        Status.CURRENT: "loan_cured",
        Status.CLOSED: "loan_closed",
        Status.CHARGED_OFF: "loan_charged_off",
        Status.CANCELLED: "loan_cancelled",
    },
    Status.CLOSED: {Status.CURRENT: "loan_reopened", Status.OVERDUE: "loan_reopened"},
    Status.CHARGED_OFF: {Status.CLOSED: "loan_recovered", Status.SOLD: "loan_sold"},
    Status.SOLD: {},
    Status.CANCELLED: {},
}
"""Each move and the event it leaves. A closed loan opens again only when a receipt is reversed.

A living loan is cancelled when its pay-out comes back. One that is sold was charged off before, be it in the same breath."""

LIVING = frozenset({Status.CURRENT, Status.OVERDUE})


class FactUnknown(Refusal):
    """A reversal of something that did not happen."""

    code = "event_unknown"
    en = "There is no earlier event {of} to reverse."
    zh = "没有可冲正的事件 {of}。"


class FactImpossible(Refusal):
    """What cannot happen to this loan as it stands on that day."""

    kind = Kind.CONFLICT
    code = "event_impossible"
    en = "This cannot happen to the loan: {why}."
    zh = "该笔贷款无法办理此业务：{why}。"


class FactKind(StrEnum):
    """What may happen to a loan. A return: the money of its pay-out came back, and it is as if it had never gone.

    A sale: the claim is another's from now on, and `amount` is what they paid for it.
    """

    DISBURSEMENT = "disbursement"
    RETURN = "return"
    REPAYMENT = "repayment"
    PREPAYMENT = "prepayment"
    REFUND = "refund"
    FEE = "fee"
    WAIVER = "waiver"
    RATE_CHANGE = "rate_change"
    INTEREST_PAUSE = "interest_pause"
    RESCHEDULE = "reschedule"
    CHARGE_OFF = "charge_off"
    SALE = "sale"
    REVERSAL = "reversal"


RECEIPTS = frozenset({FactKind.REPAYMENT, FactKind.PREPAYMENT})
"""Kinds by which money comes in."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, on the day `on` it counts. `amount` in minor units; `id` names it for a reversal.

    `part` is what a waiver forgives; `until` the last day of an interest pause; `rate` the new yearly rate of a rate
    change or reschedule; `installments` and `first_due_on` what a reschedule plans anew.
    """

    id: str
    kind: FactKind
    on: date
    amount: int = 0
    part: Part | None = None
    prepayment: Prepayment | None = None
    reverses: str | None = None
    rate: Rate | None = None
    until: date | None = None
    installments: int | None = None
    first_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the ledger carries of one loan, in minor units; all of it derived, none of it kept by hand.

    Assets: principal, interest, penalty, fee. Liabilities: overpaid (the borrower's), unearned (interest paid ahead).
    Income so far: earned_*; recovered after charge-off, be it by the debtor or by a sale; written_off is expense. received and paid_out are cash.
    off_balance is owed by the borrower but no asset: interest and penalty of a loan in non-accrual, and after a
    charge-off the whole claim (账销案存), until it is sold.
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
    off_balance: int = 0

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


LARGEST_RUN = 10**14


class Run(NamedTuple):
    """A figure that grows by the day: on the day `d` it has borne (base + step x (d - since)) / per, rounded half even.

    `part` says which: interest or penalty.
    """

    part: Part
    since: date
    base: int
    step: int
    per: int

    def borne(self, on: date) -> int:
        """What it comes to by the end of the day `on`."""
        return rounded_quotient(self.base + self.step * (on - self.since).days, self.per, Rounding.HALF_EVEN)

    @property
    def is_large(self) -> bool:
        """Whether it might not fit 64-bit columns once multiplied by days."""
        return max(self.base, self.step, self.per) > LARGEST_RUN


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a loan stands at the end of the day `on`, and what of it grows by itself until the day before `changes_on`.

    Kept so that a day without events needs no fold; provably the same as one.
    """

    on: date
    figures: Figures
    runs: tuple[Run, ...]
    changes_on: date | None

    def at(self, day: date) -> Figures:
        """The figures at the end of a day from `on` to the day before `changes_on`."""
        assert self.on <= day, (self, day)
        assert self.changes_on is None or day < self.changes_on, (self, day)
        grown = dict.fromkeys((Part.INTEREST, Part.PENALTY), 0)
        for run in self.runs:
            grown[run.part] += run.borne(day) - run.borne(self.on)
        net = self.figures.interest - self.figures.unearned + grown[Part.INTEREST]
        return replace(
            self.figures,
            interest=max(0, net),
            unearned=max(0, -net),
            earned_interest=self.figures.earned_interest + grown[Part.INTEREST],
            penalty=self.figures.penalty + grown[Part.PENALTY],
            earned_penalty=self.figures.earned_penalty + grown[Part.PENALTY],
        )


class Line(NamedTuple):
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


class Receipt(NamedTuple):
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
    runs: tuple[Run, ...]
    changes_on: date | None

    @property
    def standing(self) -> Standing:
        """What is kept of it."""
        return Standing(self.on, self.figures, self.runs, self.changes_on)
