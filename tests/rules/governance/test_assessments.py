"""Each processing is declared from what there is: consents, groups of the data map, rules of law, tests."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from xindai.governance.compliance import model as laws
from xindai.governance.rights import assessments, holdings
from xindai.governance.rights.assessments import Assessment, Standing, Trigger
from xindai.onboarding.consent.model import Scope

ROOT = Path(__file__).parents[3]


def document(stage: str, path: str) -> Any:
    return json.loads(resources.files(f"xindai.{stage}").joinpath(path).read_text(encoding="utf-8"))


HELD = holdings.parse(document("governance", "rights/holdings.json"))
DECLARED = document("governance", "rights/processings.json")
PROCESSINGS = assessments.parse(DECLARED, held=HELD)
NOT_OF_CUSTOMERS = {"own", "staff", "machine"}
BY_LAW_ALONE = {"consent", "rights", "laundering", "trail"}
"""What proves that the law is kept; it serves no purpose of the lender's."""


def test_every_consent_and_every_group_of_customers_data_is_assessed() -> None:
    assert {one.scope for one in PROCESSINGS.values() if one.scope} == {scope.value for scope in Scope}
    assessed = {group.name for one in PROCESSINGS.values() for group in one.groups}
    groups = {table.group.name for table in HELD.values()}
    assert groups - assessed == NOT_OF_CUSTOMERS | BY_LAW_ALONE


def test_what_is_sensitive_says_so() -> None:
    for one in PROCESSINGS.values():
        uses = any(
            table.sensitive
            for table in one.tables(HELD)
            if table.group.name in {"papers", "sources", "ties", "watching"}
        )
        assert not uses or Trigger.SENSITIVE in one.triggers, one.id


def test_every_measure_is_kept_by_a_rule_or_shown_by_a_test_and_is_used() -> None:
    rules = laws.parse(document("governance", "compliance/rules.json"))
    used = {each for one in PROCESSINGS.values() for risk in one.risks for each in risk.measures}
    assert len(used) == len(DECLARED["measures"])
    for each in used:
        assert each.rule or each.test, each.en
        assert each.rule is None or each.rule in rules, each.en
        if each.test:
            path, _, test = each.test.partition("::")
            assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), each.test


def test_where_a_measure_does_not_hold_the_risk_is_as_if_there_were_none() -> None:
    one = PROCESSINGS["social"]
    standing = {each: Standing(each, None, 0) for risk in one.risks for each in risk.measures}
    sound = Assessment(one, tuple(one.tables(HELD)), None, None, None, standing)
    assert sound.left == 2
    broken = next(each for each in standing if each.rule)
    worse = Assessment(one, sound.tables, None, None, None, {**standing, broken: Standing(broken, False, 3)})
    assert worse.left == 3
    assert {worse.left_of(risk) for risk in one.risks if broken not in risk.measures} == {1}
    page = assessments.page(worse, lender="Lender", day="2026-03-01")
    assert "不成立" in str(page["risks"])
    assert "高 high" in str(page["about"])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one["groups"].append("unheard_of"),
        lambda one: one["triggers"].append("whim"),
        lambda one: one["risks"].clear(),
        lambda one: one["risks"][0].update(measures=[]),
        lambda one: one["risks"][0].update(measures=["hope"]),
        lambda one: one["risks"][0].update(left=4),
        lambda one: one["risks"][0].update(likelihood=1, severity=1, left=2),
    ],
)
def test_what_is_declared_wrongly_does_not_start(spoil: Any) -> None:
    wrong = json.loads(json.dumps(DECLARED))
    spoil(wrong["processings"][0])
    with pytest.raises((AssertionError, KeyError, ValueError)):
        assessments.parse(wrong, held=HELD)
