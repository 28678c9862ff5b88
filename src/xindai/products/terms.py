"""The terms of one loan: everything a schedule follows from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xindai.values.business_days import Shift
from xindai.values.money import LARGEST_MINOR, Money, Rounding, rounded_quotient
from xindai.values.period import Every
from xindai.values.rate import DayCount, Rate
from xindai.values.refusal import Invalid

MOST_INSTALLMENTS = 600


NO_RATE = Rate(0, 1)
ONE = Rate(1, 1)


class Method(StrEnum):
    """How principal comes back."""

    ANNUITY = "annuity"  # 等额本息
    EQUAL_PRINCIPAL = "equal_principal"  # 等额本金
    FLAT = "flat"  # 等本等息: interest on the original amount throughout
    INTEREST_ONLY = "interest_only"  # 先息后本
    BULLET = "bullet"  # 一次性还本付息
    FLEXIBLE = "flexible"  # 随借随还: daily interest, repaid at any time


class Recalculation(StrEnum):
    """Whether interest follows the plan, or what is really outstanding each day."""

    NONE = "none"
    DAILY = "daily"


class InterestBy(StrEnum):
    """Whether a balance that changes inside a period counts from the next period, or by the day."""

    PERIOD = "period"
    DAY = "day"


class Prepayment(StrEnum):
    """What an early part-payment does to the instalments that are left."""

    SHORTEN = "shorten"
    LOWER = "lower"
    NEXT = "next"
    LAST = "last"


class Part(StrEnum):
    """What an instalment is made of, in the words of an allocation order."""

    PENALTY = "penalty"
    FEE = "fee"
    INTEREST = "interest"
    PRINCIPAL = "principal"


ALLOCATION = (Part.PENALTY, Part.FEE, Part.INTEREST, Part.PRINCIPAL)


class FeeOn(StrEnum):
    """What a fee goes with."""

    PAY_OUT = "pay_out"
    INSTALLMENT = "installment"
    PREPAYMENT = "prepayment"


@dataclass(frozen=True, slots=True)
class Charge:
    """An amount in minor units, or a share of whatever it is charged on."""

    amount: int = 0
    share: Rate = NO_RATE

    def of(self, base: int, rounding: Rounding) -> int:
        """What it comes to on `base`, rounded once."""
        return self.amount + rounded_quotient(base * self.share.numerator, self.share.denominator, rounding)


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee: a share is of the amount paid out, or of the principal repaid early.

    A fee with a pay-out falls due on that day in a row of its own, one with an instalment with each of them.
    """

    on: FeeOn
    charge: Charge


@dataclass(frozen=True, slots=True)
class Step:
    """From instalment `number` on, level instalments are `times` the first ones (stepped or graduated)."""

    number: int
    times: Rate


@dataclass(frozen=True, slots=True)
class Terms:
    """Agreed once, never changed: what happens later are facts about the loan.

    `multiple` is the step, in minor units, to which a level instalment is rounded. `penalty_rate` is a yearly rate on
    overdue principal, free of charge when paid within `penalty_grace_days` of the due day and else counted from it.
    `interest_grace` periods pay no interest: it falls due with the first instalment after them. `down_payment` is due
    on the day of each pay-out; `balloon`, in minor units, is left for the last instalment. `shift` moves due days off
    holidays, and the interest periods with them if `shifts_interest`. Later than `non_accrual_days` overdue, interest
    and penalty are no longer income before they are paid (R-BOOK-03); later than `charge_off_days`, it is given up.
    """

    principal: Money
    annual_rate: Rate
    method: Method
    installments: int
    every: Every
    disbursed_on: date
    day_count: DayCount = DayCount.D30_360
    interest_by: InterestBy = InterestBy.PERIOD
    rounding: Rounding = Rounding.HALF_EVEN
    multiple: int = 1
    first_due_on: date | None = None
    principal_grace: int = 0
    penalty_rate: Rate = NO_RATE
    penalty_grace_days: int = 0
    allocation: tuple[Part, ...] = ALLOCATION
    prepayment: Prepayment = Prepayment.LOWER
    recalculation: Recalculation = Recalculation.NONE
    interest_grace: int = 0
    down_payment: Charge | None = None
    fees: tuple[Fee, ...] = ()
    shift: Shift = Shift.NONE
    shifts_interest: bool = False
    steps: tuple[Step, ...] = ()
    balloon: int = 0
    non_accrual_days: int | None = None
    charge_off_days: int | None = None

    @property
    def daily(self) -> bool:
        """Whether interest follows what is really outstanding."""
        return self.recalculation is Recalculation.DAILY or self.method is Method.FLEXIBLE

    @property
    def by_day(self) -> bool:
        """Whether a balance that changes inside a period counts by the day."""
        return self.daily or self.interest_by is InterestBy.DAY

    @property
    def moves_interest(self) -> bool:
        """Whether interest periods follow due days that move off holidays."""
        return self.shifts_interest or self.daily

    def fees_on(self, on: FeeOn, base: int) -> int:
        """What all fees of one kind come to on `base`."""
        return sum(fee.charge.of(base, self.rounding) for fee in self.fees if fee.on is on)

    def down(self, paid_out: int) -> int:
        """The down payment on an amount paid out."""
        return 0 if self.down_payment is None else self.down_payment.of(paid_out, self.rounding)

    def times(self, number: int) -> Rate:
        """How many times the first level the one of instalment `number` is."""
        return next((step.times for step in reversed(self.steps) if step.number <= number), ONE)

    def __post_init__(self) -> None:
        if not 0 < self.principal.minor <= LARGEST_MINOR:
            raise Invalid("The principal is more than zero.", field="principal")
        if not 1 <= self.installments <= MOST_INSTALLMENTS:
            raise Invalid(f"A loan has 1 to {MOST_INSTALLMENTS} instalments.", field="installments")
        if not 1 <= self.every.count <= 1200:
            raise Invalid("The count of a step is between 1 and 1200.", field="every")
        if self.first_due_on is not None and self.first_due_on <= self.disbursed_on:
            raise Invalid("The first instalment falls due after the day of pay-out.", field="first_due_on")
        if not 0 <= self.principal_grace < self.installments:
            raise Invalid("Grace for principal leaves at least one instalment to repay it.", field="grace")
        if not 0 <= self.penalty_grace_days <= 366:
            raise Invalid("Grace days are between 0 and 366.", field="penalty")
        if not 1 <= self.multiple <= self.principal.minor:
            raise Invalid(
                "The multiple is at least one minor unit and at most the principal.", field="installment_multiple"
            )
        if sorted(self.allocation) != sorted(ALLOCATION):
            raise Invalid(
                "An allocation order names penalty, fee, interest and principal once each.", field="allocation"
            )
        self._check_extras()
        try:
            self.every.after(self.first_due_on or self.disbursed_on, self.installments)
        except (ValueError, OverflowError):
            raise Invalid(
                "The last instalment would fall due after the end of the calendar.", field="installments"
            ) from None

    def _check_extras(self) -> None:
        if not 0 <= self.interest_grace < self.installments:
            raise Invalid("Grace for interest leaves at least one instalment to pay it.", field="grace")
        if self.interest_grace and (self.daily or self.method is Method.BULLET):
            raise Invalid("Grace for interest goes with a planned schedule of instalments.", field="grace")
        if not 0 <= self.down(self.principal.minor) < self.principal.minor:
            raise Invalid("A down payment is less than what is paid out.", field="down_payment")
        if self.method is Method.FLAT and self.recalculation is Recalculation.DAILY:
            raise Invalid("Flat interest does not follow what is outstanding.", field="recalculation")
        level = self.method in {Method.ANNUITY, Method.EQUAL_PRINCIPAL}
        if (self.steps or self.balloon) and not level:
            raise Invalid("Steps and a balloon go with level instalments.", field="steps" if self.steps else "balloon")
        if not 0 <= self.balloon < self.principal.minor - self.down(self.principal.minor):
            raise Invalid("A balloon is less than the principal.", field="balloon")
        numbers = [step.number for step in self.steps]
        if numbers != sorted(set(numbers)) or any(not 1 <= number <= self.installments for number in numbers):
            raise Invalid("Steps name instalments of the loan, in order.", field="steps")
        if any(not 0 < step.times.numerator <= 100 * step.times.denominator for step in self.steps):
            raise Invalid("A step is more than zero and at most a hundred times the first level.", field="steps")
