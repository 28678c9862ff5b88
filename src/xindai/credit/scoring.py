"""A scorecard: frozen data with a hash, applied by look-up.

Every bin carries its part of the log-odds of going bad in millionths, so a score is a sum of whole numbers. `pd_ppm` is
the probability of default in parts per million; `score` is 600 at odds of 50 good to one bad, twenty points double them.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from heapq import nsmallest
from math import ceil
from operator import itemgetter
from typing import Any

from xindai.values.money import Rounding, rounded_quotient
from xindai.values.refusal import Kind, Refusal

MILLION = 1_000_000
MOST_REASONS = 4
BASE_SCORE, BASE_ODDS, POINTS_TO_DOUBLE = 600, 50, 20


class ModelUnreadable(Refusal):
    """Not a model folder of ours, or one that was altered."""

    kind = Kind.INVALID
    code = "model_unreadable"
    en = "The model cannot be read: {why}"
    zh = "模型无法读取：{why}"


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One feature's bins. A number falls into the first bin that ends above it; a text into the bin that names it.

    `logits` has one part per bin; `missing` and `other` serve values that are not there or were never seen.
    `neutral` is the mean part over the training data: what lies above it speaks against the applicant.
    """

    name: str
    en: str
    zh: str
    edges: tuple[Decimal, ...]
    names: Mapping[str, int]
    logits: tuple[int, ...]
    missing: int
    other: int
    neutral: int
    whole: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """The edges as whole numbers see them: a whole number is at or above an edge when it is at or above its ceiling."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "whole", tuple(ceil(edge) for edge in self.edges))

    def part(self, value: object) -> int:
        """The log-odds part of a value, in millionths."""
        if type(value) is int and not self.names:
            return self.logits[bisect_right(self.whole, value)]
        if value is None or value != value:  # noqa: PLR0124 - NaN is not equal to itself
            return self.missing
        if self.names:
            index = self.names.get(str(value))
            return self.other if index is None else self.logits[index]
        if isinstance(value, int | float | Decimal):
            return self.logits[bisect_right(self.edges, value)]
        return self.other


@dataclass(frozen=True, slots=True)
class Reason:
    """A feature that spoke against the applicant, with the log-odds it added above neutral, in millionths."""

    feature: str
    en: str
    zh: str
    weight: int


@dataclass(frozen=True, slots=True)
class Score:
    """The answer of a scorecard."""

    score: int
    pd_ppm: int
    grade: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A scorecard that can be applied."""

    name: str
    hash: str
    intercept: int
    characteristics: tuple[Characteristic, ...]

    def pd_ppm(self, values: Mapping[str, object]) -> int:
        """The probability alone."""
        return probability_ppm(self.intercept + sum(one.part(values.get(one.name)) for one in self.characteristics))

    def score(self, values: Mapping[str, object]) -> Score:
        """Score one applicant; a feature that is not in `values` counts as missing."""
        parts = [(one, one.part(values.get(one.name))) for one in self.characteristics]
        logit = self.intercept + sum(part for _, part in parts)
        above = ((one.neutral - part, one.name, one) for one, part in parts if part > one.neutral)
        against = nsmallest(MOST_REASONS, above, key=itemgetter(0, 1))
        pd_ppm = probability_ppm(logit)
        reasons = tuple(Reason(name, one.en, one.zh, -weight) for weight, name, one in against)
        return Score(points(logit), pd_ppm, grade(pd_ppm), reasons)


@dataclass(frozen=True, slots=True)
class Cards:
    """What judges an application: whether it will be repaid (A card), and whether somebody only means to take the money.

    `business` judges in the place of `application` where a business asks; without one, that judges both.
    """

    application: Scorecard
    fraud: Scorecard
    business: Scorecard | None = None

    def repayment(self, *, of_business: bool) -> Scorecard:
        """The card that tells whether it will be repaid."""
        return self.business if of_business and self.business is not None else self.application


GRADES: tuple[tuple[str, int], ...] = (
    ("A", 30_000),
    ("B", 60_000),
    ("C", 100_000),
    ("D", 150_000),
    ("E", 220_000),
    ("F", 350_000),
    ("G", MILLION),
)
"""Each grade with the highest probability of default, in parts per million, that still belongs to it."""


def grade(pd_ppm: int) -> str:
    """The grade of a probability of default."""
    return next(name for name, most in GRADES if pd_ppm <= most)


def probability_ppm(logit: int) -> int:
    """The probability of log-odds given in millionths, in parts per million."""
    with localcontext() as context:
        context.prec = 20
        bounded = max(-30 * MILLION, min(30 * MILLION, logit))
        return int((MILLION / (1 + (Decimal(-bounded) / MILLION).exp())).to_integral_value())


def points(logit: int) -> int:
    """The score of log-odds given in millionths."""
    return BASE_SCORE - rounded_quotient((logit + LOG_ODDS) * POINTS_TO_DOUBLE, LOG_TWO, Rounding.HALF_EVEN)


LOG_TWO = int((Decimal(2).ln() * MILLION).to_integral_value())
LOG_ODDS = int((Decimal(BASE_ODDS).ln() * MILLION).to_integral_value())


def content_hash(document: Mapping[str, Any]) -> str:
    """The hash a model document must carry: SHA-256 of its canonical JSON without the hash itself."""
    body = {name: value for name, value in document.items() if name != "hash"}
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def parse(document: Any) -> Scorecard:
    """A scorecard from its JSON document. Refuses: ModelUnreadable."""
    if not isinstance(document, dict) or document.get("kind") != "scorecard":
        raise ModelUnreadable(why="it is not a scorecard")
    if content_hash(document) != document.get("hash"):
        raise ModelUnreadable(why="its content does not match its hash")
    try:
        return Scorecard(
            document["name"],
            document["hash"],
            int(document["intercept"]),
            tuple(_characteristic(one) for one in document["characteristics"]),
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise ModelUnreadable(why=f"{type(error).__name__} {error}") from None


def _characteristic(document: dict[str, Any]) -> Characteristic:
    bins = document["bins"]
    edges = () if document["type"] == "text" else tuple(Decimal(one["below"]) for one in bins[:-1])
    names = {}
    if document["type"] == "text":
        names = {name: index for index, one in enumerate(bins) for name in one["names"]}
    if not all(isinstance(document[text], str) and document[text] for text in ("name", "en", "zh")):
        raise ValueError("a characteristic has a name in code, English and Chinese")
    if list(edges) != sorted(edges) or not bins:
        raise ValueError(f"bins of {document['name']} are not in order")
    return Characteristic(
        document["name"],
        document["en"],
        document["zh"],
        edges,
        names,
        tuple(int(one["logit"]) for one in bins),
        int(document["missing"]["logit"]),
        int(document["other"]["logit"]),
        int(document["neutral"]),
    )
