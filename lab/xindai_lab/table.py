"""A table of past loans: read from CSV (also gzipped) or Parquet, and refused in clear words when it cannot teach anything."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from xindai.values.refusal import Refusal

FEWEST_ROWS, FEWEST_OF_A_CLASS = 200, 20
BAD_WORDS = {"1", "1.0", "true", "yes", "y", "bad", "default", "defaulted", "charged off", "坏", "是", "违约"}
YES_WORDS, NO_WORDS = {"1", "1.0", "true", "yes"}, {"0", "0.0", "false", "no"}
MISSING_WORDS = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?"]
MOST_NAMES_SHARE = 0.5


class DataUnfit(Refusal):
    """The data cannot teach a model; the sentence says why."""

    code = "data_unfit"
    en = "{why}"
    zh = "数据不可用：{why}"

    def __init__(self, why: str, *, field: str | None = None) -> None:
        super().__init__(field=field, why=why)


@dataclass(frozen=True)
class Sample:
    """What a model learns from: features as they are, `bad` as 0 and 1, and what was left out and why.

    `protected` are columns that no model sees and that fairness is judged by; `rejected` the features of those who were not
    accepted, so that nobody knows whether they would have paid.
    """

    features: pl.DataFrame
    bad: np.ndarray[Any, np.dtype[np.int8]]
    weight: np.ndarray[Any, np.dtype[np.float64]] | None
    order: pl.Series | None
    left_out: dict[str, str]
    protected: pl.DataFrame | None = None
    rejected: pl.DataFrame | None = None
    by_hand: Mapping[str, Sequence[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Roles:
    """Which columns of a table are no features: the target, and what else they are for."""

    target: str
    drop: Sequence[str] = ()
    time: str | None = None
    weight: str | None = None
    protected: Sequence[str] = ()
    accepted: str | None = None

    @property
    def named(self) -> dict[str, str]:
        """Every column that is named, and what for."""
        found = dict.fromkeys(self.drop, "dropped by --drop")
        found |= dict.fromkeys(self.protected, "protected: fairness is judged by it")
        others = {self.accepted: "--accepted", self.time: "--time", self.weight: "--weight", self.target: "--target"}
        return found | {name: why for name, why in others.items() if name is not None}


def read(path: Path) -> pl.DataFrame:
    """The table in a file. Refuses: DataUnfit."""
    if not path.exists():
        raise DataUnfit(f"There is no file {path}.", field="data")
    name = path.name.lower()
    try:
        if name.endswith((".parquet", ".pq")):
            return pl.read_parquet(path)
        if not name.endswith((".csv", ".csv.gz", ".txt", ".tsv")):
            raise DataUnfit("The data is a .csv, .csv.gz or .parquet file.", field="data")
        _refuse_duplicate_names(path)
        separator = "\t" if ".tsv" in name else ","
        return pl.read_csv(path, null_values=MISSING_WORDS, infer_schema_length=None, separator=separator)
    except (pl.exceptions.PolarsError, OSError, EOFError, UnicodeDecodeError) as error:
        raise DataUnfit(f"{path.name} cannot be read: {str(error).splitlines()[0]}", field="data") from None


def _refuse_duplicate_names(path: Path) -> None:
    text = (
        gzip.decompress(path.read_bytes()).decode("utf-8-sig") if path.suffix == ".gz" else path.read_text("utf-8-sig")
    )
    header = next(csv.reader(io.StringIO(text)), [])
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise DataUnfit(f"Column {twice[0]!r} appears more than once.", field=twice[0])
    if not header:
        raise DataUnfit("The file is empty.", field="data")


def sample(table: pl.DataFrame, roles: Roles) -> Sample:
    """Features and target of a table. Refuses: DataUnfit."""
    for name in roles.named:
        if name not in table.columns:
            raise DataUnfit(f"There is no column {name!r}; there are {', '.join(table.columns[:12])} …", field=name)
    table, rejected = _accepted(table, roles)
    bad = _target(table, roles.target)
    features = pl.DataFrame([_simple(column) for column in table.drop(list(roles.named))])
    left_out = {name: why for name, why in roles.named.items() if not why.startswith("--")}
    kept: list[str] = []
    for column in features:
        why = _useless(column, bad, [features[name] for name in kept])
        if why:
            left_out[column.name] = why
        else:
            kept.append(column.name)
    if not kept:
        raise DataUnfit("No column is left that could tell good from bad.", field="data")
    return Sample(
        features.select(kept),
        bad,
        _weights(table, roles.weight),
        table[roles.time] if roles.time else None,
        left_out,
        pl.DataFrame([_simple(table[name]) for name in roles.protected]) if roles.protected else None,
        pl.DataFrame([_simple(rejected[name]) for name in kept]) if rejected is not None else None,
    )


def _accepted(table: pl.DataFrame, roles: Roles) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """(rows whose end is known, rows of the rejected if a column says who was accepted)."""
    known = table.filter(pl.col(roles.target).is_not_null())
    if roles.accepted is None:
        return known, None
    words = table[roles.accepted].cast(pl.String, strict=False).str.to_lowercase()
    if not set(words.drop_nulls().unique()) <= YES_WORDS | NO_WORDS or words.null_count():
        raise DataUnfit(f"{roles.accepted!r} must be 1 for accepted and 0 for rejected.", field=roles.accepted)
    said_no = words.is_in(list(NO_WORDS))
    rejected = table.filter(said_no)
    if not len(rejected):
        raise DataUnfit(f"{roles.accepted!r} names nobody rejected.", field=roles.accepted)
    return table.filter(~said_no & table[roles.target].is_not_null()), rejected


def _weights(table: pl.DataFrame, name: str | None) -> np.ndarray[Any, np.dtype[np.float64]] | None:
    if name is None:
        return None
    weights: np.ndarray[Any, np.dtype[np.float64]] = table[name].cast(pl.Float64, strict=False).to_numpy()
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
        raise DataUnfit("Weights are numbers, none below zero and not all zero.", field=name)
    return weights


def with_bins(sample_: Sample, path: Path) -> Sample:
    """The sample, with the bins of a file kept (entries of a model's `bins.json`, edited).

    By column: upper bounds in rising order, or groups of names. Refuses: DataUnfit.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        for name, bins in found.items():
            if name not in sample_.features.columns:
                raise DataUnfit(f"Bins are given for {name!r}, which is no feature of this data.", field="bins")
            _check_bins(name, bins, number=is_number(sample_.features[name]))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise DataUnfit(f"{path.name} holds no bins: {error}", field="bins") from None
    return replace(sample_, by_hand=found)


def _check_bins(name: str, bins: Any, *, number: bool) -> None:
    if number:
        fine = all(type(one) in {int, float} for one in bins) and all(a < b for a, b in itertools.pairwise(bins))
        if not bins or not fine:
            raise DataUnfit(f"Bins of {name!r} are numbers in rising order, each the end of a bin.", field="bins")
        return
    names = [one for group in bins for one in group]
    if not names or not all(isinstance(one, str) for one in names) or len(set(names)) < len(names):
        raise DataUnfit(f"Bins of {name!r} are lists of names, each name once.", field="bins")


def _target(table: pl.DataFrame, target: str) -> np.ndarray[Any, np.dtype[np.int8]]:
    values = table[target]
    distinct = values.unique().to_list()
    if len(distinct) < 2:
        raise DataUnfit(f"The target {target!r} has one value only; both good and bad loans are needed.", field=target)
    if len(distinct) > 2:
        raise DataUnfit(f"The target {target!r} has {len(distinct)} values; it must have two, 1 for bad.", field=target)
    words = [str(value).strip().lower() for value in distinct]
    bads = [value for value, word in zip(distinct, words, strict=True) if word in BAD_WORDS]
    if len(bads) != 1:
        raise DataUnfit(f"Which of {sorted(words)} is bad? Code the target as 0 and 1, 1 for bad.", field=target)
    bad: np.ndarray[Any, np.dtype[np.int8]] = (values == bads[0]).to_numpy().astype(np.int8)
    if len(bad) < FEWEST_ROWS:
        raise DataUnfit(f"{len(bad)} rows are too few; at least {FEWEST_ROWS} are needed.", field="data")
    fewest = int(min(bad.sum(), len(bad) - bad.sum()))
    if fewest < FEWEST_OF_A_CLASS:
        raise DataUnfit(
            f"One class has {fewest} rows only; at least {FEWEST_OF_A_CLASS} of each are needed.", field=target
        )
    return bad


def _simple(column: pl.Series) -> pl.Series:
    """A column as whole or real numbers, or as text."""
    kind = column.dtype
    if kind == pl.Boolean:
        return column.cast(pl.Int8)
    if kind.is_integer():
        return column
    if kind.is_numeric():
        return column.cast(pl.Float64).fill_nan(None)
    if kind.is_temporal():
        return column.cast(pl.Datetime("ms"), strict=False).cast(pl.Int64)
    return column.cast(pl.String, strict=False)


def is_number(column: pl.Series) -> bool:
    """Whether the column's values are ordered numbers."""
    return column.dtype.is_numeric()


def _useless(column: pl.Series, bad: np.ndarray[Any, Any], kept: Sequence[pl.Series]) -> str | None:
    """Why a column is left out, if it is. Refuses a column that gives the answer away."""
    known = column.drop_nulls()
    distinct = known.n_unique()
    if distinct <= 1:
        return "one value only"
    if distinct == 2 and len(known) == len(bad) and _mirrors(column, bad):
        raise DataUnfit(f"Column {column.name!r} equals the target; leave it out with --drop.", field=column.name)
    if distinct == len(column):
        if not is_number(column):
            return "a name of the row"
        if column.dtype.is_integer() and _counts_up(column):
            return "a number of the row"
    if not is_number(column) and distinct > MOST_NAMES_SHARE * len(known) and distinct > 50:
        return "nearly as many names as rows"
    for other in kept:
        if column.dtype == other.dtype and column.equals(other, null_equal=True):
            return f"the same as {other.name}"
    return None


def _mirrors(column: pl.Series, bad: np.ndarray[Any, Any]) -> bool:
    first = (column == column[0]).to_numpy()
    return bool((first == (bad == bad[0])).all())


def _counts_up(column: pl.Series) -> bool:
    steps = column.diff().drop_nulls()
    return bool((steps == steps[0]).all())
