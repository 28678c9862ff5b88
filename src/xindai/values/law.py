"""What the law says in figures: how much, how often, how old, and from which day on (`law.json`).

A change of law is one more line of a figure, with the day from which it holds: offers, statements of cost, contacts and the looks at the rules
follow by themselves on that day. What was agreed before stays as it was agreed. An installation may name a file of its own (`XINDAI_LAW`) with the figures that differ there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib import resources
from typing import Any

from xindai.values.refusal import Kind, Refusal


class LawUnreadable(Refusal):
    """A file of figures that does not say all of them, each with its days."""

    kind = Kind.UNREADY
    code = "law_unreadable"
    en = "The figures of the law cannot be read: {why}."
    zh = "法规参数文件有误：{why}。"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a rule: its unit (`rate`, `yuan`, `years` of age, `years_kept`, `months`, `days`, `working_days`, `hour`, `times`), whether it is a least, and since when how much."""

    name: str
    rule: str
    en: str
    zh: str
    unit: str
    is_least: bool
    values: tuple[tuple[date, Decimal], ...]

    def on(self, day: date) -> Decimal:
        """What holds on a day; before the first day that is known, the first."""
        return next((value for since, value in reversed(self.values) if since <= day), self.values[0][1])

    @property
    def loosest(self) -> Decimal:
        """What was, or will be, allowed at some time: no more is ever right."""
        values = [value for _, value in self.values]
        return min(values) if self.is_least else max(values)


_MOST = {
    "rate": 10,
    "yuan": 10**12,
    "years": 150,
    "years_kept": 100,
    "months": 1200,
    "days": 3660,
    "working_days": 250,
    "hour": 23,
    "times": 1000,
}
"""The units, and what nothing of theirs is above."""


def parse(document: Any) -> dict[str, Figure]:
    """The figures of a JSON document, by name. Refuses: LawUnreadable."""
    if not isinstance(document, list):
        raise LawUnreadable(why="it is not a list")
    found = {}
    for one in document:
        try:
            figure = Figure(
                **{name: str(one[name]) for name in ("name", "rule", "en", "zh", "unit")},
                is_least=one["bound"] == "least",
                values=tuple(
                    (date.fromisoformat(line["since"]), Decimal(str(line["value"]))) for line in one["values"]
                ),
            )
        except (KeyError, TypeError, ValueError, InvalidOperation) as error:
            raise LawUnreadable(why=f"{type(error).__name__} {error}") from None
        days = [since for since, _ in figure.values]
        if figure.unit not in _MOST:
            raise LawUnreadable(why=f"{figure.name} has no known unit")
        if not days or days != sorted(set(days)):
            raise LawUnreadable(why=f"{figure.name} has no days, or not in their order")
        if not all(_is_one(value, figure.unit) for _, value in figure.values):
            raise LawUnreadable(why=f"{figure.name} is no number of its unit")
        found[figure.name] = figure
    return found


def _is_one(value: Decimal, unit: str) -> bool:
    if not value.is_finite() or not 0 <= value <= _MOST[unit]:
        return False
    return unit == "rate" or value == int(value)


def _shipped() -> dict[str, Figure]:
    return parse(json.loads(resources.files("xindai.values").joinpath("law.json").read_text(encoding="utf-8")))


_in_force = _shipped()


def enact(found: Mapping[str, Figure]) -> None:
    """From now on these figures are the law, in this process; those that are not named stay. Refuses LawUnreadable where one is unknown."""
    if unknown := sorted(set(found) - set(_in_force)):
        raise LawUnreadable(why=f"unknown: {', '.join(unknown)}")
    for name, figure in found.items():
        known = _in_force[name]
        if (figure.rule, figure.unit, figure.is_least) != (known.rule, known.unit, known.is_least):
            raise LawUnreadable(why=f"{name} is another figure than ours")
    _in_force.update(found)


def figures() -> Mapping[str, Figure]:
    """All figures, by name."""
    return _in_force


def on(name: str, day: date) -> Decimal:
    """A figure as it holds on a day."""
    return _in_force[name].on(day)
