"""A business asks by somebody who may speak for it; what its licence says counts unless it is told otherwise."""

from dataclasses import replace
from datetime import date

import pytest

from xindai.onboarding.application.business import (
    BusinessIncomplete,
    BusinessUnfit,
    CreditCodeWrong,
    Owner,
    Told,
    asking,
)
from xindai.onboarding.documents.model import Document, DocumentId, Field, Kind, Status
from xindai.values.masked import PersonName
from xindai.values.money import Money

ON = date(2026, 6, 15)
LI, WANG = PersonName("李秀英"), PersonName("王五")
CODE = "91510104MUDNMXF18T"
TOLD = Told(CODE, "和源商贸有限公司", LI, date(2020, 6, 15), Money(600_000_00))


def licence(**fields: str) -> dict[Kind, Document]:
    return {
        Kind.BUSINESS_LICENCE: Document(
            DocumentId("doc_1"),
            "per_1",
            "grant_1",
            Kind.BUSINESS_LICENCE,
            Status.READ,
            1,
            {name: Field(value, 9900) for name, value in fields.items()},
            (),
            "own",
            None,  # type: ignore[arg-type]
        )
    }


def test_what_stands_on_the_licence_need_not_be_typed() -> None:
    papers = licence(uscc=CODE, business_name="和源商贸", legal_representative="李秀英", founded_on="2020-06-16")
    business = asking(Told(yearly_revenue=Money(1)), papers, applicant=LI, on=ON)
    assert (business.uscc, business.name, business.legal_representative) == (CODE, "和源商贸", LI)
    assert business.months(ON) == 71
    assert business.months(date(2026, 6, 16)) == 72


def test_what_somebody_is_in_a_business_is_told_by_code_and_owners() -> None:
    papers: dict[Kind, Document] = {}
    company = asking(replace(TOLD, owners=(Owner(LI, 6_000), Owner(WANG, 4_000))), papers, applicant=LI, on=ON)
    assert not company.is_individual
    assert (company.share_bps(LI), company.share_bps(WANG), company.share_bps(PersonName("赵六"))) == (6_000, 4_000, 0)
    individual = replace(company, uscc="92510104MUDNMXF18T", owners=())
    assert individual.is_individual
    assert (individual.share_bps(LI), individual.share_bps(WANG)) == (10_000, 0)


@pytest.mark.parametrize("lacking", ["uscc", "name", "legal_representative", "founded_on", "yearly_revenue"])
def test_what_is_neither_typed_nor_photographed_is_asked_for(lacking: str) -> None:
    with pytest.raises(BusinessIncomplete):
        asking(replace(TOLD, **{lacking: None}), {}, applicant=LI, on=ON)


@pytest.mark.parametrize(
    ("applicant", "owners", "may"),
    [
        (LI, (), True),
        (WANG, (), False),
        (WANG, (Owner(WANG, 2500),), True),
        (WANG, (Owner(WANG, 2499), Owner(LI, 7501)), False),
    ],
)
def test_only_who_speaks_for_a_business_asks_for_it(
    applicant: PersonName, owners: tuple[Owner, ...], may: bool
) -> None:
    told = replace(TOLD, owners=owners)
    if may:
        assert asking(told, {}, applicant=applicant, on=ON).owners == owners
    else:
        with pytest.raises(BusinessUnfit):
            asking(told, {}, applicant=applicant, on=ON)


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        (replace(TOLD, uscc="91510104MUDNMXF18X"), CreditCodeWrong),
        (replace(TOLD, uscc="no code"), CreditCodeWrong),
        (replace(TOLD, founded_on=date(2026, 1, 1)), BusinessUnfit),
        (replace(TOLD, owners=(Owner(LI, 6000), Owner(WANG, 4001))), BusinessUnfit),
    ],
)
def test_what_does_not_fit_is_refused(told: Told, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        asking(told, {}, applicant=LI, on=ON)


def test_another_code_than_on_the_licence_is_refused() -> None:
    with pytest.raises(BusinessUnfit):
        asking(TOLD, licence(uscc="91330106MA27XL0Q7T"), applicant=LI, on=ON)
