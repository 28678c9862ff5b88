"""The business that asks by its owner, as features: what stands on its licence and what was declared, held against receipts.

The application itself tells them, so no consent beside it is needed; `receipts_of_revenue` is missing where behaviour was not
read. Businesses are one table of whole numbers (`TABLE`), a row each, on Polars and on Spark: one definition for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from typing import Any

import polars as pl

from xindai.credit.features import engine
from xindai.credit.features.engine import column, quotient
from xindai.credit.features.registry import Feature

MOST_SHARE = 100_000


@dataclass(frozen=True, slots=True)
class Business:
    """A business as it asked; amounts in minor units, `own_share_bps` what of it is the applicant's own.

    `is_individual`: an individual business (个体工商户), which owes with all that its owner has. `receipts` are those of a year as
    behaviour tells them, none where it was not read.
    """

    months: int
    yearly_revenue: int
    asked: int
    owners_income: int
    is_individual: bool
    is_representative: bool
    owners: int
    own_share_bps: int
    receipts: int | None = None


TABLE = {"person": pl.String, **dict.fromkeys((one.name for one in fields(Business)), pl.Int64)}


def of_business(business: Business) -> dict[str, int | None]:
    """The features of one."""
    return engine.read_one(table({"": business}), _DECLARED)


def table(businesses: Mapping[str, Business]) -> pl.DataFrame:
    """Businesses by who asks for them, as the table that `features` reads."""
    rows = [
        (person, *(int(value) if value is not None else None for value in astuple(one)))
        for person, one in businesses.items()
    ]
    return pl.DataFrame(rows, schema=TABLE, orient="row")


def features(businesses: Any) -> Any:
    """A row for each business (person) with every feature; frames of one engine, in and out."""
    return engine.read(businesses, _DECLARED)


def _share(part: str) -> engine.Read:
    """Of the revenue in basis points, at most ten times."""
    return quotient(part, "yearly_revenue", times=10_000, most=MOST_SHARE)


_DECLARED: engine.Declared = tuple(
    (Feature(f"business_{name}", en, zh, unit, risk), read)
    for name, en, zh, unit, risk, read in (
        ("months", "Months since the business was founded", "经营主体存续月数", "months", -1, column("months")),
        ("revenue", "Yearly revenue as declared", "申报年营业收入", "yuan", -1, column("yearly_revenue", over=100)),
        ("asked_of_revenue", "Amount asked for, of yearly revenue", "申请金额占年营业收入比", "bps", 1, _share("asked")),
        ("income_of_revenue", "Owner's declared yearly income, of revenue", "申报年收入占年营业收入比", "bps", 0, _share("owners_income")),
        ("receipts_of_revenue", "Receipts seen in a year, of revenue as declared", "近一年经营收款占申报营收比", "bps", -1, _share("receipts")),
        ("individual", "An individual business", "个体工商户", "flag", 0, column("is_individual")),
        ("represented", "The applicant is its legal representative", "申请人为法定代表人", "flag", -1, column("is_representative")),
        ("owners", "Owners of the business", "股东人数", "count", 0, column("owners")),
        ("own_share", "Share that the applicant owns", "申请人持股比例", "bps", -1, column("own_share_bps")),
    )
)  # fmt: skip
FEATURES: tuple[Feature, ...] = tuple(feature for feature, _ in _DECLARED)
