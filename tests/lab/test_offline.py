"""The offline store: features of many rows as of their own days are those that were served, and the future is not in them."""

import json
import random
from datetime import date, timedelta
from importlib import resources
from typing import Any

import polars as pl
import pytest

from xindai.credit import scoring
from xindai.credit.decision import many
from xindai.credit.decision.assessment import Known
from xindai.credit.features import FEATURES
from xindai.credit.sources import events, session, ties
from xindai.credit.sources import report as bureau_reports
from xindai_lab import offline, reports
from xindai_lab.offline import Store
from xindai_sandbox import population

ON = date(2026, 3, 1)


@pytest.fixture(scope="module")
def lives() -> list[dict[str, Any]]:
    return list(population.lives(5, 120, on=ON))


@pytest.fixture(scope="module")
def held(lives: list[dict[str, Any]]) -> Store:
    return offline.store([(f"p{number}", ON, one) for number, one in enumerate(lives)])


def asked(held: Store, seed: int, rows: int) -> pl.DataFrame:
    """Some people, some of them on several days, in any order."""
    rng = random.Random(seed)
    names = held.documents["person"].unique().sort().to_list()
    return pl.DataFrame(
        [(rng.choice(names), ON + timedelta(days=rng.randint(-30, 200)), number) for number in range(rows)],
        schema={"person": pl.String, "on": pl.Date, "number": pl.Int64},
        orient="row",
    )


def test_each_row_has_the_features_that_would_have_been_served(lives: list[dict[str, Any]], held: Store) -> None:
    found = held.features(asked(held, 1, 90))
    assert found["number"].to_list() == list(range(90)), "rows stay in their order"
    assert found.columns[3:] and set(found.columns[3:]) == {feature.name for feature in FEATURES}
    for row in found.iter_rows(named=True):
        one, on = lives[int(row.pop("person")[1:])], row.pop("on")
        row.pop("number")
        read = on >= ON  # before that day no document was there
        known = Known(
            bureau_reports.parse(one["report"]) if read else None,
            events.parse(one) if one["events"] is not None else None,
            ties.around_of(one["around"]) if one["around"] is not None and read else None,
            session.of_document(one["session"]) if one["session"] is not None and read else None,
        )
        assert {name: value for name, value in row.items() if value is not None} == {
            name: value for name, value in known.features(on=on).items() if value is not None
        }


def test_businesses_are_told_with_the_receipts_of_their_owners() -> None:
    owners = list(population.lives(6, 60, on=ON, businesses=True))
    held = offline.store([(f"p{number}", ON, one) for number, one in enumerate(owners)])
    asked_of = pl.DataFrame({"person": [f"p{number}" for number in range(len(owners))], "on": [ON] * len(owners)})
    found = held.features(asked_of)
    assert offline.leaks(Store.features, held, asked_of) == []
    for row, one in zip(found.iter_rows(named=True), owners, strict=True):
        assert row["business_months"] == one["business"]["months"]
        receipts, revenue = row["behaviour_business_365d"], one["business"]["yearly_revenue"]
        share = None if receipts is None else min(100_000, receipts * 100 * 10_000 // revenue)
        assert row["business_receipts_of_revenue"] == share


def test_of_two_documents_the_latest_that_was_known_counts(lives: list[dict[str, Any]]) -> None:
    older, newer = ({**one, "events": None, "around": None} for one in lives[:2])
    held = offline.store([("a", ON, older), ("a", ON + timedelta(days=60), newer)])
    days = [ON - timedelta(days=1), ON, ON + timedelta(days=59), ON + timedelta(days=60), ON + timedelta(days=400)]
    found = held.features(pl.DataFrame({"person": ["a"] * 5, "on": days}))
    ages = [bureau_reports.parse(one["report"]).education for one in (older, newer)]
    assert found["bureau_education"].to_list() == [None, ages[0], ages[0], ages[1], ages[1]]


def test_no_declared_feature_sees_the_future(held: Store) -> None:
    assert offline.leaks(Store.features, held, asked(held, 2, 60)) == []


def test_planted_leaks_are_found_by_name(held: Store) -> None:
    def leaking(store: Store, rows: pl.DataFrame) -> pl.DataFrame:
        """Counts the day itself and what follows; takes the newest document whatever its day."""
        happened = store.events.join(rows.select("person", "on"), on="person").group_by("person")
        ever = happened.agg(pl.len().alias("events_ever"))
        today = happened.agg((pl.col("day") >= pl.col("on").cast(pl.Int32)).any().alias("active_today"))
        newest = store.documents.sort("known_on").group_by("person").agg(pl.col("known_on").max().alias("newest"))
        found = rows.join(ever, on="person", how="left").join(today, on="person", how="left")
        return store.features(found.join(newest, on="person", how="left"))

    assert offline.leaks(leaking, held, asked(held, 3, 40)) == ["active_today", "events_ever", "newest"]


def test_planted_rings_are_found_among_people_that_no_card_has_learned_from() -> None:
    lives = list(population.lives(84, 4000, on=ON))
    shipped = resources.files("xindai.credit").joinpath("models/fraud/scorecard.json")
    told = many.score(scoring.parse(json.loads(shipped.read_text("utf-8"))), reports.features(lives, end="fraud"))
    suspected = (told["pd_ppm"] >= 100_000).to_list()
    crooks = [one["fraud"] for one in lives]
    found = sum(seen and crook for seen, crook in zip(suspected, crooks, strict=True))
    assert sum(crooks) >= 20
    assert found >= 0.7 * sum(crooks)
    assert sum(suspected) - found <= 0.015 * len(lives), "few others are troubled"
