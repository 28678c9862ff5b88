"""What became of those a model judged: told apart or not, as many bad as expected or not, and who was let in.

The Kolmogorov-Smirnov distance and the area under the ROC curve are over those whose end is known (ties count half); the share
let in of each age band beside the best one is the four-fifths reading (29 CFR 1607.4 D), a sign to look, not a proof.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from xindai.governance.model_risk.stability import Stability, moved

LEAST_KNOWN = 20
"""Of fewer with a known end, or of one kind only, nothing is said of how well they are told apart."""
FOUR_FIFTHS = 0.8
BANDS = ((18, "18-24"), (25, "25-34"), (35, "35-44"), (45, "45-54"), (55, "55+"))
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Judged:
    """One that was judged: when, how likely bad, in which grade, how old; let in or not; and its end, where it is known.

    Sex and province are those of the ID number, empty where there is none: for looking whether both are treated alike, and nothing else.
    """

    on: date
    pd_ppm: int
    grade: str
    age: int
    approved: bool
    bad: bool | None
    sex: str = ""
    province: str = ""
    product: str = ""
    of_business: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What became of some of them; shares as fractions, none where there is nothing to say it by."""

    name: str
    judged: int
    approved: int
    known: int
    bad: int
    expected_bad: float
    auc: float | None
    ks: float | None

    @property
    def approval(self) -> float:
        """The share that was let in."""
        return self.approved / self.judged if self.judged else 0.0


@dataclass(frozen=True, slots=True)
class Answered:
    """Of so many that were judged on a day, about how many each source had answered."""

    on: date
    judged: int
    by_source: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Overrides:
    """Of so many that a strategy declined, how many asked for a person to look, and how many people let in."""

    declined: int
    looked_at: int
    let_in: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of those who were judged: how many `before`, and how far their grades have moved since."""

    kind: str
    name: str
    before: int
    moved: Stability


def ripe(judged: Sequence[Judged], *, until: date) -> list[Judged]:
    """Those judged up to a day, after which a good end is not known yet: a bad one is known sooner, and alone would tell too much of it."""
    return [one for one in judged if one.on <= until]


def by_month(judged: Sequence[Judged]) -> list[Told]:
    """By the month of the decision."""
    return _by(judged, lambda one: one.on.isoformat()[:7])


def by_grade(judged: Sequence[Judged]) -> list[Told]:
    """By grade: whether each goes bad as often as expected."""
    return _by(judged, lambda one: one.grade)


def by_age(judged: Sequence[Judged]) -> list[Told]:
    """By age band."""
    return _by(judged, _band)


def by_sex(judged: Sequence[Judged]) -> list[Told]:
    """By sex, of those whose is known."""
    return _by([one for one in judged if one.sex], lambda one: one.sex)


def by_province(judged: Sequence[Judged]) -> list[Told]:
    """By the province of the ID number, of those whose is known."""
    return _by([one for one in judged if one.province], lambda one: one.province)


def by_product(judged: Sequence[Judged]) -> list[Told]:
    """By product, whatever its version."""
    return _by(judged, lambda one: one.product)


def segments(judged: Sequence[Judged], *, since: date) -> list[Segment]:
    """How far the grades of each age band, sex, province and product have moved from before the day `since`, the furthest first."""
    found = []
    for kind, key in SEGMENTS.items():
        groups: dict[str, list[Judged]] = {}
        for one in judged:
            if name := key(one):
                groups.setdefault(name, []).append(one)
        for name, group in groups.items():
            before = Counter(one.grade for one in group if one.on < since)
            lately = Counter(one.grade for one in group if one.on >= since)
            if before and lately:
                found.append(Segment(kind, name, before.total(), moved(f"{kind} {name}", before, lately)))
    return sorted(found, key=lambda one: (-one.moved.index, one.kind, one.name))


def by_all(judged: Sequence[Judged]) -> Told:
    """All of them as one."""
    return _told("all", judged)


def is_even(told: Sequence[Told]) -> bool:
    """Whether no band with enough people in it is let in less than four fifths as often as the best one."""
    shares = [one.approval for one in told if one.judged >= LEAST_KNOWN]
    return not shares or min(shares) >= FOUR_FIFTHS * max(shares)


def _band(one: Judged) -> str:
    return next(name for least, name in reversed(BANDS) if one.age >= least or least == BANDS[0][0])


SEGMENTS: Mapping[str, Callable[[Judged], str]] = {
    "age": _band,
    "sex": lambda one: one.sex,
    "province": lambda one: one.province,
    "product": lambda one: one.product,
}
"""The parts of a population whose stability is looked at each by itself; who cannot be said to be in one is left out."""


def _by(judged: Sequence[Judged], key: Callable[[Judged], str]) -> list[Told]:
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(key(one), []).append(one)
    return [_told(name, groups[name]) for name in sorted(groups)]


def _told(name: str, judged: Sequence[Judged]) -> Told:
    known = [one for one in judged if one.bad is not None]
    auc, ks = _apart([(one.pd_ppm, bool(one.bad)) for one in known])
    return Told(
        name=name,
        judged=len(judged),
        approved=sum(one.approved for one in judged),
        known=len(known),
        bad=sum(bool(one.bad) for one in known),
        expected_bad=sum(one.pd_ppm for one in known) / MILLION,
        auc=auc,
        ks=ks,
    )


def _apart(scored: Sequence[tuple[int, bool]]) -> tuple[float | None, float | None]:
    """(area under the ROC curve, largest distance of the two distributions) by one walk up the probabilities."""
    bads = sum(bad for _, bad in scored)
    goods = len(scored) - bads
    if len(scored) < LEAST_KNOWN or not bads or not goods:
        return None, None
    steps: dict[int, list[int]] = {}
    for pd_ppm, bad in scored:
        steps.setdefault(pd_ppm, [0, 0])[bad] += 1
    seen_goods = seen_bads = 0
    won = distance = 0.0
    for pd_ppm in sorted(steps):
        more_goods, more_bads = steps[pd_ppm]
        won += more_bads * (seen_goods + more_goods / 2)
        seen_goods += more_goods
        seen_bads += more_bads
        distance = max(distance, abs(seen_goods / goods - seen_bads / bads))
    return won / (goods * bads), distance
