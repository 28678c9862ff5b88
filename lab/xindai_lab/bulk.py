"""Scoring a whole table with the same look-ups as serving, column by column."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from xindai.credit import scoring
from xindai_lab import scorecard
from xindai_lab.table import DataUnfit


def score(card: dict[str, Any], table: pl.DataFrame) -> pl.DataFrame:
    """The table with `pd`, `score`, `grade` and up to four `reasons`. Refuses: DataUnfit when no feature is there."""
    known = [one["name"] for one in card["characteristics"]]
    if known and not set(known) & set(table.columns):
        raise DataUnfit(
            f"None of the model's columns is in the data; it looks at {', '.join(known[:8])} …", field="data"
        )
    logit, above = scorecard.apply_document(card, table)
    pd_ppm = np.rint(scoring.MILLION / (1 + np.exp(-np.clip(logit, -30_000_000, 30_000_000) / scoring.MILLION)))
    bounds = np.array([most for _, most in scoring.GRADES])
    grades = np.array([name for name, _ in scoring.GRADES])[np.searchsorted(bounds, pd_ppm, side="left")]
    kept = table.drop([name for name in ("pd", "score", "grade", "reasons") if name in table.columns])
    return kept.with_columns(
        pl.Series("pd", pd_ppm / scoring.MILLION),
        pl.Series("score", _points(logit)),
        pl.Series("grade", grades),
        pl.Series("reasons", _reasons(above, len(table))),
    )


def _points(logit: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The same points as serving: each distinct sum is turned once, by the same exact function."""
    distinct, places = np.unique(logit, return_inverse=True)
    return np.array([scoring.points(int(one)) for one in distinct], dtype=np.int64)[places]


def _reasons(above: list[tuple[str, str, str, np.ndarray[Any, Any]]], rows: int) -> list[str]:
    """The names of the features that spoke most against each row, joined by `; `."""
    if not above:
        return [""] * rows
    names = np.array([name for name, _, _, _ in above])
    parts = np.column_stack([part for _, _, _, part in above])
    order = np.argsort(-parts, axis=1, kind="stable")[:, : scoring.MOST_REASONS]
    weights = np.take_along_axis(parts, order, axis=1)
    return ["; ".join(names[row[weight > 0]]) for row, weight in zip(order, weights, strict=True)]
