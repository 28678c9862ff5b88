"""What a loan costs in a year, as two rates.

`apr` is the internal rate of return of a period times the periods of a year, `eir` the same compounded (PBOC
Announcement 2021 no. 3; both are kept because both are asked for).

Broken first periods are counted by the day: `eir` is then the rate with which the flows, discounted by actual days over
365, are worth nothing, and `apr` the nominal rate that compounds to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from xindai.products import schedules
from xindai.products.schedules import Installment
from xindai.products.terms import Method, Terms
from xindai.values.business_days import Shift
from xindai.values.refusal import Invalid

_PLACES = Decimal("0.000001")
_ROUNDING_NOISE = Decimal("0.000001")
"""Rounding each instalment to the fen moves the rate; where it moves it by no more than the last place, the agreed rate is the cost."""
_ENOUGH = Decimal("1e-14")


@dataclass(frozen=True, slots=True)
class Cost:
    """Amounts in minor units; rates rounded to a ten-thousandth of a percent."""

    interest: int
    fees: int
    total_repayment: int
    apr: Decimal
    eir: Decimal


def cost(terms: Terms, rows: Sequence[Installment]) -> Cost:
    """The cost when all goes well, of everything the schedule asks for."""
    interest = sum(row.interest for row in rows)
    fees = sum(row.fee for row in rows)
    apr, eir = annual_cost(terms, [(row.due_on, row.total) for row in rows])
    return Cost(interest, fees, terms.principal.minor + interest + fees, apr, eir)


def annual_cost(terms: Terms, flows: Sequence[tuple[date, int]]) -> tuple[Decimal, Decimal]:
    """(apr, eir) of paying `flows` for the principal; what is paid on the day of pay-out lessens what was lent."""
    up, down = terms.every.steps_a_year()
    a_year = Decimal(up) / Decimal(down)
    lent = terms.principal.minor - sum(amount for day, amount in flows if day <= terms.disbursed_on)
    later = [(day, amount) for day, amount in flows if day > terms.disbursed_on]
    if lent <= 0:
        raise Invalid("What is due with the pay-out takes all of it.", field="fees")
    with localcontext() as context:
        context.prec = 28
        if _regular(terms):
            amounts = [amount for _, amount in later]
            amounts = [0] * (terms.installments - len(amounts)) + amounts
            agreed = _agreed_rate(terms)
            periodic = _periodic_rate(lent, amounts, agreed)
            if abs(periodic - agreed) * a_year <= _ROUNDING_NOISE:
                periodic = agreed
            apr, eir = periodic * a_year, (1 + periodic) ** a_year - 1
        else:
            eir = _dated_rate(lent, [((day - terms.disbursed_on).days, amount) for day, amount in sorted(later)])
            apr = a_year * ((1 + eir) ** (1 / a_year) - 1)
        return apr.quantize(_PLACES) + 0, eir.quantize(_PLACES) + 0


def _regular(terms: Terms) -> bool:
    """Whether every period is one step of the schedule."""
    first = terms.first_due_on
    return terms.shift is Shift.NONE and (first is None or first == terms.every.after(terms.disbursed_on, 1))


def _agreed_rate(terms: Terms) -> Decimal:
    """The yearly rate's share of one period."""
    span = schedules.agreed(terms).spans[-1]
    steps = terms.installments if terms.method is Method.BULLET else 1
    return terms.annual_rate.annual * span.numerator / span.denominator / steps


def _periodic_rate(principal: int, flows: Sequence[int], guess: Decimal) -> Decimal:
    """Newton's method on v = 1 / (1 + i): the worth of the flows is a polynomial in v, rising and convex."""
    amounts = [Decimal(amount) for amount in reversed(flows)]
    v = 1 / (1 + guess)
    target = Decimal(principal)
    for _ in range(60):
        worth = slope = Decimal(0)
        for amount in amounts:
            slope = slope * v + worth
            worth = worth * v + amount
        slope = slope * v + worth
        worth = worth * v - target
        step = worth / slope
        v -= step
        if abs(step) < _ENOUGH:
            break
    return 1 / v - 1


def _dated_rate(principal: int, flows: Sequence[tuple[int, int]]) -> Decimal:
    """Newton's method on w = ln(1 + eir), over flows at (days, minor units)."""
    w = Decimal("0.1")
    for _ in range(100):
        worth, slope = -Decimal(principal), Decimal(0)
        for days, amount in flows:
            years = Decimal(days) / 365
            now = amount * (-w * years).exp()
            worth += now
            slope -= years * now
        step = worth / slope if slope else Decimal(0)
        w -= max(min(step, Decimal(1)), Decimal(-1))
        if abs(step) < _ENOUGH:
            break
    return w.exp() - 1
