"""The one definition of behaviour features, on a cluster: a Spark master and two workers on loopback."""

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from cluster import cluster as started
from xindai.credit import scoring
from xindai.credit.decision.preapproval import Invitation
from xindai.credit.features import behaviour, business, session, social
from xindai.credit.sources import events
from xindai.credit.sources.session import Session, Sign
from xindai.credit.sources.ties import Circle, MarkKind, Neighbourhood, Standing, Tie, TieKind
from xindai.credit.strategies import graph as strategy
from xindai.products.catalogue.starter import CONSUMER
from xindai_lab import cluster as lab_cluster
from xindai_lab import reports
from xindai_sandbox import population, society

pytest.importorskip("pyspark")
pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java 17")
ON = date(2026, 3, 1)


@pytest.fixture(scope="module", name="cluster")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with started(tmp_path_factory.mktemp("spark")) as session:
        yield session


def test_a_cluster_counts_what_polars_counts(cluster: Any, tmp_path: Path) -> None:
    rng = random.Random(4)
    people = []
    for number in range(60):
        habits = {"seed": str(rng.random()), "risk": rng.gauss(0, 1), "income": 8000.0}
        people.append((f"p{number}", events.parse({"events": society.events(habits, ON)})))
    asked = pl.DataFrame(
        {
            "person": [*(name for name, _ in people), "nobody"],
            "on": [events.day_number(ON - timedelta(days=n)) for n in range(61)],
        },
        schema={"person": pl.String, "on": pl.Int32},
    )
    told = events.table(people)
    told.write_parquet(tmp_path / "told.parquet")
    asked.write_parquet(tmp_path / "asked.parquet")
    read = cluster.read.parquet
    found = behaviour.features(read(str(tmp_path / "told.parquet")), read(str(tmp_path / "asked.parquet")))
    assert cluster.sparkContext.master.startswith("spark://")
    many = behaviour.features(told, asked).sort("person")
    counted = pl.from_arrow(found.toArrow()).sort("person")
    assert counted.schema == many.schema
    assert counted.equals(many)
    assert many.filter(pl.col("person") == "nobody")["behaviour_spends_365d"].to_list() == [None]


def test_a_cluster_tells_how_forms_were_filled_in(cluster: Any) -> None:
    rng = random.Random(5)
    many = {
        f"p{number}": Session(
            *(rng.randint(0, 99) for _ in range(8)), rng.randrange(1440), frozenset(rng.sample(list(Sign), 1))
        )
        for number in range(40)
    }
    told = session.table(many)
    found = session.features(cluster.createDataFrame(told.rows(), told.columns))
    assert pl.from_arrow(found.toArrow()).sort("person").equals(session.features(told).sort("person"))


def test_a_cluster_tells_businesses_as_they_are_told_live(cluster: Any) -> None:
    owners = [life["business"] for life in population.lives(12, 90, on=ON, businesses=True)]
    many = {
        f"p{number}": business.Business(**one, receipts=None if number % 3 == 0 else number * 1_000_00)
        for number, one in enumerate(owners)
    }
    told = business.table(many)
    schema = ", ".join(f"{name} {'string' if name == 'person' else 'bigint'}" for name in told.columns)
    found = business.features(cluster.createDataFrame(told.rows(), schema))
    assert pl.from_arrow(found.toArrow()).sort("person").equals(business.features(told).sort("person"))
    for row in business.features(told).iter_rows(named=True):
        assert business.of_business(many[row.pop("person")]) == row


def test_a_cluster_invites_whom_polars_invites(cluster: Any, tmp_path: Path) -> None:
    shipped = resources.files("xindai.credit")
    cards = scoring.Cards(
        *(
            scoring.parse(json.loads(shipped.joinpath(f"models/{one}/scorecard.json").read_text("utf-8")))
            for one in ("starter", "fraud")
        )
    )
    graph = strategy.load("consumer", shipped.joinpath("strategies/consumer.json").read_text("utf-8"))
    lives = list(population.lives(8, 120, on=ON))
    people = reports.features(lives).with_columns(
        person=pl.int_range(pl.len()).cast(pl.String),
        monthly_income=pl.Series([round(float(one["monthly_income"])) for one in lives]),
        age=pl.Series([one["age"] for one in lives]),
    )
    people.write_parquet(tmp_path / "people.parquet")
    invitation = Invitation(CONSUMER, 12, cards, graph, ON)
    told = invitation.sent_to_cluster(cluster.read.parquet(str(tmp_path / "people.parquet")).repartition(2))
    assert pl.from_arrow(told.toArrow()).sort("person").equals(invitation.sent_to(people).sort("person"))


def test_a_cluster_tells_ties_as_they_are_told_live(cluster: Any) -> None:
    rng = random.Random(9)
    nodes = [f"n{number}" for number in range(40)]
    ties: dict[str, tuple[Tie, ...]] = {}
    for node in nodes[:30]:
        pairs = {(rng.choice(nodes), rng.choice(list(TieKind))) for _ in range(rng.randint(1, 7))}
        ties[node] = tuple(
            Tie(to, kind, ON - timedelta(days=rng.randint(-5, 900)), rng.choice([None, ON - timedelta(days=20)]),
                rng.randint(0, 9), rng.randint(0, 9), rng.randint(0, 9), rng.randint(0, 13), rng.randint(0, 3))
            for to, kind in sorted(pairs)
        )  # fmt: skip
    marks = {
        (rng.choice(nodes[:30]), rng.choice(list(MarkKind)), ON - timedelta(days=rng.randint(-3, 800)))
        for _ in range(60)
    }
    standing = {node: Standing(rng.randint(0, 4), rng.randint(0, 10_000), rng.randint(0, 2)) for node in nodes[:30]}
    fared = {
        kind: {(node, standing[node].circle) for node, one, on in marks if one is kind and on < ON}
        for kind in (MarkKind.CUSTOMER, MarkKind.DEFAULTED, MarkKind.FRAUD)
    }

    def circles(without: str) -> dict[int, Circle]:
        counted = ((sum(c == circle and n != without for n, c in fared[kind]) for kind in fared) for circle in range(3))
        return {circle: Circle(10, *counts) for circle, counts in enumerate(counted)}

    def live(node: str) -> dict[str, Any]:
        own = ties.get(node, ())
        near = {tie.to for tie in own} - {node}
        beyond = {one: [(tie.to, tie.kind) for tie in ties[one]] for one in near if one in ties}
        seen = (near | {end for ends in beyond.values() for end, _ in ends}) - {node}
        known = {one: [(kind, on) for n, kind, on in sorted(marks) if n == one] for one in seen}
        around = Neighbourhood(
            node, own, beyond, known, {one: standing[one] for one in near if one in standing}, circles(node)
        )
        return {"node": node, **social.features(around, on=ON)}

    made = cluster.createDataFrame
    found = lab_cluster.social_features(
        made([(node, *asdict(tie).values()) for node, own in ties.items() for tie in own],
             "node string, to string, kind string, since date, last date, sent int, received int, days int, weeks int, likes int"),
        made([(node, kind.value, on) for node, kind, on in marks], "node string, kind string, on_day date"),
        made([(node, *asdict(one).values()) for node, one in standing.items()], "node string, core int, rank int, circle int"),
        made([(circle, *asdict(one).values()) for circle, one in circles("nobody").items()],
             "circle int, size int, customers int, defaulted int, fraud int"),
        made([(node, ON) for node in nodes], "node string, on date"),
    )  # fmt: skip
    told = {row["node"]: row for row in pl.from_arrow(found.toArrow()).to_dicts()}
    for node in nodes:
        assert told[node] == live(node), node
