"""Plans of treatment: their days, their shares, and files that are none."""

import json
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.credit.scoring import GRADES
from xindai.onboarding.notices.model import parse_topics
from xindai.postloan.cases.model import Stage, stage
from xindai.postloan.collections import model
from xindai.postloan.collections.model import Do, Plan, PlansUnreadable, Step
from xindai.postloan.contacts import gate

SHIPPED = json.loads(resources.files("xindai.postloan.collections").joinpath("plans.json").read_text(encoding="utf-8"))
TEXTS = json.loads(resources.files("xindai.onboarding.notices").joinpath("texts.json").read_text(encoding="utf-8"))
TOPICS = parse_topics(TEXTS)


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (-3, Stage.M0),
        (0, Stage.M0),
        (1, Stage.M1),
        (30, Stage.M1),
        (31, Stage.M2),
        (91, Stage.M4),
        (151, Stage.M6),
        (999, Stage.M6),
    ],
)
def test_stages_are_months_of_arrears(days: int, found: Stage) -> None:
    assert stage(days) is found


def test_the_plans_that_come_with_it_say_no_more_than_one_text_a_day() -> None:
    plans = model.parse(SHIPPED, topics=list(TOPICS))
    for plan in plans:
        for days in range(-10, 400):
            assert len([step for step in plan.on(days) if step.do is Do.TEXT]) <= 1, (plan.name, days)
    standard = next(plan for plan in plans if plan.name == "standard")
    texts = [days for days in range(-5, 36) if any(step.do is Do.TEXT for step in standard.on(days))]
    assert texts == [-3, -1, 1, 3, 7, 14, 21, 28, 35]


def test_what_they_write_names_the_lender_and_threatens_nobody() -> None:
    """R-COLL-04, R-MSG-02."""
    for plan in model.parse(SHIPPED, topics=list(TOPICS)):
        for step in plan.steps:
            if step.do is Do.TEXT:
                for language in ("zh", "en"):
                    facts = {"reference": "AAAA-BBBB", "amount": "12.30", "due_on": "2026-03-10", "days": "3"}
                    text = TEXTS["signature"] + TOPICS[step.topic].said(language, facts)[1]
                    assert text.startswith("【")
                    assert "12.30" in text
                    assert not [word for word in gate.UNHEARD_OF if word in text.lower()]


@given(st.integers(0, 10**9))
def test_a_person_is_treated_by_the_same_plan_each_time(number: int) -> None:
    plans = (Plan("a", 30, ()), Plan("b", 70, ()))
    person = f"per_{number}"
    for grade, _ in GRADES:
        found = model.plan_of(person, grade, plans)
        assert found is model.plan_of(person, grade, plans)
        assert found.is_for(grade)


def test_plans_get_their_share_of_people() -> None:
    plans = (Plan("a", 30, ()), Plan("b", 0, ()), Plan("c", 70, ()))
    found = [model.plan_of(f"per_{number}", "C", plans).name for number in range(10_000)]
    assert 2_800 < found.count("a") < 3_200
    assert found.count("b") == 0


def test_plans_for_some_grades_share_those_and_a_grade_without_plans_is_refused() -> None:
    plans = model.parse(SHIPPED, topics=list(TOPICS))
    for grade, _ in GRADES:
        names = {model.plan_of(f"per_{number}", grade, plans).name for number in range(200)}
        assert names == ({"standard", "light"} if grade in "ABCD" else {"standard", "early_call"}), grade
    light = next(plan for plan in plans if plan.name == "light")
    early = next(plan for plan in plans if plan.name == "early_call")
    calls = [
        next(days for days in range(1, 40) if any(one.do is Do.CALL for one in plan.on(days)))
        for plan in (early, light)
    ]
    assert calls == [2, 9], "who is likely to pay alone is left alone for longer"
    lacking = {"plans": {"a": {"share": 100, "grades": ["A"], "steps": []}}}
    with pytest.raises(PlansUnreadable):
        model.parse(lacking, topics=list(TOPICS))


@given(st.integers(-10, 20), st.integers(1, 9), st.integers(-10, 400))
def test_a_step_that_repeats_falls_on_its_day_and_every_so_often_after(day: int, every: int, days: int) -> None:
    step = Step(day, Do.CALL, "", every)
    assert step.falls_on(days) == (days in range(day, 401, every))


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"plans": {"a": {"share": 100, "steps": [{"day": 1, "do": "threaten"}]}}},
        {"plans": {"a": {"share": 90, "steps": []}}},
        {"plans": {"a": {"share": 100, "steps": [{"day": 1, "do": "text", "topic": "no such text"}]}}},
        {"plans": {"a": {"share": 100, "steps": [{"day": 1, "do": "call", "every": 0}]}}},
        {"plans": []},
    ],
)
def test_what_is_no_plan_is_refused(document: Any) -> None:
    with pytest.raises(PlansUnreadable):
        model.parse(document, topics=list(TOPICS))
