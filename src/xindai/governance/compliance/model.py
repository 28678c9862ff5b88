"""Nouns: a rule of law, and what a look at the tables found of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

MOST_NAMED = 20
"""So many that break a rule are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in plain words, where it comes from and since when; `is_confirmed` where its source was read, not remembered."""

    id: str
    en: str
    zh: str
    source: str
    since: date | None
    is_confirmed: bool


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
        )
        for one in document
    ]
    return {one.id: one for one in found}
