"""Social features of a population on Spark: joins bring together what is known around each person, the one definition counts.

Frames in: `ties` (node, to, kind, since, last, sent, received, days, weeks, likes), one row a tie of somebody who allowed it; `marks` (node,
kind, on_day); `standing` (node, core, rank, circle) and `circles` (circle, size, customers, defaulted, fraud), as of the last
look at the whole net; `asked` (node, on). Days are dates. Who has very many ties is looked at in part, as live.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from xindai.credit.features import social
from xindai.credit.sources.ties import COUNTS, Circle, MarkKind, Neighbourhood, Standing, Tie, TieKind

NAMES = [feature.name for feature in social.FEATURES]


def social_features(ties: Any, marks: Any, standing: Any, circles: Any, asked: Any) -> Any:
    """A row for each of `asked` (node once) with every social feature as of its day; Spark data frames, in and out."""
    schema = ", ".join(["`node` string", *(f"`{name}` bigint" for name in NAMES)])
    return neighbourhoods(ties, marks, standing, circles, asked).mapInArrow(_counted, schema)


def neighbourhoods(ties: Any, marks: Any, standing: Any, circles: Any, asked: Any) -> Any:
    """A row for each of `asked`: node, on, and as JSON its own ties, those of neighbours, marks, standing and circles."""
    from pyspark.sql import functions as f

    own = asked.join(ties, "node")
    pairs = own.select("node", f.col("to").alias("near")).where("node <> near").distinct()
    beyond = pairs.join(ties.select(f.col("node").alias("near"), "to", "kind"), "near")
    seen = pairs.union(beyond.select("node", f.col("to").alias("near"))).where("node <> near").distinct()
    marked = seen.join(marks.withColumnRenamed("node", "near"), "near")
    stands = pairs.join(standing.withColumnRenamed("node", "near"), "near")
    mine = asked.join(marks, "node").where("on_day < on").select("node", "kind").distinct()
    in_own = mine.join(standing.select("node", "circle"), "node").select("node", "circle", "kind")
    less = in_own.groupBy("node", "circle").agg(
        *(f.sum(f.when(f.col("kind") == kind, 1).otherwise(0)).alias(f"own_{name}") for name, kind in FARED.items())
    )
    around = (
        stands.select("node", "circle")
        .distinct()
        .join(circles, "circle")
        .join(less, ["node", "circle"], "left")
        .select("node", "circle", "size", *(_without(f, name) for name in FARED))
    )
    parts = {
        "ties": (own, ("to", "kind", "since", "last", *COUNTS)),
        "beyond": (beyond, ("near", "to", "kind")),
        "marks": (marked, ("near", "kind", "on_day")),
        "standing": (stands, ("near", "core", "rank", "circle")),
        "circles": (around, ("circle", "size", *FARED)),
    }
    whole = asked
    for name, (frame, columns) in parts.items():
        row = f.array(*(f.col(one).cast("string") for one in columns))
        listed = frame.groupBy("node").agg(f.to_json(f.collect_list(row)).alias(name))
        whole = whole.join(listed, "node", "left")
    return whole


FARED = {"customers": MarkKind.CUSTOMER.value, "defaulted": MarkKind.DEFAULTED.value, "fraud": MarkKind.FRAUD.value}


def _without(f: Any, name: str) -> Any:
    return (f.col(name) - f.coalesce(f.col(f"own_{name}"), f.lit(0))).alias(name)


def _counted(batches: Iterator[Any]) -> Iterator[Any]:
    for batch in batches:
        rows = [
            {"node": row["node"], **social.features(_neighbourhood(row), on=row["on"])} for row in batch.to_pylist()
        ]
        frame = pl.DataFrame(rows, schema={"node": pl.String, **dict.fromkeys(NAMES, pl.Int64)})
        yield from frame.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()


def _neighbourhood(row: dict[str, Any]) -> Neighbourhood:
    """Rows of texts as the noun; lists come in any order, and none of them counts."""
    part = {name: json.loads(row[name] or "[]") for name in ("ties", "beyond", "marks", "standing", "circles")}
    day = date.fromisoformat
    ties = (
        Tie(to, TieKind(kind), day(since), day(last) if last else None, *map(int, counts))
        for to, kind, since, last, *counts in part["ties"]
    )
    beyond: dict[str, list[tuple[str, TieKind]]] = {}
    for near, to, kind in part["beyond"]:
        beyond.setdefault(near, []).append((to, TieKind(kind)))
    marks: dict[str, list[tuple[MarkKind, date]]] = {}
    for node, kind, on in part["marks"]:
        marks.setdefault(node, []).append((MarkKind(kind), day(on)))
    return Neighbourhood(
        row["node"],
        tuple(ties),
        beyond,
        marks,
        {node: Standing(int(core), int(rank), int(circle)) for node, core, rank, circle in part["standing"]},
        {int(circle): Circle(*map(int, fared)) for circle, *fared in part["circles"]},
    )
