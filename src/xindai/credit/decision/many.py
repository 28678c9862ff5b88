"""Scores of a table: the very numbers that a scorecard gives one applicant, by columns.

Parts are sums of whole numbers. A probability is counted in floats, and exactly where these come so near a half that they
might round to the other side; grades and prices follow from the whole number.
"""

from __future__ import annotations

from itertools import pairwise

import polars as pl

from xindai.credit import scoring
from xindai.credit.scoring import GRADES, MILLION, Characteristic, Scorecard

UNSURE = 1e-4


def score(card: Scorecard, table: pl.DataFrame) -> pl.DataFrame:
    """`score`, `pd_ppm` and `grade` of every row; a column that is not there is missing in all of them."""
    parts = [part(one, table) for one in card.characteristics]
    whole = pl.sum_horizontal(pl.repeat(card.intercept, pl.len(), dtype=pl.Int64), *parts)
    return of_logits(table.select(whole.alias("logit")).to_series())


def of_logits(logits: pl.Series) -> pl.DataFrame:
    """The same of log-odds in millionths, whole numbers."""
    graded = pl.col("pd_ppm").cut([most for _, most in GRADES[:-1]], labels=[name for name, _ in GRADES])
    found = pl.DataFrame({"score": _points(logits), "pd_ppm": _probabilities_ppm(logits)})
    return found.with_columns(graded.cast(pl.String).alias("grade"))


def part(one: Characteristic, table: pl.DataFrame) -> pl.Expr:
    """The part of each row of a table, as an expression over it."""
    if one.name not in table.columns:
        return pl.repeat(one.missing, pl.len(), dtype=pl.Int64)
    column, kind = pl.col(one.name), table.schema[one.name]
    if one.names:
        known = {name: one.logits[place] for name, place in one.names.items()}
        told = column.cast(pl.String).replace_strict(known, default=one.other, return_dtype=pl.Int64)
        return pl.when(column.is_null()).then(one.missing).otherwise(told)
    if not (kind.is_numeric() or kind == pl.Boolean):
        return pl.when(column.is_null()).then(one.missing).otherwise(one.other)
    value = column.cast(pl.Float64)
    ups = [
        pl.when(value >= float(edge)).then(above - below).otherwise(0)
        for edge, (below, above) in zip(one.edges, pairwise(one.logits), strict=True)
        if above != below
    ]
    told = pl.sum_horizontal(pl.lit(one.logits[0], pl.Int64), *ups)
    return pl.when(column.is_null() | value.is_nan()).then(one.missing).otherwise(told)


def _probabilities_ppm(logits: pl.Series) -> pl.Series:
    bounded = logits.clip(-30 * MILLION, 30 * MILLION)
    chance = MILLION / (1 + (-bounded / MILLION).exp())
    near = ((chance - chance.floor() - 0.5).abs() < UNSURE).arg_true()
    rounded = (chance + 0.5).floor().cast(pl.Int64)
    return rounded.scatter(near, [scoring.probability_ppm(logit) for logit in logits.gather(near)])


def _points(logits: pl.Series) -> pl.Series:
    """As `scoring.points`, rounded half even in whole numbers."""
    times = (logits + scoring.LOG_ODDS) * scoring.POINTS_TO_DOUBLE
    whole = times // scoring.LOG_TWO
    rest = (times - whole * scoring.LOG_TWO) * 2
    up = (rest > scoring.LOG_TWO) | ((rest == scoring.LOG_TWO) & (whole % 2 == 1))
    return scoring.BASE_SCORE - whole - up.cast(pl.Int64)
