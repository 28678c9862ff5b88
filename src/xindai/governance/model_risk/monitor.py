"""What is wrong with a model by more than chance: its people have moved, it expects too few or too many to go bad, it is uneven.

Each finding must be large enough to matter and too unlikely to be chance. Of one look at a model that is as it should be, at most
`STATED_RATE` come with any finding of a kind (Bonferroni over what is looked at). The population stability index of equal people is
(1/n + 1/m) chi-squared with one less than so many bins degrees of freedom (Yurdakul & Naranjo, "Statistical properties of the population stability
index", J. Risk Model Validation 2020); the quantile is Wilson and Hilferty's. Bad ones are held against the binomial, which is wider than the
sum of unequal chances. Shares let in are held against each other by the pooled test of two proportions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt
from statistics import NormalDist

from xindai.governance.model_risk.outcomes import FOUR_FIFTHS, LEAST_KNOWN, Told
from xindai.governance.model_risk.stability import LEAST_JUDGED, SHIFTED, Stability

STATED_RATE = 0.01
LEAST_EXPECTED = 5
"""Bins are joined until each is expected to hold so many: of fewer the index is not as the theory says (Cochran 1954)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, with what, and by how much beside what chance allows."""

    what: str
    subject: str
    facts: Mapping[str, float]


def shifted(moved: Sequence[Stability], *, trained: int) -> list[Finding]:
    """Characteristics whose people are others than those `trained` on, by more than a quarter and more than chance."""
    looked_at = [one for one in moved if one.judged >= LEAST_JUDGED]
    found = []
    for one in looked_at:
        index, bins = _joined(one)
        allowed = _chi_squared(bins - 1, 1 - STATED_RATE / len(looked_at)) * (1 / one.judged + 1 / max(trained, 1))
        if bins > 1 and index >= max(SHIFTED, allowed):
            found.append(
                Finding("population_shifted", one.name, {"index": index, "allowed": allowed, "judged": one.judged})
            )
    return found


def miscalibrated(grades: Sequence[Told]) -> list[Finding]:
    """Grades of which more, or fewer, went bad than chance allows for what was expected."""
    looked_at = [one for one in grades if one.known >= LEAST_KNOWN]
    found = []
    for one in looked_at:
        chance = min(max(one.expected_bad / one.known, 1e-9), 1 - 1e-9)
        allowed = STATED_RATE / len(looked_at) / 2
        facts = {"bad": one.bad, "expected": round(one.expected_bad, 2), "known": one.known}
        if at_least(one.bad, one.known, chance) < allowed:
            found.append(Finding("model_too_optimistic", one.name, facts))
        elif 1 - at_least(one.bad + 1, one.known, chance) < allowed:
            found.append(Finding("model_too_careful", one.name, facts))
    return found


def uneven(groups: Sequence[Told]) -> list[Finding]:
    """Groups that are let in less than four fifths as often as all the others together, by more than chance."""
    looked_at = [one for one in groups if one.judged >= LEAST_KNOWN]
    found = []
    for one in looked_at:
        others = [other for other in looked_at if other is not one]
        judged, approved = sum(other.judged for other in others), sum(other.approved for other in others)
        if not judged or not approved:
            continue
        pooled = (one.approved + approved) / (one.judged + judged)
        spread = sqrt(pooled * (1 - pooled) * (1 / one.judged + 1 / judged))
        gap = approved / judged - one.approval
        if (
            one.approval < FOUR_FIFTHS * approved / judged
            and spread
            and gap / spread > NormalDist().inv_cdf(1 - STATED_RATE / len(looked_at))
        ):
            facts = {"let_in": round(one.approval, 4), "others": round(approved / judged, 4), "judged": one.judged}
            found.append(Finding("approval_uneven", one.name, facts))
    return found


def at_least(bad: int, of: int, chance: float) -> float:
    """The probability of `bad` or more of so many, each by the same chance."""
    if bad <= 0:
        return 1.0
    return min(1.0, sum(exp(_log_term(k, of, chance)) for k in range(bad, of + 1)))


def _log_term(k: int, of: int, chance: float) -> float:
    ways = lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1)
    return ways + k * log(chance) + (of - k) * log(1 - chance)


def _joined(one: Stability) -> tuple[float, int]:
    """(the index, how many bins) with neighbours joined until each is expected to hold enough."""
    pairs: list[list[float]] = []
    for part in one.bins:
        if pairs and pairs[-1][0] * one.judged < LEAST_EXPECTED:
            pairs[-1] = [pairs[-1][0] + part.trained, pairs[-1][1] + part.lately]
        else:
            pairs.append([part.trained, part.lately])
    if len(pairs) > 1 and pairs[-1][0] * one.judged < LEAST_EXPECTED:
        then, now = pairs.pop()
        pairs[-1] = [pairs[-1][0] + then, pairs[-1][1] + now]
    least = 1 / (2 * one.judged)
    index = sum((max(now, least) - then) * log(max(now, least) / then) for then, now in pairs if then > 0)
    return index, len(pairs)


def _chi_squared(freedom: int, probability: float) -> float:
    """The quantile by Wilson and Hilferty (1931), hardly below the exact one and, far out, a little above it."""
    if freedom < 1:
        return 0.0
    part = 2 / (9 * freedom)
    return freedom * (1 - part + NormalDist().inv_cdf(probability) * sqrt(part)) ** 3
