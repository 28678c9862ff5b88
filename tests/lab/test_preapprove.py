"""`xindai preapprove` as an analyst runs it."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from xindai.products.catalogue.starter import CONSUMER
from xindai_lab import reports
from xindai_sandbox import population


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    lives = list(population.lives(8, 200, on=date(2026, 3, 1)))
    return reports.features(lives).with_columns(
        person=pl.int_range(pl.len()).cast(pl.String),
        monthly_income=pl.Series([round(float(one["monthly_income"])) for one in lives]),
        age=pl.Series([one["age"] for one in lives]),
    )


def test_a_population_from_the_command_line(people: pl.DataFrame, tmp_path: Path) -> None:
    people.write_parquet(tmp_path / "people.parquet")
    people.with_columns(pl.format("P{}", "person").alias("person")).write_csv(tmp_path / "people.csv")

    def run(data: str, out: str, *more: str) -> tuple[int, dict[str, Any]]:
        done = subprocess.run(
            [sys.executable, "-m", "xindai.main", "preapprove", str(tmp_path / data), "--out", str(tmp_path / out), "--json",
             *more], capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done.returncode, json.loads(done.stdout)

    code, said = run("people.parquet", "told.parquet")
    told = pl.read_parquet(tmp_path / "told.parquet")
    assert (code, said["people"], said["approved"]) == (0, len(people), (told["outcome"] == "approve").sum())
    assert told["limit"].max() <= CONSUMER.most.minor // 100  # type: ignore[operator]
    assert run("people.csv", "told.csv")[1]["limits"] == told["limit"].sum() == said["limits"]
    assert pl.read_csv(tmp_path / "told.csv")["person"][0] == "P0"
    assert run("nobody.csv", "told.csv")[1]["error"]["code"] == "invalid_value"
    assert run("people.csv", "told.csv", "--months", "7")[1]["error"]["field"] == "months"
    assert run("people.csv", "none/told.csv")[1]["error"]["field"] == "out"
    assert run("people.csv", "told.csv", "--product", "car_loan")[1]["error"]["field"] == "product"
    assert run("people.csv", "told.csv", "--product", "business_instalment")[1]["error"]["field"] == "yearly_revenue"
    people.with_columns(yearly_revenue=400_000).write_csv(tmp_path / "owners.csv")
    owners = run("owners.csv", "owners.told.csv", "--product", "business_instalment", "--months", "36")
    assert owners[0] == 0
    assert pl.read_csv(tmp_path / "owners.told.csv")["limit"].max() <= 80_000  # type: ignore[operator]
    assert run("people.csv", "told.csv", "--strategy", "unheard")[1]["error"]["field"] == "strategy"
