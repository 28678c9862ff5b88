"""Fitting a scorecard: optimal monotone bins, then a step up or nothing from each bin to the next, all as whole numbers.

Binning is `optbinning`'s. On the bins, weights of evidence and a non-negative ridge give a first scorecard. The second
pass lets every step between neighbouring bins move on its own: steps never go down (so a number stays monotone), and
are drawn towards the first scorecard as strongly as cross-validation asks for. Little data keeps the first, much data
leaves it where features tell the same story twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from joblib import Parallel, delayed
from optbinning import OptimalBinning
from scipy.optimize import minimize

from xindai.credit import scoring
from xindai_lab.table import is_number

MILLION = scoring.MILLION
SHRINK = 20.0
"""Pseudo-observations at the overall rate that each bin is mixed with."""
LEAST_VALUE = 0.002
RIDGES = (0.3, 3.0, 30.0)
PULLS = (3.0, 30.0, 300.0)
"""How strongly the steps are drawn to the first scorecard; the strongest is practically that scorecard."""
MANY_ROWS = 8_000
FOLDS = 4
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Bins:
    """One feature's bins: `splits` for numbers (each bin ends below one), `groups` for texts."""

    name: str
    splits: Array | None
    groups: list[list[str]]
    woe: Array
    missing: float
    count: Array
    bads: Array
    value: float

    def index(self, column: pl.Series) -> Array:
        """The bin of each row; one past the last for what is missing, two past for names never seen."""
        last = len(self.woe)
        if self.splits is not None:
            values = column.cast(pl.Float64, strict=False).to_numpy()
            found = np.searchsorted(self.splits, values, side="right")
            return np.where(np.isnan(values), last, found)
        places = {name: number for number, group in enumerate(self.groups) for name in group}
        mapped = column.cast(pl.String, strict=False).replace_strict(places, default=last + 1, return_dtype=pl.Int64)
        return np.where(column.is_null().to_numpy(), last, mapped.fill_null(last).to_numpy())

    def evidence(self, column: pl.Series) -> Array:
        """The weight of evidence of each row; nothing for names never seen."""
        return np.concatenate([self.woe, [self.missing, 0.0]])[self.index(column)]


@dataclass(frozen=True)
class Fitted:
    """A scorecard as numbers: log-odds of bad = intercept + each feature's part, by bin, the last for what is missing."""

    bins: list[Bins]
    parts: list[Array]
    intercept: float

    def logit(self, features: pl.DataFrame) -> Array:
        """The log-odds of going bad of each row; names never seen add nothing."""
        total = np.full(len(features), self.intercept)
        for bins, parts in zip(self.bins, self.parts, strict=True):
            total += np.append(parts, 0.0)[bins.index(features[bins.name])]
        return total


def fit(
    features: pl.DataFrame,
    bad: Array,
    weight: Array | None = None,
    *,
    by_hand: Mapping[str, Sequence[Any]] | None = None,
) -> Fitted:
    """The scorecard of a sample; `by_hand` are bins that are not to be found but kept: bounds, or groups of names."""
    held = by_hand or {}
    found = Parallel(n_jobs=2, prefer="threads")(
        delayed(_bins)(column, bad, weight, held.get(column.name)) for column in features
    )
    known = sorted((one for one in found if one is not None), key=lambda one: -one.value)
    bins = [one for one in known if one.value >= LEAST_VALUE or one.name in held] or known
    ones = np.ones(len(bad)) if weight is None else weight * len(bad) / weight.sum()
    evidence = np.column_stack([np.ones(len(bad)), *(one.evidence(features[one.name]) for one in bins)])
    folds = np.random.default_rng(0).permutation(np.arange(len(bad)) % FOLDS)
    first = _best(evidence, bad, ones, folds, np.zeros(evidence.shape[1]), RIDGES, free=[0])
    used = [number for number, coefficient in enumerate(first[1:]) if coefficient > 1e-6]
    ladders = [_Ladder(bins[number], features[bins[number].name]) for number in used]
    steps = np.column_stack([np.ones(len(bad)), *(one.columns for one in ladders)])
    start = np.concatenate([[0.0], *(one.steps(first[1 + number]) for one, number in zip(ladders, used, strict=True))])
    start[0] = first[0] + sum(first[1 + number] * one.lowest for one, number in zip(ladders, used, strict=True))
    free = [0, *(np.cumsum([one.columns.shape[1] for one in ladders])).tolist()]
    best = _best(steps, bad, ones, folds, start, PULLS, free=free)
    intercept, parts, place = float(best[0]), [], 1
    for one in ladders:
        part = one.parts(best[place : place + one.columns.shape[1]])
        place += one.columns.shape[1]
        middle = float((part * one.bins.count).sum() / one.bins.count.sum())
        parts.append(part - middle)
        intercept += middle
    return Fitted([one.bins for one in ladders], parts, intercept)


class _Ladder:
    """A feature's bins from the safest to the riskiest: a column for each step up, the last for what is missing."""

    def __init__(self, bins: Bins, column: pl.Series) -> None:
        size = len(bins.woe)
        self.bins = bins
        self.order = np.argsort(bins.woe, kind="stable")
        if bins.splits is not None:
            trend = np.average(np.arange(size) * (bins.woe - np.average(bins.woe, weights=bins.count[:size] + 1)),
                               weights=bins.count[:size] + 1)  # fmt: skip
            self.order = np.arange(size) if trend >= 0 else np.arange(size)[::-1]
        rank = np.empty(size + 2, dtype=int)
        rank[self.order] = np.arange(size)
        rank[size:] = -1
        index = bins.index(column)
        rungs = rank[index][:, None] >= np.arange(1, size)[None, :]
        self.columns = np.column_stack([rungs, index == size]).astype(float)
        self.lowest = float(bins.woe[self.order[0]])

    def steps(self, coefficient: float) -> Array:
        """The steps of the first scorecard, and how far what is missing lies above the safest bin."""
        ups = np.maximum(0.0, np.diff(self.bins.woe[self.order]))
        return coefficient * np.append(ups, self.bins.missing - self.lowest)

    def parts(self, steps: Array) -> Array:
        """The part of each bin in its own order, the last for what is missing."""
        climbed = np.empty(len(self.order))
        climbed[self.order] = np.concatenate([[0.0], np.cumsum(steps[:-1])])
        return np.append(climbed, steps[-1])


def _bins(column: pl.Series, bad: Array, weight: Array | None, by_hand: Sequence[Any] | None) -> Bins | None:
    known = column.is_not_null().to_numpy()
    number = is_number(column)
    values = column.filter(pl.Series(known)).cast(pl.Float64 if number else pl.String).to_numpy()
    if len(values) < 50 or len(np.unique(values.astype(str) if not number else values)) < 2:
        return None
    found = list(by_hand) if by_hand is not None else _optimal(column, values, bad[known], weight, known)
    if found is None:
        return None
    splits, groups = (
        (np.asarray(found, dtype=float), []) if number else (None, [[str(one) for one in part] for part in found])
    )
    size = len(splits) + 1 if splits is not None else len(groups)
    blank = Bins(column.name, splits, groups, np.zeros(size), 0.0, np.zeros(size), np.zeros(size), 0.0)
    index = blank.index(column)
    ones = np.ones(len(bad)) if weight is None else weight
    count = np.bincount(index, weights=ones, minlength=size + 2)
    bads = np.bincount(index, weights=ones * bad, minlength=size + 2)
    rate = (ones * bad).sum() / ones.sum()
    shrunk = (bads + SHRINK * rate) / (count + SHRINK)
    woe = np.log(shrunk / (1 - shrunk)) - np.log(rate / (1 - rate))
    goods_share = (count - bads) / max((ones * (1 - bad)).sum(), 1e-9)
    bads_share = bads / max((ones * bad).sum(), 1e-9)
    value = float(((bads_share - goods_share) * woe)[: size + 1].sum())
    return Bins(
        column.name,
        splits,
        groups,
        woe[:size],
        float(woe[size]) if count[size] else 0.0,
        count[: size + 1],
        bads[: size + 1],
        value,
    )


def _optimal(column: pl.Series, values: Array, bad: Array, weight: Array | None, known: Array) -> list[Any] | None:
    """The bounds or groups that `optbinning` finds, none if it finds none."""
    number = is_number(column)
    binning = OptimalBinning(
        name=column.name,
        dtype="numerical" if number else "categorical",
        solver="cp",
        time_limit=20,
        monotonic_trend="auto_asc_desc" if number else None,
        min_prebin_size=0.02 if number else 0.005,
        max_n_prebins=25,
        cat_cutoff=None,
    )
    binning.fit(values, bad, sample_weight=None if weight is None else weight[known])
    return list(binning.splits) if binning.status in {"OPTIMAL", "FEASIBLE"} else None


def _best(
    columns: Array, bad: Array, ones: Array, folds: Array, prior: Array, pulls: Sequence[float], *, free: list[int]
) -> Array:
    """The coefficients under the pull with the best cross-validated log loss."""
    pull = pulls[0]
    if len(bad) <= MANY_ROWS:
        pull = min(pulls, key=lambda one: _unseen_loss(columns, bad, ones, folds, prior, one, free))
    return _logistic(columns, bad, ones, prior, pull, free)


def _unseen_loss(
    columns: Array, bad: Array, ones: Array, folds: Array, prior: Array, pull: float, free: list[int]
) -> float:
    loss = 0.0
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        logit = columns[outside] @ _logistic(columns[inside], bad[inside], ones[inside], prior, pull, free)
        loss += float((ones[outside] * np.logaddexp(0, np.where(bad[outside] == 1, -logit, logit))).sum())
    return loss


def _logistic(columns: Array, bad: Array, ones: Array, prior: Array, pull: float, free: list[int]) -> Array:
    """Logistic regression drawn to `prior`, no coefficient below zero but the `free` ones; the first is the intercept."""
    drawn = np.full(columns.shape[1], pull)
    drawn[0] = 0.0

    def loss(point: Array) -> tuple[float, Array]:
        logit = columns @ point
        away = point - prior
        value = (ones * (np.logaddexp(0, logit) - bad * logit)).sum() + (drawn * away**2).sum() / 2
        return value, columns.T @ (ones * (1 / (1 + np.exp(-logit)) - bad)) + drawn * away

    rate = float((ones * bad).sum() / ones.sum())
    start = prior.copy()
    if not start.any():
        start[0], start[1:] = np.log(rate / (1 - rate)), 0.5
    bounds = [(None, None) if place in free else (0, None) for place in range(columns.shape[1])]
    found: Array = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 400}).x
    return found


def document(fitted: Fitted, *, name: str, labels: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """The scorecard as the JSON that `xindai.credit.scoring` applies, hash included."""
    characteristics = [
        _characteristic(bins, parts, labels) for bins, parts in zip(fitted.bins, fitted.parts, strict=True)
    ]
    body = {
        "kind": "scorecard",
        "version": 1,
        "name": name,
        "intercept": round(fitted.intercept * MILLION),
        "scaling": {
            "score": scoring.BASE_SCORE,
            "odds": scoring.BASE_ODDS,
            "points_to_double": scoring.POINTS_TO_DOUBLE,
        },
        "characteristics": characteristics,
    }
    return {**body, "hash": scoring.content_hash(body)}


def _characteristic(bins: Bins, parts: Array, labels: dict[str, tuple[str, str]]) -> dict[str, Any]:
    *logits, missing = (round(float(part) * MILLION) for part in parts)
    en, zh = labels.get(bins.name, (bins.name, bins.name))
    share = bins.count / max(bins.count.sum(), 1)
    rows = []
    for number, logit in enumerate(logits):
        size = float(bins.count[number])
        row: dict[str, Any] = {
            "logit": logit,
            "points": _points(logit),
            "share": round(float(share[number]), 6),
            "bad_rate": round(float(bins.bads[number] / size), 6) if size else None,
        }
        if bins.splits is not None:
            row["below"] = repr(float(bins.splits[number])) if number < len(bins.splits) else None
        else:
            row["names"] = bins.groups[number]
        rows.append(row)
    return {
        "name": bins.name,
        "en": en,
        "zh": zh,
        "type": "number" if bins.splits is not None else "text",
        "value": round(bins.value, 6),
        "bins": rows,
        "missing": {"logit": missing, "points": _points(missing), "share": round(float(share[-1]), 6)},
        "other": {"logit": 0, "points": 0},
        "neutral": round(float((share * np.array([*logits, missing])).sum())),
    }


def _points(logit: int) -> float:
    return round(-logit / MILLION * scoring.POINTS_TO_DOUBLE / float(np.log(2)), 2)
