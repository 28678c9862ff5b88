"""Ten million loan-months looked at: vintages, rolls, what is at risk, what is to be expected; pandas beside it on a tenth."""

import os
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from benchmarks.result import Result
from xindai.book.portfolio import expected, views
from xindai.book.portfolio.views import SCHEMA

ROWS = int(os.environ.get("XINDAI_LOAN_MONTHS", "10000000"))
MONTHS = 24
TENTH = 10


def run() -> list[Result]:
    book = _book(ROWS // MONTHS)
    small = _book(ROWS // MONTHS // TENTH).to_pandas()
    looks: list[tuple[str, Callable[[], Any], Callable[[], Any]]] = [
        ("vintages", lambda: views.vintages(book.lazy()), lambda: _vintages(small)),
        ("rolls from stage to stage", lambda: views.rolls(book.lazy()), lambda: _rolls(small)),
        ("what is at risk", lambda: views.at_risk(book.lazy()), lambda: _at_risk(small)),
    ]
    results = []
    for name, ours, peer in looks:
        took, took_peer = _best(ours), _best(peer)
        rate, peer_rate = len(book) / took / 1e6, len(small) / took_peer / 1e6
        results.append(Result(f"{name}, {len(book):,} loan-months", rate, "M rows/s", "pandas, a tenth", peer_rate))
    rolls = views.rolls(book.lazy())
    took = _best(lambda: expected.forecast(rolls, [1e9] * expected.LIVING))
    results.append(Result("loss of a year with its interval, once rolled", took * 1e3, "ms"))
    return results


def _best(do: Callable[[], Any]) -> float:
    times = []
    for _ in range(2):
        began = time.perf_counter()
        do()
        times.append(time.perf_counter() - began)
    return min(times)


def _book(loans: int) -> pl.DataFrame:
    """So many loans over two years; one in twelve walks through the stages."""
    rng = np.random.default_rng(7)
    months = np.arange(MONTHS)
    days = np.where(
        rng.random(loans)[:, None] < 1 / 12, np.maximum(0, months - rng.integers(1, 20, loans)[:, None]) * 30, 0
    )
    starts = pl.date_range(date(2024, 1, 1), date(2025, 12, 1), "1mo", eager=True)
    lent = rng.integers(100_000, 2_000_000, loans)
    count = loans * MONTHS
    return pl.DataFrame({
        "month": starts.gather(np.tile(months, loans)),
        "loan_id": pl.Series(np.repeat(np.arange(loans), MONTHS)).cast(pl.String),
        "product": pl.Series(["consumer_instalment"]).gather(np.zeros(count, dtype=np.uint32)),
        "cohort": starts.gather(np.repeat(rng.integers(0, 6, loans), MONTHS)),
        "mob": np.tile(months, loans).astype(np.int32), "days": days.reshape(-1).astype(np.int32),
        "missed": (days.reshape(-1) > 0).astype(np.int32), "lent": np.repeat(lent, MONTHS),
        "principal": np.repeat(lent, MONTHS) - np.tile(months, loans) * 1000,
        "written_off": np.zeros(count, dtype=np.int64), "recovered": np.zeros(count, dtype=np.int64),
        "state": pl.Series(["living"]).gather(np.zeros(count, dtype=np.uint32)),
    }, schema=SCHEMA)  # fmt: skip


def _vintages(book: pd.DataFrame) -> Any:
    bad = book[book.days > 30].groupby("loan_id").mob.min().rename("bad_mob")
    lives = book.groupby("loan_id").agg(cohort=("cohort", "first"), lent=("lent", "first")).join(bad)
    turned = lives.groupby(["cohort", "bad_mob"]).lent.agg(["count", "sum"])
    return turned.groupby(level=0).cumsum()


def _rolls(book: pd.DataFrame) -> Any:
    staged = book[["month", "loan_id", "principal"]].assign(stage=np.minimum((book.days + 29) // 30, 6))
    staged["month"] = pd.to_datetime(staged.month)
    later = staged[["month", "loan_id", "stage"]].rename(columns={"stage": "to"})
    later["month"] -= pd.DateOffset(months=1)
    both = staged.merge(later, on=["month", "loan_id"])
    return both.groupby(["month", "stage", "to"]).principal.agg(["count", "sum"])


def _at_risk(book: pd.DataFrame) -> Any:
    late = {f"par{days}": book.principal.where(book.days >= days, 0) for days in views.RISKS}
    return book.assign(**late).groupby("month")[["principal", *late]].sum()
