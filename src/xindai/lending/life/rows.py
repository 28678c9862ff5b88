"""One instalment while a loan is folded: what it asks for, what was paid and forgiven of it, how late it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from xindai.products.terms import Part
from xindai.values.money import Rounding, rounded_quotient

PENALTY, FEE, INTEREST, PRINCIPAL = range(4)
PLACE = {Part.PENALTY: PENALTY, Part.FEE: FEE, Part.INTEREST: INTEREST, Part.PRINCIPAL: PRINCIPAL}


@dataclass(slots=True)
class Row:
    """Amounts in minor units; `paid` and `waived` by place: penalty, fee, interest, principal.

    Interest runs on `bearing` from `since` to `end`, on top of the `fixed` part borne before. `deferred` is interest of
    other periods that falls due here, or below zero what of this one falls due later; `carried` is unpaid interest of rows
    that a reschedule replaced. `planned_fee` is the part of the fee that goes with the period and is not owed
    before it begins. `level` is what the plan repays here, `ahead` the principal repaid here on top of it. A row that was paid before its time is `settled`.
    """

    start: date
    end: date
    due_on: date
    numerator: int
    denominator: int
    level: int
    principal: int
    interest: int
    deferred: int = 0
    fee: int = 0
    planned_fee: int = 0
    bearing: int = 0
    since: date = date.min
    fixed: Fraction | None = None
    ahead: int = 0
    carried: int = 0
    settled: bool = False
    penalty_kept: int = 0
    late_numerator: int = 0
    late_until: date = date.min
    past_grace: bool = False
    paid: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    waived: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    def principal_left(self) -> int:
        """Principal not paid."""
        return self.principal - self.paid[PRINCIPAL]

    def is_clear(self) -> bool:
        """Whether nothing is left of it, seen at a glance: with a penalty it is looked at closely."""
        paid, waived = self.paid, self.waived
        return (
            self.principal == paid[3]
            and self.interest == paid[2] + waived[2]
            and self.fee == paid[1] + waived[1]
            and not self.past_grace
            and not self.penalty_kept
        )

    def fee_by(self, on: date) -> int:
        """The fee owed by the day `on`, with what was paid or forgiven of it."""
        if self.start < on:
            return self.fee
        return self.fee - min(self.planned_fee, self.fee - self.paid[FEE] - self.waived[FEE])

    def touched(self) -> int:
        """Interest that was paid or forgiven: no plan made anew asks for less."""
        return self.paid[INTEREST] + self.waived[INTEREST]

    def age(self, on: date, *, numerator: int, grace_days: int) -> None:
        """Count penalty on the overdue principal, by actual days, up to `on`."""
        days = (on - self.late_until).days
        self.late_numerator += (self.principal - self.paid[PRINCIPAL]) * numerator * days
        self.past_grace = self.past_grace or on > self.due_on + timedelta(days=grace_days)
        self.late_until = on

    def penalty(self, denominator: int, rounding: Rounding) -> int:
        """Penalty so far, rounded once as a running total; nothing within the days of grace."""
        if not self.past_grace:
            return self.penalty_kept
        return self.penalty_kept + rounded_quotient(self.late_numerator, denominator, rounding)
