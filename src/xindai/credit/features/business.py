"""The business that asks by its owner, as features: what stands on its licence and what was declared, held against receipts.

The application itself tells them, so no consent beside it is needed; `receipts_of_revenue` is missing where behaviour was not
read.
"""

from __future__ import annotations

from dataclasses import dataclass

from xindai.credit.features.registry import Feature

MOST_SHARE = 100_000


@dataclass(frozen=True, slots=True)
class Business:
    """A business as it asked; amounts in minor units, `own_share_bps` what of it is the applicant's own.

    `is_individual`: an individual business (个体工商户), which owes with all that its owner has.
    """

    months: int
    yearly_revenue: int
    asked: int
    owners_income: int
    is_individual: bool
    is_representative: bool
    owners: int
    own_share_bps: int


FEATURES: tuple[Feature, ...] = tuple(
    Feature(f"business_{name}", en, zh, unit, risk)
    for name, en, zh, unit, risk in (
        ("months", "Months since the business was founded", "经营主体存续月数", "months", -1),
        ("revenue", "Yearly revenue as declared", "申报年营业收入", "yuan", -1),
        ("asked_of_revenue", "Amount asked for, of yearly revenue", "申请金额占年营业收入比", "bps", 1),
        ("income_of_revenue", "Owner's declared yearly income, of revenue", "申报年收入占年营业收入比", "bps", 0),
        ("receipts_of_revenue", "Receipts seen in a year, of revenue as declared", "近一年经营收款占申报营收比", "bps", -1),
        ("individual", "An individual business", "个体工商户", "flag", 0),
        ("represented", "The applicant is its legal representative", "申请人为法定代表人", "flag", -1),
        ("owners", "Owners of the business", "股东人数", "count", 0),
        ("own_share", "Share that the applicant owns", "申请人持股比例", "bps", -1),
    )
)  # fmt: skip


def features(business: Business, *, receipts: int | None) -> dict[str, int | None]:
    """Of a business; `receipts` of a year in yuan as behaviour tells them, none where it was not read."""
    revenue = business.yearly_revenue
    return {
        "business_months": business.months,
        "business_revenue": revenue // 100,
        "business_asked_of_revenue": _share(business.asked, revenue),
        "business_income_of_revenue": _share(business.owners_income, revenue),
        "business_receipts_of_revenue": None if receipts is None else _share(receipts * 100, revenue),
        "business_individual": int(business.is_individual),
        "business_represented": int(business.is_representative),
        "business_owners": business.owners,
        "business_own_share": business.own_share_bps,
    }


def _share(part: int, whole: int) -> int | None:
    """In basis points, at most ten times; missing where there is no whole."""
    return min(MOST_SHARE, part * 10_000 // whole) if whole > 0 else None
