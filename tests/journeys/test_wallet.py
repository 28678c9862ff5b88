"""A person pays by their wallet, lets somebody else scan, changes their mind, and gets back what was too much."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from xindai_sandbox import wechat_pay
from xindai_sandbox.client import Addresses, Borrower, Caller, Clock, Refused, Staff, World
from xindai_sandbox.failures import Failures
from xindai_sandbox.store import Store

ENVIRONMENT = {"XINDAI_RAILS": "house,wechat_pay"}
Loan = Callable[..., tuple[Borrower, dict[str, Any]]]


def known_by_wechat(where: Addresses, one: Borrower) -> None:
    codes = Caller(where.world).post("/_control/wechat-codes", {"phone": one.person["phone"]})
    Caller(where.api).post("/v1/wechat/sessions", codes)


def ordered(one: Borrower, loan: dict[str, Any], by: str, amount: str, kind: str = "early") -> dict[str, Any]:
    """A payment that waits for its person, and what their wallet is handed."""
    body = {"kind": kind, "amount": {"amount": amount}, "by": by}
    payment = one.post(f"/v1/loans/{loan['id']}/repayments", body)
    return one.wait(f"/v1/payments/{payment['id']}/invitation", lambda found: found["hand_over"])


def ended(one: Borrower, payment: dict[str, Any]) -> dict[str, Any]:
    return one.wait(f"/v1/payments/{payment['id']}", lambda found: found["status"] in {"settled", "failed"})


def holds(staff: Staff) -> None:
    books = staff.get("/v1/staff/books")
    assert books["holds"], [(one["code"], one["broken"]) for one in books["checks"] if one["broken"]]


def test_a_wallet_pays_once_it_is_known_and_only_its_own(
    loan: Loan, where: Addresses, world: World, staff: Staff
) -> None:
    one, made = loan()
    with pytest.raises(Refused) as refused:
        one.post(f"/v1/loans/{made['id']}/repayments", {"kind": "early", "amount": {"amount": "10.00"}, "by": "wallet"})
    assert refused.value.code == "wallet_unknown"
    known_by_wechat(where, one)
    waiting = ordered(one, made, "wallet", "1000.00")
    handed = waiting["hand_over"]
    assert handed["package"].startswith("prepay_id=")
    assert handed["signType"] == "RSA"
    with pytest.raises(httpx.HTTPStatusError):
        httpx.post(
            f"{where.world}/_control/wechat-payments",
            json={"link": handed["package"], "phone": "13900000000"},
            trust_env=False,
        ).raise_for_status()
    world.pay_by_wechat(handed["package"], phone=one.person["phone"])
    paid = ended(one, waiting["payment"])
    assert (paid["status"], paid["by"]) == ("settled", "wallet")
    assert one.loan(made["id"])["outstanding"]["amount"] == "5000.00"
    assert one.get(f"/v1/payments/{paid['id']}/invitation")["hand_over"] == {}
    holds(staff)


def test_anybody_may_scan_a_code(loan: Loan, world: World, where: Addresses) -> None:
    one, made = loan()
    waiting = ordered(one, made, "code", "500.00")
    drawn = httpx.get(
        f"{where.api}/v1/payments/{waiting['payment']['id']}/code.svg",
        headers={"Authorization": f"Bearer {one._call._http.headers['Authorization'].split()[1]}"},
        trust_env=False,
    )
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.content.startswith(b"<?xml")
    other, _ = loan()
    with pytest.raises(Refused) as refused:
        other.get(f"/v1/payments/{waiting['payment']['id']}/invitation")
    assert refused.value.code == "payment_not_found"
    world.pay_by_wechat(waiting["hand_over"]["code_url"])
    assert ended(one, waiting["payment"])["status"] == "settled"


def test_who_changes_their_mind_pays_another_way(loan: Loan, world: World, staff: Staff) -> None:
    one, made = loan()
    waiting = ordered(one, made, "code", "500.00")
    with pytest.raises(Refused) as refused:
        one.repay(made["id"], "early", "500.00")
    assert refused.value.code == "collection_under_way"
    off = one.post(f"/v1/payments/{waiting['payment']['id']}/cancellations")
    assert (off["status"], off["reason"]) == ("failed", "not_paid")
    assert one.post(f"/v1/payments/{waiting['payment']['id']}/cancellations")["status"] == "failed"
    assert one.repay(made["id"], "early", "500.00")["status"] == "settled"
    with pytest.raises(Refused) as refused:
        world.pay_by_wechat(waiting["hand_over"]["code_url"])
    late = ordered(one, made, "code", "400.00")
    world.fail("wechat_pay", "notice", "loss")
    world.pay_by_wechat(late["hand_over"]["code_url"])
    time.sleep(0.2)
    assert one.post(f"/v1/payments/{late['payment']['id']}/cancellations")["status"] == "settled"
    card = one.repay(made["id"], "early", "10.00")
    with pytest.raises(Refused) as refused:
        one.post(f"/v1/payments/{card['id']}/cancellations")
    assert refused.value.code == "payment_not_yours_to_make"
    holds(staff)


def test_what_never_reached_the_vendor_is_called_off_too(loan: Loan, world: World, staff: Staff) -> None:
    one, made = loan()
    world.fail("wechat_pay", "pay", "lost_request", times=100)
    body = {"kind": "early", "amount": {"amount": "500.00"}, "by": "code"}
    payment = one.post(f"/v1/loans/{made['id']}/repayments", body)
    one.wait(f"/v1/payments/{payment['id']}", lambda found: found["status"] == "unknown")
    off = one.post(f"/v1/payments/{payment['id']}/cancellations")
    assert (off["status"], off["reason"]) == ("failed", "not_paid")
    world.heal()
    assert one.repay(made["id"], "early", "500.00")["status"] == "settled"
    holds(staff)


def test_what_nobody_pays_is_closed_and_holds_up_no_evening(loan: Loan, clock: Clock, staff: Staff) -> None:
    one, made = loan()
    waiting = ordered(one, made, "code", "500.00")
    clock.to(clock.today() + timedelta(days=1))
    gone = ended(one, waiting["payment"])
    assert (gone["status"], gone["reason"]) == ("failed", "not_paid")
    holds(staff)


@pytest.mark.parametrize("kind", ["loss", "lost_request", "server_error", "wrong_signature", "garbage"])
def test_an_invitation_comes_whatever_answer_the_vendor_gives_first(loan: Loan, world: World, kind: str) -> None:
    one, made = loan()
    world.fail("wechat_pay", "pay", kind)
    waiting = ordered(one, made, "code", "500.00")
    world.pay_by_wechat(waiting["hand_over"]["code_url"])
    assert ended(one, waiting["payment"])["status"] == "settled"


@pytest.mark.parametrize("kind", ["loss", "duplicate", "wrong_signature"])
def test_a_payment_counts_once_whatever_the_notice(loan: Loan, world: World, kind: str) -> None:
    one, made = loan()
    waiting = ordered(one, made, "code", "500.00")
    world.fail("wechat_pay", "notice", kind)
    world.pay_by_wechat(waiting["hand_over"]["code_url"])
    assert ended(one, waiting["payment"])["status"] == "settled"
    assert one.loan(made["id"])["outstanding"]["amount"] == "5500.00"


def overpaid(one: Borrower, made: dict[str, Any], staff: Staff, world: World) -> str:
    """Settle by wallet what a transfer settled too; what is too much."""
    owed = one.get(f"/v1/loans/{made['id']}/payoff-quote")["amount"]["amount"]
    waiting = ordered(one, made, "code", owed)
    account = one._call._call("PUT", "/v1/transfer-account")["account_number"]
    world.transfer(account, "300.00", name=one.person["name"])
    one.wait(f"/v1/loans/{made['id']}", lambda loan: loan["schedule"][0]["paid"] == "300.00")
    world.pay_by_wechat(waiting["hand_over"]["code_url"])
    assert ended(one, waiting["payment"])["status"] == "settled"
    return "300.00"


def test_what_was_too_much_goes_back_the_way_it_came(
    loan: Loan, world: World, staff: Staff, second: Staff, clock: Clock
) -> None:
    one, made = loan()
    much = overpaid(one, made, staff, world)
    asked = {"amount": {"amount": much}, "reason": "paid twice", "by": "wallet"}
    order = staff.post(f"/v1/staff/loans/{made['id']}/refunds", asked)
    assert (order["status"], order["by"]) == ("held", "wallet")
    second.post(f"/v1/staff/payments/{order['id']}/releases")
    assert ended(one, order)["status"] == "settled"
    assert staff.get(f"/v1/staff/payments/{order['id']}")["order"]["rail"] == "wechat_pay"
    holds(staff)
    day = clock.today()
    clock.to(day + timedelta(days=1))
    statement = next(
        one
        for one in staff.get("/v1/staff/reconciliation")["statements"]
        if (one["rail"], one["on"]) == ("wechat_pay", day.isoformat())
    )
    assert statement["lines"] == statement["matched"] >= 3  # payments, what the platform took of them, the refund
    assert not [one for one in staff.get("/v1/staff/discrepancies")["data"] if one["rail"] == "wechat_pay"]
    charges = {one["account"]: one for one in staff.get("/v1/staff/ledger/balances")["data"]}["rail_charges"]
    assert float(charges["balance"]["amount"]) > 0
    holds(staff)


def test_what_came_by_transfer_goes_to_a_wallet_that_accepts_it(
    loan: Loan, world: World, staff: Staff, second: Staff, where: Addresses
) -> None:
    one, made = loan()
    owed = one.get(f"/v1/loans/{made['id']}/payoff-quote")["amount"]["amount"]
    account = one._call._call("PUT", "/v1/transfer-account")["account_number"]
    world.transfer(account, f"{float(owed) + 2600:.2f}", name=one.person["name"])
    one.wait(f"/v1/loans/{made['id']}", lambda loan: loan["status"] == "closed")
    happened = one.get(f"/v1/loans/{made['id']}/transactions")["data"]
    much = next(one["overpaid"] for one in happened if one["type"] == "repayment")
    assert float(much["amount"]) > 2000  # from there on, the vendor wants to know the name
    asked = {"amount": much, "reason": "paid too much", "by": "wallet"}
    with pytest.raises(Refused) as refused:
        staff.post(f"/v1/staff/loans/{made['id']}/refunds", asked)
    assert refused.value.code == "wallet_unknown"
    known_by_wechat(where, one)
    order = staff.post(f"/v1/staff/loans/{made['id']}/refunds", asked)
    second.post(f"/v1/staff/payments/{order['id']}/releases")
    handed = one.wait(f"/v1/payments/{order['id']}/invitation", lambda found: found["hand_over"])["hand_over"]
    world.pay_by_wechat(handed["package"], phone=one.person["phone"])
    assert ended(one, order)["status"] == "settled"
    holds(staff)


def test_a_bill_that_was_changed_is_not_taken(loan: Loan, world: World, staff: Staff, clock: Clock) -> None:
    one, made = loan()
    waiting = ordered(one, made, "code", "200.00")
    world.pay_by_wechat(waiting["hand_over"]["code_url"])
    ended(one, waiting["payment"])
    world.fail("wechat_pay", "download", "garbage")
    day = clock.today().isoformat()
    clock.to(clock.today() + timedelta(days=1))

    def taken() -> list[dict[str, Any]]:
        return [
            one
            for one in staff.get("/v1/staff/reconciliation")["statements"]
            if (one["rail"], one["on"]) == ("wechat_pay", day)
        ]

    assert not taken()
    clock.to(clock.today() + timedelta(days=1))
    assert taken()
    holds(staff)


class Vendor(wechat_pay.WechatPay):
    """The platform itself, for notices of its own making."""

    def __init__(self, home: Path) -> None:
        store = Store(home / "sandbox" / "world.sqlite")
        keys = home / "keys" / "wechat_pay.json"
        super().__init__(store, Failures(), keys=keys, home=home / "sandbox", owner=lambda _: None)

    def notice(self, event: str, resource: dict[str, Any], **changes: str) -> tuple[bytes, dict[str, str]]:
        secret = self._encrypted(json.dumps(resource), "transaction")
        told = {"event_type": event, "resource_type": "encrypt-resource", "resource": secret}
        body = json.dumps(told).encode()
        return body, {**self._signature(body), **changes}


def test_notices_that_lie_change_nothing(loan: Loan, where: Addresses, home: Path, staff: Staff) -> None:
    one, made = loan()
    waiting = ordered(one, made, "code", "500.00")
    vendor = Vendor(home)
    order = vendor.banking.order(waiting["payment"]["id"])
    assert order is not None
    true = vendor._trade({**order, "status": "settled"})
    _, stale = vendor.notice("TRANSACTION.SUCCESS", true)
    cases = {
        "signed for another body": (vendor.notice("TRANSACTION.SUCCESS", true)[0], stale, 401, "notice_unproven"),
        "long ago": (
            *vendor.notice("TRANSACTION.SUCCESS", true, **{"Wechatpay-Timestamp": "1"}),
            401,
            "notice_unproven",
        ),
        "by a key nobody knows": (
            *vendor.notice("TRANSACTION.SUCCESS", true, **{"Wechatpay-Serial": "ABCDEF"}),
            401,
            "notice_unproven",
        ),
        "of another merchant": (
            *vendor.notice("TRANSACTION.SUCCESS", {**true, "mchid": "1"}),
            401,
            "notice_unproven",
        ),
        "of another amount": (
            *vendor.notice("TRANSACTION.SUCCESS", {**true, "amount": {"total": 1, "currency": "CNY"}}),
            409,
            "notice_differs",
        ),
        "of an order nobody made": (
            *vendor.notice("TRANSACTION.SUCCESS", {**true, "out_trade_no": "pay_" + "0" * 26}),
            404,
            "payment_not_found",
        ),
        "of what is not ours to hear": (*vendor.notice("COMPLAINT.CREATE", true), 401, "notice_unproven"),
        "nonsense": (b"{}", stale, 401, "notice_unproven"),
    }
    for what, (body, headers, status, code) in cases.items():
        answer = httpx.post(f"{where.api}/v1/callbacks/wechat-pay", content=body, headers=headers, trust_env=False)
        assert (answer.status_code, answer.json()["code"]) == (status, code), what
    assert one.get(f"/v1/payments/{waiting['payment']['id']}")["status"] == "accepted"
    one.post(f"/v1/payments/{waiting['payment']['id']}/cancellations")
    holds(staff)
