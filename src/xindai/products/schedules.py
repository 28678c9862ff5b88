"""When what falls due: equal instalments (等额本息) and equal principal (等额本金), exact to the minor unit.

Interest of a period is balance x yearly rate x the period's part of a year, rounded once. Under 30/360 a whole month
counts thirty days wherever it lies, so the monthly rate is the yearly one over twelve (30E/360 for broken periods).
The last instalment takes what rounding left, so principal parts always sum to the principal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import NamedTuple

from xindai.products.terms import Method, Terms
from xindai.values.money import Rounding, rounded_quotient
from xindai.values.period import Unit
from xindai.values.rate import DayCount, Rate, year_fraction


class Span(NamedTuple):
    """One period of a schedule: [start, due_on), and its part of a year as an exact ratio."""

    start: date
    due_on: date
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Installment:
    """One row; amounts in minor units; `balance` is the principal left when it is paid."""

    number: int
    start: date
    due_on: date
    principal: int
    interest: int
    balance: int

    @property
    def total(self) -> int:
        """What falls due."""
        return self.principal + self.interest


def spans(terms: Terms) -> list[Span]:
    """The periods of a loan. The day of the month is kept, also across shorter months."""
    every, anchor, offset = terms.every, terms.disbursed_on, 0
    if terms.first_due_on is not None and terms.first_due_on != every.after(terms.disbursed_on, 1):
        anchor, offset = terms.first_due_on, 1
    whole = None
    if terms.day_count is DayCount.D30_360 and every.unit in {Unit.MONTH, Unit.YEAR}:
        whole = 30 * every.count * (12 if every.unit is Unit.YEAR else 1)
    result = []
    start = terms.disbursed_on
    for number in range(1, terms.installments + 1):
        due_on = every.after(anchor, number - offset)
        if whole is not None and (number > 1 or offset == 0):
            result.append(Span(start, due_on, whole, 360))
        else:
            result.append(Span(start, due_on, *year_fraction(start, due_on, terms.day_count)))
        start = due_on
    return result


@dataclass(frozen=True, slots=True)
class Plan:
    """What was agreed: the periods, what stays level over them, and (principal, interest) of each."""

    spans: tuple[Span, ...]
    level: int
    parts: tuple[tuple[int, int], ...]


@lru_cache(maxsize=16_384)
def agreed(terms: Terms) -> Plan:
    """The plan that follows from `terms`; kept, because a living loan asks for it every day."""
    periods = spans(terms)
    grace = terms.principal_grace
    level = level_amount(terms, terms.principal.minor, periods[grace:])
    parts = planned(terms, terms.principal.minor, periods, level=level, grace=grace)
    return Plan(tuple(periods), level, tuple(parts))


def schedule(terms: Terms) -> list[Installment]:
    """All instalments as agreed on the day of signing."""
    plan = agreed(terms)
    rows, balance = [], terms.principal.minor
    for number, (span, (principal, interest)) in enumerate(zip(plan.spans, plan.parts, strict=True), start=1):
        balance -= principal
        rows.append(Installment(number, span.start, span.due_on, principal, interest, balance))
    return rows


def level_amount(terms: Terms, balance: int, periods: Sequence[Span]) -> int:
    """What stays level over `periods`: the whole instalment of an annuity, the principal part of equal principal."""
    count = len(periods)
    if terms.method is Method.EQUAL_PRINCIPAL or terms.annual_rate.numerator == 0:
        numerator, denominator = balance, count
    else:
        numerator, denominator = _annuity(terms.annual_rate, balance, periods)
    return terms.multiple * rounded_quotient(numerator, denominator * terms.multiple, terms.rounding)


def planned(
    terms: Terms,
    balance: int,
    periods: Sequence[Span],
    *,
    level: int,
    grace: int = 0,
    first_interest: int | None = None,
) -> list[tuple[int, int]]:
    """(principal, interest) of each period. `first_interest` is given where the first period has begun already."""
    parts = []
    last = len(periods) - 1
    for index, span in enumerate(periods):
        interest = interest_of(balance, terms.annual_rate, span, terms.rounding)
        if index == 0 and first_interest is not None:
            interest = first_interest
        if index == last:
            principal = balance
        elif index < grace:
            principal = 0
        else:
            wanted = level - interest if terms.method is Method.ANNUITY else level
            principal = min(max(wanted, 0), balance)
        balance -= principal
        parts.append((principal, interest))
    return parts


def interest_of(balance: int, rate: Rate, span: Span, rounding: Rounding) -> int:
    """Interest of `balance` over one period."""
    return rounded_quotient(balance * rate.numerator * span.numerator, rate.denominator * span.denominator, rounding)


def _annuity(rate: Rate, balance: int, periods: Sequence[Span]) -> tuple[int, int]:
    """The exact level instalment as a ratio; the closed form where all periods are alike."""
    first = periods[0]
    if all(span.numerator == first.numerator and span.denominator == first.denominator for span in periods):
        up, down = rate.numerator * first.numerator, rate.denominator * first.denominator
        grown = (up + down) ** len(periods)
        return balance * up * grown, down * (grown - down ** len(periods))
    with localcontext() as context:
        context.prec = 60
        discount, worth = Decimal(1), Decimal(0)
        for span in periods:
            down = rate.denominator * span.denominator
            discount *= Decimal(down) / Decimal(down + rate.numerator * span.numerator)
            worth += discount
        numerator, denominator = (Decimal(balance) / worth).as_integer_ratio()
        return numerator, denominator
