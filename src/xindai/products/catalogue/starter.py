"""The products that an installation begins with."""

from __future__ import annotations

from dataclasses import replace

from xindai.products.catalogue.model import Audience, Cycle, Form, Product
from xindai.products.terms import Method
from xindai.values.money import Money
from xindai.values.rate import DayCount, rate

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
PAY_LATER = replace(
    CREDIT_LINE,
    code="pay_later",
    name_en="Pay-later line",
    name_zh="先享后付",
    form=Form.PAY_LATER,
    cycle=Cycle(
        statement_day=1,
        due_days=9,
        least_share=rate("0.1"),
        least_amount=Money(10_00),
        late_share=rate("0.02"),
    ),
)
BUSINESS = replace(
    CONSUMER,
    code="business_instalment",
    name_en="Small business loan",
    name_zh="小微经营贷",
    most=Money(500_000_00),
    months=(6, 12, 24, 36),
    audience=Audience.BUSINESS,
)
STARTER = (CONSUMER, CREDIT_LINE, PAY_LATER, BUSINESS)
