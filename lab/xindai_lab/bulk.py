"""Scoring a whole table with the same look-ups as serving, column by column."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from xindai.credit import scoring
from xindai.credit.decision import many
from xindai_lab.challenger import Boosted
from xindai_lab.table import DataUnfit

Array = np.ndarray[Any, np.dtype[Any]]


def score(
    card: dict[str, Any], table: pl.DataFrame, *, boosted: Boosted | None = None, by: str = "scorecard"
) -> pl.DataFrame:
    """The table with `pd`, `score`, `grade` and up to four `reasons`. Refuses: DataUnfit when no feature is there.

    `by` is the model that speaks: the scorecard, the challenger, or the blend of both.
    """
    known = [one["name"] for one in card["characteristics"]]
    if known and not set(known) & set(table.columns):
        raise DataUnfit(
            f"None of the model's columns is in the data; it looks at {', '.join(known[:8])} …", field="data"
        )
    model = scoring.parse(card)
    parts = table.select(
        pl.lit(0, pl.Int64).alias(""), *(many.part(one, table).alias(one.name) for one in model.characteristics)
    )
    logit = parts.sum_horizontal().to_numpy() + model.intercept
    above = {one.name: parts[one.name].to_numpy() - one.neutral for one in model.characteristics}
    if boosted is not None and by != "scorecard":
        logit, above = _with_boosted(logit, above, boosted, table, share=1.0 if by == "challenger" else 0.5)
    told = many.of_logits(pl.Series(logit))
    kept = table.drop([name for name in ("pd", "score", "grade", "reasons") if name in table.columns])
    return kept.with_columns(
        (told["pd_ppm"] / scoring.MILLION).alias("pd"),
        told["score"],
        told["grade"],
        _reasons(above, len(table)).alias("reasons"),
    )


def _with_boosted(
    logit: Array, above: dict[str, Array], boosted: Boosted, table: pl.DataFrame, *, share: float
) -> tuple[Array, dict[str, Array]]:
    """Log-odds and parts in millionths, of which `share` are the challenger's; its parts are TreeSHAP's."""
    shap = boosted.contributions(table)
    mixed = {name: part * (1 - share) for name, part in above.items() if share < 1}
    for place, name in enumerate(boosted.columns):
        mixed[name] = mixed.get(name, np.zeros(len(table))) + shap[:, place] * scoring.MILLION * share
    return np.rint(logit * (1 - share) + shap.sum(axis=1) * scoring.MILLION * share).astype(np.int64), mixed


def _reasons(above: dict[str, Array], rows: int) -> pl.Series:
    """The names of the features that spoke most against each row, joined by `; `; of equals the earlier column first."""
    if not above:
        return pl.Series([""] * rows, dtype=pl.String)
    names = pl.Series(list(above), dtype=pl.String)
    places = np.arange(len(above))
    parts = np.column_stack([np.rint(part).astype(np.int64) for part in above.values()])
    ranked = parts * len(above) - places  # no two of a row are equal
    most = min(scoring.MOST_REASONS, len(above))
    top = np.partition(ranked, len(above) - most, axis=1)[:, len(above) - most :]
    top = -np.sort(-top, axis=1)
    found = -top % len(above)
    said = [
        pl.Series(f"{place}", names.gather(found[:, place])).scatter(
            np.flatnonzero(top[:, place] + found[:, place] <= 0), None
        )
        for place in range(most)
    ]
    joined: pl.Series = pl.select(pl.concat_str(said, separator="; ", ignore_nulls=True)).to_series()
    return joined
