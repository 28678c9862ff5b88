"""Nouns of treatment: plans, their steps, and what they want on a day. Read from a file; see `plans.json`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from xindai.credit.scoring import GRADES
from xindai.values.refusal import Refusal

WHOLE = 100
BEFORE_LATE = "C"
"""As what somebody is treated who is not late, and so not scored."""


class Do(StrEnum):
    """What a step does: send a text, or put a call on somebody's work list."""

    TEXT = "text"
    CALL = "call"


class PlansUnreadable(Refusal):
    """A file of plans that is not one."""

    code = "plans_unreadable"
    en = "The plans of treatment cannot be used: {why}."
    zh = "催收策略文件无效：{why}。"


@dataclass(frozen=True, slots=True)
class Step:
    """What is done on a day: so many days before the due day (below zero), or of lateness; `every` repeats it from then on."""

    day: int
    do: Do
    topic: str
    every: int | None = None

    def falls_on(self, days: int) -> bool:
        """Whether this is a day of the step."""
        if self.every is None:
            return days == self.day
        return days >= self.day and (days - self.day) % self.every == 0


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan, its share of people in hundredths, and of which grades of the collection score; of all where it names none."""

    name: str
    share: int
    steps: tuple[Step, ...]
    grades: frozenset[str] = frozenset()

    def is_for(self, grade: str) -> bool:
        """Whether people of a grade are among its."""
        return not self.grades or grade in self.grades

    def on(self, days: int) -> list[Step]:
        """The steps of a day: below zero before the due day, else days of lateness."""
        return [step for step in self.steps if step.falls_on(days)]


def parse(document: Any, *, topics: Sequence[str]) -> tuple[Plan, ...]:
    """The plans of a file. Refuses: PlansUnreadable, also for a text that is not among the `topics`."""
    try:
        plans = tuple(
            Plan(
                str(name),
                int(one["share"]),
                tuple(
                    Step(int(step["day"]), Do(step["do"]), str(step.get("topic", "")), step.get("every"))
                    for step in one["steps"]
                ),
                frozenset(map(str, one.get("grades", ()))),
            )
            for name, one in document["plans"].items()
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise PlansUnreadable(why=repr(error)) from None
    for grade, _ in GRADES:
        if sum(plan.share for plan in plans if plan.is_for(grade)) != WHOLE:
            raise PlansUnreadable(why=f"shares are not a hundred together for grade {grade}")
    for step in (step for plan in plans for step in plan.steps):
        if step.do is Do.TEXT and step.topic not in topics:
            raise PlansUnreadable(why=f"no text {step.topic}")
        if step.every is not None and (not isinstance(step.every, int) or step.every < 1):
            raise PlansUnreadable(why="a step repeats after a day at least")
    return plans


def plan_of(person_id: str, grade: str, plans: Sequence[Plan]) -> Plan:
    """By which plan a person of a grade is treated: the same each time, and each plan its share of people."""
    place = int.from_bytes(hashlib.sha256(f"treatment|{person_id}".encode()).digest()[:4], "big") % WHOLE
    for plan in plans:
        if plan.is_for(grade):
            if place < plan.share:
                return plan
            place -= plan.share
    raise AssertionError(person_id)
