"""Notices by Tencent's text messages: by template, each once; receipts and answers are pulled."""

import time
from collections.abc import Callable
from typing import Any

from xindai_sandbox.client import Borrower, World

ENVIRONMENT = {
    "XINDAI_TEXTS": "tencent,house",
    "XINDAI_TEXT_TEMPLATES": "loan_disbursed.zh=200001,new_device.zh=200002",
}
Loan = Callable[..., tuple[Borrower, dict[str, Any]]]


def became(one: Borrower, topic: str, *statuses: str) -> dict[str, Any]:
    deadline = time.monotonic() + 20
    while True:
        found = next((each for each in one.get("/v1/notices")["data"] if each["topic"] == topic), None)
        if found is not None and found["status"] in statuses:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


def texts_of(one: Borrower, world: World, notice: dict[str, Any]) -> list[str]:
    return [each["text"] for each in world.messages(one.person["phone"]) if each["message_id"] == notice["id"]]


def test_what_has_a_template_goes_by_tencent_and_its_receipt_is_pulled(loan: Loan, world: World) -> None:
    one, _ = loan()
    paid_out = became(one, "loan_disbursed", "delivered")
    assert texts_of(one, world, paid_out) == ["【信贷】模板 200001"]


def test_what_has_none_goes_by_another(loan: Loan, world: World) -> None:
    one, _ = loan()
    offered = became(one, "offer_made", "delivered")
    assert texts_of(one, world, offered) == [f"【信贷】{offered['zh']['text']}"]


def test_where_tencent_is_silent_another_sends(loan: Loan, world: World) -> None:
    world.fail("tencent", "SendSms", "server_error", times=3)
    one, _ = loan()
    paid_out = became(one, "loan_disbursed", "delivered")
    assert len(texts_of(one, world, paid_out)) == 1


def test_what_did_not_arrive_is_known(loan: Loan, world: World) -> None:
    world.fail("tencent", "delivery", "refuse", times=3)
    one, _ = loan()
    lost = became(one, "loan_disbursed", "failed", "dropped", "undelivered")
    assert texts_of(one, world, lost) == []


def test_an_answer_that_is_pulled_ends_what_it_may_end(loan: Loan, world: World) -> None:
    one, _ = loan()
    became(one, "loan_disbursed", "delivered")
    one._call._call("PUT", "/v1/notice-preferences", json={"language": "zh", "marketing": True})
    world.reply(one.person["phone"], "R")
    deadline = time.monotonic() + 20
    while one.get("/v1/notice-preferences")["marketing"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
