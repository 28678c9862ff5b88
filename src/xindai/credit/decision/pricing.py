"""Limit and price: every offer shows its build-up, and never passes the legal cap.

Limit = the least of the product's cap, what law and capital still let one borrower be lent, what was asked for, the
grade's multiple of declared monthly income, the same
multiple of what debts elsewhere leave of it, and two years' income less what is owed elsewhere without anything behind it;
rounded down to a hundred yuan. Where the central bureau stayed silent, also no more than a quarter of the product's cap, and
for a business no more than the grade's share of its yearly revenue.

Rate = funding + operating + expected loss + capital + margin, in basis points a year, rounded up to the tier. What would
cost more than the cap is not priced at the cap but refused: the risk is not paid for there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import polars as pl

from xindai.products import cost, schedules
from xindai.products.catalogue.model import Product
from xindai.products.terms import Terms
from xindai.values.money import Rounding, rounded_quotient
from xindai.values.rate import Rate, at_most

POLICY = 2
"""By which limits are made now. By the first, only product, wish, income and a partial report bound them: what was decided by
it comes out by it again."""
INCOME_MULTIPLES = {"A": 12, "B": 10, "C": 8, "D": 6, "E": 4, "F": 0, "G": 0}
REVENUE_SHARES_BPS = {"A": 2_000, "B": 1_500, "C": 1_200, "D": 1_000, "E": 600, "F": 0, "G": 0}
DEBT_SHARE_BPS = 7_000
"""The most of an income that debts may take; practice has 50 to 70 %."""
EXPOSURE_MONTHS = 24
LOSS_GIVEN_DEFAULT_BPS = 6_000
FUNDING_BPS, OPERATING_BPS, CAPITAL_BPS, MARGIN_BPS = 380, 300, 120, 300
TIER_BPS = 50
PARTIAL_REPORT_PART = 4
HUNDRED_YUAN = 100_00


@dataclass(frozen=True, slots=True)
class Price:
    """A rate in basis points a year and what it is made of."""

    rate_bps: int
    parts: dict[str, int]

    @property
    def annual_rate(self) -> Rate:
        """The rate of the loan."""
        return Rate(self.rate_bps, 10_000)


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that may be lent, in minor units, and the bounds it is the least of."""

    minor: int
    bounds: dict[str, int]


def price(pd_ppm: int) -> Price:
    """The risk-based rate of a twelve-month probability of default."""
    loss = rounded_quotient(pd_ppm * LOSS_GIVEN_DEFAULT_BPS, 1_000_000, Rounding.UP)
    parts = {
        "funding": FUNDING_BPS,
        "operating": OPERATING_BPS,
        "expected_loss": loss,
        "capital": CAPITAL_BPS,
        "margin": MARGIN_BPS,
    }
    whole = sum(parts.values())
    return Price(TIER_BPS * rounded_quotient(whole, TIER_BPS, Rounding.UP), parts)


def price_all(pd_ppm: pl.Expr) -> pl.Expr:
    """The same rates of many, in basis points."""
    loss = -((-pd_ppm * LOSS_GIVEN_DEFAULT_BPS) // 1_000_000)
    whole = loss + FUNDING_BPS + OPERATING_BPS + CAPITAL_BPS + MARGIN_BPS
    return -((-whole) // TIER_BPS) * TIER_BPS


Amount = TypeVar("Amount", int, pl.Expr)
"""Of one, or the columns of many."""


@dataclass(frozen=True, slots=True)
class Means(Generic[Amount]):
    """What an applicant earns and owes elsewhere, in minor units.

    `service` is paid for loans elsewhere each month, `unsecured` owed there without a house or a car behind it.
    `yearly_revenue` is that of the business which asks, none where a person does.
    """

    monthly_income: Amount
    service: Amount
    unsecured: Amount
    yearly_revenue: Amount | None = None


def limit_all(product: Product, means: Means[pl.Expr], *, grade: pl.Expr, asked: int) -> pl.Expr:
    """The limits of many, in minor units; whoever is invited is judged by the newest policy."""
    multiple, share = (grade.replace_strict(of, return_dtype=pl.Int64) for of in (INCOME_MULTIPLES, REVENUE_SHARES_BPS))
    bounds = [
        pl.lit(min(product.most.minor, asked), pl.Int64),
        multiple * means.monthly_income,
        (multiple * _left(means)).clip(lower_bound=0),
        _room(means).clip(lower_bound=0),
    ]
    if means.yearly_revenue is not None:
        bounds.append(means.yearly_revenue * share // 10_000)
    least = pl.min_horizontal(bounds)
    return least - least % HUNDRED_YUAN


def limit(
    product: Product,
    means: Means[int],
    *,
    grade: str,
    asked: int,
    partial: bool = False,
    policy: int = POLICY,
    headroom: int | None = None,
) -> Limit:
    """The limit of an applicant, known in part where the central bureau has not answered; amounts in minor units.

    `headroom` is what they may still be lent by law and capital, none in decisions from before it was asked.
    """
    bounds = {"product": product.most.minor, "income": INCOME_MULTIPLES[grade] * means.monthly_income, "asked": asked}
    if headroom is not None:
        bounds["headroom"] = max(0, headroom)
    if partial:
        bounds["partial_report"] = product.most.minor // PARTIAL_REPORT_PART
    if policy >= 2:
        bounds["debts"] = max(0, INCOME_MULTIPLES[grade] * _left(means))
        bounds["exposure"] = max(0, _room(means))
        if means.yearly_revenue is not None:
            bounds["revenue"] = means.yearly_revenue * REVENUE_SHARES_BPS[grade] // 10_000
    least = min(bounds.values())
    return Limit(least - least % HUNDRED_YUAN, bounds)


def _left(means: Means[Amount]) -> Amount:
    """What is left of a month's income once debts elsewhere have theirs, who may take seven tenths of it in all."""
    return means.monthly_income + -means.service * 10_000 // DEBT_SHARE_BPS


def _room(means: Means[Amount]) -> Amount:
    """What may still be owed to us, beside what is owed elsewhere without anything behind it."""
    return EXPOSURE_MONTHS * means.monthly_income - means.unsecured


def instalment_share_bps(terms: Terms, *, monthly_income: int) -> int:
    """The largest instalment as a share of monthly income, in basis points; a million where there is no income."""
    largest = max(row.total for row in schedules.schedule(terms))
    if monthly_income <= 0:
        return 1_000_000
    return min(1_000_000, rounded_quotient(largest * 10_000, monthly_income, Rounding.UP))


def within_cap(product: Product, terms: Terms) -> bool:
    """Whether the whole annual cost stays within the product's cap (R-PRICE-01), however the parts are made up."""
    highest = product.highest_cost
    annual = cost.cost(terms, schedules.schedule(terms)).apr
    return annual * highest.denominator <= highest.numerator and at_most(terms.penalty_rate, highest)
