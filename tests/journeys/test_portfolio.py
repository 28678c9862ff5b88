"""Five months of a small book, looked at as a whole: by the API, as columns, and by SQL; all say the same."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from xindai.base import embedded
from xindai.base.db import Database
from xindai.book.portfolio import views
from xindai_sandbox.client import Addresses, Borrower, Clock, Refused, Staff

Loan = Callable[..., tuple[Borrower, dict[str, Any]]]


def test_five_months_of_a_small_book(loan: Loan, clock: Clock, staff: Staff, where: Addresses, home: Path) -> None:
    with pytest.raises(Refused) as refused:
        staff.get("/v1/staff/portfolio/forecast")
    assert refused.value.code == "portfolio_too_young"
    for _ in range(4):
        loan("3000.00", 12)
    loan("3000.00", 12, pays=0)
    loan("6000.00", 12, pays=2)
    clock.to((clock.today() + timedelta(days=140)).replace(day=2))
    risk = staff.get("/v1/staff/portfolio/at-risk")["data"]
    assert [row["month"] for row in risk] == sorted({row["month"] for row in risk})
    assert float(risk[-1]["principal"]["amount"]) > float(risk[-1]["par1"]["amount"]) > 0
    assert float(risk[-1]["par90"]["amount"]) > 0
    vintage = staff.get("/v1/staff/portfolio/vintages")["data"]
    assert (vintage[-1]["loans"], vintage[-1]["bad"], vintage[-1]["bad_share"]) == (6, 2, "0.3333")
    first = staff.get("/v1/staff/portfolio/first-defaults")["data"][0]
    assert (first["loans"], first["fpd"], first["tpd"]) == (6, 1, 1)
    rolls = staff.get("/v1/staff/portfolio/rolls")["data"]
    assert {("M0", "M0"), ("M1", "M2")} <= {(row["stage"], row["to"]) for row in rolls}
    forecast = staff.get("/v1/staff/portfolio/forecast")["data"]
    assert [row["months"] for row in forecast] == [3, 6, 12]
    assert all(float(row["low"]["amount"]) <= float(row["high"]["amount"]) for row in forecast)
    loss = staff.get("/v1/staff/portfolio/expected-loss")
    assert [stage["number"] for stage in loss["stages"]] == [1, 2, 3]
    assert sum(stage["loans"] for stage in loss["stages"]) == 6
    assert 0 < float(loss["expected_loss"]["amount"]) < float(risk[-1]["principal"]["amount"])

    token = staff._call._http.headers["Authorization"]
    taken = httpx.get(
        f"{where.api}/v1/staff/portfolio/loan-months.parquet", headers={"Authorization": token}, trust_env=False
    )
    columns = pl.read_parquet(BytesIO(taken.content))
    assert dict(columns.schema) == views.SCHEMA
    assert columns["principal"].sum() == round(sum(float(row["principal"]["amount"]) for row in risk) * 100)
    database = Database(embedded.attach(home))  # of the installation that runs; it is stopped with it
    try:
        with database.transaction() as tx:
            by_sql = tx.rows("SELECT month, principal, par1, par30, par60, par90 FROM portfolio_at_risk ORDER BY month")
            vintage_sql = tx.rows("SELECT cohort, mob, loans, lent, bad, bad_lent FROM portfolio_vintage ORDER BY 1, 2")
    finally:
        database.close()
    assert [{name: row[name] for name in row} for row in views.at_risk(columns.lazy()).to_dicts()] == [
        {**row, **{name: int(row[name]) for name in row if name != "month"}} for row in by_sql
    ]
    assert views.vintages(columns.lazy()).to_dicts() == [
        {**row, **{name: int(row[name]) for name in row if name != "cohort"}} for row in vintage_sql
    ]
    assert isinstance(columns["month"][0], date)


def test_only_staff_see_the_book(where: Addresses, borrower: Callable[..., Borrower]) -> None:
    with pytest.raises(Refused) as refused:
        borrower().get("/v1/staff/portfolio/at-risk")
    assert refused.value.status == 401
