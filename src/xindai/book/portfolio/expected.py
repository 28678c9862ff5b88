"""What is to be expected of the book: loss over the next months with an interval, and expected credit loss in three stages.

Stages are moved on by the rolls of past months. The interval draws whole months again (a block bootstrap: loans of one month
fare alike). IFRS 9: twelve months' loss in stage one, the whole life's in two and three, weighed over scenarios.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from xindai.book.portfolio import views
from xindai.book.portfolio.views import STAGES, stage
from xindai.values.refusal import Kind, Refusal

LIVING = 7
"""So many stages before the two ends."""
DEFAULT = STAGES.index("M4")
"""More than ninety days late is a default (R-BOOK-01)."""
LIFE = 60
DRAWS = 500
SEED = 20_260_306
LOSS_UNKNOWN = 0.65
"""What is lost of a default while nothing of our own has been written off for a year: a figure of the field."""


class TooYoung(Refusal):
    """Two months that follow each other are needed, and something that lives."""

    kind = Kind.CONFLICT
    code = "portfolio_too_young"
    en = "The book is too young: two kept months are needed."
    zh = "资产组合历史不足：至少需要两个月末数据。"


@dataclass(frozen=True, slots=True)
class Scenario:
    """How the world may go on: its weight, and by how much defaults grow with it."""

    name: str
    weight: float
    defaults: float


SCENARIOS = (Scenario("base", 0.6, 1.0), Scenario("worse", 0.25, 1.4), Scenario("better", 0.15, 0.8))


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the three stages: how many loans over which principal, and what is expected to be lost of it."""

    number: int
    loans: int
    principal: int
    pd: float
    loss: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """What will have been charged off after so many months: expected, and between which sums nine times of ten."""

    months: int
    low: float
    expected: float
    high: float


def matrices(rolls: pl.DataFrame) -> np.ndarray[Any, Any]:
    """(months, stages, stages): of the principal of a stage, the share that stood in each a month later. Refuses: TooYoung."""
    months = rolls["month"].unique().sort().to_list()
    if not months:
        raise TooYoung
    place = {name: number for number, name in enumerate(STAGES)}
    sums = np.zeros((len(months), len(STAGES), len(STAGES)))
    at = {month: number for number, month in enumerate(months)}
    for month, before, after, _, minor in rolls.iter_rows():
        sums[at[month], place[before], place[after]] += minor
    return sums


def moved(sums: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The shares of all months together; a stage that nobody was in stays where it is, an end is an end."""
    total = sums.sum(axis=0)
    shares: np.ndarray[Any, Any] = np.divide(
        total, total.sum(axis=1, keepdims=True), out=np.zeros_like(total), where=total.sum(axis=1, keepdims=True) > 0
    )
    for number in range(len(STAGES)):
        if not shares[number].any():
            shares[number, number] = 1.0
    return shares


def forecast(rolls: pl.DataFrame, balances: Sequence[float], *, months: Sequence[int] = (3, 6, 12)) -> list[Forecast]:
    """What of the living principal, by stage, will have been charged off. Refuses: TooYoung."""
    sums = matrices(rolls)
    rng = np.random.default_rng(SEED)
    start = np.array([*balances, *[0.0] * (len(STAGES) - len(balances))])
    gone = STAGES.index("charged_off")
    drawn = [moved(sums[rng.integers(0, len(sums), len(sums))]) for _ in range(DRAWS)]
    best = moved(sums)
    found = []
    for ahead in months:
        outcomes = sorted(float((start @ np.linalg.matrix_power(one, ahead))[gone]) for one in drawn)
        expected = float((start @ np.linalg.matrix_power(best, ahead))[gone])
        found.append(Forecast(ahead, outcomes[DRAWS // 20], expected, outcomes[-DRAWS // 20 - 1]))
    return found


def defaults(shares: np.ndarray[Any, Any], *, months: int, times: float = 1.0) -> np.ndarray[Any, Any]:
    """By stage before default: the share that will have defaulted within so many months, where defaults grow by `times`.

    Once in default is for good.
    """
    absorbing = shares.copy()
    absorbing[DEFAULT:LIVING] = 0.0
    for number in range(DEFAULT, LIVING):
        absorbing[number, number] = 1.0
    worse = absorbing[:DEFAULT, :].copy()
    late = np.arange(len(STAGES))[None, :] > np.arange(DEFAULT)[:, None]
    late[:, STAGES.index("settled")] = False
    worse = np.where(late, np.minimum(1.0, worse * times), worse)
    rest = np.where(late, 0.0, worse).sum(axis=1, keepdims=True)
    room = 1.0 - np.where(late, worse, 0.0).sum(axis=1, keepdims=True)
    scaled = np.where(late, worse, worse * np.divide(room, rest, out=np.zeros_like(room), where=rest > 0))
    absorbing[:DEFAULT] = np.clip(scaled, 0.0, 1.0)
    absorbing[:DEFAULT] /= absorbing[:DEFAULT].sum(axis=1, keepdims=True)
    ahead = np.linalg.matrix_power(absorbing, months)
    ends = [*range(DEFAULT, LIVING), STAGES.index("charged_off")]
    return np.asarray(ahead[:DEFAULT][:, ends].sum(axis=1))


def loss_given_default(recoveries: pl.DataFrame, *, after: int = 12) -> float:
    """What is lost of a default: one less what has come of what was written off a year ago or longer."""
    old = recoveries.filter(pl.col("age") == after)
    if old.is_empty() or old["written_off"][0] <= 0:
        return LOSS_UNKNOWN
    return float(min(1.0, max(0.0, 1.0 - old["recovered"][0] / old["written_off"][0])))


def credit_loss(
    rows: pl.DataFrame, rolls: pl.DataFrame, *, lgd: float, scenarios: Sequence[Scenario] = SCENARIOS
) -> list[Stage]:
    """Expected credit loss of the last month's living loans, by stage. Refuses: TooYoung."""
    shares = moved(matrices(rolls))
    living = rows.filter(pl.col("state") == "living").with_columns(stage())
    by_stage = {
        name: (loans, minor)
        for name, loans, minor in living.group_by("stage").agg(pl.len(), pl.col("principal").sum()).iter_rows()
    }

    def weighed(months: int) -> np.ndarray[Any, Any]:
        total = np.zeros(DEFAULT)
        for one in scenarios:
            total += one.weight * defaults(shares, months=months, times=one.defaults)
        return total

    year, life = weighed(12), weighed(LIFE)
    found = []
    for number, names, pds in ((1, STAGES[:2], year[:2]), (2, STAGES[2:DEFAULT], life[2:DEFAULT])):
        parts = [by_stage.get(name, (0, 0)) for name in names]
        principal = sum(minor for _, minor in parts)
        lost = sum(minor * pd * lgd for (_, minor), pd in zip(parts, pds, strict=True))
        share = lost / (principal * lgd) if principal and lgd else 0.0
        found.append(Stage(number, sum(loans for loans, _ in parts), principal, float(share), float(lost)))
    bad = [by_stage.get(name, (0, 0)) for name in STAGES[DEFAULT:LIVING]]
    principal = sum(minor for _, minor in bad)
    found.append(Stage(3, sum(loans for loans, _ in bad), principal, 1.0, principal * lgd))
    return found


def of_book(kept: pl.DataFrame) -> tuple[float, list[Stage]]:
    """(loss given default, expected credit loss by stage) of all kept months, as of the last of them. Refuses: TooYoung."""
    if kept.is_empty():
        raise TooYoung
    last = kept.filter(pl.col("month") == pl.col("month").max())
    lgd = loss_given_default(views.recoveries(kept.lazy()))
    return lgd, credit_loss(last, views.rolls(kept.lazy()), lgd=lgd)
