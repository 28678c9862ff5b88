"""Features that are read row by row from a table of one row a person, on whichever engine holds it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import narwhals as nw
import polars as pl

from xindai.credit.features.registry import Feature

Read = Callable[[Any], Any]
"""From an engine's words (`col`, `when`, `lit`) to an expression."""
Declared = tuple[tuple[Feature, Read], ...]


def read(frame: Any, declared: Declared) -> Any:
    """A row for each of the frame's (person) with every feature; frames of one engine, in and out."""
    if isinstance(frame, pl.DataFrame | pl.LazyFrame):
        return frame.select("person", *_expressions(pl, declared))
    return nw.to_native(nw.from_native(frame).select("person", *_expressions(nw, declared)))


def read_one(table: pl.DataFrame, declared: Declared) -> dict[str, int | None]:
    """The features of a table's only row."""
    found: dict[str, int | None] = read(table, declared).drop("person").row(0, named=True)
    return found


@cache
def _expressions(w: Any, declared: Declared) -> tuple[Any, ...]:
    return tuple(one(w).alias(feature.name) for feature, one in declared)


def column(name: str, *, over: int = 1) -> Read:
    """A column as it is, or a whole part of it."""
    return lambda w: w.col(name).cast(w.Int64) // over


def quotient(part: str, whole: str, *, times: int, most: int | None = None) -> Read:
    """`times` part / whole, a whole number and at most `most`; missing where there is no whole."""

    def made(w: Any) -> Any:
        share = w.col(part).cast(w.Int64) * times // w.col(whole).cast(w.Int64)
        known = w.when(w.col(whole) > 0).then(share)
        return known if most is None else w.when(known > most).then(w.lit(most)).otherwise(known)

    return made
