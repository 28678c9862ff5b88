"""The world misbehaves to order; money still moves exactly once, and nobody is left without an answer."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from xindai_sandbox.client import Addresses, Borrower, Caller, Refused, Staff, World

Loan = Callable[..., tuple[Borrower, dict[str, Any]]]


def pay_outs(world: World) -> int:
    return sum(order["orders"] for order in world.orders() if order["kind"] == "pay_out")


@pytest.mark.parametrize("operation", ["pay_out", "query"])
@pytest.mark.parametrize("kind", ["loss", "lost_request", "wrong_signature", "server_error", "garbage", "delay"])
def test_a_pay_out_is_made_once_whatever_answer_comes(
    borrower: Callable[..., Borrower], world: World, staff: Staff, operation: str, kind: str
) -> None:
    one = borrower()
    application = one.apply("3000.00", 6)
    before = pay_outs(world)
    if operation == "query":
        world.fail("bank", "pay_out", "loss")
        world.fail("bank", "notice", "loss")
    world.fail("bank", operation, kind, seconds=0.3)
    assert one.accept(application["offer_id"])["status"] == "current"
    assert pay_outs(world) == before + 1
    assert staff.get("/v1/staff/books")["holds"]


@pytest.mark.parametrize("kind", ["loss", "duplicate", "wrong_signature", "garbage", "delay"])
def test_a_call_back_may_come_twice_late_or_never(
    borrower: Callable[..., Borrower], world: World, staff: Staff, kind: str
) -> None:
    one = borrower()
    application = one.apply("3000.00", 6)
    world.fail("bank", "notice", kind, seconds=0.6)
    made = one.accept(application["offer_id"])
    assert made["status"] == "current"
    assert one.repay(made["id"], "early", "100.00")["status"] == "settled"
    assert one.loan(made["id"])["outstanding"]["amount"] == "2900.00"
    assert staff.get("/v1/staff/books")["holds"]


def test_a_bank_that_refuses_the_pay_out_cancels_the_loan(
    borrower: Callable[..., Borrower], world: World, staff: Staff
) -> None:
    one = borrower()
    application = one.apply("3000.00", 6)
    world.fail("bank", "pay_out_outcome", "refuse")
    assert one.accept(application["offer_id"])["status"] == "cancelled"
    assert staff.get("/v1/staff/books")["holds"]
    again = one.apply("3000.00", 6)
    assert one.accept(again["offer_id"])["status"] == "current"


@pytest.mark.parametrize(("provider", "operation"), [("bureau", "report"), ("identity", "four_elements")])
@pytest.mark.parametrize("kind", ["server_error", "garbage", "wrong_signature", "loss"])
def test_a_provider_that_fails_once_is_asked_again(
    borrower: Callable[..., Borrower], world: World, provider: str, operation: str, kind: str
) -> None:
    world.fail(provider, operation, kind)
    assert borrower().apply("3000.00", 6)["status"] == "offered"


@pytest.mark.parametrize(
    ("provider", "operation", "rule"),
    [("bureau", "report", "bureau_answered"), ("identity", "four_elements", "identity_answered")],
)
def test_a_provider_that_stays_silent_leads_to_a_person(
    borrower: Callable[..., Borrower], world: World, staff: Staff, provider: str, operation: str, rule: str
) -> None:
    world.fail(provider, operation, "server_error", times=50)
    world.fail("market_bureau", "report", "garbage", times=50)
    one = borrower()
    application = one.apply("3000.00", 6)
    assert application["status"] == "in_review"
    verdicts = staff.get(f"/v1/staff/applications/{application['id']}/decision")["verdicts"]
    assert rule in [verdict["rule"] for verdict in verdicts if not verdict["passed"]]
    review = staff.get("/v1/staff/reviews", status="waiting")["data"][0]
    assert review["application_id"] == application["id"]
    declined = staff.post(f"/v1/staff/reviews/{review['id']}/declines", {"reason": "no answer in time"})
    assert declined["status"] == "declined"
    assert one.get(f"/v1/applications/{application['id']}")["status"] == "declined"


def test_a_grant_taken_back_while_the_bureau_is_silent_is_no_grant(
    borrower: Callable[..., Borrower], world: World, staff: Staff
) -> None:
    one = borrower()
    world.fail("bureau", "report", "server_error", times=3)
    world.fail("market_bureau", "report", "server_error", times=3)
    with ThreadPoolExecutor(1) as pool:
        applying = pool.submit(one.apply, "3000.00", 6)
        deadline = time.monotonic() + 20
        while not any(application["status"] == "submitted" for application in one.get("/v1/applications")["data"]):
            assert time.monotonic() < deadline
        one._call.delete("/v1/consents/bureau")
        application = applying.result()
    assert application["status"] == "in_review"
    notes = staff.get("/v1/staff/audit-notes", subject=application["id"])["data"]
    assert "bureau_report_pulled" not in [note["action"] for note in notes]


def test_a_card_of_somebody_else_is_declined_with_the_reason(
    world: World, where: Addresses, person: Callable[..., dict[str, Any]]
) -> None:
    owner, taker = person(), person()
    world.register([owner, taker])
    application = Borrower(where, {**taker, "card_number": owner["card_number"]}).apply("3000.00", 6)
    assert application["status"] == "declined"
    assert application["reasons"][0]["code"] == "identity_proven"
    assert application["reasons"][0]["zh"]


def test_an_sms_provider_that_is_down_says_try_again(
    where: Addresses, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    world.fail("sms", "send", "server_error", times=50)  # the worker's own messages may take some of them
    with pytest.raises(Refused) as refused:
        Caller(where.api).post("/v1/phone-codes", {"phone": person()["phone"]})
    assert (refused.value.status, refused.value.code) == (503, "sms_unavailable")
