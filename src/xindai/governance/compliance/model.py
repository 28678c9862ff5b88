"""Nouns: a rule of law, and what a look at the tables found of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

MOST_NAMED = 20
"""So many that break a rule are named; all are counted."""


class When(StrEnum):
    """When a rule is kept: what breaks it cannot be set up, cannot be done, or is found by a look."""

    DESIGN = "design"
    RUN = "run"
    MONITOR = "monitor"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in plain words, where it comes from and since when; `is_confirmed` where its source was read, not remembered.

    `enforced` says when it is kept, `test` which test tries to break it. Its figures, with their days, are in `values.law`.
    """

    id: str
    en: str
    zh: str
    source: str
    since: date | None
    is_confirmed: bool
    enforced: tuple[When, ...]
    test: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a look found: how many things the rule is about, how many break it, and the first of them by id."""

    rule: str
    at: datetime
    on: date
    by: str
    counted: int
    broken: int
    named: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing breaks it."""
        return self.broken == 0


def parse(document: list[Mapping[str, Any]]) -> dict[str, Rule]:
    """The rules of a JSON document, by id."""
    found = [
        Rule(
            one["id"],
            one["en"],
            one["zh"],
            one["source"],
            date.fromisoformat(one["since"]) if one["since"] else None,
            one["is_confirmed"],
            tuple(map(When, one["enforced"])),
            one["test"],
        )
        for one in document
    ]
    return {one.id: one for one in found}
