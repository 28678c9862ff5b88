"""How good a model is: AUC, KS, Brier, calibration, gains."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import rankdata

Array = np.ndarray[Any, np.dtype[Any]]


def auc(bad: Array, pd: Array) -> float:
    """The chance that a bad loan was given the higher probability, ties counting half (Mann-Whitney)."""
    ranks = rankdata(pd)
    bads = int(bad.sum())
    return float((ranks[bad == 1].sum() - bads * (bads + 1) / 2) / (bads * (len(bad) - bads)))


def ks(bad: Array, pd: Array) -> float:
    """The widest gap between the two cumulative distributions (Kolmogorov-Smirnov)."""
    order = np.argsort(pd, kind="stable")
    values, sorted_bad = pd[order], bad[order]
    gap = np.abs(np.cumsum(sorted_bad) / bad.sum() - np.cumsum(1 - sorted_bad) / (1 - bad).sum())
    last_of_tie = np.append(values[1:] != values[:-1], True)
    return float(gap[last_of_tie].max())


def brier(bad: Array, pd: Array) -> float:
    """The mean squared distance between probability and outcome."""
    return float(((pd - bad) ** 2).mean())


def log_loss(bad: Array, pd: Array) -> float:
    """The mean surprise at what happened."""
    bounded = np.clip(pd, 1e-9, 1 - 1e-9)
    return float(-np.log(np.where(bad == 1, bounded, 1 - bounded)).mean())


def all_of(bad: Array, pd: Array) -> dict[str, float]:
    """The three figures, and the ratio of expected to seen bads."""
    return {
        "auc": round(auc(bad, pd), 6),
        "gini": round(2 * auc(bad, pd) - 1, 6),
        "ks": round(ks(bad, pd), 6),
        "brier": round(brier(bad, pd), 6),
        "expected_over_seen": round(float(pd.sum() / bad.sum()), 4),
    }


def calibration(bad: Array, pd: Array, *, groups: int = 10) -> list[dict[str, float]]:
    """By rising probability, in equal groups: what was expected and what was seen."""
    return [
        {"count": len(part), "expected": round(float(pd[part].mean()), 6), "seen": round(float(bad[part].mean()), 6)}
        for part in np.array_split(np.argsort(pd, kind="stable"), groups)
    ]


def gains(bad: Array, pd: Array, *, groups: int = 10) -> list[dict[str, float]]:
    """From the riskiest down: the share of all bads caught when that share of loans is refused."""
    caught, rows, seen = 0.0, [], 0
    for part in np.array_split(np.argsort(-pd, kind="stable"), groups):
        caught += float(bad[part].sum())
        seen += len(part)
        rows.append(
            {
                "refused": round(seen / len(bad), 4),
                "bads_caught": round(caught / float(bad.sum()), 4),
                "bad_rate": round(float(bad[part].mean()), 6),
                "lift": round(float(bad[part].mean() / bad.mean()), 4),
            }
        )
    return rows
