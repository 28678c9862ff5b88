"""A quote: schedule and annual cost of a loan of twelve instalments, and a loan folded over its facts."""

from dataclasses import replace
from datetime import date

import pyxirr

from benchmarks.result import Result, seconds
from xindai.lending.life import fold
from xindai.lending.life.model import Fact, FactKind
from xindai.lending.life.quote import quote
from xindai.products import cost, schedules
from xindai.products.terms import Method, Terms
from xindai.values.money import Money
from xindai.values.period import Every
from xindai.values.rate import rate

COUNT = 2000
TERMS = Terms(
    principal=Money(10_000_00), annual_rate=rate("0.144"), method=Method.ANNUITY, installments=12, every=Every(),
    disbursed_on=date(2026, 1, 10), penalty_rate=rate("0.216"),
)  # fmt: skip
FACTS = [Fact(str(number), FactKind.REPAYMENT, date(2026, 1 + number, 10), 899_75) for number in range(1, 7)]


def run() -> list[Result]:
    fresh = iter(range(10**9))

    def loans() -> list[Terms]:
        """Different each time, so that no plan is kept from before."""
        return [replace(TERMS, principal=Money(10_000_00 + 100 * next(fresh))) for _ in range(COUNT)]

    def schedule_and_cost() -> None:
        for terms in loans():
            cost.cost(terms, schedules.schedule(terms))

    def peer() -> None:
        """The same schedule in floats, and its rate of return, by a compiled library."""
        for number in range(COUNT):
            principal = 10_000 + number
            parts = [(pyxirr.ipmt(0.012, n, 12, principal), pyxirr.ppmt(0.012, n, 12, principal)) for n in range(1, 13)]
            pyxirr.irr([-principal, *(-(interest + part) for interest, part in parts)])

    whole = seconds(lambda: [quote(terms) for terms in loans()])
    planned = seconds(schedule_and_cost)
    other = seconds(peer)
    folded = seconds(lambda: [fold.fold(TERMS, FACTS, on=date(2026, 8, 1)) for _ in range(COUNT)])
    return [
        Result(
            "schedule and cost, 12 instalments",
            planned / COUNT * 1e6,
            "µs",
            "pyxirr, floats",
            other / COUNT * 1e6,
            at_most=200,
        ),
        Result("whole quote with state, 12 instalments", whole / COUNT * 1e6, "µs", at_most=200),
        Result("loan folded over six repayments", folded / COUNT * 1e6, "µs"),
    ]
