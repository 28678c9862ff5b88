"""Two bureaus, one noun: each dialect is read whole or refused, and what a bureau does not know of is missing, not none."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xindai.credit.decision import pricing
from xindai.credit.features import bureau
from xindai.credit.sources import market, report
from xindai.credit.sources.report import BureauName, LoanEnd, LoanKind, Section
from xindai.products.catalogue.starter import CONSUMER
from xindai.values.refusal import Refusal
from xindai_sandbox import population

ON = date(2026, 3, 1)
CONTRACTS = Path(__file__).parents[3] / "contracts"
THIN = {
    "report_id": "R1", "issued_on": "2026-03-01", "profile": {"education": 2}, "revolving": [], "enquiries": [],
    "public_records": [],
}  # fmt: skip


def shown_in(contract: str) -> Any:
    """The example of a contract's page."""
    text = (CONTRACTS / contract).read_text()
    return json.loads(re.findall(r"```json\n(.*?)```", text, re.DOTALL)[0])


def test_the_contracts_examples_are_read() -> None:
    central, other = report.parse(shown_in("bureau.md")), market.parse(shown_in("market-bureau.md"))
    assert (central.bureaus, other.bureaus) == ((BureauName.CENTRAL,), (BureauName.MARKET,))
    loan = other.loans[0]
    assert (loan.kind, loan.is_bank, loan.amount.minor, loan.late) == (
        LoanKind.CONSUMER,
        False,
        3_000_000,
        (0, 0, 1, 0),
    )
    assert (loan.ended, other.enquiries[0].reason, other.public_records) == (LoanEnd.OPEN, "loan_approval", 1)
    assert other.issued_on == ON


def test_what_a_bureau_does_not_know_of_is_missing() -> None:
    values = bureau.features(market.parse(shown_in("market-bureau.md")), on=ON)
    assert set(values) == {feature.name for feature in bureau.FEATURES}
    assert [values[f"bureau_{name}"] for name in ("limit", "cards", "education", "guaranteed", "thin_file")] == [
        None
    ] * 5
    assert [values[f"bureau_{name}"] for name in ("loans", "enquiries_1m", "public_records", "loan_worst_6m")] == [
        1
    ] * 4


@given(some.integers(0, 60))
def test_both_dialects_tell_the_same_of_the_same_loans(seed: int) -> None:
    person = population.person(population.random.Random(seed), seed, on=ON)
    whole = person.report
    others = {**whole, "loans": [loan for loan in whole["loans"] if not loan["bank"]]}
    central = bureau.features(report.parse(others), on=ON)
    told = bureau.features(market.parse(population.market_of(whole)), on=ON)
    rounded = {
        "bureau_balance",
        "bureau_unsecured_balance",
        "bureau_balance_share",
        "bureau_monthly_service",
        "bureau_enquiries_fruitless_6m",
    }
    for name, value in told.items():
        if value is not None and name not in rounded:
            assert value == central[name], name


def test_reports_go_together_as_one() -> None:
    first, second = report.parse(THIN), market.parse(shown_in("market-bureau.md"))
    assert not first.has_file
    assert report.together([]) is None
    whole = report.together([first, second])
    assert whole is not None
    assert whole.has_file
    assert whole.bureaus == (BureauName.CENTRAL, BureauName.MARKET)
    assert whole.covers == frozenset(Section)
    assert (whole.education, whole.loans, whole.public_records) == (2, second.loans, 1)
    twice = report.together([second, second])
    assert twice is not None
    assert twice.enquiries == second.enquiries, "an enquiry that both know of is one"


GOOD = shown_in("market-bureau.md")
LOAN = GOOD["loanList"][0]


@pytest.mark.parametrize("broken", [
    None, [], "", {}, {**GOOD, "reportNo": ""}, {**GOOD, "reportNo": "x" * 65}, {**GOOD, "reportTime": "2026-03-01"},
    {**GOOD, "loanList": None}, {**GOOD, "loanList": [{}]}, {**GOOD, "queryList": [{"queryDate": "20260230"}]},
    {**GOOD, "courtList": [{"caseNo": 5}]},
    *({**GOOD, "loanList": [{**LOAN, **change}]} for change in (
        {"orgType": "XX"}, {"busiType": "99"}, {"acctStatus": "9"}, {"creditAmt": "30000"}, {"creditAmt": -1},
        {"creditAmt": 1.5}, {"creditAmt": True}, {"remainAmt": 10**12}, {"openDate": "2024-3-1"}, {"openDate": 20240301},
        {"overdueDays": [-1]}, {"overdueDays": ["3"]}, {"overdueDays": [0] * 61}, {"orgCode": None},
    )),
])  # fmt: skip
def test_a_malformed_document_is_refused_whole(broken: object) -> None:
    with pytest.raises(Refusal) as refused:
        market.parse(broken)
    assert refused.value.code == "bureau_report_malformed"


def test_knowing_only_a_part_bounds_the_limit() -> None:
    means, most = pricing.Means(50_000_00, 0, 0), CONSUMER.most.minor
    whole, part = (pricing.limit(CONSUMER, means, grade="A", asked=most, partial=one) for one in (False, True))
    assert whole.minor == CONSUMER.most.minor
    assert part.minor == part.bounds["partial_report"] == CONSUMER.most.minor // 4
