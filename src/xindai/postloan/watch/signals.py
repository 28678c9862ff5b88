"""Early warnings: what happens to somebody, how much it says, and how fast that fades. Pure.

Each kind counts once, by the latest time that it was seen: a debit that fails every evening is one warning. What a person
is worth worrying about is the sum of all kinds, each halved with every half-life. A line is frozen from one threshold on
and opens below a lower one, not before it has rested: it does not flutter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Call(StrEnum):
    """What the sum of somebody's warnings asks for: nothing, that a person looks, or that no more is drawn."""

    NOTHING = "nothing"
    LOOK = "look"
    FREEZE = "freeze"


@dataclass(frozen=True, slots=True)
class Warns:
    """A kind of warning: how much it says when it is fresh, in how many days half of that is gone, whether its person is told.

    One that is read from what others tell is seen `when` each of these features is at least so high; others come as events.
    """

    kind: str
    strength: int
    half_life_days: int
    is_told: bool
    en: str
    zh: str
    when: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """All kinds, and the thresholds."""

    kinds: Mapping[str, Warns]
    freeze_from: int
    look_from: int
    ease_below: int
    rests_days: int


@dataclass(frozen=True, slots=True)
class Signal:
    """That something was seen of a person: what, when, and in which thing."""

    kind: str
    on: date
    subject: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """A signal, and what it still says on a day."""

    signal: Signal
    weight: float


def weighed(signals: Iterable[Signal], policy: Policy, *, on: date) -> list[Weighed]:
    """The latest signal of each kind that says something still, the strongest first; kinds that are not known say nothing."""
    latest: dict[str, Signal] = {}
    for one in signals:
        if one.kind in policy.kinds and one.on <= on and (one.kind not in latest or one.on > latest[one.kind].on):
            latest[one.kind] = one
    found = [Weighed(one, _left(policy.kinds[one.kind], (on - one.on).days)) for one in latest.values()]
    return sorted(found, key=lambda one: (-one.weight, one.signal.kind))


def total(found: Iterable[Weighed]) -> float:
    """What all of them say together."""
    return sum(one.weight for one in found)


def compared(policy: Policy) -> frozenset[str]:
    """The features that any kind is seen by: all that is kept of what others told."""
    return frozenset(feature for one in policy.kinds.values() for feature in one.when)


def seen(features: Mapping[str, int | None], policy: Policy) -> list[str]:
    """The kinds that what others told shows, in their order; what is not known shows nothing."""
    return [
        one.kind
        for one in policy.kinds.values()
        if one.when and all((features.get(name) or 0) >= least for name, least in one.when.items())
    ]


def call(strength: float, policy: Policy) -> Call:
    """What a sum asks for."""
    if strength >= policy.freeze_from:
        return Call.FREEZE
    return Call.LOOK if strength >= policy.look_from else Call.NOTHING


def eases(strength: float, policy: Policy, *, frozen_on: date, on: date) -> bool:
    """Whether a line that was frozen for its warnings opens again."""
    return strength < policy.ease_below and (on - frozen_on).days >= policy.rests_days


def parse(document: Mapping[str, Any]) -> Policy:
    """The policy of a JSON document."""
    kinds = {
        one["kind"]: Warns(
            one["kind"],
            one["strength"],
            one["half_life_days"],
            one["told"],
            one["en"],
            one["zh"],
            one.get("when", {}),
        )
        for one in document["signals"]
    }
    assert 0 < document["ease_below"] < document["look_from"] <= document["freeze_from"]
    return Policy(kinds, document["freeze_from"], document["look_from"], document["ease_below"], document["rests_days"])


def _left(kind: Warns, days: int) -> float:
    return float(kind.strength * 0.5 ** (days / kind.half_life_days))
