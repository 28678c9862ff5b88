"""When what falls due, exact to the minor unit, for every method of repayment.

Interest of a period is balance x yearly rate x the period's part of a year, rounded once. Under 30/360 a step of the
schedule counts its nominal days wherever it lies (a month thirty, a week seven), and a broken period those of 30E/360.
The last instalment takes what rounding left, so principal parts always sum to what was lent.

A level instalment (等额本息) is the amount that would repay exactly if nothing were rounded; when a plan is made anew
inside a period, the interest that this period will really bear counts, so the last instalment stays like the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from xindai.products.terms import FeeOn, Method, Terms
from xindai.values.business_days import Shift, shifted
from xindai.values.money import Rounding, rounded_quotient
from xindai.values.period import Unit
from xindai.values.rate import DayCount, Rate, year_fraction

NOMINAL_DAYS = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 30, Unit.YEAR: 360}


class Span(NamedTuple):
    """One period of a schedule: interest runs over [start, end), a part of a year; what it comes to is due on `due_on`."""

    start: date
    end: date
    due_on: date
    numerator: int
    denominator: int


class Installment(NamedTuple):
    """One row; amounts in minor units; `balance` is the principal left when it is paid."""

    number: int
    start: date
    due_on: date
    principal: int
    interest: int
    fee: int
    balance: int

    @property
    def total(self) -> int:
        """What falls due."""
        return self.principal + self.interest + self.fee


@dataclass(frozen=True, slots=True)
class Plan:
    """What was agreed: the periods, the level of each (see `levels`), and (principal, interest, deferred) of each.

    `deferred` is the part of the interest that belongs to periods of grace before: below zero while it is put off.
    """

    spans: tuple[Span, ...]
    levels: tuple[int, ...]
    parts: tuple[tuple[int, int, int], ...]


def spans(terms: Terms) -> list[Span]:
    """The periods of a loan. The day of the month is kept, also across shorter months."""
    first = terms.every.after(terms.disbursed_on, 1)
    broken = terms.first_due_on is not None and terms.first_due_on != first
    anchor, offset = (terms.first_due_on or first, 1) if broken else (terms.disbursed_on, 0)
    moves = terms.shift is not Shift.NONE and terms.moves_interest
    step = nominal_part(terms)
    result = []
    start = terms.disbursed_on
    for number in range(1, terms.installments + 1):
        day = terms.every.after(anchor, number - offset)
        due_on = day if terms.shift is Shift.NONE else shifted(day, terms.shift)
        end = due_on if moves else day
        part = step if step and not moves and number > offset else year_fraction(start, end, terms.day_count)
        result.append(Span(start, end, due_on, *part))
        start = end
    return [_one(result)] if terms.method is Method.BULLET else result


def nominal_part(terms: Terms) -> tuple[int, int] | None:
    """The part of a year of a whole step of the schedule, where it does not depend on where the step lies."""
    if terms.day_count is not DayCount.D30_360:
        return None
    return NOMINAL_DAYS[terms.every.unit] * terms.every.count, 360


def _one(spans_: Sequence[Span]) -> Span:
    """All periods as one, repaid at its end."""
    part = sum((Fraction(span.numerator, span.denominator) for span in spans_), Fraction(0))
    first, last = spans_[0], spans_[-1]
    return Span(first.start, last.end, last.due_on, part.numerator, part.denominator)


@lru_cache(maxsize=16_384)
def agreed(terms: Terms) -> Plan:
    """The plan that follows from `terms`; kept, because a living loan asks for it every day."""
    periods = spans(terms)
    lent = terms.principal.minor
    balance = lent - terms.down(lent)
    level = levels(terms, terms.annual_rate, balance, periods)

    def interest(index: int, owed: int) -> int:
        bearing = balance if terms.method is Method.FLAT else owed
        return interest_of(bearing, terms.annual_rate, periods[index], terms.rounding)

    parts = planned(terms, balance, level, interest)
    return Plan(tuple(periods), tuple(level), tuple(parts))


def schedule(terms: Terms) -> list[Installment]:
    """All instalments as agreed on the day of signing; first of them, if anything is due with the pay-out, that row."""
    plan = agreed(terms)
    rows, balance = [], terms.principal.minor
    down, fee = terms.down(balance), terms.fees_on(FeeOn.PAY_OUT, balance)
    if down or fee:
        balance -= down
        rows.append(Installment(1, terms.disbursed_on, terms.disbursed_on, down, 0, fee, balance))
    each = terms.fees_on(FeeOn.INSTALLMENT, terms.principal.minor)
    for span, (principal, interest, _) in zip(plan.spans, plan.parts, strict=True):
        balance -= principal
        rows.append(Installment(len(rows) + 1, span.start, span.due_on, principal, interest, each, balance))
    return rows


def levels(
    terms: Terms,
    rate: Rate,
    balance: int,
    periods: Sequence[Span],
    *,
    number: int = 1,
    first_interest: Fraction | None = None,
) -> list[int]:
    """What each period repays by plan: the whole instalment of an annuity, else its principal part.

    `number` is that of the first period. `first_interest` is given where that period has begun already.
    """
    grace = min(max(0, terms.principal_grace - number + 1), len(periods) - 1)
    count = len(periods) - grace
    if terms.method in {Method.INTEREST_ONLY, Method.FLEXIBLE, Method.BULLET} or balance <= 0:
        return [0] * len(periods)
    weights = [terms.times(number + grace + index) for index in range(count)] if terms.steps else None
    if terms.method is Method.ANNUITY and rate.numerator:
        up, down = _annuity(terms, rate, balance, periods[grace:], weights, None if grace else first_interest)
    else:
        shares = sum((Fraction(one.numerator, one.denominator) for one in weights), Fraction(0)) if weights else count
        up, down = Fraction(max(0, balance - terms.balloon), shares).as_integer_ratio()
    multiple = terms.multiple
    if weights is None:
        return [0] * grace + [multiple * rounded_quotient(up, down * multiple, terms.rounding)] * count
    return [0] * grace + [
        multiple * rounded_quotient(up * one.numerator, down * one.denominator * multiple, terms.rounding)
        for one in weights
    ]


def planned(
    terms: Terms,
    balance: int,
    level: Sequence[int],
    interest: Callable[[int, int], int],
    *,
    number: int = 1,
    paid: Sequence[int] | None = None,
    deferred: int = 0,
    given: Sequence[int] | None = None,
) -> list[tuple[int, int, int]]:
    """(principal, interest, deferred) of each period; `interest(index, balance)` is what one bears, rounded.

    `paid` is the principal that was paid of each level already, `deferred` the interest put off so far;
    `given` are principal parts that are settled already.
    """
    parts = []
    by_total = terms.method is Method.ANNUITY
    last = len(level) - 1
    for index, wanted in enumerate(level):
        own = interest(index, balance)
        if given is not None:
            principal = given[index]
        elif index == last:
            principal = balance
        elif number + index <= terms.principal_grace:
            principal = 0
        else:
            already = paid[index] if paid else 0
            principal = min(max((wanted - own if by_total else wanted) - already, 0), balance)
        balance -= principal
        if number + index <= terms.interest_grace and index != last:
            parts.append((principal, 0, -own))
            deferred += own
        else:
            parts.append((principal, own + deferred, deferred))
            deferred = 0
    return parts


def interest_of(balance: int, rate: Rate, span: Span, rounding: Rounding) -> int:
    """Interest of `balance` over one period."""
    return rounded_quotient(balance * rate.numerator * span.numerator, rate.denominator * span.denominator, rounding)


def _annuity(
    terms: Terms,
    rate: Rate,
    balance: int,
    periods: Sequence[Span],
    weights: Sequence[Rate] | None,
    first_interest: Fraction | None,
) -> tuple[int, int]:
    """The exact level instalment as a ratio; the closed form where all periods are alike."""
    first = periods[0]
    plain = first_interest is None and weights is None and not terms.balloon
    if plain and all(span.numerator * first.denominator == first.numerator * span.denominator for span in periods):
        up, down = rate.numerator * first.numerator, rate.denominator * first.denominator
        grown = (up + down) ** len(periods)
        return balance * up * grown, down * (grown - down ** len(periods))
    with localcontext() as context:
        context.prec = 60
        if first_interest is None:
            first_interest = Fraction(balance * rate.numerator * first.numerator, rate.denominator * first.denominator)
        discount, worth = Decimal(1), Decimal(0)
        for index, span in enumerate(periods):
            if index:
                down = rate.denominator * span.denominator
                discount *= Decimal(down) / Decimal(down + rate.numerator * span.numerator)
            worth += discount * weights[index].annual if weights else discount
        owed = balance + Decimal(first_interest.numerator) / Decimal(first_interest.denominator)
        owed -= terms.balloon * discount
        numerator, denominator = (max(owed, Decimal(0)) / worth).as_integer_ratio()
        return numerator, denominator
