"""The population stability index: how far the shares of a scorecard's bins have moved from those it was trained on.

The sum over bins of (now - then) * ln(now / then); by the usual reading below 0.1 is steady, from 0.25 on the model is used on
other people than it knows (Siddiqi, "Intelligent Credit Scoring", 2nd ed., ch. 14).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

SHIFTING, SHIFTED = 0.1, 0.25
LEAST_JUDGED = 100
"""Of fewer nothing is said in a word: chance alone moves their shares."""
LEAST_SHARE = 0.0001
"""A bin that holds nobody counts as this share, or one stranger would make the index infinite."""


@dataclass(frozen=True, slots=True)
class Bin:
    """A bin of a characteristic: below which value (none: the last, or the missing ones), its share of those trained on, and lately."""

    label: str
    trained: float
    lately: float


@dataclass(frozen=True, slots=True)
class Stability:
    """How far one characteristic has moved."""

    name: str
    en: str
    zh: str
    index: float
    judged: int
    bins: tuple[Bin, ...]

    @property
    def standing(self) -> str:
        """In a word."""
        if self.judged < LEAST_JUDGED:
            return "too_few"
        return "shifted" if self.index >= SHIFTED else "shifting" if self.index >= SHIFTING else "steady"


def stability(scorecard: Mapping[str, Any], applicants: Sequence[Mapping[str, Any]]) -> list[Stability]:
    """Every characteristic of a scorecard's document over the features of applicants, the furthest moved first."""
    found = [
        _moved(one, [features.get(one["name"]) for features in applicants]) for one in scorecard["characteristics"]
    ]
    return sorted(found, key=lambda one: (-one.index, one.name))


def moved(name: str, before: Mapping[str, int], lately: Mapping[str, int]) -> Stability:
    """The same of counts by bin, before and lately; each has somebody in it."""
    then, now = sum(before.values()), sum(lately.values())
    bins = tuple(
        Bin(label, before.get(label, 0) / then, lately.get(label, 0) / now) for label in sorted({*before, *lately})
    )
    return Stability(name, name, name, sum(_part(one) for one in bins), now, bins)


def _moved(document: Mapping[str, Any], values: Sequence[Any]) -> Stability:
    bins = document["bins"]
    labels = [_label(one) for one in bins] + ["missing"]
    shares = [float(one.get("share", 0)) for one in [*bins, document["missing"]]]
    counted = Counter(_place(document, value) for value in values)
    pairs = [
        Bin(label, then, counted[place] / len(values) if values else 0.0)
        for place, (label, then) in enumerate(zip(labels, shares, strict=True))
    ]
    index = sum(_part(one) for one in pairs) if values else 0.0
    return Stability(document["name"], document["en"], document["zh"], index, len(values), tuple(pairs))


def _label(one: Mapping[str, Any]) -> str:
    if "names" in one:
        return ", ".join(one["names"])
    return f"< {one['below']}" if one["below"] is not None else "…"


def _place(document: Mapping[str, Any], value: Any) -> int:
    bins = document["bins"]
    if value is None:
        return len(bins)
    if document["type"] == "text":
        return next((place for place, one in enumerate(bins) if str(value) in one["names"]), len(bins))
    return bisect_right([float(one["below"]) for one in bins[:-1]], float(value))


def _part(one: Bin) -> float:
    then, now = max(one.trained, LEAST_SHARE), max(one.lately, LEAST_SHARE)
    return (now - then) * log(now / then)
