"""Fitting a scorecard: optimal monotone bins, weight of evidence, a ridge on top, everything kept as whole numbers.

Binning is `optbinning`'s; what this adds: bins are fitted on all features in parallel, weights of evidence are shrunk
towards nothing where a bin is small, the ridge is chosen by cross-validation, and a coefficient against the direction
of its own evidence is set to nothing (a scorecard must be monotone in each feature's evidence).
"""

from __future__ import annotations

from collections.abc import Sequence
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
    """A scorecard as numbers: log-odds of bad = intercept + sum of coefficient x evidence."""

    bins: list[Bins]
    coefficients: Array
    intercept: float

    def logit(self, features: pl.DataFrame) -> Array:
        """The log-odds of going bad of each row."""
        total = np.full(len(features), self.intercept)
        for bins, coefficient in zip(self.bins, self.coefficients, strict=True):
            total += coefficient * bins.evidence(features[bins.name])
        return total


def fit(features: pl.DataFrame, bad: Array, weight: Array | None = None) -> Fitted:
    """The scorecard of a sample."""
    found = Parallel(n_jobs=2, prefer="threads")(delayed(_bins)(column, bad, weight) for column in features)
    bins = sorted((one for one in found if one is not None and one.value >= LEAST_VALUE), key=lambda one: -one.value)
    if not bins:
        bins = [one for one in found if one is not None]
    evidence = np.column_stack([one.evidence(features[one.name]) for one in bins]) if bins else np.zeros((len(bad), 0))
    coefficients, intercept = _ridge(evidence, bad, weight)
    used = [number for number, coefficient in enumerate(coefficients) if coefficient > 1e-6]
    return Fitted([bins[number] for number in used], coefficients[used], intercept)


def _bins(column: pl.Series, bad: Array, weight: Array | None) -> Bins | None:
    known = column.is_not_null().to_numpy()
    number = is_number(column)
    values = column.filter(pl.Series(known)).cast(pl.Float64 if number else pl.String).to_numpy()
    if len(values) < 50 or len(np.unique(values.astype(str) if not number else values)) < 2:
        return None
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
    binning.fit(values, bad[known], sample_weight=None if weight is None else weight[known])
    if binning.status not in {"OPTIMAL", "FEASIBLE"}:
        return None
    if number:
        splits, groups = np.asarray(binning.splits, dtype=float), []
    else:
        splits, groups = None, [[str(name) for name in group] for group in binning.splits]
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


def _ridge(evidence: Array, bad: Array, weight: Array | None) -> tuple[Array, float]:
    """Non-negative ridge logistic regression; the strength with the best cross-validated log loss."""
    folds = np.random.default_rng(0).integers(0, 4, len(bad))
    if len(bad) > 20_000:
        strength = RIDGES[0]
    else:
        strength = min(RIDGES, key=lambda one: _cross_loss(evidence, bad, weight, folds, one))
    return _logistic(evidence, bad, weight, strength)


def _cross_loss(evidence: Array, bad: Array, weight: Array | None, folds: Array, strength: float) -> float:
    loss = 0.0
    for fold in range(4):
        inside = folds != fold
        coefficients, intercept = _logistic(
            evidence[inside], bad[inside], None if weight is None else weight[inside], strength
        )
        logit = intercept + evidence[~inside] @ coefficients
        loss += float(np.logaddexp(0, np.where(bad[~inside] == 1, -logit, logit)).sum())
    return loss


def _logistic(evidence: Array, bad: Array, weight: Array | None, strength: float) -> tuple[Array, float]:
    ones = np.ones(len(bad)) if weight is None else weight * len(bad) / weight.sum()
    columns = evidence.shape[1]
    if not columns:
        rate = float((ones * bad).sum() / ones.sum())
        return np.zeros(0), float(np.log(rate / (1 - rate)))

    def loss(point: Array) -> tuple[float, Array]:
        logit = point[0] + evidence @ point[1:]
        probability = 1 / (1 + np.exp(-logit))
        miss = ones * (probability - bad)
        value = (ones * (np.logaddexp(0, logit) - bad * logit)).sum() + strength / 2 * (point[1:] ** 2).sum()
        return value, np.concatenate([[miss.sum()], evidence.T @ miss + strength * point[1:]])

    rate = (ones * bad).sum() / ones.sum()
    start = np.concatenate([[np.log(rate / (1 - rate))], np.full(columns, 0.5)])
    best = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None)] + [(0, None)] * columns,
        options={"maxiter": 300},
    )
    return best.x[1:], float(best.x[0])


def document(fitted: Fitted, *, name: str, labels: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """The scorecard as the JSON that `xindai.credit.scoring` applies, hash included."""
    characteristics = [
        _characteristic(bins, float(coefficient), labels)
        for bins, coefficient in zip(fitted.bins, fitted.coefficients, strict=True)
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


def _characteristic(bins: Bins, coefficient: float, labels: dict[str, tuple[str, str]]) -> dict[str, Any]:
    logits = [round(coefficient * woe * MILLION) for woe in bins.woe]
    missing = round(coefficient * bins.missing * MILLION)
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


def apply_document(card: dict[str, Any], features: pl.DataFrame) -> tuple[Array, list[tuple[str, str, str, Array]]]:
    """(log-odds in millionths of each row, parts above neutral by feature), by the same look-up as serving, in bulk."""
    logit = np.full(len(features), card["intercept"], dtype=np.int64)
    above = []
    for one in card["characteristics"]:
        logits = np.array([row["logit"] for row in one["bins"]] + [one["missing"]["logit"], one["other"]["logit"]])
        column = features[one["name"]] if one["name"] in features.columns else pl.Series([None] * len(features))
        splits = None
        if one["type"] == "number":
            splits = np.array([float(row["below"]) for row in one["bins"][:-1]])
        groups = [row["names"] for row in one["bins"]] if one["type"] == "text" else []
        size = len(one["bins"])
        bins = Bins(one["name"], splits, groups, np.zeros(size), 0.0, np.zeros(size), np.zeros(size), 0.0)
        part = logits[bins.index(column)]
        logit += part
        above.append((one["name"], one["en"], one["zh"], part - one["neutral"]))
    return logit, above


def names(fitted: Fitted) -> Sequence[str]:
    """The features in use, the most telling first."""
    return [bins.name for bins in fitted.bins]
