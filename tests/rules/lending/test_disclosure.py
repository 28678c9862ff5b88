"""What the statement of cost says equals what an independent calculation says, for every product kind and fee mix."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from xindai.lending.contracts import disclosure
from xindai.lending.contracts.model import (
    Asked,
    Disclosure,
    DisclosureId,
    DisclosureNeeded,
    DisclosureStale,
    ReadTooFast,
    Status,
    Subject,
    TextDiffers,
)
from xindai.products.catalogue import starter
from xindai.products.catalogue.model import Partner, Product
from xindai.products.terms import Charge, Fee, FeeOn, Method, Terms
from xindai.values.money import Money
from xindai.values.rate import Rate, rate

ON = date(2026, 3, 6)
PRODUCTS = list(starter.STARTER)


@st.composite
def terms_of_some_product(draw: st.DrawFn) -> tuple[Product, Terms]:
    product = draw(st.sampled_from(PRODUCTS))
    months = draw(st.sampled_from(product.draw_months or product.months))
    principal = Money(draw(st.integers(1, 200)) * 10_000)
    fees = draw(
        st.lists(
            st.builds(
                Fee,
                st.sampled_from(FeeOn),
                st.builds(Charge, st.integers(0, 3_000), st.builds(Rate, st.integers(0, 100), st.just(10_000))),
            ),
            max_size=3,
        )
    )
    terms = product.terms(
        principal=principal,
        annual_rate=Rate(draw(st.integers(0, 2_400)), 10_000),
        months=months,
        disbursed_on=ON,
    )
    method = draw(st.sampled_from([Method.ANNUITY, Method.EQUAL_PRINCIPAL, Method.FLAT, Method.INTEREST_ONLY]))
    return product, replace(
        terms, method=method, fees=tuple(fees), shift=terms.shift.NONE, recalculation=terms.recalculation
    )


@given(terms_of_some_product())
def test_the_cost_disclosed_is_the_internal_rate_of_return_of_what_is_paid(one: tuple[Product, Terms]) -> None:
    product, terms = one
    stated = disclosure.statement(terms, product=product, lender="某公司", by_example=False)
    days = sorted({row["due_on"] for row in stated["schedule"]} | {ON.isoformat()})  # the day of pay-out is period zero
    flows = [0.0] * (terms.installments + 1)
    flows[0] = -float(stated["principal"])
    for row in stated["schedule"]:
        flows[days.index(row["due_on"])] += float(row["total"])
    monthly = pyxirr.irr(flows)
    assert float(stated["annual_cost"]) == pytest.approx(12 * monthly, rel=0, abs=1.001e-6)


@given(terms_of_some_product())
def test_what_each_item_adds_is_the_whole_and_so_are_the_amounts(one: tuple[Product, Terms]) -> None:
    product, terms = one
    stated = disclosure.statement(terms, product=product, lender="某公司", by_example=False)
    assert sum(Decimal(item["annualised"]) for item in stated["items"]) == Decimal(stated["annual_cost"])
    assert sum(Decimal(item["amount"]) for item in stated["items"]) == Decimal(stated["total_cost"])
    assert Decimal(stated["principal"]) + Decimal(stated["total_cost"]) == Decimal(stated["total_repayment"])
    assert sum(Decimal(row["total"]) for row in stated["schedule"]) == Decimal(stated["total_repayment"])
    assert len(stated["items"]) == 1 + sum(fee.on is not FeeOn.PREPAYMENT for fee in terms.fees)
    assert {each["kind"] for each in stated["possible"]} >= {"penalty"}
    for each in (*stated["items"], *stated["possible"]):
        assert each["taker"]["zh"], each
        assert each["standard"]["zh"], each


def shown(**changes: object) -> Disclosure:
    at = datetime(2026, 3, 6, 2, tzinfo=UTC)
    asked = Asked(Subject.OFFER, "off_1", Money(600_000), 6)
    return replace(Disclosure(DisclosureId("dcl_1"), "per_1", asked, {"a": 1}, Status.SHOWN, ON, at, None), **changes)  # type: ignore[arg-type]


def test_a_statement_is_confirmed_only_after_the_reading_time_and_as_it_was_shown() -> None:
    one = shown()
    soon, later = one.shown_at + timedelta(seconds=9.2), one.shown_at + timedelta(seconds=10)
    with pytest.raises(ReadTooFast) as refused:
        one.confirmable(text_hash=one.text_hash, at=soon, on=ON, least_seconds=10)
    assert "1 seconds" in refused.value.sentence("en")
    assert one.confirmable(text_hash=one.text_hash, at=later, on=ON, least_seconds=10)
    with pytest.raises(TextDiffers):
        one.confirmable(text_hash="0" * 64, at=later, on=ON, least_seconds=10)
    with pytest.raises(DisclosureStale):
        one.confirmable(text_hash=one.text_hash, at=later, on=ON + timedelta(days=1), least_seconds=10)
    assert not shown(status=Status.CONFIRMED).confirmable(text_hash=one.text_hash, at=soon, on=ON, least_seconds=10)


def test_only_the_very_terms_that_were_confirmed_today_are_signed() -> None:
    one = shown(status=Status.CONFIRMED)
    one.signable(one.asked, on=ON)
    for other in (
        replace(one.asked, months=12),
        replace(one.asked, amount=Money(1)),
        replace(one.asked, subject_id="off_2"),
    ):
        with pytest.raises(DisclosureNeeded):
            one.signable(other, on=ON)
    with pytest.raises(DisclosureNeeded):
        shown().signable(one.asked, on=ON)
    with pytest.raises(DisclosureStale):
        one.signable(one.asked, on=ON + timedelta(days=1))
    with pytest.raises(DisclosureStale):
        shown(status=Status.SIGNED).signable(one.asked, on=ON)


def test_a_product_lent_with_partners_names_who_takes_what() -> None:
    product = replace(PRODUCTS[0], partners=(Partner("harbour", "海港银行", rate("0.4")),))
    terms = product.terms(
        principal=product.least,
        annual_rate=rate("0.12"),
        months=min(product.draw_months or product.months),
        disbursed_on=ON,
    )
    taker = disclosure.statement(terms, product=product, lender="某公司", by_example=False)["items"][0]["taker"]["zh"]
    assert taker.startswith("某公司")
    assert all(partner.name in taker for partner in product.partners)
