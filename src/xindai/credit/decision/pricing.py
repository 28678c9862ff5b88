"""Limit and price: every offer shows its build-up, and never passes the legal cap.

Limit = the least of the product's cap, the grade's multiple of declared monthly income, and what was asked for, rounded
down to a hundred yuan; where the central bureau stayed silent, also no more than a quarter of the product's cap, and for a
business no more than the grade's share of its yearly revenue. Rate = funding + operating + expected loss + capital + margin, in basis points a year, rounded
up to the tier. What would cost more than the cap is not priced at the cap but refused: the risk is not paid for there.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from xindai.products import cost, schedules
from xindai.products.catalogue.model import Product
from xindai.products.terms import Terms
from xindai.values.money import Rounding, rounded_quotient
from xindai.values.rate import Rate, at_most

INCOME_MULTIPLES = {"A": 12, "B": 10, "C": 8, "D": 6, "E": 4, "F": 0, "G": 0}
REVENUE_SHARES_BPS = {"A": 2_000, "B": 1_500, "C": 1_200, "D": 1_000, "E": 600, "F": 0, "G": 0}
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


def limit_all(
    product: Product, *, grade: pl.Expr, monthly_income: pl.Expr, asked: int, yearly_revenue: pl.Expr | None = None
) -> pl.Expr:
    """The same limits of many, in minor units."""
    multiple = grade.replace_strict(INCOME_MULTIPLES, return_dtype=pl.Int64)
    bounds = [pl.lit(min(product.most.minor, asked), pl.Int64), multiple * monthly_income]
    if yearly_revenue is not None:
        share = grade.replace_strict(REVENUE_SHARES_BPS, return_dtype=pl.Int64)
        bounds.append(yearly_revenue * share // 10_000)
    least = pl.min_horizontal(bounds)
    return least - least % HUNDRED_YUAN


def limit(
    product: Product,
    *,
    grade: str,
    monthly_income: int,
    asked: int,
    partial: bool = False,
    yearly_revenue: int | None = None,
) -> Limit:
    """The limit of an applicant, known in part where the central bureau has not answered; amounts in minor units.

    A business is bound by its `yearly_revenue`, too.
    """
    bounds = {"product": product.most.minor, "income": INCOME_MULTIPLES[grade] * monthly_income, "asked": asked}
    if partial:
        bounds["partial_report"] = product.most.minor // PARTIAL_REPORT_PART
    if yearly_revenue is not None:
        bounds["revenue"] = yearly_revenue * REVENUE_SHARES_BPS[grade] // 10_000
    least = min(bounds.values())
    return Limit(least - least % HUNDRED_YUAN, bounds)


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
