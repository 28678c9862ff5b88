"""Trouble planted in a population, and what the lender's warnings were worth against what then happened.

People lose their work, in a recession many at once: the salary stops, loans are asked for elsewhere, and when the savings are
gone, debits fail until they find other work. A ring of people who otherwise look sound takes loans within a week, on shared
devices, and pays nothing back. All follows from the seed, and is known before the first day is lived.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median
from typing import Any

from xindai_sandbox import society

JOBS_LOST_A_MONTH = 0.006
WORSE_IN_RECESSION = 6.0
RECESSION = (0.45, 0.65)
"""From where to where it lasts, as shares of the whole time."""
OUT_OF_WORK_DAYS = 130
SAVINGS_DAYS = (10, 75)
RING_OF = 250
"""One of so many people is in the ring, which has at least SMALLEST_RING members."""
SMALLEST_RING = 6


class Cause(StrEnum):
    """What is planted."""

    JOB_LOSS = "job_loss"
    RECESSION = "recession"
    RING = "ring"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What somebody has coming, and the day on which it begins: work lost, or the loan taken that nobody means to repay."""

    cause: Cause
    on: date


def plant(
    people: Sequence[dict[str, Any]], *, seed: int, start: date, days: int
) -> tuple[list[dict[str, Any]], dict[str, Trouble]]:
    """(the people with their trouble, what it is by ID number); of the ring, `on` is the day on which they apply."""
    ring = _ring(people)
    planted, troubles = [], {}
    for index, person in enumerate(people):
        rng = random.Random(f"{seed}|trouble|{index}")
        if index in ring:
            applies = start + timedelta(days=days // 4 + rng.randrange(6))
            troubles[person["id_number"]] = Trouble(Cause.RING, applies)
            planted.append(_in_ring(person, [people[other] for other in ring if other != index]))
            continue
        lost = _job_lost(rng, float(person["habits"]["risk"]), start, days)
        if lost is None or person["pays"] is not None:
            planted.append(person)
            continue
        troubles[person["id_number"]] = lost
        planted.append(_out_of_work(rng, person, lost.on))
    return planted, troubles


def _ring(people: Sequence[dict[str, Any]]) -> range:
    """Neighbours in the middle of the population, as long as it is large enough to hide them."""
    members = max(SMALLEST_RING, len(people) // RING_OF)
    return range(len(people) // 2, len(people) // 2 + members) if len(people) >= 4 * members else range(0)


def _in_ring(person: dict[str, Any], others: Sequence[dict[str, Any]]) -> dict[str, Any]:
    shared = {"kind": "device", "since": "2025-06-01", "last_ago": None, "sent": 0, "received": 0, "days": 0}
    ties = [*person["ties"], *({"to": society.node_of(other["phone"]), **shared} for other in others)]
    return {**person, "pays": 0, "will_default": True, "ties": ties}


def _job_lost(rng: random.Random, risk: float, start: date, days: int) -> Trouble | None:
    for day in range(0, days, 30):
        bad = RECESSION[0] * days <= day < RECESSION[1] * days
        chance = JOBS_LOST_A_MONTH * math.exp(0.4 * risk) * (WORSE_IN_RECESSION if bad else 1.0)
        if rng.random() < chance:
            return Trouble(Cause.RECESSION if bad else Cause.JOB_LOSS, start + timedelta(days=day + rng.randrange(30)))
    return None


def _out_of_work(rng: random.Random, person: dict[str, Any], lost: date) -> dict[str, Any]:
    found = lost + timedelta(days=20 + round(rng.expovariate(1 / OUT_OF_WORK_DAYS)))
    empty = lost + timedelta(days=rng.randint(*SAVINGS_DAYS))
    paid = found + timedelta(days=20)
    broke = [[empty.isoformat(), paid.isoformat()]] if empty < paid else []
    habits = {**person["habits"], "hard": [[lost.isoformat(), found.isoformat()]]}
    return {**person, "habits": habits, "broke": broke}


@dataclass(frozen=True, slots=True)
class Fate:
    """A borrower as the lender's own records have them: when something first was late, when for sixty days, who they are."""

    person_id: str
    cause: Cause | None
    late_on: date | None
    defaulted_on: date | None


BAD_DAYS = 60
WITHIN = timedelta(days=180)
"""A warning was right if its person is so many days late within this time; one that is younger is not judged yet."""


def worth(fates: Sequence[Fate], warned: Mapping[str, date], *, end: date) -> dict[str, Any]:
    """What the first warning of each person was worth: precision, recall, lead time in days, and how much more often than by chance.

    Recall counts whoever was warned of before they were sixty days late; `before_anything_late` those of whom nothing was late yet.
    """
    judged = [
        one
        for one in fates
        if one.person_id in warned and (_right(one, warned[one.person_id]) or warned[one.person_id] + WITHIN <= end)
    ]
    right = [one for one in judged if _right(one, warned[one.person_id])]
    bad = [one for one in fates if one.defaulted_on is not None]
    seen = [one for one in bad if one.person_id in warned and _right(one, warned[one.person_id])]
    leads = sorted((one.defaulted_on - warned[one.person_id]).days for one in seen if one.defaulted_on is not None)
    early = [one for one in seen if one.late_on is not None and warned[one.person_id] < one.late_on]
    base = len(bad) / len(fates) if fates else 0.0
    precision = _share(len(right), len(judged))
    return {
        "warned": len(judged),
        "precision": precision,
        "recall": _share(len(seen), len(bad)),
        "recall_before_anything_late": _share(len(early), len(bad)),
        "lead_days_median": median(leads) if leads else None,
        "lead_days_tenth": leads[len(leads) // 10] if leads else None,
        "times_better_than_chance": round(precision / base, 1) if precision is not None and base else None,
    }


def by_cause(
    fates: Sequence[Fate], warned: Mapping[str, date], *, applied: Mapping[Cause | None, int]
) -> dict[str, dict[str, Any]]:
    """By what was planted: who applied, who borrowed, who was then sixty days late, how many of those were warned of before, how early."""
    found = {}
    for cause in (*Cause, None):
        of = [one for one in fates if one.cause is cause]
        bad = [one for one in of if one.defaulted_on is not None]
        seen = [one for one in bad if one.person_id in warned and _right(one, warned[one.person_id])]
        leads = [(one.defaulted_on - warned[one.person_id]).days for one in seen if one.defaulted_on is not None]
        found[cause.value if cause else "unplanted"] = {
            "applied": applied.get(cause, 0),
            "borrowed": len(of),
            "defaulted": len(bad),
            "warned_before": len(seen),
            "lead_days_median": median(leads) if leads else None,
        }
    return found


def _right(one: Fate, warned_on: date) -> bool:
    return one.defaulted_on is not None and warned_on < one.defaulted_on <= warned_on + WITHIN


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
