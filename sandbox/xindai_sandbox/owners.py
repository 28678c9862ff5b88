"""People with a small business: whether it thrives, what is told of it when it asks for money, and the number it is registered under."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta
from typing import Any

from xindai_sandbox import society

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
TOWNS = {"110105": "北京", "310115": "上海", "330106": "杭州", "440305": "深圳", "510104": "成都"}
TRADES = ("商贸", "餐饮管理", "信息技术", "五金销售", "服饰")
INDIVIDUAL, COMPANY = "92", "91"
"""How the number of an individual business (个体工商户) begins, and that of a company (GB 32100-2015)."""
LEAST, MOST = 5_000, 500_000
"""Yuan that somebody asks for."""


def business_of(seed: int, index: int, *, monthly_income: str) -> tuple[dict[str, Any], bool, dict[str, Any]]:
    """(what it adds to its owner's habits, whether its owner will default, what is told of it; amounts in minor units).

    Whether it thrives shows in its age, its receipts, and how far what is declared lies above them.
    """
    rng = random.Random(f"{seed}|business|{index}")
    trade, risk = rng.gauss(0, 1), society.risk_of(seed, index)
    individual = rng.random() < 0.65
    revenue = math.exp(rng.gauss(13.1 - 0.15 * trade if individual else 14.3 - 0.15 * trade, 0.7))
    declared = revenue * math.exp(abs(rng.gauss(0, 0.12)) + 0.35 * max(0.0, rng.gauss(0.6 * trade, 0.6)))
    fate = rng.random() < 1 / (1 + math.exp(2.5 - 0.85 * risk.whole - 0.95 * trade))
    owners = 1 if individual else rng.choice((1, 1, 2, 2, 3, 4))
    share = 10_000 if owners == 1 else rng.choice((2_500, 3_400, 4_900, 5_000, 5_100, 6_700, 8_000))
    told = {
        "months": max(6, int(math.exp(rng.gauss(3.6 - 0.3 * trade, 0.7)))),
        "yearly_revenue": int(round(declared, -3) * 100),
        "asked": int(round(declared * min(0.6, math.exp(rng.gauss(-2.3 + 0.15 * trade, 0.5))), -3) * 100),
        "owners_income": round(float(monthly_income) * 1200),
        "is_individual": individual,
        "is_representative": owners == 1 or rng.random() < 0.85,
        "owners": owners,
        "own_share_bps": share,
    }
    return {"revenue": round(revenue), "trade": round(trade, 4), "often": rng.choice((4, 8, 12))}, fate, told


def with_business(seed: int, index: int, person: dict[str, Any], *, on: date) -> dict[str, Any]:
    """The same person with a business to ask for, as an application has it (`business`), and how much (`asks_for`)."""
    habits, fate, told = business_of(seed, index, monthly_income=person["monthly_income"])
    rng = random.Random(f"{seed}|licence|{index}")
    names = [person["name"], *(f"{family}建国" for family in rng.sample("钱冯褚卫蒋沈韩", told["owners"] - 1))]
    rest = (10_000 - told["own_share_bps"]) // max(1, len(names) - 1)
    shares = [told["own_share_bps"], *[rest] * (len(names) - 1)]
    town, trade = rng.choice(list(TOWNS.values())), rng.choice(TRADES)
    asked = max(LEAST, min(MOST, told["asked"] // 100)) // 100 * 100
    business = {
        "uscc": uscc(rng, INDIVIDUAL if told["is_individual"] else COMPANY),
        "name": f"{town}{rng.choice('和顺安达兴盛')}{trade}{'店' if told['is_individual'] else '有限公司'}",
        "legal_representative": names[0 if told["is_representative"] else 1],
        "founded_on": (on - timedelta(days=31 * told["months"])).isoformat(),
        "yearly_revenue": {"amount": f"{told['yearly_revenue'] / 100:.2f}"},
        "owners": [{"name": name, "share": f"{share / 10_000:.4f}"} for name, share in zip(names, shares, strict=True)],
    }
    return {
        **person,
        "habits": {**person["habits"], **habits},
        "will_default": fate,
        "pays": rng.choice((0, 1, 1, 2, 3)) if fate else None,
        "business": business,
        "asks_for": f"{asked}.00",
    }


def uscc(rng: random.Random, kind: str = COMPANY) -> str:
    """A unified social credit code with its check character (GB 32100-2015)."""
    region = rng.choice(list(TOWNS))
    body = "".join(rng.choice(USCC_ALPHABET) for _ in range(8))
    total = sum(int(one, 36) * weight for one, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    rest = 11 - total % 11
    code = f"{kind}{region}{body}{'X' if rest == 10 else '0' if rest == 11 else rest}"
    whole = sum(USCC_ALPHABET.index(one) * weight for one, weight in zip(code, USCC_WEIGHTS, strict=True))
    return code + USCC_ALPHABET[-whole % 31]
