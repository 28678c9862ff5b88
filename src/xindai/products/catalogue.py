"""The products on sale. A running loan keeps the version it was sold under."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from xindai.products.terms import Method, Prepayment, Terms
from xindai.values.money import Money
from xindai.values.period import Every
from xindai.values.rate import DayCount, Rate, rate
from xindai.values.refusal import Invalid, Kind, Refusal


class ProductUnknown(Refusal):
    """There is no such product."""

    kind = Kind.MISSING
    code = "product_unknown"
    en = "There is no product of this name."
    zh = "没有该产品。"


class OutsideProduct(Refusal):
    """The amount or the term is not on offer."""

    code = "outside_product"
    en = "This product lends {least} to {most} yuan over {terms} months."
    zh = "本产品可借 {least} 至 {most} 元，期限 {terms} 个月。"


class Form(StrEnum):
    """How a product lends."""

    LOAN = "loan"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Product:
    """One version of a product. Rates are yearly; `charge_off_days` is when the books give a loan up.

    `months` are the terms on offer: of a loan, how long it runs; of a line, how long it may be drawn on, each draw for
    one of `draw_months` and at least `draw_least`.
    """

    code: str
    version: int
    name_en: str
    name_zh: str
    least: Money
    most: Money
    months: tuple[int, ...]
    method: Method
    day_count: DayCount
    penalty_uplift: Rate
    grace_days: int
    least_age: int
    most_age: int
    highest_cost: Rate
    non_accrual_days: int
    charge_off_days: int
    form: Form = Form.LOAN
    draw_months: tuple[int, ...] = ()
    draw_least: Money | None = None

    def check(self, amount: Money, months: int) -> None:
        """Refuses what this product does not lend."""
        if not self.least <= amount <= self.most:
            raise self._outside("amount")
        if months not in self.months:
            raise self._outside("months")
        if amount.minor % 100_00:
            raise Invalid("Amounts are in whole hundreds of yuan.", field="amount")

    def check_draw(self, amount: Money, months: int) -> None:
        """Refuses what cannot be drawn on a line of this product, whatever its limit: OutsideProduct, Invalid."""
        least = self.draw_least or self.least
        if not least <= amount <= self.most:
            raise self._outside("amount", least=least, terms=self.draw_months)
        if months not in self.draw_months:
            raise self._outside("months", least=least, terms=self.draw_months)
        if amount.minor % 100_00:
            raise Invalid("Amounts are in whole hundreds of yuan.", field="amount")

    def terms(self, *, principal: Money, annual_rate: Rate, months: int, disbursed_on: date) -> Terms:
        """The terms of one loan of this product."""
        penalty = Rate(
            annual_rate.numerator * (self.penalty_uplift.numerator + self.penalty_uplift.denominator),
            annual_rate.denominator * self.penalty_uplift.denominator,
        )
        return Terms(
            principal=principal,
            annual_rate=annual_rate,
            method=self.method,
            installments=months,
            every=Every(),
            disbursed_on=disbursed_on,
            day_count=self.day_count,
            penalty_rate=lower_rate(penalty, self.highest_cost),
            penalty_grace_days=self.grace_days,
            prepayment=Prepayment.LOWER,
            non_accrual_days=self.non_accrual_days,
        )

    def _outside(
        self, field: str, *, least: Money | None = None, terms: tuple[int, ...] | None = None
    ) -> OutsideProduct:
        return OutsideProduct(
            field=field,
            least=(least or self.least).minor // 100,
            most=self.most.minor // 100,
            terms=", ".join(map(str, terms or self.months)),
        )


def lower_rate(one: Rate, other: Rate) -> Rate:
    """The lower of two rates, compared exactly."""
    return one if one.numerator * other.denominator <= other.numerator * one.denominator else other


CONSUMER = Product(
    code="consumer_instalment",
    version=1,
    name_en="Consumer instalment loan",
    name_zh="消费分期贷",
    least=Money(500_00),
    most=Money(200_000_00),  # R-LIMIT-01
    months=(3, 6, 9, 12, 24),
    method=Method.ANNUITY,
    day_count=DayCount.D30_360,
    penalty_uplift=rate("0.5"),  # R-PRICE-06
    grace_days=3,
    least_age=18,  # R-LIMIT-05
    most_age=65,
    highest_cost=rate("0.24"),  # R-PRICE-01
    non_accrual_days=90,  # R-BOOK-03
    charge_off_days=180,
)
CREDIT_LINE = replace(
    CONSUMER,
    code="credit_line",
    name_en="Credit line",
    name_zh="循环额度",
    months=(12,),
    form=Form.LINE,
    draw_months=(3, 6, 9, 12),
    draw_least=Money(100_00),
)
PRODUCTS = {one.code: one for one in (CONSUMER, CREDIT_LINE)}


def product(code: str) -> Product:
    """The version on sale of the product named `code`."""
    if code not in PRODUCTS:
        raise ProductUnknown(field="product")
    return PRODUCTS[code]
