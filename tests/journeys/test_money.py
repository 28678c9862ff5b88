"""Money that comes back, comes unordered, or is told of wrongly: it ends on the right account, and the books say so."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from xindai_sandbox import wire
from xindai_sandbox.client import Addresses, Borrower, Clock, Refused, Staff, World

Loan = Callable[..., tuple[Borrower, dict[str, Any]]]
PATIENCE = 20.0


def pay_out_of(borrower: Borrower, loan: dict[str, Any]) -> dict[str, Any]:
    orders = borrower.get(f"/v1/loans/{loan['id']}/payments")["data"]
    return next(one for one in orders if one["direction"] == "pay_out")


def until(look: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def holds(staff: Staff) -> None:
    proof = staff.get("/v1/staff/books")
    assert proof["holds"], proof


def discrepancies(staff: Staff, **of: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = staff.get("/v1/staff/discrepancies", **of)["data"]
    return found


def test_a_pay_out_that_comes_back_cancels_the_loan_as_if_it_had_never_been(
    loan: Loan, world: World, staff: Staff, clock: Clock
) -> None:
    one, made = loan()
    clock.to(clock.today() + timedelta(days=4))
    assert float(one.get(f"/v1/loans/{made['id']}/payoff-quote")["interest"]["amount"]) > 0
    order = pay_out_of(one, made)
    world.bring_back(order["id"], "account_closed")
    gone = one.wait(f"/v1/loans/{made['id']}", lambda loan: loan["status"] == "cancelled")
    assert gone["payoff"]["amount"] == "0.00"
    journal = staff.get(f"/v1/staff/payments/{order['id']}")
    assert [move["after"] for move in journal["moves"]][-2:] == ["settled", "returned"]
    assert journal["order"]["reason"] == "account_closed"
    holds(staff)
    told = until(lambda: [m["text"] for m in world.messages(one.person["phone"]) if "退回" in m["text"]])
    assert len(told) == 1
    clock.to(clock.today() + timedelta(days=1))
    assert not [one for one in discrepancies(staff) if one["payment_id"] == order["id"]]
    again = one.apply("3000.00", 6)
    assert one.accept(again["offer_id"])["status"] == "current"


def test_a_debit_that_is_taken_back_is_owed_again(loan: Loan, world: World, staff: Staff) -> None:
    one, made = loan()
    paid = one.repay(made["id"], "early", "1000.00")
    assert one.loan(made["id"])["outstanding"]["amount"] == "5000.00"
    world.bring_back(paid["id"], "disputed")
    assert one.wait(f"/v1/loans/{made['id']}", lambda loan: loan["outstanding"]["amount"] == "6000.00")
    assert one.get(f"/v1/payments/{paid['id']}")["status"] == "reversed"
    holds(staff)


def test_a_transfer_under_the_borrowers_name_is_on_the_loan_at_once(
    loan: Loan, world: World, staff: Staff, clock: Clock
) -> None:
    one, made = loan()
    account = one._call._call("PUT", "/v1/transfer-account")["account_number"]
    assert account == one._call._call("PUT", "/v1/transfer-account")["account_number"]
    world.transfer(account, "500.00", name=one.person["name"], remark="还款")
    paid = one.wait(f"/v1/loans/{made['id']}", lambda loan: loan["schedule"][0]["paid"] == "500.00")
    assert paid["status"] == "current"
    holds(staff)
    clock.to(clock.today() + timedelta(days=1))
    assert one.loan(made["id"])["schedule"][0]["paid"] == "500.00"
    receipts = [one for one in staff.get("/v1/staff/receipts")["data"] if one["loan_id"] == made["id"]]
    assert [one["status"] for one in receipts] == ["applied"]
    assert not discrepancies(staff, status="open")


def test_a_transfer_of_somebody_else_waits_for_two_people(
    loan: Loan, world: World, staff: Staff, second: Staff
) -> None:
    one, made = loan()
    account = one._call._call("PUT", "/v1/transfer-account")["account_number"]
    world.transfer(account, "300.00", name="司马无名")
    held = until(
        lambda: [r for r in staff.get("/v1/staff/receipts", status="held")["data"] if r["account"] == account]
    )[0]
    assert (held["why"], held["sender_name"], held["amount"]["amount"]) == ("sender_differs", "司***", "300.00")
    assert staff.get("/v1/staff/reconciliation")["suspense"]["amount"] == "300.00"
    holds(staff)
    staff.post(f"/v1/staff/receipts/{held['id']}/proposals", {"loan_id": made["id"]})
    with pytest.raises(Refused) as refused:
        staff.post(f"/v1/staff/receipts/{held['id']}/agreements")
    assert refused.value.code == "same_person"
    assert second.post(f"/v1/staff/receipts/{held['id']}/agreements")["status"] == "applied"
    assert one.loan(made["id"])["schedule"][0]["paid"] == "300.00"
    assert staff.get("/v1/staff/reconciliation")["suspense"]["amount"] == "0.00"
    holds(staff)


def test_money_to_an_account_nobody_knows_goes_back_to_its_sender(world: World, staff: Staff, second: Staff) -> None:
    world.transfer("8899999999999999", "77.70", name="欧阳某")
    held = until(lambda: staff.get("/v1/staff/receipts", status="held")["data"])[0]
    assert held["why"] == "account_unknown"
    second.post(f"/v1/staff/receipts/{held['id']}/proposals", {})
    staff.post(f"/v1/staff/receipts/{held['id']}/agreements")
    gone = until(
        lambda: [r for r in staff.get("/v1/staff/receipts", status="sent_back")["data"] if r["id"] == held["id"]]
    )
    assert gone
    holds(staff)


def test_what_is_paid_too_much_is_given_back_by_two(
    loan: Loan, world: World, staff: Staff, second: Staff, where: Addresses
) -> None:
    one, made = loan("2000.00", 3)
    account = one._call._call("PUT", "/v1/transfer-account")["account_number"]
    settles = one.get(f"/v1/loans/{made['id']}/payoff-quote")["amount"]["amount"]
    world.transfer(account, f"{float(settles) + 3000:.2f}", name=one.person["name"])
    one.wait(f"/v1/loans/{made['id']}", lambda loan: loan["status"] == "closed")
    path, asked = f"/v1/staff/loans/{made['id']}/refunds", {"amount": {"amount": "900000.00"}, "reason": "paid twice"}
    with pytest.raises(Refused) as refused:
        staff.post(path, asked)
    assert refused.value.code == "nothing_overpaid"
    overpaid = next(
        one["overpaid"]["amount"]
        for one in one.get(f"/v1/loans/{made['id']}/transactions")["data"]
        if one["type"] == "repayment"
    )
    asked["amount"] = {"amount": overpaid}
    order = staff.post(path, asked)
    assert (order["status"], order["intent"]) == ("held", "refund")
    with pytest.raises(Refused) as refused:
        staff.post(path, asked)
    assert refused.value.code in {"refund_under_way", "nothing_overpaid"}
    with pytest.raises(Refused) as refused:
        staff.post(f"/v1/staff/payments/{order['id']}/releases")
    assert refused.value.code == "same_person"
    second.post(f"/v1/staff/payments/{order['id']}/releases")
    until(lambda: staff.get(f"/v1/staff/payments/{order['id']}")["order"]["status"] == "settled")
    holds(staff)


def test_what_passes_a_limit_is_held_until_somebody_looks(
    borrower: Callable[..., Borrower], staff: Staff, second: Staff, clock: Clock
) -> None:
    limits = next(one for one in staff.get("/v1/staff/payment-limits")["data"] if one["direction"] == "pay_out")
    body = {name: limits[name] for name in ("per_order", "per_person", "per_day")}
    lower = {**body, "per_order": {"amount": "2500.00"}}
    staff._call._call("PUT", "/v1/staff/payment-limits/pay_out", json=lower)
    try:
        one, other = borrower(), borrower()
        held = one.sign(one.apply("3000.00", 6)["offer_id"])["loan_id"]
        turned = other.sign(other.apply("3000.00", 6)["offer_id"])["loan_id"]
        orders = {one["subject"]: one for one in staff.get("/v1/staff/payments", status="held")["data"]}
        assert orders[held]["reason"] == "over_order_limit"
        assert one.loan(held)["status"] == "awaiting_pay_out"
        clock.to(clock.today() + timedelta(days=1))
        second.post(f"/v1/staff/payments/{orders[held]['id']}/releases")
        begun = one.wait(f"/v1/loans/{held}", lambda loan: loan["status"] != "awaiting_pay_out")
        assert (begun["status"], begun["disbursed_on"]) == ("current", clock.today().isoformat())
        second.post(f"/v1/staff/payments/{orders[turned]['id']}/turn-downs")
        assert other.loan(turned)["status"] == "cancelled"
        with pytest.raises(Refused) as refused:
            staff.post(f"/v1/staff/payments/{orders[turned]['id']}/releases")
        assert refused.value.code == "payment_not_held"
    finally:
        staff._call._call("PUT", "/v1/staff/payment-limits/pay_out", json=body)
    holds(staff)


def test_money_waits_a_day_before_it_goes_to_a_new_card(
    loan: Loan, world: World, staff: Staff, clock: Clock, person: Callable[..., dict[str, Any]]
) -> None:
    one, made = loan("2000.00", 3)
    assert one.repay(made["id"], "early")["status"] == "settled"
    one.person["card_number"] = person()["card_number"]
    world.register([one.person])
    again = one.sign(one.apply("3000.00", 3)["offer_id"])["loan_id"]
    held = next(each for each in staff.get("/v1/staff/payments", status="held")["data"] if each["subject"] == again)
    assert held["reason"] == "account_changed"
    assert until(lambda: [m for m in world.messages(one.person["phone"]) if "另一张银行卡" in m["text"]])
    clock.to(clock.today() + timedelta(days=1))
    assert one.loan(again)["status"] == "awaiting_pay_out"
    clock.to(clock.today() + timedelta(days=2))
    assert one.wait(f"/v1/loans/{again}", lambda each: each["status"] == "current")
    assert staff.get(f"/v1/staff/payments/{held['id']}")["order"]["released_by"] == "cooling"
    holds(staff)


def test_a_statement_that_lies_is_found_out_and_mended(
    loan: Loan, world: World, staff: Staff, second: Staff, clock: Clock
) -> None:
    (one, made), (other, gone) = loan(), loan()
    wrong, missing = pay_out_of(one, made)["id"], pay_out_of(other, gone)["id"]
    world.misbook(wrong, "5999.00")
    world.misbook(missing, None)
    day = clock.today()
    clock.to(day + timedelta(days=2))
    found = {one["payment_id"]: one for one in discrepancies(staff, status="open")}
    assert (found[wrong]["kind"], found[wrong]["ours"]["amount"], found[wrong]["theirs"]["amount"]) == (
        "amount", "-6000.00", "-5999.00",
    )  # fmt: skip
    assert (found[missing]["kind"], found[missing]["ours"]["amount"]) == ("missing_there", "-6000.00")
    assert found[missing]["age_days"] == 2
    ageing = staff.get("/v1/staff/reconciliation")["ageing"]
    assert sum(one["discrepancies"] for one in ageing) == 2
    assert not staff.get("/v1/staff/books")["holds"]  # a rail that paid another amount is no matter of opinion
    world.misbook(wrong, "6000.00")
    staff.post(f"/v1/staff/reconciliation/house/{day}/fetches")
    left = discrepancies(staff, status="open")
    assert [one["payment_id"] for one in left] == [missing]
    path = f"/v1/staff/discrepancies/{left[0]['id']}"
    staff.post(
        f"{path}/explanations", {"note": "the bank confirms by letter that it paid; its statement lacks the line"}
    )
    assert second.post(f"{path}/closings")["status"] == "closed"
    holds(staff)


def test_a_debit_that_the_bank_makes_twice_is_found(loan: Loan, world: World, staff: Staff, clock: Clock) -> None:
    one, made = loan()
    paid = one.repay(made["id"], "early", "200.00")
    world.carry_out_twice(paid["id"])
    clock.to(clock.today() + timedelta(days=1))
    found = [each for each in discrepancies(staff, status="open") if each["payment_id"] == paid["id"]]
    assert [(each["kind"], each["theirs"]["amount"], each["proposal"]) for each in found] == [
        ("twice", "200.00", "claim_it_back")
    ]
    assert one.loan(made["id"])["outstanding"]["amount"] == "5800.00"
    clock.to(clock.today() + timedelta(days=1))
    assert len([each for each in discrepancies(staff) if each["payment_id"] == paid["id"]]) == 1
    holds(staff)


def test_what_the_bank_takes_by_itself_is_booked_by_two(
    world: World, staff: Staff, second: Staff, clock: Clock, loan: Loan
) -> None:
    loan()
    world.charge("12.34")
    clock.to(clock.today() + timedelta(days=1))
    found = next(one for one in discrepancies(staff, status="open") if one["payment_id"] is None)
    assert (found["kind"], found["theirs"]["amount"]) == ("missing_here", "-12.34")
    with pytest.raises(Refused) as refused:
        second.post(f"/v1/staff/discrepancies/{found['id']}/closings")
    assert refused.value.code == "discrepancy_not_explained"
    explained = {"note": "monthly fee", "books_to": "rail_charges"}
    staff.post(f"/v1/staff/discrepancies/{found['id']}/explanations", explained)
    with pytest.raises(Refused) as refused:
        staff.post(f"/v1/staff/discrepancies/{found['id']}/closings")
    assert refused.value.code == "same_person"
    assert second.post(f"/v1/staff/discrepancies/{found['id']}/closings")["status"] == "closed"
    balances = {one["account"]: one for one in staff.get("/v1/staff/ledger/balances")["data"]}
    assert balances["rail_charges"]["balance"]["amount"] == "12.34"
    holds(staff)


class Forger:
    """Somebody who posts call-backs, with or without the bank's secret."""

    def __init__(self, where: Addresses, home: Path) -> None:
        self.url = f"{where.api}/v1/callbacks/bank"
        self.secret = json.loads((home / "keys" / "providers.json").read_text())["bank"]

    def post(
        self, body: dict[str, Any], *, secret: str | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        raw = json.dumps(body).encode()
        signed = headers or dict(wire.notice_headers(secret or self.secret, "/v1/callbacks/bank", raw))
        return httpx.post(self.url, content=raw, headers=signed, trust_env=False)


def word(order: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "order_id": order["id"], "status": "settled", "reference": f"B-{order['id'][-12:]}", "reason": None,
        "amount": order["amount"]["amount"], "currency": "CNY", "value_on": order["value_on"], **changes,
    }  # fmt: skip


def test_call_backs_that_lie_change_nothing(loan: Loan, where: Addresses, home: Path, staff: Staff) -> None:
    one, made = loan()
    order, forger = pay_out_of(one, made), Forger(where, home)
    before = staff.get(f"/v1/staff/payments/{order['id']}")
    answers = {
        "not signed by the bank": (forger.post(word(order), secret="somebody else"), 401, "notice_unproven"),
        "signed for another body": (
            forger.post(word(order), headers=dict(wire.notice_headers(forger.secret, "/v1/callbacks/bank", b"{}"))),
            401,
            "notice_unproven",
        ),
        "an old one again": (
            forger.post(
                word(order),
                headers={**wire.notice_headers(forger.secret, "/v1/callbacks/bank", b"{}"), "X-Timestamp": "1"},
            ),
            401,
            "notice_unproven",
        ),
        "another amount": (forger.post(word(order, amount="1.00", status="returned")), 409, "notice_differs"),
        "an order nobody made": (forger.post(word({**order, "id": "pay_" + "0" * 26})), 404, "payment_not_found"),
        "what cannot follow": (forger.post(word(order, status="failed")), 409, "payment_move_impossible"),
        "nonsense": (forger.post({"order_id": 7}), 401, "notice_unproven"),
    }
    for what, (answer, status, code) in answers.items():
        assert (answer.status_code, answer.json()["code"]) == (status, code), what
    assert forger.post(word(order)).status_code == 204  # once more what is true: nothing more happens
    assert forger.post(word(order, status="accepted")).status_code == 204  # late: it has settled since
    assert staff.get(f"/v1/staff/payments/{order['id']}") == before
    assert one.loan(made["id"])["outstanding"]["amount"] == "6000.00"
    holds(staff)


def test_a_call_back_that_is_there_before_the_answer_counts_once(
    borrower: Callable[..., Borrower], world: World, staff: Staff
) -> None:
    one = borrower()
    application = one.apply("3000.00", 6)
    world.fail("bank", "pay_out", "delay", seconds=1.5)  # the order is carried out meanwhile, and told of
    made = one.accept(application["offer_id"])
    assert made["status"] == "current"
    journal = staff.get(f"/v1/staff/payments/{pay_out_of(one, made)['id']}")["moves"]
    assert [move["after"] for move in journal] == ["submitted", "settled"]
    assert staff.get("/v1/staff/books")["holds"]
