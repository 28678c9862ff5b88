"""The statement of the whole annual cost (综合融资成本明示表): every item, its standard, its taker, and each of them by the year. Pure.

Source: 个人贷款业务明示综合融资成本规定, in force from 2026-08-01 (R-PRICE-03): principal; every interest and fee item with how, at what
standard and by whom it is taken; the annualised total when all goes well; possible costs when it does not; that nothing else is
charged. Annual cost as in `products/cost.py`: the internal rate of return of a period times the periods of a year.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from xindai.products import cost, schedules
from xindai.products.catalogue.model import Product
from xindai.products.terms import Charge, Fee, FeeOn, Method, Terms
from xindai.values.money import decimal_text

METHODS: dict[Method, tuple[str, str]] = {
    Method.ANNUITY: ("等额本息", "equal instalments"),
    Method.EQUAL_PRINCIPAL: ("等额本金", "equal principal"),
    Method.FLAT: ("等本等息", "flat"),
    Method.INTEREST_ONLY: ("先息后本", "interest first"),
    Method.BULLET: ("一次性还本付息", "all at the end"),
    Method.FLEXIBLE: ("随借随还", "at will"),
}
_WHEN = {
    FeeOn.PAY_OUT: ("放款日一次性收取", "once, on the day of pay-out"),
    FeeOn.INSTALLMENT: ("随每期还款收取", "with each instalment"),
    FeeOn.PREPAYMENT: ("提前还款时收取", "when repaid early"),
}
_NAMES = {
    FeeOn.PAY_OUT: ("放款手续费", "fee at pay-out"),
    FeeOn.INSTALLMENT: ("分期手续费", "fee of each instalment"),
    FeeOn.PREPAYMENT: ("提前还款手续费", "fee on early repayment"),
}
NOTHING_ELSE = (
    "除上述明示的息费项目外，不再向借款人收取任何利息、费用。",
    "Nothing else is charged: no interest and no fee beyond what stands here.",
)


def statement(terms: Terms, *, product: Product, lender: str, by_example: bool) -> dict[str, Any]:
    """All that is shown, amounts as decimal texts, rates as decimal fractions, every sentence in both languages.

    `by_example` says that the terms are an example: of a line, drawn whole over its longest term.
    """
    rows = schedules.schedule(terms)
    whole = cost.cost(terms, rows)
    currency = terms.principal.currency
    taker = _taker(product, lender)
    zh, en = METHODS[terms.method]
    return {
        "title": {"zh": "综合融资成本明示表", "en": "Statement of the whole annual cost"},
        "lender": lender,
        "product": product.ref,
        "by_example": by_example,
        "principal": decimal_text(terms.principal.minor, currency),
        "currency": currency,
        "months": terms.installments,
        "method": {"code": terms.method.value, "zh": zh, "en": en},
        "disbursed_on": terms.disbursed_on.isoformat(),
        "items": _items(terms, taker),
        "annual_cost": str(whole.apr),
        "annual_cost_compounded": str(whole.eir),
        "annual_cost_cap": f"{product.highest_cost.annual:f}",
        "total_cost": decimal_text(whole.interest + whole.fees, currency),
        "total_repayment": decimal_text(whole.total_repayment, currency),
        "possible": _possible(terms, product, taker),
        "nothing_else": {"zh": NOTHING_ELSE[0], "en": NOTHING_ELSE[1]},
        "schedule": [
            {
                "number": row.number,
                "due_on": row.due_on.isoformat(),
                **{
                    name: decimal_text(getattr(row, name), currency)
                    for name in ("principal", "interest", "fee", "total", "balance")
                },
            }
            for row in rows
        ],
    }


def _items(terms: Terms, taker: dict[str, str]) -> list[dict[str, Any]]:
    """Interest, then each fee; what each adds to the annual cost sums to the whole of it."""
    certain = [fee for fee in terms.fees if fee.on is not FeeOn.PREPAYMENT]
    before, before_sum = Decimal(0), 0
    items = []
    for count in range(len(certain) + 1):
        so_far = replace(terms, fees=tuple(certain[:count]))
        part = cost.cost(so_far, schedules.schedule(so_far))
        amount = part.interest + part.fees - before_sum
        items.append(
            {
                **(_interest(terms) if count == 0 else _fee(certain[count - 1], terms.principal.currency)),
                "amount": decimal_text(amount, terms.principal.currency),
                "annualised": str(part.apr - before),
                "taker": taker,
            }
        )
        before, before_sum = part.apr, part.interest + part.fees
    return items


def _interest(terms: Terms) -> dict[str, Any]:
    percent = _percent(terms.annual_rate.annual)
    return {
        "kind": "interest",
        "name": {"zh": "利息", "en": "interest"},
        "standard": {"zh": f"年利率（单利）{percent}", "en": f"{percent} a year, simple"},
        "when": {"zh": "随还款计划收取", "en": "with the instalments"},
    }


def _fee(fee: Fee, currency: str) -> dict[str, Any]:
    (zh, en), (when_zh, when_en) = _NAMES[fee.on], _WHEN[fee.on]
    return {
        "kind": f"fee_{fee.on.value}",
        "name": {"zh": zh, "en": en},
        "standard": _standard(fee.charge, currency, early=fee.on is FeeOn.PREPAYMENT),
        "when": {"zh": when_zh, "en": when_en},
    }


def _standard(charge: Charge, currency: str, *, early: bool) -> dict[str, str]:
    parts_zh, parts_en = [], []
    if charge.share.numerator:
        percent = _percent(charge.share.annual)
        parts_zh.append(f"{'提前偿还本金' if early else '放款金额'}的 {percent}")
        parts_en.append(f"{percent} of {'the principal repaid early' if early else 'the amount paid out'}")
    if charge.amount:
        amount = decimal_text(charge.amount, currency)
        parts_zh.append(f"{amount} 元")
        parts_en.append(f"{amount} {currency}")
    return {"zh": " + ".join(parts_zh) or "不收取", "en": " + ".join(parts_en) or "none"}


def _possible(terms: Terms, product: Product, taker: dict[str, str]) -> list[dict[str, Any]]:
    """What may have to be paid if it does not go as planned."""
    penalty = _percent(terms.penalty_rate.annual)
    grace = terms.penalty_grace_days
    found: list[dict[str, Any]] = [
        {
            "kind": "penalty",
            "name": {"zh": "逾期罚息", "en": "penalty interest"},
            "standard": {
                "zh": f"按逾期本金、逾期天数，年化 {penalty}" + (f"，{grace} 天内还清不收" if grace else ""),
                "en": f"{penalty} a year on overdue principal, by the day"
                + (f"; none if paid within {grace} days" if grace else ""),
            },
            "annualised": f"{terms.penalty_rate.annual:f}",
            "taker": taker,
        }
    ]
    early = [fee for fee in terms.fees if fee.on is FeeOn.PREPAYMENT]
    found += [{**_fee(fee, terms.principal.currency), "taker": taker} for fee in early]
    if product.cycle is not None:
        share = _percent(product.cycle.late_share.annual)
        found.append(
            {
                "kind": "late_fee",
                "name": {"zh": "违约金", "en": "late fee"},
                "standard": {
                    "zh": f"最低还款额未还部分的 {share}，与罚息合计年化不超过 {_percent(product.highest_cost.annual)}",
                    "en": f"{share} of what the least payment lacks; with penalty interest never above"
                    f" {_percent(product.highest_cost.annual)} a year",
                },
                "annualised": f"{product.highest_cost.annual:f}",
                "taker": taker,
            }
        )
    return found


def _taker(product: Product, lender: str) -> dict[str, str]:
    """Who takes it: the lender, and those it lends with by their shares."""
    partners = "、".join(f"{one.name}（{_percent(one.share.annual)}）" for one in product.partners)
    return {
        "zh": f"{lender}" + (f"与联合放款方{partners}按份额" if partners else ""),
        "en": f"{lender}" + (f", and by share {partners}" if partners else ""),
    }


def _percent(share: Decimal) -> str:
    text = f"{share * 100:.4f}".rstrip("0").rstrip(".")
    return f"{text}%"
