"""Statements as pure questions: what must be paid, what becomes of it, how a payment is dealt."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xindai.lending.pay_later import billing
from xindai.lending.pay_later.billing import Owed
from xindai.lending.pay_later.model import Status
from xindai.products.catalogue.model import ProductUnfit
from xindai.products.catalogue.starter import PAY_LATER
from xindai.values.money import Money
from xindai.values.rate import rate

CYCLE = PAY_LATER.cycle
assert CYCLE is not None
loans = some.lists(
    some.builds(Owed, some.uuids().map(str), some.integers(0, 10**7), some.integers(0, 10**5), some.booleans()),
    min_size=1, max_size=6, unique_by=lambda one: one.loan_id,
)  # fmt: skip


@given(loans)
def test_the_least_is_within_the_whole_and_covers_all_that_cannot_be_owed_longer(owed: list[Owed]) -> None:
    total, least = sum(one.total for one in owed), billing.least(owed, CYCLE)
    assert min(total, CYCLE.least_amount.minor) <= least <= total
    assert least >= sum(one.rest if one.revolves else one.total for one in owed)


@given(loans, some.integers(0, 10**8))
def test_a_payment_is_dealt_whole_or_pays_everything(owed: list[Owed], amount: int) -> None:
    dealt = dict(billing.spread(amount, owed))
    assert sum(dealt.values()) == min(amount, sum(one.total for one in owed))
    assert all(0 < part <= next(one.total for one in owed if one.loan_id == loan_id) for loan_id, part in dealt.items())
    if any(one.revolves and one.loan_id in dealt for one in owed):
        assert all(dealt.get(one.loan_id, 0) == one.total for one in owed if not one.revolves)


@given(loans, some.integers(0, 10**8))
def test_the_least_paid_is_enough_and_a_fen_less_is_not(owed: list[Owed], extra: int) -> None:
    total, least = sum(one.total for one in owed), billing.least(owed, CYCLE)
    if not total:
        return
    left = max(0, total - least - extra)
    assert billing.decided(total=total, least=least, left=left) is (Status.REVOLVED if left else Status.PAID)
    assert billing.decided(total=total, least=least, left=total - least + 1) is Status.MISSED


@given(some.dates(date(2024, 1, 1), date(2030, 12, 31)), some.integers(1, 28), some.integers(5, 27))
def test_every_day_is_in_one_cycle_and_is_free_of_interest_until_the_cycle_falls_due(
    on: date, day: int, due: int
) -> None:
    cycle = replace(CYCLE, statement_day=day, due_days=due)
    closes = cycle.closes_on(on)
    assert closes.day == day
    assert 0 <= (closes - on).days <= 30
    assert cycle.closes_on(closes) == closes
    assert cycle.closes_on(closes + timedelta(days=1)) > cycle.due_on(closes)


@given(some.integers(1, 10**7), some.integers(1, 10**7), some.sampled_from(["0.06", "0.144", "0.2"]))
def test_late_fee_and_penalty_of_a_month_stay_within_the_highest_cost(lacking: int, more: int, annual: str) -> None:
    owed = lacking + more
    fee = PAY_LATER.late_fee(lacking, owed=owed, annual_rate=rate(annual))
    penalty = PAY_LATER.billed_terms(
        principal=Money(owed), annual_rate=rate(annual), billed_on=date(2026, 1, 1), due_on=date(2026, 1, 10)
    ).penalty_rate
    assert 0 <= fee <= lacking // 50
    assert fee * 12 * penalty.denominator + owed * penalty.numerator <= owed * penalty.denominator * 24 // 100 + 12 * (
        penalty.denominator
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"statement_day": 29}, {"due_days": 28}, {"due_days": 4}, {"least_share": rate("0.04")}, {"late_share": rate("0.06")},
        {"least_amount": Money(10_000_00)},
    ],
)  # fmt: skip
def test_a_cycle_that_may_not_be_sold_is_no_product(wrong: dict[str, object]) -> None:
    with pytest.raises(ProductUnfit):
        replace(PAY_LATER, cycle=replace(CYCLE, **wrong))
    with pytest.raises(ProductUnfit):
        replace(PAY_LATER, cycle=None)
