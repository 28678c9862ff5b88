"""Pre-approval of a million people: on this machine, and on a Spark cluster of two workers on it."""

import json
import shutil
import sys
import tempfile
from datetime import date
from importlib import resources
from pathlib import Path

import polars as pl

from benchmarks.result import Result, seconds
from xindai.credit import scoring
from xindai.credit.decision.preapproval import Invitation
from xindai.credit.strategies import graph as strategy
from xindai.products.catalogue.starter import CONSUMER
from xindai_lab import reports
from xindai_sandbox import population

ON = date(2026, 3, 1)
PEOPLE, DIFFERENT = 1_000_000, 2_000
PARTS = 16


def run() -> list[Result]:
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    folder = resources.files("xindai.credit")
    cards = scoring.Cards(
        *(
            scoring.parse(json.loads(folder.joinpath(f"models/{one}/scorecard.json").read_text("utf-8")))
            for one in ("starter", "fraud")
        )
    )
    graph = strategy.load("consumer", folder.joinpath("strategies/consumer.json").read_text("utf-8"))
    invitation = Invitation(CONSUMER, 12, cards, graph, ON)
    people = _people()
    told: list[pl.DataFrame] = []
    alone = seconds(lambda: told.append(invitation.sent_to(people)), times=1)
    what = f"pre-approval of {PEOPLE:,} people, {people.width - 3} features, scored, priced, decided"
    results = [Result(f"{what}, on Polars", PEOPLE / alone, "1/s")]
    if shutil.which("java") is not None:
        shared = _on_spark(invitation, people, told[0])
        results.append(
            Result(f"{what}, on Spark, two workers of one core", PEOPLE / shared, "1/s", "Polars", PEOPLE / alone)
        )
    return results


def _people() -> pl.DataFrame:
    """As many people as are asked about; they repeat, but for their incomes."""
    lives = list(population.lives(8, DIFFERENT * 5 // 2, on=ON))[: DIFFERENT // 2]
    known = reports.features(lives).drop("bad")
    whole = pl.concat([known] * (PEOPLE // len(known) + 1)).head(PEOPLE)
    return whole.with_columns(
        person=pl.int_range(pl.len()).cast(pl.String),
        monthly_income=6_000 + pl.int_range(pl.len()) % 90 * 100,
        age=20 + pl.int_range(pl.len()) % 40,
    )


def _on_spark(invitation: Invitation, people: pl.DataFrame, expected: pl.DataFrame) -> float:
    from cluster import cluster

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "people").mkdir()
        for number, part in enumerate(people.iter_slices(PEOPLE // PARTS + 1)):
            part.write_parquet(home / "people" / f"{number:02d}.parquet")
        with cluster(home, megabytes=1500) as spark:
            asked = spark.read.parquet(str(home / "people"))
            taken = seconds(
                lambda: invitation.sent_to_cluster(asked).write.mode("overwrite").parquet(str(home / "told")), times=1
            )
        told = pl.read_parquet(home / "told" / "*.parquet")
        assert told.sort("person").equals(expected.sort("person"))
        return taken
