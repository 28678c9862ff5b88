"""`kill -9` of API or worker, before, inside and after every step of every journey: nothing is lost, nothing doubled."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from installations import installed
from xindai_sandbox.client import Borrower, Clock, Staff, World

SRC = Path(__file__).parents[2] / "src" / "xindai"
ON_FAILURE_ONLY = {"pay: lost sight", "pay: sent again", "staff decline", "withdraw"}
"""Transactions that this life does not meet; the failing world and the doors meet them."""


def points_in_the_code() -> set[str]:
    """Every step and every named transaction, as the sources have them."""
    text = "".join(path.read_text() for path in [*(SRC / "journeys").glob("*.py"), *(SRC / "edges").rglob("*.py")])
    steps = {
        f"{name}: {when}"
        for name in re.findall(r'workflow\.step\(\s*"([^"]+)"', text)
        for when in ("before", "done, not kept")
    }
    steps |= {f"apply: {name}: {when}" for name in ("identity", "bureau") for when in ("before", "done, not kept")}
    names = set(re.findall(r'\.transaction\("([^"]+)"\)', text)) | set(re.findall(r'_hear\(word, "([^"]+)"\)', text))
    return steps | {f"{name}: {when}" for name in names - ON_FAILURE_ONLY for when in ("before commit", "after commit")}


def test_a_life_killed_at_every_point_is_the_same_life(tmp_path: Path, person: Callable[..., dict[str, Any]]) -> None:
    deaths = tmp_path / "deaths.txt"
    with installed(tmp_path / "var", XINDAI_CRASH_LOG=str(deaths)) as where:
        clock, world, staff = Clock(where.api), World(where.world), Staff(where)
        second_staff = Staff(where, second=True)
        one, other, drawer = person(pays=1), person(), person()
        world.register([one, other, drawer])
        idle = Borrower(where, other)
        unclaimed = idle.apply("3000.00", 3)
        borrower = Borrower(where, one)
        application = borrower.apply("6000.00", 3)
        loan = borrower.accept(application["offer_id"])
        assert loan["status"] == "current"
        _changes_by_two(staff, second_staff, loan)
        drawing = Borrower(where, drawer)
        _draws(drawing)
        world.fail("bank", "notice", "loss", times=1)
        first, second, _ = (date.fromisoformat(row["due_on"]) for row in loan["schedule"])
        clock.to(first + timedelta(days=1))
        clock.to(second + timedelta(days=2))
        world.register([{**one, "pays": None}])
        assert borrower.repay(loan["id"], "due", "500.00")["status"] == "settled"
        clock.to(second + timedelta(days=8))
        world.fail("bank", "debit", "loss")
        assert borrower.repay(loan["id"], "early")["status"] == "settled"
        clock.to(clock.today() + timedelta(days=1))
        assert borrower.loan(loan["id"])["status"] == "closed"
        assert idle.get(f"/v1/applications/{unclaimed['id']}")["status"] == "expired"
        payments = borrower.get(f"/v1/loans/{loan['id']}/payments")["data"]
        settled = [payment for payment in payments if payment["status"] == "settled"]
        assert len([payment for payment in settled if payment["direction"] == "pay_out"]) == 1
        orders = {(order["kind"], order["status"]): order["orders"] for order in world.orders()}
        assert orders["pay_out", "settled"] == 2
        line = drawing.get("/v1/lines")["data"][0]
        draws = drawing.get(f"/v1/lines/{line['id']}/draws")["data"]
        assert len(draws) == 1
        of_draw = drawing.get(f"/v1/loans/{draws[0]['id']}/payments")["data"]
        settled += [payment for payment in of_draw if payment["status"] == "settled"]
        assert orders["debit", "settled"] == len(settled) - 2
        proof = staff.get("/v1/staff/books")
        assert proof["holds"], proof
        told = [message["message_id"] for message in world.messages(one["phone"])]
        assert len(told) == len(set(told))
    died_at = set(deaths.read_text().split("\n"))
    missed = points_in_the_code() - died_at
    assert not missed, f"nobody was killed at {sorted(missed)}"
    print(f"killed {len(died_at) - 1} times")


def _changes_by_two(staff: Staff, second: Staff, loan: dict[str, Any]) -> None:
    event = {"on": loan["as_of"], "type": "fee", "amount": "1.00"}
    fee = staff.post(f"/v1/staff/loans/{loan['id']}/adjustments", {"event": event, "reason": "a letter"})
    assert second.post(f"/v1/staff/adjustments/{fee['id']}/approvals")["status"] == "approved"
    listed = staff.get("/v1/staff/adjustments", loan_id=loan["id"])["data"]
    assert [one["status"] for one in listed] == ["approved"]
    facts = staff.get(f"/v1/staff/loans/{loan['id']}")["facts"]
    assert [fact["kind"] for fact in facts] == ["fee"]


def _draws(borrower: Borrower) -> None:
    application = borrower.apply("2000.00", 12, product="credit_line")
    line = borrower.open_line(application["offer_id"])
    assert borrower.draw(line["id"], "1000.00", 3)["status"] == "current"
