"""What a report must not overlook, planted on purpose: a moved population, an unfair model, a leak, people who were refused."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from xindai_lab import fairness, page, stability, table, training
from xindai_lab.table import DataUnfit, Roles

Array = np.ndarray[Any, np.dtype[Any]]


def applicants(rows: int = 1500, seed: int = 1, *, moves: bool = False, unfair: bool = False) -> pl.DataFrame:
    """Made-up people in order of time; `moves` lets the last fifth be poorer, `unfair` lets area stand for a group."""
    rng = np.random.default_rng(seed)
    month, late = np.arange(rows) * 24 // rows, rng.poisson(0.7, rows)
    income = rng.normal(9, 0.5, rows) - (0.6 * (month >= 19) if moves else 0)
    group = rng.choice(["red", "blue"], rows)
    area = np.where(rng.random(rows) < 0.9, group == "red", rng.random(rows) < 0.5).astype(int)
    logit = -1.5 - 0.9 * (income - 9) + 0.8 * late + (1.6 * area if unfair else 0)
    bad = (rng.random(rows) < 1 / (1 + np.exp(-logit))).astype(int)
    return pl.DataFrame(
        {"income": np.exp(income), "late": late, "area": area, "group": group, "month": month, "bad": bad}
    )


def report(rows: pl.DataFrame, **roles: Any) -> dict[str, Any]:
    trained = training.train(table.sample(rows, Roles("bad", **roles)), name="t")
    assert page.page(trained.report, {"name": "t", "source": "s", "hash": "h" * 20, "limits": ""})
    return trained.report


def test_no_change_is_seldom_called_one_and_a_change_always() -> None:
    rng = np.random.default_rng(5)
    quiet = [stability.of_scores(rng.normal(size=400), rng.normal(size=100)) for _ in range(200)]
    beyond = sum(one["psi"] > one["by_chance"] for one in quiet)
    assert 2 <= beyond <= 24, "one case of twenty, by construction"
    assert sum(one["psi"] > stability.WORTH_A_LOOK for one in quiet) > 2 * beyond, (
        "the usual threshold alone cries wolf"
    )
    shifted = [stability.of_scores(rng.normal(size=400), rng.normal(0.8, size=100)) for _ in range(50)]
    assert all(one["moved"] for one in shifted)


def test_psi_is_the_sum_of_its_definition() -> None:
    before, after = np.array([100.0, 300.0, 600.0]), np.array([200.0, 300.0, 500.0])
    expected = sum((b - a) * np.log(b / a) for a, b in zip(before / 1000, after / 1000, strict=True))
    assert stability.psi(before, after)["psi"] == pytest.approx(expected, abs=1e-6)
    assert stability.psi(before, before)["psi"] == 0


def test_a_population_that_moves_is_named_by_what_moved() -> None:
    found = report(applicants(moves=True), time="month", drop=["group"])["stability"]
    moved = [one["name"] for one in found["characteristics"] if one["moved"]]
    assert moved == ["income"]
    assert found["score"]["moved"]
    assert [one["rows"] for one in found["fifths"]] == [300] * 5
    assert found["fifths"][-1]["bad_rate"] > found["fifths"][0]["bad_rate"]
    quiet = report(applicants(), time="month", drop=["group"])["stability"]
    assert not quiet["score"]["moved"]


def test_an_unfair_model_is_named_with_the_column_that_makes_it_so() -> None:
    found = report(applicants(unfair=True), protected=["group"], drop=["month"])
    assert "group" not in [one["name"] for one in found["bins"]], "no model sees it"
    (column,) = found["fairness"]
    assert {(one["measure"], one["group"]) for one in column["findings"]} == {
        ("four fifths", "red"),
        ("equal opportunity", "red"),
    }
    assert column["proxies"][0]["name"] == "area"
    assert sum(one["rows"] for one in column["groups"]) == 1500


def test_what_mending_an_unfair_model_costs_is_said() -> None:
    (column,) = report(applicants(unfair=True), protected=["group"], drop=["month"])["fairness"]
    now, by_group, blind = column["remedies"][:3]
    assert (now["remedy"], now["other"]) == ("as it is", 0)
    assert blind["remedy"] == "scorecard without area"
    assert now["least_ratio"] < 0.8
    for mended in (by_group, blind):
        assert mended["approved"] == pytest.approx(now["approved"], abs=0.001), "as many are approved"
        assert mended["least_ratio"] >= 0.79
        assert mended["bad_rate"] > now["bad_rate"], "it costs"
        assert mended["other"] > 0
    assert by_group["auc"] == now["auc"]
    assert blind["auc"] < now["auc"]
    assert by_group["bad_rate"] < blind["bad_rate"], "the least that mends costs less than looking away"


def test_a_fair_model_is_not_accused() -> None:
    for seed in range(3):
        (column,) = report(applicants(seed=seed), protected=["group"], drop=["month", "area"])["fairness"]
        assert column["findings"] == []
        assert "remedies" not in column
        assert column["proxies"][0]["strength"] < 0.1


def test_numbers_become_bands() -> None:
    ages = pl.Series("age", [None, *range(20, 60)])
    assert fairness.groups(ages).n_unique() == fairness.BANDS + 1
    assert fairness.groups(pl.Series([1, 0, 1, None])).to_list() == ["1", "0", "1", "missing"]


def test_a_column_that_tells_nearly_alone_is_suspect() -> None:
    rows = applicants()
    leak = rows["bad"] * 10 + np.random.default_rng(2).normal(0, 2, len(rows))
    assert list(report(rows.with_columns(leak.alias("fees_after_default")))["suspects"]) == ["fees_after_default"]
    assert report(rows)["suspects"] == {}


def test_the_rejected_are_learned_from_with_care() -> None:
    """An officer who saw more than the table refused people; through the door, those refused would have fared worse."""
    rng = np.random.default_rng(3)
    rows = applicants(4000, seed=3)
    seen = rng.normal(size=4000) + 1.2 * rows["bad"].to_numpy() + 0.5 * rows["late"].to_numpy()
    accepted = (seen < 1.0).astype(int)
    told = rows.with_columns(
        pl.Series("accepted", accepted), pl.when(pl.Series(accepted) == 1).then(pl.col("bad")).alias("bad")
    ).drop("month", "group")

    def expected(**roles: Any) -> float:
        trained = training.train(table.sample(told, Roles("bad", **roles)), name="t")
        assert ("rejects" in trained.report) == bool(roles.get("accepted"))
        from xindai_lab import bulk

        return float(bulk.score(trained.card, rows)["pd"].mean())  # type: ignore[arg-type]

    truth = float(rows["bad"].mean())  # type: ignore[arg-type]
    alone, careful = expected(drop=["accepted"]), expected(accepted="accepted")
    assert alone < careful < truth * 1.05
    assert abs(careful - truth) < abs(alone - truth)


def test_bins_edited_by_hand_are_kept(tmp_path: Path) -> None:
    rows, rng = applicants(), np.random.default_rng(7)
    driver = rng.random(1500) < 0.2 + 0.4 * rows["bad"].to_numpy()
    rows = rows.with_columns(pl.Series("job", np.where(driver, "driver", rng.choice(["clerk", "nurse"], 1500))))
    sample = table.sample(rows, Roles("bad", drop=["month", "group"]))
    training.save(training.train(sample, name="t"), tmp_path / "t", target="bad", source="s")
    found = json.loads((tmp_path / "t" / "bins.json").read_text())
    assert found["late"] == sorted(found["late"])
    edited = tmp_path / "bins.json"
    edited.write_text(json.dumps({"late": [1.0, 3.0], "job": [["clerk", "nurse"], ["driver"]]}))
    again = training.train(table.with_bins(sample, edited), name="t")
    bins = {one["name"]: one["bins"] for one in again.report["bins"]}
    assert [row["below"] for row in bins["late"]] == ["1.0", "3.0", None]
    assert [row["names"] for row in bins["job"]] == [["clerk", "nurse"], ["driver"]]


def test_training_again_into_the_same_folder_keeps_them(tmp_path: Path) -> None:
    rows = applicants(600).drop("month", "group")
    rows.write_csv(tmp_path / "past.csv")
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "bins.edited.json").write_text('{"late": [2.0]}')
    command = [sys.executable, "-m", "xindai.main", "train", str(tmp_path / "past.csv"), "--target", "bad"]
    done = subprocess.run([*command, "--out", str(tmp_path / "t")], capture_output=True, text=True, check=True)
    assert "kept as edited by hand: late" in done.stdout
    assert json.loads((tmp_path / "t" / "bins.json").read_text())["late"] == [2.0]


@pytest.mark.parametrize(
    "bins", ['{"late": [3, 1]}', '{"late": []}', '{"late": ["1"]}', '{"job": [["clerk"], ["clerk"]]}', '{"who": [1]}', "[]", "{"]
)  # fmt: skip
def test_bins_that_are_none_are_refused(bins: str, tmp_path: Path) -> None:
    rows = applicants(400).with_columns(pl.Series("job", ["clerk", "driver"] * 200))
    (tmp_path / "bins.json").write_text(bins)
    with pytest.raises(DataUnfit):
        table.with_bins(table.sample(rows, Roles("bad")), tmp_path / "bins.json")


@pytest.mark.parametrize(("column", "values"), [("accepted", [2] * 400), ("accepted", [1] * 400), ("nobody", None)])
def test_a_column_of_the_accepted_says_yes_or_no(column: str, values: list[int] | None) -> None:
    rows = applicants(400)
    with pytest.raises(DataUnfit):
        table.sample(rows.with_columns(accepted=pl.Series(values or [1] * 400)), Roles("bad", accepted=column))
