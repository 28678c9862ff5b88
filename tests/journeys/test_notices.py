"""What people hear: once, by the way they allowed, and in a mailbox whatever became of messages."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from xindai_sandbox.client import Addresses, Borrower, Caller, Refused, Staff, World

Loan = Callable[..., tuple[Borrower, dict[str, Any]]]


def until(look: Callable[[], Any], *, patience: float = 20.0) -> Any:
    deadline = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def mailbox(one: Borrower, topic: str) -> dict[str, Any]:
    def look() -> Any:
        return next((each for each in one.get("/v1/notices")["data"] if each["topic"] == topic), None)

    found: dict[str, Any] = until(look)
    return found


def became(one: Borrower, topic: str, *statuses: str) -> dict[str, Any]:
    found: dict[str, Any] = until(lambda: mailbox(one, topic)["status"] in statuses and mailbox(one, topic))
    return found


def with_wechat(one: Borrower, where: Addresses) -> None:
    """The account is bound by logging in with it, and two messages of each template are allowed."""
    codes = Caller(where.world).post("/_control/wechat-codes", {"phone": one.person["phone"]})
    Caller(where.api).post("/v1/wechat/sessions", codes)
    for _ in range(2):
        one.post("/v1/wechat-subscriptions", {"templates": ["application_result", "loan_status"]})


def test_a_message_goes_once_arrives_and_stands_in_the_mailbox(loan: Loan, world: World) -> None:
    one, _ = loan()
    paid_out = became(one, "loan_disbursed", "delivered")
    assert (paid_out["way"], paid_out["zh"]["title"], paid_out["en"]["title"]) == ("sms", "放款成功", "Paid out")
    texts = [each for each in world.messages(one.person["phone"]) if each["message_id"] == paid_out["id"]]
    assert [each["text"] for each in texts] == [f"【信贷】{paid_out['zh']['text']}"]
    box = one.get("/v1/notices")
    assert box["unread"] == len(box["data"]) >= 3
    assert one.post(f"/v1/notices/{paid_out['id']}/readings")["read_at"]
    assert one.get("/v1/notices")["unread"] == box["unread"] - 1
    assert mailbox(one, "contract_signed")["status"] == "dropped"  # it stands there, and no message goes


def test_who_allows_wechat_hears_there_and_else_by_text(
    borrower: Callable[..., Borrower], where: Addresses, world: World
) -> None:
    one = borrower()
    with_wechat(one, where)
    offer = one.apply("3000.00", 6)["offer_id"]
    told = became(one, "offer_made", "sent")
    assert told["way"] == "wechat"
    assert world.wechat_messages(one.person["phone"])[0]["data"]["thing1"]["value"] == "申请已通过"
    world.fail("wechat", "subscribe_send", "refuse")
    one.accept(offer)
    assert became(one, "loan_disbursed", "delivered")["way"] == "sms"
    assert not [each for each in world.messages(one.person["phone"]) if each["message_id"] == told["id"]]


def test_a_text_that_does_not_arrive_fails_and_a_provider_that_is_down_is_asked_again(
    borrower: Callable[..., Borrower], world: World
) -> None:
    one = borrower()
    world.fail("sms", "delivery", "refuse")
    one.apply("3000.00", 6)
    assert became(one, "offer_made", "failed")["way"] == "sms"
    other = borrower()
    world.fail("sms", "send", "server_error")
    other.apply("3000.00", 6)
    assert became(other, "offer_made", "delivered")


def test_english_for_who_wants_it_and_no_offers_for_who_says_r(
    borrower: Callable[..., Borrower], world: World, staff: Staff
) -> None:
    one = borrower()
    assert one.get("/v1/notice-preferences") == {"language": "zh", "marketing": False}
    one._call._call("PUT", "/v1/notice-preferences", json={"language": "en", "marketing": True})
    one.apply("3000.00", 6)
    told = became(one, "offer_made", "delivered")
    assert world.messages(one.person["phone"])[0]["text"] == f"【信贷】{told['en']['text']}"
    world.reply(one.person["phone"], "r")
    until(lambda: one.get("/v1/notice-preferences")["marketing"] is False)


def test_nobody_reads_anothers_mailbox_or_allows_what_there_is_not(
    loan: Loan, borrower: Callable[..., Borrower]
) -> None:
    one, _ = loan()
    mine = mailbox(one, "loan_disbursed")
    with pytest.raises(Refused) as refused:
        borrower().post(f"/v1/notices/{mine['id']}/readings")
    assert refused.value.code == "notice_not_found"
    with pytest.raises(Refused) as refused:
        one.post("/v1/wechat-subscriptions", {"templates": ["nothing"]})
    assert refused.value.code == "topic_unknown"
