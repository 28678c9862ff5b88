"""Whether the people a model meets are still those it learned from, and whether two models would take the same ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy.stats import chi2

from xindai_lab.scorecard import Fitted

GROUPS = 10
SLICES = 5
WORTH_A_LOOK = 0.1
"""A population stability index that practice looks at; it counts only where chance alone would not give it, either."""
APPROVED = 0.8
"""The share of applicants, safest first, that comparisons take as approved."""
Array = np.ndarray[Any, np.dtype[Any]]


def psi(before: Array, after: Array) -> dict[str, Any]:
    """The population stability index between counts in the same bins, and what chance alone gives in one case of twenty.

    Under no change it is about chi-squared with a degree of freedom less than bins, times (1/n + 1/m) (Yurdakul 2018).
    """
    sizes = before.sum(), after.sum()
    one, other = (np.maximum(part, 0.5) / whole for part, whole in zip((before, after), sizes, strict=True))
    value = float(((other - one) * np.log(other / one)).sum())
    chance = float(chi2.ppf(0.95, max(1, len(before) - 1)) * (1 / sizes[0] + 1 / sizes[1]))
    return {"psi": round(value, 6), "by_chance": round(chance, 6), "moved": value > max(WORTH_A_LOOK, chance)}


def of_scores(before: Array, after: Array) -> dict[str, Any]:
    """The same of scores, in tenths of those before."""
    edges = np.unique(np.quantile(before, np.linspace(0, 1, GROUPS + 1)[1:-1]))
    return psi(
        *(np.bincount(np.searchsorted(edges, part, side="right"), minlength=len(edges) + 1) for part in (before, after))
    )


def over_time(fitted: Fitted, features: pl.DataFrame, bad: Array, order: pl.Series, cut: float) -> dict[str, Any]:
    """How score and characteristics of the latest rows (from the share `cut` on) differ from those before, and each fifth.

    `fitted` has learned from all rows, so fifths tell who came and went bad, not how well it told them apart.
    """
    place = order.arg_sort().to_numpy()
    scores = fitted.logit(features)
    first = int(len(place) * cut)
    before, after = place[:first], place[first:]
    moved = []
    for bins in fitted.bins:
        index, size = bins.index(features[bins.name]), len(bins.woe) + 2
        moved.append(
            {"name": bins.name, **psi(*(np.bincount(index[part], minlength=size) for part in (before, after)))}
        )
    parts = np.array_split(place, SLICES)
    return {
        "score": of_scores(scores[before], scores[after]),
        "characteristics": sorted(moved, key=lambda one: -one["psi"]),
        "fifths": [
            {
                "from": str(order[int(part[0])]),
                "to": str(order[int(part[-1])]),
                "rows": len(part),
                "bad_rate": round(float(bad[part].mean()), 6),
                "psi": of_scores(scores[parts[0]], scores[part])["psi"],
            }
            for part in parts
        ],
    }


def swapped(bad: Array, one: Array, other: Array) -> dict[str, dict[str, Any]]:
    """Whom two models would both take when each approves its safest four fifths, whom only one of them, whom neither."""
    takes, takes_too = (approved(pd) for pd in (one, other))
    sets = {"both": takes & takes_too, "only this": takes & ~takes_too, "only other": ~takes & takes_too,
            "neither": ~takes & ~takes_too}  # fmt: skip
    return {
        name: {"rows": int(part.sum()), "bad_rate": round(float(bad[part].mean()), 6) if part.any() else None}
        for name, part in sets.items()
    }


def approved(pd: Array) -> Array:
    """Who is among the safest four fifths."""
    taken = np.zeros(len(pd), dtype=bool)
    taken[np.argsort(pd, kind="stable")[: round(len(pd) * APPROVED)]] = True
    return taken
