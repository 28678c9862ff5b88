"""The terms of one loan: everything a schedule follows from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xindai.values.money import LARGEST_MINOR, Money, Rounding
from xindai.values.period import Every
from xindai.values.rate import DayCount, Rate
from xindai.values.refusal import Invalid

MOST_INSTALLMENTS = 600


NO_RATE = Rate(0, 1)


class Method(StrEnum):
    """How principal comes back."""

    ANNUITY = "annuity"
    EQUAL_PRINCIPAL = "equal_principal"


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


@dataclass(frozen=True, slots=True)
class Terms:
    """Agreed once, never changed: what happens later are facts about the loan.

    `multiple` is the step, in minor units, to which a level instalment is rounded. `penalty_rate` is a yearly rate on
    overdue principal, free of charge when paid within `penalty_grace_days` of the due day and else counted from it.
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
        try:
            self.every.after(self.first_due_on or self.disbursed_on, self.installments)
        except (ValueError, OverflowError):
            raise Invalid(
                "The last instalment would fall due after the end of the calendar.", field="installments"
            ) from None
