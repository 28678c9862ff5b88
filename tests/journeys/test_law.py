"""The law changes on a day, by a line of data: from then on nothing dearer is offered, shown or drawn, and what was agreed stays."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from installations import installed
from refusals import code_of
from xindai_sandbox.client import Addresses, Borrower, Caller, Clock, Staff

TURNS = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=4)
CAP = "0.05"


@pytest.fixture(scope="module")
def where(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    """An installation whose law allows much less from a day on."""
    document = json.loads(resources.files("xindai.values").joinpath("law.json").read_text(encoding="utf-8"))
    cap = next(one for one in document if one["name"] == "highest_annual_cost")
    cap["values"].append({"since": TURNS.isoformat(), "value": CAP})
    file = tmp_path_factory.mktemp("law") / "law.json"
    file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    with installed(home, XINDAI_LAW=str(file)) as found:
        yield found


def proposal(clock: Clock, *, in_days: int, cost: str) -> dict[str, Any]:
    return {
        "code": f"loan_in_{in_days}", "name_en": "Loan", "name_zh": "贷款", "least": {"amount": "1000.00"},
        "most": {"amount": "8000.00"}, "months": [3, 6], "method": "annuity", "day_count": "act/365", "highest_cost": cost,
        "effective_from": (clock.today() + timedelta(days=in_days)).isoformat(),
    }  # fmt: skip


def test_from_its_day_on_nothing_is_offered_shown_or_drawn_above_the_new_cap(
    where: Addresses, clock: Clock, staff: Staff, borrower: Callable[..., Borrower]
) -> None:
    (figure,) = next(one for one in staff.get("/v1/staff/compliance-rules")["data"] if one["id"] == "R-PRICE-01")[
        "figures"
    ]
    assert (figure["now"], figure["values"][TURNS.isoformat()]) == ("0.24", CAP)
    borrowing, drawing, waiting = borrower(), borrower(), borrower()
    loan = borrowing.accept(borrowing.apply("6000.00", 6)["offer_id"])
    line = drawing.open_line(drawing.apply("5000.00", 12, product="credit_line")["offer_id"])
    assert drawing.draw(line["id"], "1000.00", 3)["status"] == "current"
    offer = waiting.apply("6000.00", 6)["offer_id"]
    assert code_of(lambda: staff.post("/v1/staff/products", proposal(clock, in_days=9, cost="0.24"))) == "product_unfit"
    assert staff.post("/v1/staff/products", proposal(clock, in_days=9, cost=CAP))["status"] == "proposed"
    assert staff.post("/v1/staff/products", proposal(clock, in_days=0, cost="0.24"))["status"] == "proposed"

    clock.to(TURNS)
    products = Caller(where.api).get("/v1/products")["data"]
    assert {product["highest_annual_cost"] for product in products} == {CAP}
    assert code_of(lambda: waiting.accept(offer)) == "cost_above_cap"
    assert code_of(lambda: drawing.draw(line["id"], "1000.00", 3)) == "cost_above_cap"
    late = borrower().apply("6000.00", 6)
    assert (late["status"], late["offer_id"]) == ("declined", None)
    decision = staff.get(f"/v1/staff/applications/{late['id']}/decision")
    assert decision["verdicts"] and "price_within_cap" in str(decision)
    assert staff.get(f"/v1/staff/decisions/{decision['id']}/replay")["differs"] == []
    assert borrowing.loan(loan["id"])["schedule"] == loan["schedule"]
    assert borrowing.repay(loan["id"], "early")["status"] == "settled"
    rules = staff.post("/v1/staff/compliance-looks")["data"]
    price = next(one for one in rules if one["id"] == "R-PRICE-01")
    assert (price["figures"][0]["now"], price["last"]["broken"]) == (CAP, 0)
    assert price["last"]["counted"] >= 3
