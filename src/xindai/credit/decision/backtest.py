"""A strategy over history: what it would have decided, what came of those people, and whom another would have taken.

Profit is counted for those approved, at the limit and price they would have been given: who paid brings the interest less
its funding and operating part; who did not costs the loss given default on the mean balance, as if on any day alike. Expected profit weighs both by
the model's probability, realised profit takes what became of them. Pure.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from xindai.credit.decision import assessment, pricing
from xindai.credit.features.registry import Source
from xindai.credit.scoring import Cards
from xindai.credit.strategies.graph import Strategy
from xindai.credit.strategies.model import Outcome
from xindai.onboarding.application.model import ApplicationFile
from xindai.products import schedules
from xindai.products.catalogue.model import Product
from xindai.products.terms import Terms
from xindai.values.money import Rounding, rounded_quotient

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Past:
    """An application, and whether its loan went bad, where that is known."""

    file: ApplicationFile
    features: dict[str, Any]
    answered: frozenset[Source]
    bad: bool | None
    open_loans: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What a strategy says of one of them; amounts in minor units, none lent where it does not approve."""

    outcome: Outcome
    grade: str
    bad: bool | None
    asked: int
    lent: int
    expected_profit: int
    realised_profit: int
    failed: tuple[str, ...]


def tell(past: Past, *, strategy: Strategy, cards: Cards, product: Product) -> Told:
    """Decide on one past application."""
    judged = assessment.of_features(
        past.file, past.features, answered=past.answered, product=product, cards=cards, open_loans=past.open_loans
    )
    outcome, verdicts, _ = assessment.judge(strategy, judged.inputs)
    lent, if_good, if_bad = 0, 0, 0
    if outcome is Outcome.APPROVE and judged.terms is not None:
        lent = judged.terms.principal.minor
        if_good, if_bad = _ends(judged.terms, judged.price.rate_bps)
    pd_ppm = judged.score.pd_ppm
    return Told(
        outcome=outcome,
        grade=judged.score.grade,
        bad=past.bad,
        asked=past.file.amount,
        lent=lent,
        expected_profit=rounded_quotient((MILLION - pd_ppm) * if_good + pd_ppm * if_bad, MILLION, Rounding.HALF_EVEN),
        realised_profit=0 if past.bad is None else if_bad if past.bad else if_good,
        failed=tuple(verdict.rule for verdict in verdicts if not verdict.passed),
    )


def _ends(terms: Terms, rate_bps: int) -> tuple[int, int]:
    """(profit when paid, loss when not) of a loan."""
    rows = schedules.schedule(terms)
    interest = sum(row.interest for row in rows)
    balances = sum(row.balance + row.principal for row in rows)
    costs = rounded_quotient(interest * (pricing.FUNDING_BPS + pricing.OPERATING_BPS), rate_bps, Rounding.UP)
    lost = rounded_quotient(balances * pricing.LOSS_GIVEN_DEFAULT_BPS, 10_000 * len(rows), Rounding.UP)
    return interest - costs, -lost


def figures(told: Sequence[Told]) -> dict[str, Any]:
    """What a strategy comes to: outcomes, bad rates in parts per million, profit and limits in minor units, by grade too."""
    approved = [one for one in told if one.outcome is Outcome.APPROVE]
    asked = sum(one.asked for one in approved)
    lent = sum(one.lent for one in approved)
    return {
        "applications": len(told),
        **{outcome.value: sum(one.outcome is outcome for one in told) for outcome in Outcome},
        "approval_ppm": _ppm(len(approved), len(told)),
        "bad_ppm": _bad_ppm(told),
        "bad_ppm_approved": _bad_ppm(approved),
        "lent": lent,
        "limit_used_ppm": _ppm(lent, asked),
        "expected_profit": sum(one.expected_profit for one in approved),
        "realised_profit": sum(one.realised_profit for one in approved),
        "failed_rules": _counted(rule for one in told for rule in one.failed),
    }


def by_segment(told: Sequence[Told], segments: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The same for each segment, `segments` naming that of each application."""
    members: dict[str, list[Told]] = {}
    for one, segment in zip(told, segments, strict=True):
        members.setdefault(segment, []).append(one)
    return {segment: figures(members[segment]) for segment in sorted(members)}


MOST_SEGMENTS = 8
BANDS = 4


def segments(values: Sequence[Any]) -> list[str]:
    """The segment of each value: the value itself, or of many different numbers the quarter that it lies in."""
    known = sorted(value for value in values if isinstance(value, int | float) and value == value)  # noqa: PLR0124
    if len(set(values)) <= MOST_SEGMENTS or not known:
        return ["missing" if value is None else str(value) for value in values]
    edges = sorted({known[len(known) * part // BANDS] for part in range(1, BANDS)})
    names = [f"{place}: below {edge}" for place, edge in enumerate(edges, start=1)]
    names.append(f"{len(edges) + 1}: from {edges[-1]}")
    return ["missing" if value is None else names[bisect_right(edges, value)] for value in values]


def swapped(one: Sequence[Told], other: Sequence[Told]) -> dict[str, dict[str, Any]]:
    """Whom both strategies take, whom only the first, whom only the other, whom neither; with what became of them."""
    names = {(True, True): "both", (True, False): "only_this", (False, True): "only_other", (False, False): "neither"}
    sets: dict[str, list[tuple[Told, Told]]] = {name: [] for name in names.values()}
    for a, b in zip(one, other, strict=True):
        sets[names[a.outcome is Outcome.APPROVE, b.outcome is Outcome.APPROVE]].append((a, b))
    return {
        name: {
            "applications": len(pairs),
            "bad_ppm": _bad_ppm([a for a, _ in pairs]),
            "realised_profit": sum(a.realised_profit for a, _ in pairs),
            "realised_profit_other": sum(b.realised_profit for _, b in pairs),
        }
        for name, pairs in sets.items()
    }


def _bad_ppm(told: Sequence[Told]) -> int | None:
    """The share of bad ones among those of whom the end is known."""
    ends = [one.bad for one in told if one.bad is not None]
    return _ppm(sum(ends), len(ends))


def _ppm(part: int, whole: int) -> int | None:
    return rounded_quotient(part * MILLION, whole, Rounding.HALF_EVEN) if whole else None


def _counted(rules: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for rule in rules:
        found[rule] = found.get(rule, 0) + 1
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
