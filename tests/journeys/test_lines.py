"""A line of credit: drawn on, repaid, cut, frozen; and never drawn above its limit, however many draw at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from refusals import code_of
from xindai_sandbox.client import Borrower, Clock, Refused, Staff

Line = Callable[..., tuple[Borrower, dict[str, Any]]]


@pytest.fixture
def line(borrower: Callable[..., Borrower]) -> Line:
    """A line of five thousand."""

    def made(**changes: Any) -> tuple[Borrower, dict[str, Any]]:
        one = borrower(**changes)
        application = one.apply("5000.00", 12, product="credit_line")
        assert application["status"] == "offered", application
        return one, one.open_line(application["offer_id"])

    return made


def amounts(line: dict[str, Any]) -> tuple[str, str, str]:
    return line["limit"]["amount"], line["used"]["amount"], line["available"]["amount"]


def test_what_is_drawn_is_used_and_what_is_repaid_is_available_again(line: Line, staff: Staff) -> None:
    one, opened = line()
    assert amounts(opened) == ("5000.00", "0.00", "5000.00")
    drawn = one.draw(opened["id"], "2000.00", 6)
    assert (drawn["status"], len(drawn["schedule"])) == ("current", 6)
    assert amounts(one.get(f"/v1/lines/{opened['id']}")) == ("5000.00", "2000.00", "3000.00")
    second = one.draw(opened["id"], "3000.00", 3)
    assert second["annual_rate"] == opened["annual_rate"]
    assert code_of(lambda: one.draw(opened["id"], "100.00", 3)) == "over_limit"
    one.repay(drawn["id"], "early")
    assert amounts(one.get(f"/v1/lines/{opened['id']}")) == ("5000.00", "3000.00", "2000.00")
    assert [draw["id"] for draw in one.get(f"/v1/lines/{opened['id']}/draws")["data"]] == [second["id"], drawn["id"]]
    assert staff.get("/v1/staff/books")["holds"]


def test_many_draws_at_once_never_pass_the_limit(line: Line, staff: Staff) -> None:
    one, opened = line()

    def draw(_: int) -> str:
        try:
            return str(one.draw(opened["id"], "1000.00", 3)["status"])
        except Refused as refused:
            return refused.code

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(draw, range(12)))
    assert sorted(outcomes) == ["current"] * 5 + ["over_limit"] * 7
    assert amounts(one.get(f"/v1/lines/{opened['id']}")) == ("5000.00", "5000.00", "0.00")
    assert staff.get("/v1/staff/books")["holds"]


def test_a_changed_limit_and_price_count_for_new_draws_only(line: Line, staff: Staff) -> None:
    one, opened = line()
    before = one.draw(opened["id"], "3000.00", 6)
    path = f"/v1/staff/lines/{opened['id']}"
    cut = staff.post(f"{path}/limits", {"limit": {"amount": "2000.00"}, "reason": "income fell"})
    assert amounts(cut) == ("2000.00", "3000.00", "0.00")
    assert one.loan(before["id"])["outstanding"]["amount"] == "3000.00"
    staff.post(f"{path}/limits", {"limit": {"amount": "6000.00"}, "reason": "income is back"})
    staff.post(f"{path}/rates", {"annual_rate": "0.11", "reason": "good record"})
    after = one.draw(opened["id"], "1000.00", 6)
    assert (after["annual_rate"], one.loan(before["id"])["annual_rate"]) == ("0.11", opened["annual_rate"])
    assert code_of(lambda: staff.post(f"{path}/rates", {"annual_rate": "0.30", "reason": "greed"})) == "invalid_value"
    assert (
        code_of(lambda: staff.post(f"{path}/limits", {"limit": {"amount": "1.00"}, "reason": "odd"})) == "invalid_value"
    )
    told = staff.get("/v1/staff/audit-notes", subject=opened["id"])["data"]
    notes = [note["action"] for note in reversed(told) if note["action"].startswith("line_")]
    assert notes == ["line_limit_changed", "line_limit_changed", "line_limit_changed", "line_annual_rate_changed"]


def test_a_frozen_line_gives_nothing_and_a_closed_one_never_again(line: Line, staff: Staff, borrower: Any) -> None:
    one, opened = line()
    path = f"/v1/staff/lines/{opened['id']}/moves"
    assert staff.post(path, {"status": "frozen", "reason": "a signal"})["available"]["amount"] == "0.00"
    assert code_of(lambda: one.draw(opened["id"], "500.00", 3)) == "line_not_drawable"
    staff.post(path, {"status": "open", "reason": "cleared"})
    assert one.draw(opened["id"], "500.00", 3)["status"] == "current"
    staff.post(path, {"status": "closed", "reason": "asked by the person"})
    assert code_of(lambda: one.draw(opened["id"], "500.00", 3)) == "line_not_drawable"
    assert code_of(lambda: staff.post(path, {"status": "open", "reason": "regret"})) == "line_moved"
    assert code_of(lambda: borrower().get(f"/v1/lines/{opened['id']}")) == "line_not_found"


def test_nothing_is_drawn_while_a_draw_is_overdue(line: Line, clock: Clock) -> None:
    one, opened = line(pays=0)
    drawn = one.draw(opened["id"], "1000.00", 3)
    due = date.fromisoformat(drawn["schedule"][0]["due_on"])
    clock.to(due + timedelta(days=1))
    assert code_of(lambda: one.draw(opened["id"], "500.00", 3)) == "line_not_drawable"


def test_a_draw_outside_the_product_is_refused(line: Line) -> None:
    one, opened = line()
    assert code_of(lambda: one.draw(opened["id"], "50.00", 3)) == "outside_product"
    assert code_of(lambda: one.draw(opened["id"], "500.00", 5)) == "outside_product"
    assert code_of(lambda: one.draw(opened["id"], "550.00", 3)) == "invalid_value"
