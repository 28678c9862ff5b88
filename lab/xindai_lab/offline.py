"""The offline store: what became known of many people and when, joined to who is asked about as of which day.

A row of features rests on what was known on its day: the events of the days before it, and the latest document of each
source that was there by then. `leaks` proves it of any definition, by adding a future and looking for what it changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from xindai.credit.features import behaviour, bureau, business, session, social
from xindai.credit.features.registry import Source
from xindai.credit.sources import events, ties
from xindai.credit.sources import report as reports
from xindai.credit.sources import session as sessions

DOCUMENTS = {"person": pl.String, "source": pl.String, "known_on": pl.Date, "document": pl.String}
OTHERS = (*bureau.FEATURES, *social.FEATURES, *session.FEATURES)
PARTS = {Source.BUREAU: "report", Source.SOCIAL: "around", Source.SESSION: "session", Source.BUSINESS: "business"}
"""What a document of a source is called in a past application."""
YEAR_AND_A_DAY = 366


@dataclass(frozen=True)
class Store:
    """Events as `events.SCHEMA` has them, and documents (person, source, known_on, document as JSON text)."""

    events: pl.DataFrame
    documents: pl.DataFrame

    def features(self, asked: pl.DataFrame) -> pl.DataFrame:
        """The rows of `asked` (person, on, and what else it has) with every feature as of each row's day."""
        rows = asked.with_row_index("row")
        counted = rows.select("row", *self._read(rows))
        told = behaviour.features(
            self.events, rows.select("row", "person", pl.col("on").cast(pl.Int32)).cast({"row": pl.String}), key="row"
        )
        whole = counted.join(told.cast({"row": pl.UInt32}), on="row", how="left")
        asking = self._businesses(rows, told)
        whole = whole if asking is None else whole.join(asking, on="row", how="left")
        return rows.join(whole, on="row", how="left").sort("row").drop("row")

    def _businesses(self, rows: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame | None:
        """The features of the businesses that ask, by row; none where none does."""
        seen = told.select(pl.col("row").cast(pl.UInt32), pl.col("behaviour_business_365d") * 100)
        receipts = dict(seen.iter_rows())
        asking = {
            str(row): business.Business(**json.loads(document), receipts=receipts[row])
            for row, _, document in self._latest(rows, Source.BUSINESS)
        }
        found = business.features(business.table(asking)).rename({"person": "row"}).cast({"row": pl.UInt32})
        return found if asking else None

    def _read(self, rows: pl.DataFrame) -> list[pl.Series]:
        """A column for each feature that is read from a document."""
        found: list[dict[str, Any]] = [{} for _ in range(len(rows))]
        for source in (Source.BUREAU, Source.SOCIAL, Source.SESSION):
            for row, on, document in self._latest(rows, source):
                found[row] |= _features(source, document, on)
        return [pl.Series(one.name, [row.get(one.name) for row in found], dtype=pl.Int64) for one in OTHERS]

    def _latest(self, rows: pl.DataFrame, source: Source) -> list[tuple[int, date, str]]:
        known = self.documents.filter(pl.col("source") == source.value).sort("known_on")
        met = rows.select("row", "person", "on").sort("on")
        joined = met.join_asof(known, left_on="on", right_on="known_on", by="person", check_sortedness=False)
        return list(joined.filter(pl.col("document").is_not_null()).select("row", "on", "document").iter_rows())


def _features(source: Source, document: str, on: date) -> dict[str, int | None]:
    told = json.loads(document)
    if source is Source.BUREAU:
        return bureau.features(reports.parse(told), on=on)
    if source is Source.SESSION:
        return session.of_session(sessions.of_document(told))
    return social.features(ties.around_of(told), on=on)


def store(people: list[tuple[str, date, dict[str, Any]]]) -> Store:
    """A store of (person, day, what was read on it: report, events, around), each part none where there is none."""
    told = [(person, events.parse(one)) for person, _, one in people if one["events"] is not None]
    documents = [
        (person, source.value, on, json.dumps(one[part]))
        for person, on, one in people
        for source, part in PARTS.items()
        if one.get(part) is not None
    ]
    return Store(events.table(told), pl.DataFrame(documents, schema=DOCUMENTS, orient="row"))


Count = Callable[[Store, pl.DataFrame], pl.DataFrame]


def leaks(count: Count, held: Store, asked: pl.DataFrame) -> list[str]:
    """The columns of `count(store, asked)` that change when what was not known yet is taken away, or more of it is added."""
    rows = asked.with_columns(person=pl.int_range(pl.len()).cast(pl.String), of=pl.col("person"))
    keys = rows.select(pl.col("of").alias("person"), pl.col("person").alias("row"), "on")
    known, later = _with_future(held, keys)
    before, after = count(known, rows.drop("of")), count(later, rows.drop("of"))
    return sorted(name for name in before.columns if not before[name].equals(after[name], null_equal=True))


def _with_future(held: Store, keys: pl.DataFrame) -> tuple[Store, Store]:
    """(what was known on the day of each row, that and a future), by row instead of by person."""
    happened = (
        held.events.join(keys, on="person").with_columns(person="row", of=pl.col("on").cast(pl.Int32)).drop("row", "on")
    )
    known = happened.filter(pl.col("day") < pl.col("of"))
    future = known.with_columns(day=pl.max_horizontal(pl.col("day") + YEAR_AND_A_DAY, "of").cast(pl.Int32))
    ours = list(events.SCHEMA)
    read = held.documents.join(keys, on="person").with_columns(person="row").drop("row")
    kept = read.filter(pl.col("known_on") <= pl.col("on"))
    news = kept.with_columns(
        known_on=pl.col("on") + pl.duration(days=1),
        document=pl.col("document").shift(1, fill_value=pl.col("document").last()).over("source"),
    )
    columns = list(DOCUMENTS)
    return (
        Store(known.select(ours), kept.select(columns)),
        Store(pl.concat([happened, future]).select(ours), pl.concat([read, news]).select(columns)),
    )
