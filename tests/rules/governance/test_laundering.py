"""Customers rated, deadlines counted, reports written."""

import json
from datetime import date, timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from xindai.governance.laundering import queries, report
from xindai.governance.laundering.model import (
    LOOKED_AGAIN_AFTER,
    MOVES,
    WEIGHTS,
    Alert,
    Case,
    CaseId,
    CaseMoved,
    Kind,
    Proposal,
    Rated,
    Rating,
    Status,
    parse,
    rated,
    report_by,
)
from xindai.values import business_days

FACTORS = st.sets(st.sampled_from(sorted(WEIGHTS)))
ORDER = [Rating.LOW, Rating.MEDIUM, Rating.HIGH]
SCENARIOS = parse(
    json.loads(resources.files("xindai.governance.laundering").joinpath("scenarios.json").read_text(encoding="utf-8"))
)


def case(status: Status = Status.OPEN) -> Case:
    case_id = CaseId.made(milliseconds=1_772_000_000_000, randomness=1)
    return Case(
        case_id, "per_1", Kind.SUSPICIOUS, status, date(2026, 3, 2), date(2026, 3, 9), Proposal.REPORT, "a", "b", None
    )


@given(known=FACTORS, more=FACTORS)
def test_knowing_more_never_lowers_a_rating(known: set[str], more: set[str]) -> None:
    assert ORDER.index(rated(known | more)) >= ORDER.index(rated(known))


def test_nothing_known_is_low_and_a_report_is_high() -> None:
    assert rated(()) is Rating.LOW
    assert rated(["reported"]) is Rating.HIGH
    assert rated(["alerted"]) is Rating.MEDIUM
    assert rated(["business"]) is Rating.LOW
    assert LOOKED_AGAIN_AFTER[Rating.HIGH] < LOOKED_AGAIN_AFTER[Rating.MEDIUM] < LOOKED_AGAIN_AFTER[Rating.LOW]


@given(on=st.dates(date(2025, 1, 1), date(2026, 12, 20)))
def test_a_report_has_five_working_days(on: date) -> None:
    last = report_by(on)
    between = [on + timedelta(days=number) for number in range(1, (last - on).days + 1)]
    assert sum(business_days.is_working(day) for day in between) == 5
    assert business_days.is_working(last)


def test_five_days_over_the_spring_festival_are_two_weeks() -> None:
    assert report_by(date(2026, 2, 13)) == date(2026, 2, 27)  # the holiday is 15 to 23 February; 14 and 28 are worked


@pytest.mark.parametrize("status", [Status.REPORTED, Status.DISMISSED])
def test_what_is_decided_stays(status: Status) -> None:
    assert MOVES[status] == {}
    with pytest.raises(CaseMoved):
        case(status).moved(Status.OPEN)


def test_every_scenario_but_the_lists_is_seen_in_movements() -> None:
    assert {one.id for one in SCENARIOS} == {*queries.SEEN, "listed"}
    assert all(one.en and one.zh and one.source for one in SCENARIOS)


def test_a_report_says_who_what_and_why() -> None:
    alert = Alert("k", "repaid_at_once", date(2026, 3, 2), {"amount": 1234567, "times": 1, "ids": ["pay_1"]})
    rating = Rated("per_1", Rating.MEDIUM, ("alerted",), date(2026, 3, 2), date(2027, 3, 2))
    moved = {"id": "pay_1", "kind": "collection", "amount": 1234567, "currency": "CNY", "settled_on": date(2026, 3, 2),
             "rail": "house", "loan_id": "loan_1"}  # fmt: skip
    content = report.document(
        case(Status.REPORTED),
        report.Subject("王<五>", "110101199003078515", "13800001111", "6222020200112233"),
        lender="某小贷 & 公司", on=date(2026, 3, 6), rating=rating, alerts=[alert], scenarios=SCENARIOS, movements=[moved],
        reasons="放款次日全额还清，\x00来源不明",
    )  # fmt: skip
    root = etree.fromstring(content)
    assert root.findtext("reportingInstitution") == "某小贷 & 公司"
    assert root.findtext("customer/name") == "王<五>"
    assert root.findtext("reasons") == "放款次日全额还清，来源不明"
    assert root.findtext("findings/finding/amount") == "12345.67"
    assert root.findtext("transactions/transaction/amount") == "12345.67"
    assert root.findtext("findings/finding/about") == "pay_1"
