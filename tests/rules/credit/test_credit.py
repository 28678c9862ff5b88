import json
import re
from datetime import date
from decimal import Decimal
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xindai.credit import scoring
from xindai.credit.decision import assessment, pricing
from xindai.credit.features import bureau
from xindai.credit.sources import report as reports
from xindai.credit.strategies import graph as strategy
from xindai.credit.strategies.model import Outcome
from xindai.onboarding.application.model import ApplicationFile
from xindai.products.catalogue.starter import BUSINESS, CONSUMER
from xindai.values.money import Money
from xindai.values.refusal import Refusal
from xindai_sandbox import population

ON = date(2026, 3, 1)
STARTER = json.loads(resources.files("xindai.credit").joinpath("models/starter/scorecard.json").read_text())
SCORECARD = scoring.parse(STARTER)
FRAUD = scoring.parse(json.loads(resources.files("xindai.credit").joinpath("models/fraud/scorecard.json").read_text()))
CARDS = scoring.Cards(SCORECARD, FRAUD)
STRATEGY = strategy.load("consumer", resources.files("xindai.credit").joinpath("strategies/consumer.json").read_text())
PEOPLE = [one.document() for one in population.people(3, 40, on=ON)]


def file(**changes: object) -> ApplicationFile:
    plain = {
        "application_id": "app_x", "person_id": "per_x", "product": "consumer_instalment", "amount": 6_000_00, "months": 12,
        "purpose": "shopping", "monthly_income": 9_000_00, "age": 30, "identity": "proven", "on": ON,
    }  # fmt: skip
    return ApplicationFile(**{**plain, **changes})  # type: ignore[arg-type]


def judged(report: object, *, open_loans: int = 0, **changes: object) -> tuple[Outcome, dict[str, bool]]:
    known = assessment.Known(reports.parse(report) if report is not None else None)
    made = assessment.assess(file(**changes), known, product=CONSUMER, cards=CARDS, open_loans=open_loans)
    outcome, verdicts, _ = STRATEGY.judge(made.inputs)
    return outcome, {one.rule: one.passed for one in verdicts}


def clean() -> dict[str, object]:
    months = [{"month": "2026-02", "code": "N", "settled": "full", "billed": "800.00", "repaid": "800.00"}] * 6
    return {
        "report_id": "R1", "issued_on": "2026-03-01", "profile": {"education": 2}, "enquiries": [], "public_records": [],
        "revolving": [{"opened_on": "2020-01-01", "limit": "20000.00", "months": months}],
    }  # fmt: skip


def test_a_clean_report_is_approved_and_every_rule_says_so() -> None:
    outcome, verdicts = judged(clean())
    assert outcome is Outcome.APPROVE
    assert all(verdicts.values())
    assert set(verdicts) == set(strategy.RULES)


@pytest.mark.parametrize(("change", "rule", "expected"), [
    ({"age": 17}, "age_within", Outcome.DECLINE), ({"age": 66}, "age_within", Outcome.DECLINE),
    ({"identity": "refuted"}, "identity_proven", Outcome.DECLINE), ({"identity": "unproven"}, "identity_answered", Outcome.REVIEW),
    ({"open_loans": 1}, "no_loan_here", Outcome.DECLINE), ({"monthly_income": 0}, "limit_enough", Outcome.DECLINE),
    ({"monthly_income": 900_00}, "affordable", Outcome.DECLINE),
])  # fmt: skip
def test_each_rule_about_the_person_can_fail_alone(change: dict[str, object], rule: str, expected: Outcome) -> None:
    outcome, verdicts = judged(clean(), **{"months": 3, **change})  # type: ignore[arg-type]
    assert outcome is expected
    assert not verdicts[rule]


@pytest.mark.parametrize(("code", "rule"), [("2", "not_late_now"), ("3", "not_seriously_late")])
def test_arrears_elsewhere_decline(code: str, rule: str) -> None:
    report = clean()
    late = {"month": "2026-02", "code": code, "billed": "800.00", "repaid": "0.00"}
    report["revolving"][0]["months"] = [late, *report["revolving"][0]["months"][1:]]  # type: ignore[index]
    outcome, verdicts = judged(report)
    assert outcome is Outcome.DECLINE
    assert not verdicts[rule]


def test_public_records_and_many_enquiries_decline() -> None:
    assert judged({**clean(), "public_records": [{"kind": "enforcement"}]})[1]["no_public_record"] is False
    many = [{"on": "2026-02-20", "reason": "loan_approval"}] * 11
    assert judged({**clean(), "enquiries": many})[1]["few_enquiries"] is False


def test_no_report_means_a_person_looks_at_it() -> None:
    outcome, verdicts = judged(None)
    assert outcome is Outcome.REVIEW
    assert not verdicts["bureau_answered"]


def test_a_strategy_that_skips_a_rule_is_refused() -> None:
    text = (
        resources.files("xindai.credit")
        .joinpath("strategies/consumer.json")
        .read_text()
        .replace('"key": "affordable"', '"key": "other"')
    )
    with pytest.raises(strategy.StrategyBroken):
        strategy.load("broken", text).judge({})
    with pytest.raises(strategy.StrategyBroken):
        strategy.load("broken", "{")


@given(
    some.integers(0, 1_000_000),
    some.integers(0, 10**8),
    some.integers(500_00, 200_000_00),
    some.sampled_from(CONSUMER.months),
)
def test_no_offer_ever_costs_more_than_the_legal_cap(pd_ppm: int, income: int, asked: int, months: int) -> None:
    """R-PRICE-01, from whatever risk, income and wish: what passes the gate costs at most 24 % a year, penalty included."""
    price = pricing.price(pd_ppm)
    limit = pricing.limit(CONSUMER, pricing.Means(income, 0, 0), grade=scoring.grade(pd_ppm), asked=asked)
    assert limit.minor <= min(asked, CONSUMER.most.minor)
    assert price.rate_bps >= sum(price.parts.values())
    if limit.minor < CONSUMER.least.minor:
        return
    terms = CONSUMER.terms(principal=Money(limit.minor), annual_rate=price.annual_rate, months=months, disbursed_on=ON)
    if pricing.within_cap(CONSUMER, terms):
        assert Decimal(assessment.shown(terms)["apr"]) <= Decimal("0.24")
        assert terms.penalty_rate.annual <= Decimal("0.24")
    else:
        assert price.rate_bps >= 2400, "at the cap itself, rounding instalments to the fen may carry the cost past it"


yuan = some.integers(0, 10**9)


@given(some.sampled_from("ABCDEFG"), yuan, yuan, yuan, yuan, some.none() | yuan)
def test_debts_elsewhere_never_raise_a_limit_and_nothing_is_lent_below_zero(
    grade: str, income: int, service: int, unsecured: int, more: int, revenue: int | None
) -> None:
    def limit(service: int, unsecured: int) -> pricing.Limit:
        means = pricing.Means(income, service, unsecured, revenue)
        return pricing.limit(BUSINESS, means, grade=grade, asked=BUSINESS.most.minor)

    here = limit(service, unsecured)
    assert 0 <= here.minor <= min(here.bounds.values())
    assert here.minor % 100_00 == 0
    assert limit(service + more, unsecured).minor <= here.minor
    assert limit(service, unsecured + more).minor <= here.minor
    asked_all = pricing.limit(BUSINESS, pricing.Means(income, service, unsecured, revenue), grade=grade, asked=10**12)
    assert asked_all.minor <= BUSINESS.most.minor, "no wish passes the cap of the product"


def test_a_limit_shows_what_debts_exposure_and_revenue_leave() -> None:
    means = pricing.Means(10_000_00, 2_100_00, 190_000_00, 600_000_00)
    limit = pricing.limit(BUSINESS, means, grade="B", asked=500_000_00)
    assert limit.bounds == {
        "product": BUSINESS.most.minor, "asked": 500_000_00, "income": 100_000_00,
        "debts": 10 * (10_000_00 - 3_000_00), "exposure": (240_000 - 190_000) * 100, "revenue": 90_000_00,
    }  # fmt: skip
    assert limit.minor == 50_000_00
    before = pricing.limit(BUSINESS, means, grade="B", asked=500_000_00, policy=1)
    assert before.minor == 100_000_00
    assert set(before.bounds) == {"product", "asked", "income"}


def test_a_decision_made_by_the_first_policy_is_made_by_it_again() -> None:
    owing = {**PEOPLE[0]["report"], "loans": [{
        "kind": "consumer", "lender": "l", "bank": True, "opened_on": "2025-01-01", "amount": "90000.00", "balance": "80000.00",
        "monthly": "5000.00", "status": "open", "months": "NNN",
    }]}  # fmt: skip
    known = assessment.Known(reports.parse(owing))
    asking = file(amount=200_000_00)
    now, then = (
        assessment.assess(asking, known, product=CONSUMER, cards=CARDS, open_loans=0, policy=policy)
        for policy in (2, 1)
    )
    assert now.inputs["policy"] == 2
    assert "policy" not in then.inputs
    assert now.limit.minor < then.limit.minor == then.limit.bounds["income"] // 100_00 * 100_00


@given(some.integers(-20_000_000, 20_000_000), some.integers(1, 5_000_000))
def test_more_risk_never_gains_points_or_a_better_grade(logit: int, more: int) -> None:
    assert scoring.points(logit + more) <= scoring.points(logit)
    assert scoring.probability_ppm(logit + more) >= scoring.probability_ppm(logit)
    assert scoring.grade(scoring.probability_ppm(logit + more)) >= scoring.grade(scoring.probability_ppm(logit))


def test_the_scale_is_600_at_fifty_to_one_and_twenty_points_double_the_odds() -> None:
    def logit(odds: int) -> int:
        return -int((Decimal(odds).ln() * scoring.MILLION).to_integral_value())

    assert (scoring.points(logit(50)), scoring.points(logit(100)), scoring.points(logit(25))) == (600, 620, 580)
    assert scoring.probability_ppm(logit(50)) == pytest.approx(1_000_000 / 51, abs=1)


def test_a_score_is_the_sum_of_its_parts_and_reasons_are_the_worst_of_them() -> None:
    for person in PEOPLE:
        values = bureau.features(reports.parse(person["report"]), on=ON)
        score = SCORECARD.score(values)
        logit = SCORECARD.intercept + sum(one.part(values.get(one.name)) for one in SCORECARD.characteristics)
        assert score.pd_ppm == scoring.probability_ppm(logit)
        weights = [reason.weight for reason in score.reasons]
        assert weights == sorted(weights, reverse=True)
        assert all(weight > 0 for weight in weights)
        assert len(weights) <= scoring.MOST_REASONS


def test_a_scorecard_that_was_altered_is_refused() -> None:
    with pytest.raises(scoring.ModelUnreadable):
        scoring.parse({**STARTER, "intercept": STARTER["intercept"] + 1})
    with pytest.raises(scoring.ModelUnreadable):
        scoring.parse({"kind": "scorecard"})
    with pytest.raises(scoring.ModelUnreadable):
        scoring.parse([])


def test_features_are_whole_numbers_or_missing_and_each_is_declared() -> None:
    for person in PEOPLE:
        values = bureau.features(reports.parse(person["report"]), on=ON)
        assert list(values) == [feature.name for feature in bureau.FEATURES]
        assert all(value is None or type(value) is int for value in values.values())


def test_a_thin_file_has_missing_features_and_still_a_score() -> None:
    empty = {**clean(), "revolving": []}
    values = bureau.features(reports.parse(empty), on=ON)
    assert values["bureau_limit"] is None
    assert 300 < SCORECARD.score(values).score < 900


def test_features_read_the_report_as_an_analyst_would() -> None:
    values = bureau.features(reports.parse(clean()), on=ON)
    assert (values["bureau_limit"], values["bureau_utilisation_m1"], values["bureau_repaid_share_6m"]) == (
        20000,
        400,
        10000,
    )
    assert (values["bureau_full_months_6m"], values["bureau_late_months_6m"], values["bureau_worst_status_6m"]) == (
        6,
        0,
        -1,
    )


def test_an_enquiry_after_the_day_of_decision_is_not_seen() -> None:
    report = {**clean(), "enquiries": [{"on": "2026-03-01", "reason": "x"}, {"on": "2026-03-02", "reason": "x"}]}
    assert bureau.features(reports.parse(report), on=ON)["bureau_enquiries_3m"] == 0


@pytest.mark.parametrize("broken", [
    None, [], {}, {**clean(), "issued_on": "yesterday"}, {**clean(), "report_id": ""}, {**clean(), "revolving": [{}]},
    {**clean(), "revolving": [{"opened_on": "2020-01-01", "limit": 5, "months": []}]}, {**clean(), "profile": None},
    {**clean(), "revolving": [{"opened_on": "2020-01-01", "limit": "1.00", "months": [{"code": "Q", "billed": "1.00", "repaid": "1.00"}]}]},
])  # fmt: skip
def test_a_malformed_report_is_refused_whole(broken: object) -> None:
    with pytest.raises(Refusal) as refused:
        reports.parse(broken)
    assert refused.value.code == "bureau_report_malformed"


EVER_YES = strategy.load(
    "ever_yes",
    re.sub(
        r'("key": "\w+", "value": )"[^"]*"',
        r'\1"true"',
        resources.files("xindai.credit").joinpath("strategies/consumer.json").read_text(),
    ),
)


@pytest.mark.parametrize(("change", "rule", "expected"), [
    ({"age": 17}, "age_within", Outcome.DECLINE), ({"age": 66}, "age_within", Outcome.DECLINE),
    ({"identity": "refuted"}, "identity_proven", Outcome.DECLINE), ({"identity": "unproven"}, "identity_answered", Outcome.REVIEW),
    ({"monthly_income": 0}, "limit_enough", Outcome.DECLINE),
])  # fmt: skip
def test_a_strategy_that_says_yes_to_everything_is_not_followed_past_the_law(
    change: dict[str, object], rule: str, expected: Outcome
) -> None:
    def outcome(**changes: object) -> tuple[Outcome, object]:
        known = assessment.Known(reports.parse(clean()))
        made = assessment.assess(file(**changes), known, product=CONSUMER, cards=CARDS, open_loans=0)
        decided, _, trace = assessment.judge(EVER_YES, made.inputs)
        return decided, trace.get("barred")

    assert outcome() == (Outcome.APPROVE, None)
    assert outcome(**change) == (expected, [rule])


def test_no_strategy_lends_above_the_legal_cap() -> None:
    made = assessment.assess(
        file(), assessment.Known(reports.parse(clean())), product=CONSUMER, cards=CARDS, open_loans=0
    )
    outcome, _, trace = assessment.judge(EVER_YES, {**made.inputs, "price_within_cap": False})
    assert (outcome, trace["barred"]) == (Outcome.DECLINE, ["price_within_cap"])


def test_a_graph_judges_the_rules_that_there_were_when_it_was_made() -> None:
    text = resources.files("xindai.credit").joinpath("strategies/consumer.json").read_text()
    newest = '{"id": "r16", "key": "fraud_unlikely", "value": "fraud_ppm < 100000"},'
    older = text.replace(newest, "").replace(" and rules.fraud_unlikely", "")
    made = assessment.assess(
        file(), assessment.Known(reports.parse(clean())), product=CONSUMER, cards=CARDS, open_loans=0
    )
    assert newest in text
    kept = strategy.load("kept", older, tuple(rule for rule in strategy.RULES if rule != "fraud_unlikely"))
    outcome, verdicts, _ = assessment.judge(kept, made.inputs)
    assert outcome is Outcome.APPROVE
    assert "fraud_unlikely" not in [verdict.rule for verdict in verdicts]
    assert assessment.outcome(kept, made.inputs) == (Outcome.APPROVE, [])
    fresh = strategy.load("fresh", older)
    assert assessment.judge(fresh, made.inputs)[0] is Outcome.REVIEW, "a graph made today judges every rule of today"


def test_a_decision_is_the_same_again_whatever_features_and_sources_came_later() -> None:
    then = {
        "score": 600,
        "limit": 5,
        "file": {},
        "bureau_answered": True,
        "features": {"bureau_cards": 2, "bureau_gone": 1},
    }
    now = {
        "score": 601, "bureau_answered": True, "registry_answered": False, "watch": "possible",
        "features": {"bureau_cards": 2, "bureau_new": 9},
    }  # fmt: skip
    differ = {what for what, before, after in assessment.pairs(then, now) if before != after}
    assert differ == {"input score", "input limit", "input watch", "feature bureau_gone"}
