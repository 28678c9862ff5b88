"""Debits by agreement: agreed to by a code of the bank, carried by file on the due day, in part where there is less, taken back."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from xindai_sandbox.client import Borrower, Clock, Refused, Staff, World

ENVIRONMENT = {"XINDAI_RAILS": "house,agreement_pay"}
Loan = Callable[..., tuple[Borrower, dict[str, Any]]]


def debits(one: Borrower, loan: dict[str, Any]) -> list[dict[str, Any]]:
    orders = one.get(f"/v1/loans/{loan['id']}/payments")["data"]
    return [order for order in orders if order["direction"] == "collection"]


def rail_of(staff: Staff, order: dict[str, Any]) -> str:
    return str(staff.get(f"/v1/staff/payments/{order['id']}")["order"]["rail"])


def files(staff: Staff) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = staff.get("/v1/staff/payment-files")["data"]
    return found


def holds(staff: Staff) -> None:
    books = staff.get("/v1/staff/books")
    assert books["holds"], [(one["code"], one["broken"]) for one in books["checks"] if one["broken"]]


def past(clock: Clock, loan: dict[str, Any], number: int = 0) -> None:
    """The morning after an instalment fell due."""
    clock.to(date.fromisoformat(loan["schedule"][number]["due_on"]) + timedelta(days=1))


def test_an_agreement_is_made_by_the_code_of_the_bank_and_holds_for_that_card(
    loan: Loan, world: World, staff: Staff
) -> None:
    one, made = loan()
    asked = one.post("/v1/debit-agreements")
    assert asked["status"] == "asked"
    with pytest.raises(Refused) as refused:
        one.post(f"/v1/debit-agreements/{asked['id']}/confirmations", {"code": "000000"})
    assert refused.value.code == "agreement_code_wrong"
    assert one.get("/v1/debit-agreements")["data"] == []
    other, _ = loan()
    with pytest.raises(Refused) as refused:
        other.post(f"/v1/debit-agreements/{asked['id']}/confirmations", {"code": "123456"})
    assert refused.value.code == "agreement_not_found"
    first = one.agree_to_debits()
    second = one.agree_to_debits()
    assert [held["id"] for held in one.get("/v1/debit-agreements")["data"]] == [second["id"]]
    with pytest.raises(Refused) as refused:
        one.post(f"/v1/debit-agreements/{first['id']}/confirmations", {"code": "123456"})
    assert refused.value.code == "agreement_ended"
    paid = one.repay(made["id"], "early", "200.00")
    assert (paid["status"], rail_of(staff, paid)) == ("settled", "agreement_pay")
    assert one.post(f"/v1/debit-agreements/{second['id']}/endings")["status"] == "ended"
    assert rail_of(staff, one.repay(made["id"], "early", "200.00")) == "house"
    holds(staff)


def test_a_gateway_that_is_silent_or_does_not_believe_the_card_makes_no_agreement(
    borrower: Callable[..., Borrower], world: World, loan: Loan
) -> None:
    nobody = borrower()
    with pytest.raises(Refused) as refused:
        nobody.post("/v1/debit-agreements")
    assert refused.value.code == "card_needed"
    one, _ = loan()
    world.fail("agreement_pay", "agreement", "server_error")
    with pytest.raises(Refused) as refused:
        one.post("/v1/debit-agreements")
    assert refused.value.code == "rail_silent"
    world.register([{**one.person, "phone": "13912345678"}])
    with pytest.raises(Refused) as refused:
        one.post("/v1/debit-agreements")
    assert refused.value.code == "card_not_believed"
    world.register([one.person])
    assert one.agree_to_debits()["status"] == "active"


def test_what_is_due_goes_by_file_and_is_reconciled(loan: Loan, staff: Staff, clock: Clock) -> None:
    agreed = [loan() for _ in range(3)]
    for one, _ in agreed:
        one.agree_to_debits()
    (other, by_card), (dry, poor) = loan(), loan(pays=0)
    dry.agree_to_debits()
    past(clock, by_card)
    sent = files(staff)[0]
    assert sent["status"] == "read"
    assert sent["orders"] >= 4
    for one, made in agreed:
        (order,) = debits(one, made)
        assert (order["status"], rail_of(staff, order)) == ("settled", "agreement_pay")
        assert one.loan(made["id"])["schedule"][0]["status"] == "paid"
        journal = staff.get(f"/v1/staff/payments/{order['id']}")["moves"]
        assert [move["after"] for move in journal] == ["submitted", "settled"]
    (order,) = debits(dry, poor)
    assert (order["status"], order["reason"]) == ("failed", "insufficient_funds")
    (order,) = debits(other, by_card)
    assert (order["status"], rail_of(staff, order)) == ("settled", "house")
    statements = staff.get("/v1/staff/reconciliation")["statements"]
    taken = [one for one in statements if one["rail"] == "agreement_pay" and one["lines"]]
    assert sum(one["lines"] for one in taken) == sum(one["matched"] for one in taken) >= 3
    assert not staff.get("/v1/staff/discrepancies", status="open")["data"]
    holds(staff)


def test_where_a_card_holds_too_little_a_part_is_taken_and_the_rest_tried_again(
    loan: Loan, world: World, staff: Staff, clock: Clock
) -> None:
    one, made = loan(pays=0, left="30.00")
    one.agree_to_debits()
    due = made["schedule"][0]
    past(clock, made)
    (part,) = debits(one, made)
    assert (part["status"], part["amount"]["amount"], part["asked"]["amount"]) == ("settled", "30.00", due["total"])
    row = one.loan(made["id"])["schedule"][0]
    assert (row["paid"], row["status"]) == ("30.00", "overdue")
    world.register([{**one.person, "pays": None}])
    clock.to(clock.today() + timedelta(days=1))
    assert one.loan(made["id"])["schedule"][0]["status"] == "paid"
    assert sum(float(order["amount"]["amount"]) for order in debits(one, made)) >= float(due["total"])
    assert not staff.get("/v1/staff/discrepancies", status="open")["data"]
    holds(staff)


@pytest.mark.parametrize("operation", ["file", "results"])
def test_a_file_is_carried_out_once_whatever_the_gateway_answers(
    loan: Loan, world: World, staff: Staff, clock: Clock, operation: str
) -> None:
    one, made = loan()
    one.agree_to_debits()
    clock.to(date.fromisoformat(made["schedule"][0]["due_on"]))
    for kind in ("loss", "lost_request", "server_error", "wrong_signature", "garbage"):
        world.fail("agreement_pay", operation, kind)
    past(clock, made)
    (order,) = debits(one, made)
    assert order["status"] == "settled"
    assert one.loan(made["id"])["schedule"][0]["status"] == "paid"
    holds(staff)


def test_an_order_that_the_results_leave_out_is_asked_about(
    loan: Loan, world: World, staff: Staff, clock: Clock
) -> None:
    one, made = loan()
    one.agree_to_debits()
    clock.to(date.fromisoformat(made["schedule"][0]["due_on"]))
    world.fail("agreement_pay", "result_lines", "loss")
    past(clock, made)
    (order,) = debits(one, made)
    assert order["status"] == "settled"
    assert files(staff)[0]["status"] == "read"
    holds(staff)


def test_an_agreement_that_ended_at_the_bank_fails_its_debit_and_no_other(
    loan: Loan, world: World, staff: Staff, clock: Clock
) -> None:
    (one, made), (other, fine) = loan(), loan()
    ended = one.agree_to_debits()
    other.agree_to_debits()
    world.end_agreement(ended["id"])  # at the bank's counter; nobody tells us
    past(clock, made)
    first = debits(one, made)[0]
    assert (first["status"], first["reason"]) == ("failed", "agreement_ended")
    assert one.get("/v1/debit-agreements")["data"] == []
    assert debits(other, fine)[0]["status"] == "settled"
    clock.to(clock.today() + timedelta(days=1))
    assert one.loan(made["id"])["schedule"][0]["status"] == "paid"  # by the house bank, the day after
    holds(staff)


def test_a_debit_of_a_file_that_is_disputed_goes_back(loan: Loan, world: World, staff: Staff, clock: Clock) -> None:
    one, made = loan()
    one.agree_to_debits()
    past(clock, made)
    (order,) = debits(one, made)
    world.bring_back(order["id"], "disputed", bank="agreement_pay")
    clock.to(clock.today() + timedelta(days=1))
    assert debits(one, made)[0]["status"] == "reversed"
    assert not staff.get("/v1/staff/discrepancies", status="open")["data"]
    holds(staff)
