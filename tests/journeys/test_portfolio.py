"""Five months of a small book, looked at as a whole: by the API, as columns, and by SQL; all say the same."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from refusals import code_of
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
    _, never = loan("3000.00", 12, pays=0)
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
    evening = (clock.today() - timedelta(days=clock.today().day)).isoformat()
    by_rule = sum(
        float(row["allowance"]["amount"]) for row in staff.get("/v1/staff/portfolio/ageing", on=evening)["data"]
    )
    aside = {one["account"]: float(one["balance"]["amount"]) for one in staff.get("/v1/staff/ledger/balances")["data"]}
    beyond = max(0.0, float(loss["expected_loss"]["amount"]) - by_rule)
    assert -aside["expected_loss_allowance"] == pytest.approx(beyond, abs=0.01)
    classed = staff.get(f"/v1/staff/loans/{never['id']}/class")
    assert (classed["asset_class"], classed["by_days"], classed["overdue_days"] > 90) == ("substandard",) * 2 + (True,)
    assert [(one["cause"], one["ends_on"]) for one in classed["floors"]] == [("was_bad", None)]

    token = staff._call._http.headers["Authorization"]
    taken = httpx.get(
        f"{where.api}/v1/staff/portfolio/loan-months.parquet", headers={"Authorization": token}, trust_env=False
    )
    columns = pl.read_parquet(BytesIO(taken.content))
    assert dict(columns.schema) == views.SCHEMA
    assert all(one.startswith("tok_") for one in columns["loan_id"])
    found = f"{where.api}/v1/staff/portfolio/loan-months.parquet?to=rating-agency"
    theirs = pl.read_parquet(BytesIO(httpx.get(found, headers={"Authorization": token}, trust_env=False).content))
    assert set(theirs["loan_id"]).isdisjoint(columns["loan_id"]), "files of two receivers do not fit together"
    asked = {"token": theirs["loan_id"][0], "to": "rating-agency", "reason": "评级机构询问该笔"}
    loan_id = staff.post("/v1/staff/portfolio/token-resolutions", asked)["id"]
    assert loan_id in {one["id"] for one in staff.get("/v1/staff/loans")["data"]}
    wrong = {**asked, "to": "own"}
    assert code_of(lambda: staff.post("/v1/staff/portfolio/token-resolutions", wrong)) == "token_not_found"
    (note,) = staff.get("/v1/staff/audit-notes", action="token_resolved")["data"]
    assert (note["subject"], note["facts"]["reason"]) == (loan_id, asked["reason"])
    exported = [one["facts"]["to"] for one in staff.get("/v1/staff/audit-notes", action="exported")["data"]]
    assert exported == ["rating-agency", "own"]
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


def test_a_loan_is_judged_beyond_its_days_by_two_and_the_books_follow(
    loan: Loan, clock: Clock, staff: Staff, second: Staff
) -> None:
    _, made = loan("8000.00", 12)
    path = f"/v1/staff/loans/{made['id']}"
    judged = staff.post(f"{path}/class-judgements", {"asset_class": "doubtful", "reason": "法院已受理借款人破产申请"})
    assert judged["status"] == "proposed"
    assert [one["id"] for one in staff.get("/v1/staff/class-judgements")["data"]] == [judged["id"]]
    approve = f"/v1/staff/class-judgements/{judged['id']}/approvals"
    assert code_of(lambda: staff.post(approve)) == "same_person"
    worse = {"asset_class": "loss", "reason": "抵押物已灭失"}
    assert code_of(lambda: staff.post(f"{path}/class-judgements", worse)) == "class_judgement_open"
    second.post(approve)
    shown = staff.get(f"{path}/class")
    assert (shown["asset_class"], shown["by_days"]) == ("doubtful", "normal")
    today = clock.today()
    clock.to(today + timedelta(days=1))
    rows = staff.get("/v1/staff/portfolio/ageing", on=today.isoformat())["data"]
    doubtful = [
        (row["late_from"], row["loans"], row["allowance"]["amount"]) for row in rows if row["asset_class"] == "doubtful"
    ]
    assert doubtful == [(0, 1, "4000.00")]
    assert staff.get("/v1/staff/books")["holds"]
    trail = [one["action"] for one in staff.get("/v1/staff/audit-notes", subject=made["id"])["data"]]
    assert {"class_judgement_proposed", "class_judged"} <= set(trail)
    assert code_of(lambda: staff.post("/v1/staff/class-judgements/flr_none/approvals")) == "class_judgement_not_found"
