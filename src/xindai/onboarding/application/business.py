"""A small business that asks by its owner: its code, its age, who owns it, and that it is the applicant's to speak for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from stdnum.cn import uscc

from xindai.onboarding.documents.model import Document, Kind
from xindai.values.masked import PersonName
from xindai.values.money import Money
from xindai.values.refusal import Kind as RefusalKind
from xindai.values.refusal import Refusal

OWNER_FROM_BPS = 2500
"""Who owns a quarter or more is a beneficial owner and is named (R-ID-05)."""
LEAST_MONTHS = 6


class CreditCodeWrong(Refusal):
    """The check character says that this is no unified social credit code (GB 32100-2015)."""

    code = "uscc_invalid"
    en = "This is not a valid unified social credit code; please check each character."
    zh = "统一社会信用代码有误，请逐位核对。"


class BusinessIncomplete(Refusal):
    """A business loan needs the business."""

    code = "business_incomplete"
    en = "Please tell about the business, or photograph its licence: {what}."
    zh = "请填写经营主体信息或拍摄营业执照：{what}。"


class BusinessUnfit(Refusal):
    """What is told of the business does not fit."""

    kind = RefusalKind.CONFLICT
    code = "business_unfit"
    en = "{what_en}"
    zh = "{what_zh}"


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who owns a share of a business, in basis points."""

    name: PersonName
    share_bps: int


@dataclass(frozen=True, slots=True)
class Told:
    """What an applicant typed of the business; the rest stands on its licence."""

    uscc: str | None = None
    name: str | None = None
    legal_representative: PersonName | None = None
    founded_on: date | None = None
    yearly_revenue: Money | None = None
    owners: tuple[Owner, ...] = ()


@dataclass(frozen=True, slots=True)
class Business:
    """A business as it asks."""

    uscc: str
    name: str
    legal_representative: PersonName
    founded_on: date
    yearly_revenue: Money
    owners: tuple[Owner, ...]

    def months(self, on: date) -> int:
        """How many full months it exists."""
        return (on.year - self.founded_on.year) * 12 + on.month - self.founded_on.month - (on.day < self.founded_on.day)

    @property
    def is_individual(self) -> bool:
        """Whether it is an individual business (个体工商户), as its code begins (GB 32100-2015)."""
        return self.uscc.startswith("92")

    def share_bps(self, of: PersonName) -> int:
        """What somebody owns of it: of an individual business its representative all, where nothing else is told."""
        named = sum(one.share_bps for one in self.owners if one.name == of)
        return 10_000 if self.is_individual and not self.owners and of == self.legal_representative else named

    def document(self) -> dict[str, Any]:
        """As it is kept, sealed."""
        return {
            "uscc": self.uscc,
            "name": self.name,
            "legal_representative": self.legal_representative.reveal(),
            "founded_on": self.founded_on.isoformat(),
            "yearly_revenue": self.yearly_revenue.minor,
            "owners": [[one.name.reveal(), one.share_bps] for one in self.owners],
        }


def asking(told: Told, papers: Mapping[Kind, Document], *, applicant: PersonName, on: date) -> Business:
    """The business that asks by its legal representative or by an owner of a quarter or more.

    Refuses: BusinessIncomplete, CreditCodeWrong, BusinessUnfit.
    """
    licence = papers.get(Kind.BUSINESS_LICENCE)
    said = {name: field.said for name, field in licence.fields.items()} if licence else {}
    code = (told.uscc or said.get("uscc") or "").upper()
    if not code:
        raise BusinessIncomplete(what="uscc", field="business")
    if not uscc.is_valid(code):
        raise CreditCodeWrong(field="business")
    if said.get("uscc", code).upper() != code:
        raise _unfit("The licence bears another credit code.", "统一社会信用代码与营业执照不一致。")
    representative = told.legal_representative or _name(said.get("legal_representative"))
    founded = told.founded_on or _day(said.get("founded_on"))
    name = told.name or said.get("business_name")
    if representative is None or founded is None or not name or told.yearly_revenue is None:
        raise BusinessIncomplete(what="name, legal_representative, founded_on, yearly_revenue", field="business")
    found = Business(code, name, representative, founded, told.yearly_revenue, told.owners)
    _check(found, applicant=applicant, on=on)
    return found


def _check(business: Business, *, applicant: PersonName, on: date) -> None:
    if sum(one.share_bps for one in business.owners) > 10_000:
        raise _unfit("The owners' shares are more than the whole.", "股东持股比例合计超过 100%。")
    large = {one.name for one in business.owners if one.share_bps >= OWNER_FROM_BPS}
    if applicant != business.legal_representative and applicant not in large:
        raise _unfit(
            "Only the legal representative, or an owner of a quarter or more, can ask for a business.",
            "仅法定代表人或持股 25% 以上的股东可代表企业申请。",
        )
    if business.months(on) < LEAST_MONTHS:
        raise _unfit(f"The business must be {LEAST_MONTHS} months old.", f"经营主体成立需满 {LEAST_MONTHS} 个月。")


def _unfit(en: str, zh: str) -> BusinessUnfit:
    return BusinessUnfit(field="business", what_en=en, what_zh=zh)


def _name(text: str | None) -> PersonName | None:
    return PersonName.parse(text, field="business") if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
