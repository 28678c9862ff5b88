"""A strategy over history: what it takes, what that is worth, and how two of them differ."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from xindai.credit.decision.backtest import MOST_SEGMENTS, segments
from xindai_lab import reports
from xindai_sandbox import population

ON = population.date(2026, 1, 1)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("history") / "past.jsonl"
    lives = population.lives(7, 500, on=ON)
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in lives), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def careful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped strategy, that lends to the three best grades only."""
    from importlib import resources

    text = resources.files("xindai.credit").joinpath("strategies/consumer.json").read_text(encoding="utf-8")
    path = tmp_path_factory.mktemp("strategy") / "careful.json"
    path.write_text(text.replace("grade in ['A', 'B', 'C', 'D', 'E']", "grade in ['A', 'B', 'C']"), encoding="utf-8")
    return path


def backtest(*arguments: object) -> tuple[int, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "xindai.main", "backtest", *map(str, arguments), "--json"], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def test_businesses_are_told_by_documents_and_by_table_alike(tmp_path: Path) -> None:
    lives = [{**one, "around": None} for one in population.lives(9, 300, on=ON, businesses=True)]
    (tmp_path / "past.jsonl").write_text(
        "\n".join(json.dumps(one, ensure_ascii=False) for one in lives), encoding="utf-8"
    )
    known = {name: [float(one[name]) for one in lives] for name in ("amount", "monthly_income")}
    reports.features(lives).with_columns(
        **{name: pl.Series(values) for name, values in known.items()},
        **{name: pl.Series([one[name] for one in lives]) for name in ("months", "age")},
        yearly_revenue=pl.Series([one["business"]["yearly_revenue"] // 100 for one in lives]),
    ).write_parquet(tmp_path / "past.parquet")
    (code, by_documents), (_, by_table) = (
        backtest("consumer", tmp_path / name) for name in ("past.jsonl", "past.parquet")
    )
    assert code == 0
    assert {**by_documents, "strategy": ""} == {**by_table, "strategy": ""}
    assert by_documents["approve"] > 0
    people = tmp_path / "people.jsonl"
    people.write_text("\n".join(json.dumps({**one, "business": None}) for one in lives), encoding="utf-8")
    assert backtest("consumer", people)[1]["by_grade"] != by_documents["by_grade"], "people are judged by another card"


def test_a_stricter_strategy_takes_fewer_and_better_ones(history: Path, careful: Path) -> None:
    code, told = backtest("consumer", history, "--against", careful)
    assert code == 0
    against, swap = told["against"], told["swap"]
    assert told["applications"] == sum(told[outcome] for outcome in ("approve", "decline", "review")) > 150
    assert against["approve"] < told["approve"]
    assert against["bad_rate_approved"] <= told["bad_rate_approved"] < told["bad_rate"]
    assert swap["only_other"]["applications"] == 0
    assert swap["both"]["applications"] + swap["only_this"]["applications"] == told["approve"]
    assert sum(one["applications"] for one in swap.values()) == told["applications"]
    assert sum(grade["applications"] for grade in told["by_grade"].values()) == told["applications"]
    profits = sum(float(grade["realised_profit"]) for grade in told["by_grade"].values())
    assert profits == pytest.approx(float(told["realised_profit"]), abs=0.01)
    assert float(swap["both"]["realised_profit"]) == pytest.approx(float(against["realised_profit"]), abs=0.01)
    assert told["by_grade"]["A"]["bad_rate"] < told["by_grade"]["G"]["bad_rate"]


def test_a_strategy_against_itself_swaps_nobody(history: Path) -> None:
    _, told = backtest("consumer", history, "--against", "consumer")
    assert told["swap"]["only_this"]["applications"] == told["swap"]["only_other"]["applications"] == 0
    assert told["against"]["realised_profit"] == told["realised_profit"]


def test_a_table_of_features_is_history_too(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {
            "bureau_worst_status_6m": [-1, 5, -1, None],
            "behaviour_spent_of_income_90d": [3000, 9000, None, 2000],
            "amount": ["3000.00", "3000.00", "4000.00", "5000.00"],
            "age": [30, 40, 17, 25],
            "went": [0, 1, 0, 0],
        }
    )
    for name, write in (("past.csv", rows.write_csv), ("past.parquet", rows.write_parquet)):
        write(tmp_path / name)
        code, told = backtest("consumer", tmp_path / name, "--target", "went")
        assert code == 0
        assert told["applications"] == 4
        assert told["failed_rules"]["age_within"] == 1
        assert told["failed_rules"]["not_seriously_late"] == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [("no.jsonl", None), ("bad.jsonl", "{"), ("bad.jsonl", '{"on": "2026-01-01"}'), ("bad.csv", "a,b\n1,2\n"),
     ("bad.csv", "bad,age\nmaybe,3\n"), ("bad.csv", "bad,amount\n1,-5.001\n"), ("bad.parquet", "x")],
)  # fmt: skip
def test_history_that_cannot_be_read_is_refused(tmp_path: Path, name: str, text: str | None) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    code, told = backtest("consumer", tmp_path / name)
    assert (code, told["error"]["code"]) == (1, "invalid_value")


def test_a_strategy_that_cannot_be_read_is_refused(history: Path, tmp_path: Path) -> None:
    assert backtest(tmp_path / "none.json", history)[1]["error"]["code"] == "invalid_value"
    (tmp_path / "odd.json").write_text('{"nodes": 5}', encoding="utf-8")
    assert backtest(tmp_path / "odd.json", history)[1]["error"]["code"] == "strategy_broken"


def test_segments_are_parts_of_the_whole(history: Path) -> None:
    code, told = backtest("consumer", history, "--by", "behaviour_night_share_90d")
    assert code == 0
    parts = told["by_segment"].values()
    assert 4 <= len(parts) <= 5
    for name in ("applications", "approve", "decline", "review"):
        assert sum(part[name] for part in parts) == told[name]
    assert sum(float(part["lent"]) for part in parts) == pytest.approx(float(told["lent"]))


@given(some.lists(some.one_of(some.none(), some.integers(-50, 50)), min_size=1, max_size=60))
def test_numbers_fall_into_quarters_in_their_order(values: list[int | None]) -> None:
    found = segments(values)
    assert all((segment == "missing") == (value is None) for value, segment in zip(values, found, strict=True))
    if len(set(values)) > MOST_SEGMENTS:
        known = sorted((value, segment) for value, segment in zip(values, found, strict=True) if value is not None)
        assert [segment for _, segment in known] == sorted(segment for _, segment in known)
        assert len(set(found) - {"missing"}) <= 4
    else:
        assert len(set(found)) == len(set(values))


def test_a_segment_that_nothing_is_called_is_refused(history: Path) -> None:
    code, told = backtest("consumer", history, "--by", "shoe_size")
    assert (code, told["error"]["field"]) == (1, "by")
