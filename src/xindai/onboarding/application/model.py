"""Nouns of an application."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from xindai.onboarding.application.business import Told
from xindai.products.catalogue.model import Audience, Product
from xindai.values import ids
from xindai.values.masked import IdNumber, PersonName, Phone
from xindai.values.money import Money
from xindai.values.refusal import Kind, Refusal


class ApplicationId(ids.Id):
    """Names an application."""

    prefix = "app"


class Status(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    OFFERED = "offered"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


MOVES: dict[Status, dict[Status, str]] = {
    Status.DRAFT: {Status.SUBMITTED: "application_submitted", Status.WITHDRAWN: "application_withdrawn"},
    Status.SUBMITTED: {
        Status.OFFERED: "application_approved",
        Status.DECLINED: "application_declined",
        Status.IN_REVIEW: "application_sent_to_review",
    },
    Status.IN_REVIEW: {
        Status.OFFERED: "application_approved",
        Status.DECLINED: "application_declined",
        Status.WITHDRAWN: "application_withdrawn",
    },
    Status.OFFERED: {
        Status.ACCEPTED: "offer_accepted",
        Status.WITHDRAWN: "application_withdrawn",
        Status.EXPIRED: "offer_expired",
    },
    Status.DECLINED: {Status.IN_REVIEW: "review_requested"},
    Status.ACCEPTED: {},
    Status.WITHDRAWN: {},
    Status.EXPIRED: {},
}


class Purpose(StrEnum):
    """What the money may be for; what R-LIMIT-04 forbids is not on the list."""

    SHOPPING = "shopping"
    TRAVEL = "travel"
    EDUCATION = "education"
    MEDICAL = "medical"
    RENOVATION = "renovation"
    RENT = "rent"
    WORKING_CAPITAL = "working_capital"
    STOCK = "stock"
    EQUIPMENT = "equipment"

    @classmethod
    def parse(cls, text: str, audience: Audience) -> Purpose:
        """A purpose that may be, of a loan for that audience. Refuses: PurposeForbidden."""
        found = next((one for one in cls if one.value == text), None)
        if found is None or (found in BUSINESS_PURPOSES) != (audience is Audience.BUSINESS):
            raise PurposeForbidden(field="purpose")
        return found


BUSINESS_PURPOSES = frozenset({Purpose.WORKING_CAPITAL, Purpose.STOCK, Purpose.EQUIPMENT})


class PurposeForbidden(Refusal):
    """Not what this loan may be for."""

    code = "purpose_forbidden"
    en = (
        "This loan may not be used for that: not for houses, securities, equity, lending on, paying debts or gambling; and"
        " a business loan is for the business, a consumer loan for the household (R-LIMIT-04)."
    )
    zh = "该用途不被允许：贷款不得用于购房、证券、股权、转贷、偿债或赌博；经营贷用于经营，消费贷用于消费。"


class StudentsNotServed(Refusal):
    """No consumer loans to students on the internet (R-LIMIT-05)."""

    kind = Kind.FORBIDDEN
    code = "students_not_served"
    en = "By law we may not lend to students over the internet; your school's aid office or a bank can help."
    zh = "依据监管规定，我们不能向在校学生发放互联网消费贷款，您可咨询学校资助部门或银行。"


class AgeNotServed(Refusal):
    """Too young, or too old, for the product (R-LIMIT-05)."""

    kind = Kind.FORBIDDEN
    code = "age_not_served"
    en = "This product is for people from {least} to {most} years."
    zh = "该产品面向 {least} 至 {most} 周岁的用户。"


class RegionNotServed(Refusal):
    """Where we may not lend."""

    kind = Kind.FORBIDDEN
    code = "region_not_served"
    en = "This product is not offered in your region."
    zh = "该产品暂未在您所在的地区开放。"


class ContactUnfit(Refusal):
    """Nobody is their own emergency contact."""

    code = "contact_unfit"
    en = "An emergency contact is somebody else, with another phone."
    zh = "紧急联系人须为他人且手机号不同于本人。"


class Relation(StrEnum):
    """Who an emergency contact is to the applicant."""

    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    FRIEND = "friend"
    COLLEAGUE = "colleague"


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask where somebody is, and nothing else (R-COLL-03); given by choice."""

    name: PersonName
    phone: Phone
    relation: Relation


class ApplicationMissing(Refusal):
    """There is no such application, or it is not the asker's."""

    kind = Kind.MISSING
    code = "application_not_found"
    en = "There is no such application."
    zh = "没有该申请。"


class ApplicationOpen(Refusal):
    """One application at a time."""

    kind = Kind.CONFLICT
    code = "application_open"
    en = "You already have an open application."
    zh = "您已有一笔进行中的申请。"


class ApplicationMoved(Refusal):
    """It is too late, or too early, for that."""

    kind = Kind.CONFLICT
    code = "application_state"
    en = "The application is {status}; this can no longer be done."
    zh = "申请状态为 {status}，无法办理。"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for. `monthly_income` is as declared."""

    product: Product
    amount: Money
    months: int
    purpose: Purpose
    monthly_income: Money
    is_student: bool = False
    business: Told | None = None
    contacts: tuple[Contact, ...] = ()

    def check_applicant(self, id_number: IdNumber, phone: Phone, *, on: date) -> None:
        """Whether the product is for somebody of that age and region. Refuses: AgeNotServed, RegionNotServed, ContactUnfit."""
        if not self.product.least_age <= id_number.age(on) <= self.product.most_age:
            raise AgeNotServed(field="id_number", least=self.product.least_age, most=self.product.most_age)
        regions = self.product.regions
        if regions and not id_number.reveal().startswith(regions):
            raise RegionNotServed(field="id_number")
        if any(one.phone == phone for one in self.contacts):
            raise ContactUnfit(field="contacts")

    def check(self) -> None:
        """Refuses: OutsideProduct, StudentsNotServed."""
        self.product.check(self.amount, self.months)
        if self.is_student and self.product.audience is Audience.PERSON:
            raise StudentsNotServed(field="is_student")


@dataclass(frozen=True, slots=True)
class Application:
    """What is asked for. `monthly_income` is as declared."""

    id: ApplicationId
    reference: str
    person_id: str
    product: str
    amount: Money
    months: int
    purpose: Purpose
    monthly_income: Money
    status: Status
    is_for_business: bool = False

    def move(self, to: Status) -> str | None:
        """The event that leads to `to`; none when it is there already. Refuses: ApplicationMoved."""
        if self.status is to:
            return None
        if to not in MOVES[self.status]:
            raise ApplicationMoved(status=self.status.value)
        return MOVES[self.status][to]


def contacts_document(contacts: tuple[Contact, ...]) -> list[dict[str, str]]:
    """Contacts as they are kept, sealed."""
    return [
        {"name": one.name.reveal(), "phone": one.phone.reveal(), "relation": one.relation.value} for one in contacts
    ]


@dataclass(frozen=True, slots=True)
class ApplicationFile:
    """What onboarding hands over to credit, stored as handed over; amounts in minor units, no personal data.

    `automated`: the person lets a machine decide alone (PIPL 24). `watch`: what a look at the watch lists found.
    `phone`: whether it is in service. Of a business, how long it exists, its yearly revenue as declared, whether it is an
    individual one (个体工商户), and what the applicant is in it: its legal representative, one of so many owners with a share.
    """

    application_id: str
    person_id: str
    product: str
    amount: int
    months: int
    purpose: str
    monthly_income: int
    age: int
    identity: str
    on: date
    automated: bool = True
    watch: str = "clear"
    business_months: int | None = None
    yearly_revenue: int | None = None
    phone: str = "unknown"
    is_individual_business: bool = False
    is_representative: bool = False
    owners: int = 0
    own_share_bps: int = 0

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {**asdict(self), "on": self.on.isoformat()}
