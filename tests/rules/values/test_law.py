"""Figures of the law by the day from which they hold; what is no law is refused whole."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.book.loss.model import AssetClass, asset_class, late_from, set_aside
from xindai.governance.laundering.model import report_by
from xindai.governance.rights.model import Right, answer_by
from xindai.postloan.contacts.model import Rules
from xindai.products.catalogue.model import Audience, ProductUnfit, ProductUnknown
from xindai.products.catalogue.starter import STARTER
from xindai.values import law
from xindai.values.law import LawUnreadable
from xindai.values.money import Money
from xindai.values.rate import rate

TURNS = date(2027, 3, 1)
CONSUMER = next(one for one in STARTER if one.code == "consumer_instalment")
PAY_LATER = next(one for one in STARTER if one.code == "pay_later")


def shipped() -> list[dict[str, Any]]:
    text = resources.files("xindai.values").joinpath("law.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)
    return found


def named(document: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(one for one in document if one["name"] == name)


def changed(name: str, value: str, *, since: date = TURNS) -> list[dict[str, Any]]:
    """The law as shipped, with one more line."""
    document = shipped()
    figure = named(document, name)
    figure["values"].append({"since": since.isoformat(), "value": value})
    return document


@pytest.fixture
def figures_come_back() -> Iterator[None]:
    yield
    law.enact(law.parse(shipped()))


@given(st.lists(st.tuples(st.dates(), st.integers(0, 10)), min_size=1, unique_by=lambda one: one[0]), st.dates())
def test_what_holds_is_the_last_line_that_has_begun(lines: list[tuple[date, int]], day: date) -> None:
    lines.sort()
    values = [{"since": since.isoformat(), "value": str(value)} for since, value in lines]
    (figure,) = law.parse([{**shipped()[0], "unit": "times", "values": values}]).values()
    begun = [value for since, value in lines if since <= day]
    assert figure.on(day) == (begun[-1] if begun else lines[0][1])
    assert figure.loosest == max(value for _, value in lines)


@pytest.mark.usefixtures("figures_come_back")
def test_a_product_obeys_the_law_of_the_day_on_which_it_is_sold() -> None:
    law.enact(law.parse(changed("highest_annual_cost", "0.16")))
    before, after = CONSUMER.under_law_of(TURNS - timedelta(days=1)), CONSUMER.under_law_of(TURNS)
    assert (before.highest_cost.annual, after.highest_cost.annual) == (Decimal("0.24"), Decimal("0.16"))
    assert before == CONSUMER
    law.enact(law.parse(changed("most_lent_to_a_person", "100000")))
    assert CONSUMER.under_law_of(TURNS).most == Money(100_000_00)
    law.enact(law.parse(changed("most_lent_to_a_person", "100")))
    with pytest.raises(ProductUnknown):
        CONSUMER.under_law_of(TURNS)
    law.enact(law.parse(changed("most_paid_to_a_person", "80000")))
    assert [one.under_law_of(TURNS).most for one in (CONSUMER, PAY_LATER)] == [Money(80_000_00), PAY_LATER.most]
    law.enact(law.parse(changed("least_age", "21")))
    assert (CONSUMER.under_law_of(TURNS).least_age, CONSUMER.under_law_of(date(2026, 1, 1)).least_age) == (21, 18)


def test_a_version_that_lends_more_than_may_be_paid_out_is_sold_up_to_that() -> None:
    business = next(one for one in STARTER if one.audience is Audience.BUSINESS)
    larger = replace(business, most=Money(1_000_000_00))
    assert larger.under_law_of(date(2026, 1, 1)) == replace(larger, most=Money(500_000_00)) == business


@pytest.mark.usefixtures("figures_come_back")
def test_what_was_agreed_under_a_looser_law_can_still_be_read() -> None:
    with pytest.raises(ProductUnfit, match="24 %"):
        replace(CONSUMER, highest_cost=rate("0.25"))
    law.enact(law.parse(changed("highest_annual_cost", "0.30")))
    dear = replace(CONSUMER, highest_cost=rate("0.30"))
    assert [why for fits, why in dear.lawful(lambda name: law.on(name, TURNS)) if not fits] == []
    (why,) = [why for fits, why in dear.lawful(lambda name: law.on(name, date(2026, 1, 1))) if not fits]
    assert "24 %" in why


@pytest.mark.usefixtures("figures_come_back")
def test_the_gate_counts_calls_by_the_law_of_the_day() -> None:
    law.enact(law.parse(changed("calls_tried_a_day", "2")))
    assert (Rules.on(TURNS - timedelta(days=1)).attempts_a_day, Rules.on(TURNS).attempts_a_day) == (6, 2)
    assert Rules.on(date(2026, 1, 1)) == Rules()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.append({**document[0], "name": "unheard_of"}),
        lambda document: document[0].update(values=[]),
        lambda document: document[0].pop("rule"),
        lambda document: document[0].update(rule="R-PRICE-99"),
        lambda document: document[0].update(unit="furlongs"),
        lambda document: document[0]["values"].append({"since": "2020-01-01", "value": "0.1"}),
        lambda document: document[0]["values"].append({"since": "2030-02-30", "value": "0.1"}),
        lambda document: document[0]["values"].append({"since": "2030-01-01", "value": "NaN"}),
        lambda document: document[0]["values"].append({"since": "2030-01-01", "value": "-1"}),
        lambda document: document[0]["values"].append({"since": "2030-01-01", "value": "24"}),
        lambda document: named(document, "least_age")["values"].append({"since": "2030-01-01", "value": "18.5"}),
        lambda document: document[0].update(values={"since": "2030-01-01"}),
    ],
)
def test_what_is_no_law_is_refused_and_the_old_one_stands(spoil: Any) -> None:
    document = shipped()
    spoil(document)
    with pytest.raises(LawUnreadable):
        law.enact(law.parse(document))
    assert law.on("highest_annual_cost", date(2031, 1, 1)) == Decimal("0.24")


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)))  # fmt: skip
def test_nonsense_is_refused(document: Any) -> None:
    if document == []:
        return
    with pytest.raises(LawUnreadable):
        law.parse(document)


@pytest.mark.usefixtures("figures_come_back")
def test_a_file_of_ones_own_names_what_differs_and_the_rest_stays() -> None:
    law.enact(law.parse([named(changed("highest_annual_cost", "0.16"), "highest_annual_cost")]))
    assert law.on("highest_annual_cost", TURNS) == Decimal("0.16")
    assert law.on("least_age", TURNS) == 18
    assert len(law.figures()) == len(shipped())


@pytest.mark.usefixtures("figures_come_back")
def test_classes_what_is_set_aside_and_deadlines_follow_the_law_of_their_day() -> None:
    before = TURNS - timedelta(days=1)
    document = changed("substandard_from", "61")
    named(document, "set_aside_substandard")["values"].append({"since": TURNS.isoformat(), "value": "0.3"})
    named(document, "doubtful_from")["values"].append({"since": TURNS.isoformat(), "value": "200"})
    named(document, "complaint_answered_within")["values"].append({"since": TURNS.isoformat(), "value": "7"})
    named(document, "suspicion_reported_within")["values"].append({"since": TURNS.isoformat(), "value": "3"})
    law.enact(law.parse(document))
    assert [asset_class(61, on=day) for day in (before, TURNS)] == [AssetClass.SPECIAL_MENTION, AssetClass.SUBSTANDARD]
    assert [200 in late_from(day) for day in (before, TURNS)] == [False, True], "classes are made of whole buckets"
    assert [set_aside(1000, AssetClass.SUBSTANDARD, on=day) for day in (before, TURNS)] == [250, 300]
    asked = [answer_by(Right.COMPLAINT, day) - day for day in (before, TURNS)]
    assert asked == [timedelta(days=15), timedelta(days=7)]
    assert report_by(TURNS) < report_by(before)
