"""`kill -9` of API or worker, before, inside and after every step of every journey: nothing is lost, nothing doubled."""

import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from installations import installed
from xindai_sandbox.client import Addresses, Borrower, Caller, Clock, Staff, World

SRC = Path(__file__).parents[2] / "src" / "xindai"
REVIEWED = {"review asked for", "approval proposed", "proposal approved", "proposal turned down", "review declined"}
ON_FAILURE_ONLY = {
    "pay: lost sight",
    "pay: sent again",
    "withdraw",
    "accept raise",
    "close day: books noted",
    "pay: booked",
    "notice: unsent",
    "notice: opted out",
    "pay: turned down",
    "file: refused",
    *REVIEWED,
}
"""Transactions that this life does not meet; the failing world and the doors meet them."""


def points_in_the_code() -> set[str]:
    """Every step and every named transaction, as the sources have them."""
    text = "".join(path.read_text() for path in [*(SRC / "journeys").glob("*.py"), *(SRC / "edges").rglob("*.py")])
    steps = {
        f"{name}: {when}"
        for name in re.findall(r'workflow\.step\(\s*"([^"]+)"', text)
        for when in ("before", "done, not kept")
    }
    names = set(re.findall(r'\.transaction\(\s*"([^"]+)"', text)) | set(
        re.findall(r'_(?:hear|believe)\(\w+, word, "([^"]+)"\)', text)
    )
    return steps | {f"{name}: {when}" for name in names - ON_FAILURE_ONLY for when in ("before commit", "after commit")}


def test_a_life_killed_at_every_point_is_the_same_life(tmp_path: Path, person: Callable[..., dict[str, Any]]) -> None:
    deaths = tmp_path / "deaths.txt"
    with installed(
        tmp_path / "var", reads=True, XINDAI_CRASH_LOG=str(deaths), XINDAI_RAILS="house,agreement_pay,wechat_pay"
    ) as where:
        clock, world, staff = Clock(where.api), World(where.world), Staff(where)
        second_staff = Staff(where, second=True)
        one, other, drawer, buyer, signer = person(pays=1), person(), person(), person(), person()
        world.register([one, other, drawer, buyer, signer])
        idle = Borrower(where, other)
        _allows_a_message(idle, where)
        unclaimed = idle.apply("3000.00", 3)
        borrower = Borrower(where, one)
        _photographs(borrower)
        application = borrower.apply("6000.00", 3)
        _looks_into_the_camera(borrower, where)
        loan = borrower.accept(application["offer_id"])
        assert loan["status"] == "current"
        _changes_by_two(staff, second_staff, loan)
        _rotates_keys(staff)
        drawing = Borrower(where, drawer)
        _draws(drawing)
        shopping = Borrower(where, buyer)
        line = _shops(shopping, staff)
        signing = Borrower(where, signer)
        by_file = _agrees(signing)
        world.fail("bank", "notice", "loss", times=1)
        first, second, _ = (date.fromisoformat(row["due_on"]) for row in loan["schedule"])
        clock.to(first + timedelta(days=1))
        clock.to(second + timedelta(days=2))
        _is_late(borrower, staff)
        world.register([{**one, "pays": None}])
        assert borrower.repay(loan["id"], "due", "500.00")["status"] == "settled"
        clock.to(second + timedelta(days=8))
        world.fail("bank", "debit", "loss")
        assert borrower.repay(loan["id"], "early")["status"] == "settled"
        _buys(shopping, staff, line, "70.00")
        _transfers(drawing, world, staff, second_staff, clock)
        _takes_a_fee(world, staff, second_staff, clock)
        clock.to((clock.today().replace(day=1) + timedelta(days=32)).replace(day=2))  # the morning after a statement
        _pays_and_puts_off(shopping, line)
        assert borrower.loan(loan["id"])["status"] == "closed"
        _asks_for_help(signing, staff, second_staff, by_file)
        agreement = signing.get("/v1/debit-agreements")["data"][0]
        assert signing.post(f"/v1/debit-agreements/{agreement['id']}/endings")["status"] == "ended"
        assert idle.get(f"/v1/applications/{unclaimed['id']}")["status"] == "expired"
        payments = borrower.get(f"/v1/loans/{loan['id']}/payments")["data"]
        settled = [payment for payment in payments if payment["status"] == "settled"]
        assert len([payment for payment in settled if payment["direction"] == "pay_out"]) == 1
        orders = {(order["kind"], order["status"]): order["orders"] for order in world.orders()}
        sold = staff.get(f"/v1/staff/merchants/{staff.get('/v1/staff/merchants')['data'][0]['id']}/settlements")["data"]
        assert [one["net"]["amount"] for one in sold] == ["70.00", "130.00"]  # the newest first
        assert orders["pay_out", "settled"] == 5 + len(sold)  # three loans, a refund, a receipt that went back
        filed = signing.get(f"/v1/loans/{by_file}/payments")["data"]
        settled += [payment for payment in filed if payment["status"] == "settled"]
        assert {payment["orders"] for payment in staff.get("/v1/staff/payment-files")["data"]} == {1}
        settled += _debits(shopping, line)
        line = drawing.get("/v1/lines")["data"][0]
        draws = drawing.get(f"/v1/lines/{line['id']}/draws")["data"]
        assert len(draws) == 1
        of_draw = drawing.get(f"/v1/loans/{draws[0]['id']}/payments")["data"]
        settled += [payment for payment in of_draw if payment["status"] == "settled"]
        assert orders["debit", "settled"] == len([one for one in settled if one["direction"] == "collection"])
        proof = staff.get("/v1/staff/books")
        assert proof["holds"], [(check["code"], check["broken"]) for check in proof["checks"] if check["broken"]]
        told = [message["message_id"] for message in world.messages(one["phone"])]
        assert len(told) == len(set(told))
    died_at = set(deaths.read_text().split("\n"))
    missed = points_in_the_code() - died_at
    assert not missed, f"nobody was killed at {sorted(missed)}"
    print(f"killed {len(died_at) - 1} times")


def _allows_a_message(borrower: Borrower, where: Addresses) -> None:
    """By WeChat, once, of what becomes of an application."""
    codes = Caller(where.world).post("/_control/wechat-codes", {"phone": borrower.person["phone"]})
    Caller(where.api).post("/v1/wechat/sessions", codes)
    borrower.post("/v1/wechat-subscriptions", {"templates": ["application_result"]})


def _photographs(borrower: Borrower) -> None:
    borrower.allow("documents")
    paper = borrower.photograph("id_card_front")
    corrected = borrower.post(f"/v1/documents/{paper['id']}/corrections", {"field": "ethnicity", "value": "白"})
    assert next(field["value"] for field in corrected["fields"] if field["name"] == "ethnicity") == "白"
    assert [one["status"] for one in borrower.get("/v1/documents")["data"]] == ["read"]


def _looks_into_the_camera(borrower: Borrower, where: Addresses) -> None:
    borrower.allow("face")
    check = borrower.post("/v1/face-checks")
    Caller(where.world).post("/_control/faces", {"url": check["url"], "who": "self"})
    assert borrower.post(f"/v1/face-checks/{check['id']}/results")["status"] == "passed"


def _rotates_keys(staff: Staff) -> None:
    before = staff.get("/v1/staff/keys")["newest"]
    assert staff.post("/v1/staff/key-rotations", {"reason": "每年一次"})["key"] > before
    after = staff.wait("/v1/staff/keys", lambda keys: keys["newest"] > before and keys["older_fields"] == 0)
    assert after["newest"] in after["held"]


def _changes_by_two(staff: Staff, second: Staff, loan: dict[str, Any]) -> None:
    event = {"on": loan["as_of"], "type": "fee", "amount": "1.00"}
    fee = staff.post(f"/v1/staff/loans/{loan['id']}/adjustments", {"event": event, "reason": "a letter"})
    assert second.post(f"/v1/staff/adjustments/{fee['id']}/approvals")["status"] == "approved"
    listed = staff.get("/v1/staff/adjustments", loan_id=loan["id"])["data"]
    assert [one["status"] for one in listed] == ["approved"]
    facts = staff.get(f"/v1/staff/loans/{loan['id']}")["facts"]
    assert [fact["kind"] for fact in facts] == ["fee"]


def _agrees(borrower: Borrower) -> str:
    """A loan whose instalments go by file; codes that are not paid after all."""
    loan: dict[str, Any] = borrower.accept(borrower.apply("3000.00", 12)["offer_id"])
    assert borrower.agree_to_debits()["status"] == "active"
    body = {"kind": "early", "amount": {"amount": "100.00"}, "by": "code"}
    for _ in range(3):  # whoever is killed while calling one off may find it closed when they come back
        waiting = borrower.post(f"/v1/loans/{loan['id']}/repayments", body)
        borrower.wait(f"/v1/payments/{waiting['id']}/invitation", lambda found: found["hand_over"])
        assert borrower.post(f"/v1/payments/{waiting['id']}/cancellations")["status"] == "failed"
    return str(loan["id"])


def _asks_for_help(borrower: Borrower, staff: Staff, second: Staff, loan_id: str) -> None:
    """Asks and thinks better of it, is declined, asks again, and agrees to what two people offer."""
    can_pay = {"cause": "illness", "can_pay": {"amount": "200.00"}}
    ask, requests = f"/v1/loans/{loan_id}/hardship-requests", "/v1/hardship-requests"
    first = borrower.post(ask, can_pay)
    assert borrower.post(f"{requests}/{first['id']}/withdrawals")["status"] == "withdrawn"
    second_one = borrower.post(ask, can_pay)
    desk = "/v1/staff/hardship-requests"
    assert staff.post(f"{desk}/{second_one['id']}/declines", {"answer": "请补充证明。"})["status"] == "declined"
    third = borrower.post(ask, can_pay)
    day = date.fromisoformat(borrower.loan(loan_id)["as_of"]) + timedelta(days=30)
    plan = {"installments": 24, "first_due_on": day.isoformat()}
    staff.post(f"{desk}/{third['id']}/proposals", plan)
    assert second.post(f"{desk}/{third['id']}/returns")["status"] == "asked"
    staff.post(f"{desk}/{third['id']}/proposals", plan)
    assert second.post(f"{desk}/{third['id']}/approvals")["status"] == "offered"
    assert borrower.post(f"{requests}/{third['id']}/agreements")["status"] == "agreed"
    assert borrower.loan(loan_id)["next_due_on"] == day.isoformat()


def _is_late(borrower: Borrower, staff: Staff) -> None:
    """Called once, promises, disputes and is answered; a stop that was wrong."""
    mask = borrower.person["phone"][-4:]
    case = next(one for one in staff.get("/v1/staff/collection-cases")["data"] if one["phone"].endswith(mask))
    path = f"/v1/staff/collection-cases/{case['id']}"
    staff.post(f"{path}/assignments", {"to": "demo"})
    permit = staff.post(f"{path}/contacts", {"channel": "call", "recorded": True})
    staff.post(f"/v1/staff/contacts/{permit['contact_id']}/outcomes", {"outcome": "connected"})
    promised = {
        "amount": {"amount": "500.00"},
        "by": borrower.loan(borrower.get("/v1/loans")["data"][0]["id"])["as_of"],
    }
    assert staff.post(f"{path}/promises", promised)["status"] == "open"
    stop = staff.post(f"{path}/stops", {"kind": "insolvent", "note": "somebody of the same name"})
    assert staff.post(f"{path}/stops/{stop['id']}/liftings")["lifted_on"]
    dispute = borrower.post("/v1/disputes", {"what": "我没有借这笔钱"})
    assert staff.post(f"/v1/staff/disputes/{dispute['id']}/answers", {"text": "合同附后。"})["answer"]
    borrower._call._call("PUT", "/v1/contact-hours", json={"earliest": "09:00", "latest": "18:00"})
    assert len([one for one in borrower.get("/v1/contacts")["data"] if one["channel"] == "call"]) == 1


def _shops(borrower: Borrower, staff: Staff) -> str:
    shop = {"name": "河畔书店", "account_number": "6217000000000000012", "discount": "0", "settle_days": 1}
    assert staff.post("/v1/staff/merchants", shop)["status"] == "open"
    application = borrower.apply("2000.00", 12, product="pay_later")
    line = borrower.open_line(application["offer_id"])["id"]
    large = _buys(borrower, staff, line, "90.00")
    _buys(borrower, staff, line, "50.00")
    assert borrower.put_into_instalments("purchase", large, 3)["loan_id"]
    refund = {"amount": {"amount": "10.00"}, "reason": "returned"}
    assert staff.post(f"/v1/staff/purchases/{large}/refunds", refund)["refunded"]["amount"] == "10.00"
    return str(line)


def _buys(borrower: Borrower, staff: Staff, line: str, amount: str) -> str:
    shop = staff.get("/v1/staff/merchants")["data"][0]["id"]
    purchase = {"merchant_id": shop, "amount": {"amount": amount}, "what": "books"}
    return str(borrower.post(f"/v1/lines/{line}/purchases", purchase)["id"])


def _pays_and_puts_off(borrower: Borrower, line: str) -> None:
    statement = borrower.get(f"/v1/lines/{line}/statements")["data"][0]
    path = f"/v1/statements/{statement['id']}"
    paid = borrower.post(f"{path}/repayments", {"pay": "amount", "amount": {"amount": "40.00"}})["payments"]
    for payment in paid:
        borrower.wait(f"/v1/payments/{payment['id']}", lambda one: one["status"] == "settled")
    assert borrower.put_into_instalments("statement", statement["id"], 3)["status"] == "converted"


def _debits(borrower: Borrower, line: str) -> list[dict[str, Any]]:
    """The settled debits of all that the purchases became."""
    loans = borrower.get(f"/v1/lines/{line}/draws")["data"]
    paid = [one for loan in loans for one in borrower.get(f"/v1/loans/{loan['id']}/payments")["data"]]
    return [one for one in paid if one["status"] == "settled"]


def _transfers(borrower: Borrower, world: World, staff: Staff, second: Staff, clock: Clock) -> None:
    """Too much under one's own name, which is given back; and something that nobody knows, which goes back.

    Whoever is told of neither while being killed finds both in the statement of the day.
    """
    loan = borrower.get("/v1/loans")["data"][0]
    account = borrower._call._call("PUT", "/v1/transfer-account")["account_number"]
    world.transfer(account, "1700.00", name=borrower.person["name"])
    world.transfer("8899999999999999", "1.00", name="欧阳某")
    clock.to(clock.today() + timedelta(days=1))
    assert borrower.loan(loan["id"])["status"] == "closed"
    receipts = borrower.get(f"/v1/loans/{loan['id']}/transactions")["data"]
    overpaid = next(one["overpaid"] for one in receipts if one["overpaid"]["amount"] != "0.00")
    order = staff.post(f"/v1/staff/loans/{loan['id']}/refunds", {"amount": overpaid, "reason": "too much"})
    second.post(f"/v1/staff/payments/{order['id']}/releases")
    _ends(staff, order["id"])
    held = staff.get("/v1/staff/receipts", status="held")["data"]
    staff.post(f"/v1/staff/receipts/{held[0]['id']}/proposals", {})
    second.post(f"/v1/staff/receipts/{held[0]['id']}/agreements")
    while not staff.get("/v1/staff/receipts", status="sent_back")["data"]:
        time.sleep(0.1)


def _ends(staff: Staff, payment_id: str) -> None:
    while staff.get(f"/v1/staff/payments/{payment_id}")["order"]["status"] != "settled":
        time.sleep(0.1)


def _takes_a_fee(world: World, staff: Staff, second: Staff, clock: Clock) -> None:
    """The bank takes a fee, which two people book."""
    world.charge("5.00")
    clock.to(clock.today() + timedelta(days=1))
    found = staff.get("/v1/staff/discrepancies", status="open")["data"][0]
    staff.post(f"/v1/staff/discrepancies/{found['id']}/explanations", {"note": "a fee", "books_to": "rail_charges"})
    assert second.post(f"/v1/staff/discrepancies/{found['id']}/closings")["status"] == "closed"


def _draws(borrower: Borrower) -> None:
    application = borrower.apply("2000.00", 12, product="credit_line")
    line = borrower.open_line(application["offer_id"])
    assert borrower.draw(line["id"], "1000.00", 3)["status"] == "current"
