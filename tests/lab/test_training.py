"""Training and scoring as an analyst meets them: no setting needed, clear words when the data cannot teach."""

import gzip
import html
import itertools
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from xindai.credit import scoring
from xindai_lab import bulk, measures, scorecard, table, training


def past_loans(rows: int = 900, seed: int = 1) -> pl.DataFrame:
    """Made-up loans: income speaks for, arrears against, a job matters, noise does not, some values are missing."""
    rng = np.random.default_rng(seed)
    income, late = rng.lognormal(9, 0.5, rows), rng.poisson(0.7, rows)
    job = rng.choice(["clerk", "driver", "nurse"], rows)
    logit = -1.0 - 0.8 * (np.log(income) - 9) + 0.9 * late - 0.8 * (job == "nurse")
    bad = rng.random(rows) < 1 / (1 + np.exp(-logit))
    return pl.DataFrame({
        "income": [None if hole else value for value, hole in zip(income, rng.random(rows) < 0.1, strict=True)],
        "late": late, "job": job, "noise": rng.normal(size=rows), "constant": 5, "bad": bad.astype(int),
    })  # fmt: skip


@pytest.fixture(scope="module")
def trained() -> training.Trained:
    return training.train(table.sample(past_loans(), table.Roles("bad")), name="test")


def test_a_scorecard_is_found_that_tells_good_from_bad(trained: training.Trained) -> None:
    figures = trained.report["models"]["scorecard"]
    assert figures["auc"] > 0.7
    assert 0.9 < figures["expected_over_seen"] < 1.1
    assert trained.report["left_out"] == {"constant": "one value only"}
    assert {"income", "late"} <= {one["name"] for one in trained.card["characteristics"]}


def test_bins_of_a_number_are_monotone(trained: training.Trained) -> None:
    for one in trained.card["characteristics"]:
        if one["type"] == "number":
            logits = [row["logit"] for row in one["bins"]]
            assert logits in (sorted(logits), sorted(logits, reverse=True)), one["name"]


def test_a_table_is_scored_exactly_as_each_row_alone(trained: training.Trained) -> None:
    rows = pl.concat(
        [past_loans(120, seed=2).drop("bad"), pl.DataFrame({"job": ["pilot"], "late": [None]})], how="diagonal_relaxed"
    )
    scored = bulk.score(trained.card, rows)
    alone = scoring.parse(trained.card)
    for row, got in zip(rows.to_dicts(), scored.to_dicts(), strict=True):
        one = alone.score(row)
        assert (got["score"], got["grade"]) == (one.score, one.grade)
        assert round(got["pd"] * 1_000_000) == pytest.approx(one.pd_ppm, abs=1)
        assert [name for name in got["reasons"].split("; ") if name] == [reason.feature for reason in one.reasons]


@pytest.mark.parametrize("by", ["challenger", "blend"])
def test_every_model_gives_the_same_columns_and_its_own_reasons(trained: training.Trained, by: str) -> None:
    rows = past_loans(200, seed=4)
    scored = bulk.score(trained.card, rows, boosted=trained.boosted, by=by)
    assert measures.auc(rows["bad"].to_numpy(), scored["pd"].to_numpy()) > 0.7
    assert scored.sort("pd")["score"].to_list() == sorted(scored["score"].to_list(), reverse=True)
    assert any("late" in reasons for reasons in scored["reasons"])


def test_reports_measure_what_outside_libraries_measure(trained: training.Trained) -> None:
    from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve

    rng = np.random.default_rng(3)
    bad, pd = rng.integers(0, 2, 500), np.round(rng.random(500), 2)
    assert measures.auc(bad, pd) == pytest.approx(roc_auc_score(bad, pd))
    false, true, _ = roc_curve(bad, pd)
    assert measures.ks(bad, pd) == pytest.approx(max(true - false))
    assert measures.brier(bad, pd) == pytest.approx(brier_score_loss(bad, pd))
    assert sum(row["count"] for row in trained.report["calibration"]) == trained.report["rows"]
    assert trained.report["gains"][-1]["bads_caught"] == 1


def test_weights_count() -> None:
    rows = past_loans().with_columns(pl.when(pl.col("bad") == 1).then(3.0).otherwise(1.0).alias("weight"))
    plain = scorecard.fit(table.sample(rows.drop("weight"), table.Roles("bad")).features, rows["bad"].to_numpy())
    weighted = table.sample(rows, table.Roles("bad", weight="weight"))
    heavy = scorecard.fit(weighted.features, weighted.bad, weighted.weight)
    assert heavy.logit(weighted.features).mean() > plain.logit(weighted.features).mean() + 0.5


def test_a_time_column_judges_on_the_latest_fifth() -> None:
    rows = past_loans().with_row_index("month")
    report = training.train(table.sample(rows, table.Roles("bad", time="month")), name="t").report
    assert report["judged_on"] == "the latest fifth, out of time"
    assert sum(row["count"] for row in report["calibration"]) == 180


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "xindai.main", *arguments], capture_output=True, text=True, check=False
    )


def wrong_tables(good: pl.DataFrame) -> dict[str, tuple[pl.DataFrame, str]]:
    return {
        "the target is not there": (good, "missing"),
        "the target is constant": (good.with_columns(bad=pl.lit(0)), "bad"),
        "the target has three values": (good.with_columns(bad=pl.arange(0, pl.len()) % 3), "bad"),
        "which value is bad cannot be told": (good.with_columns(bad=pl.Series(["a", "b"] * (len(good) // 2))), "bad"),
        "twenty rows": (good.head(20), "bad"),
        "one class only twice": (good.with_columns(bad=(pl.arange(0, pl.len()) < 2).cast(int)), "bad"),
        "a column that equals the target": (good.with_columns(leak=pl.col("bad")), "bad"),
        "a column that equals the target in words": (
            good.with_columns(leak=pl.col("bad").replace_strict({0: "ok", 1: "lost"})),
            "bad",
        ),
        "nothing left to learn from": (good.select("constant", "bad"), "bad"),
    }


@pytest.mark.parametrize("why", wrong_tables(past_loans(300)))
def test_data_that_cannot_teach_is_refused_in_clear_words(why: str) -> None:
    rows, target = wrong_tables(past_loans(300))[why]
    with pytest.raises(table.DataUnfit) as refused:
        table.sample(rows, table.Roles(target))
    assert refused.value.sentence()


def test_files_are_read_or_refused_whole(tmp_path: Path) -> None:
    rows = past_loans(300)
    rows.write_parquet(tmp_path / "a.parquet")
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(rows.write_csv().encode()))
    assert table.read(tmp_path / "a.parquet").equals(rows)
    assert table.read(tmp_path / "a.csv.gz").shape == rows.shape
    (tmp_path / "twice.csv").write_text("a,b,a\n1,2,3\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "broken.parquet").write_text("x")
    (tmp_path / "broken.csv.gz").write_text("x")
    (tmp_path / "x.docx").write_text("x")
    for name in ("twice.csv", "empty.csv", "broken.parquet", "broken.csv.gz", "x.docx", "none.csv"):
        with pytest.raises(table.DataUnfit):
            table.read(tmp_path / name)


def test_train_and_score_from_the_command_line(tmp_path: Path) -> None:
    past_loans().write_csv(tmp_path / "past.csv")
    done = run("train", str(tmp_path / "past.csv"), "--target", "bad", "--out", str(tmp_path / "model"), "--json")
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == [
        "bins.json", "card.json", "challenger.json", "challenger.txt", "report.html", "report.json", "scorecard.json",
    ]  # fmt: skip
    assert json.loads((tmp_path / "model" / "card.json").read_text())["hash"] == said["hash"]
    scored = run("score", str(tmp_path / "model"), str(tmp_path / "past.csv"))
    header = scored.stdout.splitlines()[0]
    assert header.endswith("pd,score,grade,reasons")
    assert len(scored.stdout.splitlines()) == 901
    assert run("score", str(tmp_path / "model"), str(tmp_path / "past.csv"), "--by", "magic").returncode == 2
    (tmp_path / "model" / "scorecard.json").write_text("{}")
    refused = run("score", str(tmp_path / "model"), str(tmp_path / "past.csv"))
    assert (refused.returncode, refused.stderr.split(":")[0]) == (1, "model_unreadable")
    refused = run("train", str(tmp_path / "past.csv"), "--target", "nothing")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)


def test_a_report_is_one_page_with_every_characteristic_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    loans = past_loans(600).rename({"income": "<b>income & more</b>"})
    trained = training.train(table.sample(loans, table.Roles("bad")), name="<i>test</i>")
    training.save(trained, tmp_path, target="bad", source="loans.csv")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    for one in trained.report["bins"]:
        assert html.escape(one["name"]) in text
    assert "<b>income" not in text
    assert "<i>test" not in text
    assert text.count("<svg") == 4
    assert not re.findall(r'(?:src|href)="(?!#)', text.replace('xlink:href="#', ""))
    assert "<script" not in text


def test_a_curve_runs_from_corner_to_corner_over_the_area_that_is_said(trained: training.Trained) -> None:
    points = trained.report["roc"]["scorecard"]
    assert (points[0], points[-1]) == ((0.0, 0.0), (1.0, 1.0))
    area = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in itertools.pairwise(points))
    assert area == pytest.approx(trained.report["models"]["scorecard"]["auc"], abs=0.005)
    spread = trained.report["spread"]
    assert sum(spread["goods"]) == pytest.approx(1, abs=1e-3)
    assert sum(spread["bads"]) == pytest.approx(1, abs=1e-3)


def test_a_gain_of_auc_comes_with_an_interval_that_holds_it() -> None:
    rng = np.random.default_rng(3)
    hidden, bad = rng.normal(size=4000), np.zeros(4000, dtype=int)
    bad[rng.random(4000) < 1 / (1 + np.exp(-hidden + 1.5))] = 1
    before, after = hidden + rng.normal(size=4000) * 2, hidden + rng.normal(size=4000)
    gain = measures.auc_gain(bad, before, after)
    assert gain["auc"] == pytest.approx(measures.auc(bad, after) - measures.auc(bad, before), abs=1e-6)
    assert 0 < gain["from"] < gain["auc"] < gain["to"]
    drawn = [_gain_of(rng.integers(0, 4000, 4000), bad, before, after) for _ in range(200)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert (gain["from"], gain["to"]) == (pytest.approx(low, abs=0.012), pytest.approx(high, abs=0.012))
    same = measures.auc_gain(bad, before, before)
    assert (same["auc"], same["from"], same["to"]) == (0, 0, 0)


def _gain_of(rows: Any, bad: Any, before: Any, after: Any) -> float:
    return measures.auc(bad[rows], after[rows]) - measures.auc(bad[rows], before[rows])
