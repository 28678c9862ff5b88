"""Lines in use are looked at each month: good standing is offered more, trouble is stopped, and each is told why."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from xindai_sandbox.client import Borrower, Clock, Refused, Staff, World


def opened(one: Borrower, draw: str) -> str:
    application = one.apply("5000.00", 12, product="credit_line")
    line = str(one.open_line(application["offer_id"])["id"])
    one.draw(line, draw, 12)
    return line


def refused(do: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        do()
    return caught.value.code


def test_half_a_year_of_two_lines(
    borrower: Callable[..., Borrower],
    person: Callable[..., dict[str, Any]],
    world: World,
    staff: Staff,
    clock: Clock,
    home: Path,
) -> None:
    payer, defaulter = borrower(), borrower(**person(pays=0))
    for one in (payer, defaulter):
        one.accept(one.apply("2000.00", 3)["offer_id"])
    steady, late = borrower(), borrower(**person(pays=2))
    good, bad = opened(steady, "2500.00"), opened(late, "3000.00")
    clock.to(clock.today() + timedelta(days=13))
    assert steady.get(f"/v1/lines/{good}/reviews")["data"] == [], "a line is left alone at first"
    clock.to(clock.today() + timedelta(days=145))
    looks = late.get(f"/v1/lines/{bad}/reviews")["data"]
    frozen = next(one for one in looks if one["verdict"] == "freeze")
    assert frozen["why"]["code"] == "long_overdue"
    assert frozen["reasons"][0]["zh"]
    assert late.get(f"/v1/lines/{bad}")["status"] == "frozen"
    assert refused(lambda: late.draw(bad, "500.00", 3)) == "line_not_drawable"
    texts = [message["text"] for message in world.messages(late.person["phone"])]
    assert any("暂停使用" in text for text in texts)
    clock.to(clock.today() + timedelta(days=30))
    seen = steady.get(f"/v1/lines/{good}/reviews")["data"]
    offer = seen[0]
    assert (offer["verdict"], offer["why"]["code"], offer["offer"]) == ("raise", "good_twice", True)
    assert {one["verdict"] for one in seen[1:]} == {"keep"}
    assert steady.get(f"/v1/lines/{good}")["limit"]["amount"] == "5000.00", "nothing is raised without a yes"
    kept = staff.get(f"/v1/staff/lines/{good}/reviews")["data"][0]
    assert (kept["id"], kept["grade"] in "AB", kept["features"]["account_late_worst_12m"]) == (offer["id"], True, 0)
    path = f"/v1/line-reviews/{offer['id']}/acceptances"
    assert refused(lambda: late.post(path)) == "raise_not_found"
    assert refused(lambda: steady.post("/v1/line-reviews/lrev_none/acceptances")) == "raise_not_found"
    assert steady.post(path)["limit"] == offer["limit_after"]
    assert steady.post(path)["limit"] == offer["limit_after"], "twice is once"
    notes = [note["action"] for note in staff.get("/v1/staff/audit-notes", subject=good)["data"]]
    assert notes.count("line_limit_changed") == 2, "opened, and raised by its person"
    keeps = [one["id"] for one in seen if one["verdict"] == "keep"]
    assert refused(lambda: steady.post(f"/v1/line-reviews/{keeps[0]}/acceptances")) == "raise_not_found"
    assert staff.get("/v1/staff/books")["holds"]
    _can_be_learned_from(home)


def _can_be_learned_from(home: Path) -> None:
    """The lender's own past: one loan was paid, one went bad, two lines are no loans of their own."""

    def run(*arguments: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "xindai.main", *arguments, "--json"], capture_output=True, text=True, check=True,
            env={"XINDAI_HOME": str(home), "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    past = home.parent / "past.parquet"
    assert run("history", str(past)) == {"decisions": 4, "known": 2, "bad": 1, "out": str(past)}
    table = pl.read_parquet(past)
    assert table["bad"].to_list() == [0, 1, None, None]
    assert table["accepted"].to_list() == [1] * 4
    assert table["bureau_cards"].to_list() == [1] * 4
    assert set(table.columns) >= {"monthly_income", "amount", "outcome", "pd_ppm"}
    assert not {"name", "phone", "id_number", "person"} & set(table.columns)
    told = run("backtest", "consumer", str(past))
    assert (told["applications"], told["approve"], told["bad_rate"]) == (2, 2, 0.5)
