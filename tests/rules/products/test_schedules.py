import itertools
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as some

from xindai.products import cost, schedules
from xindai.products.catalogue import model as catalogue
from xindai.products.catalogue import starter
from xindai.products.catalogue.documents import product_document, product_of
from xindai.products.terms import Charge, Fee, FeeOn, Method, Terms
from xindai.values.business_days import Shift
from xindai.values.money import Money, Rounding
from xindai.values.period import Every, Unit
from xindai.values.rate import DayCount, Rate, rate
from xindai.values.refusal import Refusal


def loan(**changes: object) -> Terms:
    plain = Terms(
        principal=Money(10_000_00),
        annual_rate=rate("0.144"),
        method=Method.ANNUITY,
        installments=12,
        every=Every(),
        disbursed_on=date(2026, 1, 10),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


any_loan = some.builds(
    Terms,
    principal=some.integers(100, 10**10).map(Money),
    annual_rate=some.integers(0, 3600).map(lambda n: Rate(n, 10_000)),
    method=some.sampled_from(Method),
    installments=some.integers(1, 120),
    every=some.just(Every()),
    disbursed_on=some.dates(date(2020, 1, 1), date(2030, 12, 31)),
    day_count=some.sampled_from(DayCount),
    rounding=some.sampled_from(Rounding),
)


@given(any_loan)
def test_principal_parts_sum_to_the_principal_and_nothing_is_negative(terms: Terms) -> None:
    rows = schedules.schedule(terms)
    assert sum(row.principal for row in rows) == terms.principal.minor
    assert rows[-1].balance == 0
    assert all(row.principal >= 0 and row.interest >= 0 for row in rows)
    count = 1 if terms.method is Method.BULLET else terms.installments
    assert [row.number for row in rows] == list(range(1, count + 1))
    assert all(before.due_on == after.start for before, after in itertools.pairwise(rows))


@given(any_loan)
def test_interest_of_a_row_is_that_of_the_balance_before_it(terms: Terms) -> None:
    balance = terms.principal.minor
    for row, span in zip(schedules.schedule(terms), schedules.spans(terms), strict=True):
        exact = Decimal(balance) * terms.annual_rate.annual * span.numerator / span.denominator
        assert abs(row.interest - exact) <= 1
        balance = terms.principal.minor if terms.method is Method.FLAT else row.balance


@given(some.integers(1_000_00, 1_000_000_00), some.integers(100, 3600), some.integers(2, 60))
def test_the_level_instalment_is_that_of_an_outside_library(principal: int, bps: int, months: int) -> None:
    terms = loan(principal=Money(principal), annual_rate=Rate(bps, 10_000), installments=months)
    outside = -pyxirr.pmt(bps / 120_000, months, principal)
    assert all(abs(row.total - outside) <= 0.5001 for row in schedules.schedule(terms)[:-1])


@given(
    some.integers(10_000_00, 1_000_000_00), some.integers(100, 3600), some.integers(2, 60), some.sampled_from(Method)
)
def test_the_annual_cost_is_the_rate_of_return_of_an_outside_library(
    principal: int, bps: int, months: int, method: Method
) -> None:
    terms = loan(principal=Money(principal), annual_rate=Rate(bps, 10_000), installments=months, method=method)
    rows = schedules.schedule(terms)
    whole = cost.cost(terms, rows)
    monthly = pyxirr.irr([-principal, *[0] * (months - len(rows)), *(row.total for row in rows)])
    assert float(whole.apr) == pytest.approx(monthly * 12, rel=0, abs=1.001e-6)
    assert float(whole.eir) == pytest.approx((1 + monthly) ** 12 - 1, rel=0, abs=2e-6)


def test_a_broken_first_period_costs_what_dated_flows_cost() -> None:
    terms = loan(first_due_on=date(2026, 2, 25), day_count=DayCount.ACT_365)
    rows = schedules.schedule(terms)
    outside = pyxirr.xirr(
        [terms.disbursed_on, *(row.due_on for row in rows)], [-1_000_000, *(row.total for row in rows)]
    )
    assert float(cost.cost(terms, rows).eir) == pytest.approx(outside, abs=2e-6)
    assert rows[0].interest > schedules.schedule(loan(day_count=DayCount.ACT_365))[0].interest
    assert [row.due_on.day for row in rows] == [25] * 12


def test_the_example_of_the_contract_holds_to_the_fen() -> None:
    rows = schedules.schedule(loan())
    assert (rows[0].principal, rows[0].interest, rows[0].total, rows[0].balance) == (77975, 12000, 89975, 922025)
    whole = cost.cost(loan(), rows)
    assert (str(whole.apr), str(whole.eir)) == ("0.144000", "0.153895")


def test_equal_principal_repays_the_same_part_each_time() -> None:
    rows = schedules.schedule(loan(method=Method.EQUAL_PRINCIPAL))
    assert [row.principal for row in rows] == [83333] * 11 + [83337]
    assert [row.interest for row in rows[:3]] == [12000, 11000, 10000]


def test_a_month_is_thirty_days_under_30_360_wherever_it_lies() -> None:
    rows = schedules.schedule(loan(disbursed_on=date(2026, 1, 31), method=Method.EQUAL_PRINCIPAL))
    assert [row.due_on for row in rows[:3]] == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
    assert rows[0].interest == 12000


def test_grace_for_principal_pays_interest_only() -> None:
    rows = schedules.schedule(loan(principal_grace=3))
    assert [(row.principal, row.interest) for row in rows[:3]] == [(0, 12000)] * 3
    assert rows[3].principal > 0
    assert sum(row.principal for row in rows) == 10_000_00


def test_instalments_are_rounded_to_their_multiple_but_the_last() -> None:
    rows = schedules.schedule(loan(multiple=100, rounding=Rounding.UP))
    assert {row.total for row in rows[:-1]} == {90000}
    assert rows[-1].total < 90000


def test_a_loan_without_interest_costs_nothing() -> None:
    whole = cost.cost(loan(annual_rate=rate("0")), schedules.schedule(loan(annual_rate=rate("0"))))
    assert (whole.interest, str(whole.apr), str(whole.eir)) == (0, "0.000000", "0.000000")


def test_weekly_instalments_count_fifty_two_to_the_year() -> None:
    terms = loan(every=Every(1, Unit.WEEK), day_count=DayCount.ACT_360, installments=26)
    assert float(cost.cost(terms, schedules.schedule(terms)).apr) == pytest.approx(0.144 * 7 / 360 * 52, abs=2e-5)


@pytest.mark.parametrize("change", [
    {"installments": 0}, {"installments": 601}, {"principal": Money(0)}, {"first_due_on": date(2026, 1, 10)},
    {"principal_grace": 12}, {"penalty_grace_days": -1}, {"multiple": 0}, {"disbursed_on": date(9999, 12, 1)},
])  # fmt: skip
def test_terms_that_make_no_loan_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        loan(**change)


def test_a_product_refuses_what_it_does_not_lend() -> None:
    for amount, months, field in (
        (100_00, 12, "amount"),
        (500_000_00, 12, "amount"),
        (1_000_00, 7, "months"),
        (1_001_50, 12, "amount"),
    ):
        with pytest.raises(Refusal) as refused:
            starter.CONSUMER.check(Money(amount), months)
        assert refused.value.field == field


@pytest.mark.parametrize(
    "change",
    [
        {"code": "Gold Plated"}, {"name_zh": " "}, {"least": Money(0)}, {"least": Money(10_000_00), "most": Money(100_00)},
        {"most": Money(200_001_00)}, {"months": ()}, {"draw_months": (3,)}, {"least_age": 17}, {"highest_cost": rate("0.25")},
        {"penalty_uplift": rate("0.51")}, {"grace_days": 40}, {"non_accrual_days": 91}, {"charge_off_days": 90},
        {"method": Method.BULLET, "months": (24,)}, {"principal_grace": 3}, {"form": catalogue.Form.LINE},
    ],
)  # fmt: skip
def test_a_product_that_may_not_be_sold_cannot_be_made(change: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        replace(starter.CONSUMER, **change)


def test_products_are_kept_and_read_back_as_they_were() -> None:
    fancy = replace(
        starter.CONSUMER, method=Method.FLEXIBLE, fees=(Fee(FeeOn.PAY_OUT, Charge(share=Rate(1, 100))),), shift=Shift.FOLLOWING
    )  # fmt: skip
    for one in (*starter.STARTER, fancy):
        kept = json.loads(json.dumps(product_document(one)))
        assert product_of(one.code, one.version, kept) == one


@given(some.integers(0, 2400))
def test_penalty_interest_never_passes_the_cap(bps: int) -> None:
    terms = starter.CONSUMER.terms(
        principal=Money(1_000_00), annual_rate=Rate(bps, 10_000), months=12, disbursed_on=date(2026, 1, 1)
    )
    assert terms.penalty_rate.annual <= Decimal("0.24")
    assert terms.penalty_rate.annual <= terms.annual_rate.annual * Decimal("1.5")
