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


def auc_gain(bad: Array, before: Array, after: Array) -> dict[str, float]:
    """What AUC gains from one model to another on the same rows, with its 95 % interval (DeLong and others 1988)."""
    placed = [_placements(bad, pd) for pd in (before, after)]
    (bads_before, goods_before), (bads_after, goods_after) = placed
    gain = float(bads_after.mean() - bads_before.mean())
    variance = np.var(bads_after - bads_before, ddof=1) / len(bads_after)
    variance += np.var(goods_after - goods_before, ddof=1) / len(goods_after)
    half = 1.96 * float(np.sqrt(variance))
    return {"auc": round(gain, 6), "from": round(gain - half, 6), "to": round(gain + half, 6)}


def _placements(bad: Array, pd: Array) -> tuple[Array, Array]:
    """For each bad the share of goods below it, for each good the share of bads above it, ties counting half."""
    among, bads, goods = rankdata(pd), bad == 1, bad == 0
    below = (among[bads] - rankdata(pd[bads])) / goods.sum()
    above = 1 - (among[goods] - rankdata(pd[goods])) / bads.sum()
    return below, above


def roc(bad: Array, pd: Array, *, points: int = 101) -> list[tuple[float, float]]:
    """(share of goods refused, share of bads refused) as the cut-off falls, at about so many points from corner to corner."""
    order = np.argsort(-pd, kind="stable")
    caught = np.concatenate([[0.0], np.cumsum(bad[order]) / bad.sum()])
    refused = np.concatenate([[0.0], np.cumsum(1 - bad[order]) / (1 - bad).sum()])
    places = np.unique(np.linspace(0, len(bad), points).round().astype(int))
    return [(round(float(refused[place]), 5), round(float(caught[place]), 5)) for place in places]


def spread(bad: Array, scores: Array, *, groups: int = 30) -> dict[str, list[float]]:
    """How scores are spread: edges of equal steps, and the share of goods and of bads in each."""
    edges = np.linspace(scores.min(), scores.max() + 1e-9, groups + 1)
    goods, _ = np.histogram(scores[bad == 0], edges)
    bads, _ = np.histogram(scores[bad == 1], edges)
    return {
        "edges": [round(float(edge), 2) for edge in edges],
        "goods": [round(float(count), 5) for count in goods / max(1, goods.sum())],
        "bads": [round(float(count), 5) for count in bads / max(1, bads.sum())],
    }


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
