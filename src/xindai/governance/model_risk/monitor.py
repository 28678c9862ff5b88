"""What is wrong with a model by more than chance.

Its people have moved, it expects too few or too many to go bad, it lets in unevenly or another share than before, a source of it has
fallen silent, people let in too many of those it declines.

Each finding must be large enough to matter and too unlikely to be chance. Of one look at a model that is as it should be, at most
`STATED_RATE` come with any finding of a kind (Bonferroni over what is looked at). The population stability index of equal people is
(1/n + 1/m) chi-squared with one less than so many bins degrees of freedom (Yurdakul & Naranjo, "Statistical properties of the population stability
index", J. Risk Model Validation 2020); the quantile is Wilson and Hilferty's. Bad ones are held against the binomial, which is wider than the
sum of unequal chances. Shares let in are held against each other by the pooled test of two proportions, small counts by Fisher's exact one
(Fisher 1935). What is looked at each evening shares the stated rate of a month among its evenings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, lgamma, log, sqrt
from statistics import NormalDist

from xindai.governance.model_risk.outcomes import FOUR_FIFTHS, LEAST_KNOWN, Answered, Overrides, Segment, Told
from xindai.governance.model_risk.stability import LEAST_JUDGED, SHIFTED, Stability

STATED_RATE = 0.01
EVENINGS = 30
MOST_OVERRIDDEN = 0.05
"""Of those a strategy declines, people may let in so many: beyond, it is people who decide, and the scores are for show."""
LEAST_EXPECTED = 5
"""Bins are joined until each is expected to hold so many: of fewer the index is not as the theory says (Cochran 1954)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, with what, and by how much beside what chance allows."""

    what: str
    subject: str
    facts: Mapping[str, float]


def silent(days: Sequence[Answered], *, since: date) -> list[Finding]:
    """Sources that from the day `since` on answer about less than four fifths as many as before, by more than chance."""
    found = []
    for source in sorted({name for one in days for name in one.by_source}):
        before, lately = (
            (sum(one.judged for one in part), sum(one.by_source[source] for one in part))
            for part in ([one for one in days if one.on < since], [one for one in days if one.on >= since])
        )
        if min(before[0], lately[0]) < LEAST_KNOWN or lately[1] * before[0] >= FOUR_FIFTHS * before[1] * lately[0]:
            continue
        if at_most(lately[1], lately[0], before[1], before[0]) < STATED_RATE / EVENINGS / len(days[0].by_source):
            facts = {"answered": lately[1], "judged": lately[0], "before": round(before[1] / before[0], 4)}
            found.append(Finding("source_silent", source, facts))
    return found


def turned(lately: Told, before: Told) -> list[Finding]:
    """Whether the share that is let in is another than before, by more than a fifth and more than chance."""
    if min(lately.judged, before.judged) < LEAST_KNOWN or lately.approval == before.approval:
        return []
    fewer, more = sorted((lately, before), key=lambda one: one.approval)
    chance = at_most(fewer.approved, fewer.judged, more.approved, more.judged)
    if fewer.approval < FOUR_FIFTHS * more.approval and chance < STATED_RATE / 2:
        facts = {"let_in": round(lately.approval, 4), "before": round(before.approval, 4), "judged": lately.judged}
        return [Finding("approval_moved", "all", facts)]
    return []


def overridden(desk: Overrides) -> list[Finding]:
    """Whether people let in more of those it declines than the desk's limit says, by more than chance."""
    if (
        desk.declined >= LEAST_KNOWN
        and at_least(desk.let_in, desk.declined, MOST_OVERRIDDEN) < STATED_RATE
        and desk.let_in > MOST_OVERRIDDEN * desk.declined
    ):
        facts = {"let_in": desk.let_in, "declined": desk.declined, "limit": MOST_OVERRIDDEN}
        return [Finding("overrides_many", "declined", facts)]
    return []


def shifted(moved: Sequence[Stability], *, trained: int, among: int | None = None) -> list[Finding]:
    """Characteristics whose people are others than those `trained` on, by more than a quarter and more than chance.

    `among` so many that are looked at together, where they are more than these.
    """
    looked_at = [one for one in moved if one.judged >= LEAST_JUDGED]
    found = []
    for one in looked_at:
        index, bins = _joined(one)
        allowed = _chi_squared(bins - 1, 1 - STATED_RATE / (among or len(looked_at))) * (
            1 / one.judged + 1 / max(trained, 1)
        )
        if bins > 1 and index >= max(SHIFTED, allowed):
            found.append(
                Finding("population_shifted", one.name, {"index": index, "allowed": allowed, "judged": one.judged})
            )
    return found


def segments_shifted(segments: Sequence[Segment]) -> list[Finding]:
    """Segments whose grades are others than before, by more than a quarter and more than chance, over all that are looked at."""
    looked_at = [one for one in segments if min(one.before, one.moved.judged) >= LEAST_JUDGED]
    return [finding for one in looked_at for finding in shifted([one.moved], trained=one.before, among=len(looked_at))]


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


def at_most(few: int, of: int, others: int, of_others: int) -> float:
    """The probability of `few` or fewer of so many, beside `others` of theirs, if both are drawn alike (Fisher's exact test, one-sided)."""
    total = few + others
    least = max(0, total - of_others)
    ways = _log_ways(of + of_others, total)
    drawn = (exp(_log_ways(of, k) + _log_ways(of_others, total - k) - ways) for k in range(least, few + 1))
    return min(1.0, sum(drawn))


def _log_ways(of: int, k: int) -> float:
    return lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1)


def _log_term(k: int, of: int, chance: float) -> float:
    return _log_ways(of, k) + k * log(chance) + (of - k) * log(1 - chance)


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
