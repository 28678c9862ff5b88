"""A bank by ISO 20022: a loan paid out, collected, brought back and reconciled, by the standard's own messages."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from xindai_sandbox.client import Addresses, Borrower, Clock, Staff, World

ENVIRONMENT = {"XINDAI_RAILS": "iso20022"}
Loan = Callable[..., tuple[Borrower, dict[str, Any]]]


def pay_out_of(borrower: Borrower, loan: dict[str, Any]) -> dict[str, Any]:
    orders = borrower.get(f"/v1/loans/{loan['id']}/payments")["data"]
    return next(one for one in orders if one["direction"] == "pay_out")


def to_working_day(clock: Clock) -> date:
    """The Monday after, or the first working day from it: what is handed over at ten goes out at once."""
    from xindai.values import business_days

    day = clock.today()
    clock.to(business_days.next_working(day))
    return clock.today()


def test_a_loan_lives_by_iso_messages(loan: Loan, world: World, staff: Staff, clock: Clock) -> None:
    to_working_day(clock)
    one, made = loan()
    assert made["status"] == "current"
    order = staff.get(f"/v1/staff/payments/{pay_out_of(one, made)['id']}")["order"]
    assert (order["rail"], order["status"]) == ("iso20022", "settled")
    assert one.repay(made["id"], "early", "1000.00")["status"] == "settled"
    clock.to(date.fromisoformat(made["schedule"][0]["due_on"]) + timedelta(days=1))
    assert one.loan(made["id"])["schedule"][0]["status"] == "paid"
    statements = staff.get("/v1/staff/reconciliation")["statements"]
    assert sum(one["lines"] for one in statements) == sum(one["matched"] for one in statements) == 3
    assert staff.get("/v1/staff/books")["holds"]


def test_on_a_holiday_money_goes_out_on_the_next_working_day(
    loan: Loan, staff: Staff, clock: Clock, borrower: Callable[..., Borrower]
) -> None:
    from xindai.values import business_days

    day = to_working_day(clock)
    while business_days.is_working(day):
        day += timedelta(days=1)
    clock.to(day)
    one = borrower()
    loan_id = one.sign(one.apply("3000.00", 3)["offer_id"])["loan_id"]
    order = one.wait(f"/v1/loans/{loan_id}/payments", lambda page: page["data"][0]["status"] == "accepted")["data"][0]
    opens = business_days.next_working(day)
    assert order["value_on"] == opens.isoformat()
    clock.to(opens + timedelta(days=1))
    begun = one.wait(f"/v1/loans/{loan_id}", lambda loan: loan["status"] == "current")
    assert begun["disbursed_on"] == opens.isoformat()
    assert staff.get("/v1/staff/books")["holds"]


@pytest.mark.parametrize("kind", ["loss", "lost_request", "wrong_signature", "garbage"])
def test_an_initiation_is_carried_out_once_whatever_answer_comes(
    loan: Loan, world: World, staff: Staff, clock: Clock, kind: str
) -> None:
    to_working_day(clock)
    world.fail("iso20022", "pay_out", kind)
    _, made = loan()
    assert made["status"] == "current"
    assert staff.get("/v1/staff/books")["holds"]


def test_a_card_without_money_is_told_by_the_status_report(loan: Loan, clock: Clock) -> None:
    to_working_day(clock)
    one, made = loan(pays=0)
    paid = one.repay(made["id"], "early", "500.00")
    assert (paid["status"], paid["reason"]) == ("failed", "insufficient_funds")


def test_what_comes_back_and_what_comes_unordered_is_told_by_camt_054(
    loan: Loan, world: World, staff: Staff, clock: Clock
) -> None:
    to_working_day(clock)
    (one, gone), (other, kept) = loan(), loan()
    world.bring_back(pay_out_of(one, gone)["id"], "account_closed", bank="iso20022")
    assert one.wait(f"/v1/loans/{gone['id']}", lambda loan: loan["status"] == "cancelled")
    account = other._call._call("PUT", "/v1/transfer-account")["account_number"]
    world.transfer(account, "250.00", name=other.person["name"], remark="<还款> & 谢谢", bank="iso20022")
    assert other.wait(f"/v1/loans/{kept['id']}", lambda loan: loan["schedule"][0]["paid"] == "250.00")
    world.charge("3.00", bank="iso20022")
    clock.to(clock.today() + timedelta(days=1))
    open_now = staff.get("/v1/staff/discrepancies", status="open")["data"]
    assert [(one["rail"], one["kind"], one["theirs"]["amount"]) for one in open_now] == [
        ("iso20022", "missing_here", "-3.00")
    ]
    assert staff.get("/v1/staff/books")["holds"]


def test_a_settlement_nobody_told_of_is_found_in_the_statement(
    borrower: Callable[..., Borrower], world: World, staff: Staff, clock: Clock, where: Addresses
) -> None:
    to_working_day(clock)
    one = borrower()
    offer = one.apply("3000.00", 3)["offer_id"]
    world.fail("iso20022", "notice", "loss", times=3)
    world.fail("iso20022", "query", "server_error", times=500)
    loan_id = one.sign(offer)["loan_id"]
    one.wait(f"/v1/loans/{loan_id}/payments", lambda page: page["data"][0]["status"] in {"accepted", "unknown"})
    clock.to(clock.today() + timedelta(days=1))
    world.heal()
    assert one.loan(loan_id)["status"] == "current"
    assert not [one for one in staff.get("/v1/staff/discrepancies")["data"] if one["kind"] == "state"]
    assert staff.get("/v1/staff/books")["holds"]
