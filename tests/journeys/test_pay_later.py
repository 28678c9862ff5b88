"""A pay-later line through the public doors: bought, billed, paid or owed longer, given back, and the merchant paid."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from refusals import code_of
from xindai_sandbox.client import Borrower, Clock, Staff, World

Shopper = Callable[..., tuple[Borrower, str]]
SHOP = {"name": "河畔书店", "account_number": "6217000000000000012", "discount": "0.006", "settle_days": 1}


@pytest.fixture(scope="module")
def shop(staff: Staff) -> dict[str, Any]:
    found: dict[str, Any] = staff.post("/v1/staff/merchants", SHOP)
    return found


@pytest.fixture
def shopper(borrower: Callable[..., Borrower]) -> Shopper:
    """Somebody with a pay-later line of five thousand, and the line's address."""

    def made(**changes: Any) -> tuple[Borrower, str]:
        one = borrower(**changes)
        application = one.apply("5000.00", 12, product="pay_later")
        assert application["status"] == "offered", application
        return one, f"/v1/lines/{one.open_line(application['offer_id'])['id']}"

    return made


def bought(one: Borrower, line: str, shop: dict[str, Any], amount: str) -> dict[str, Any]:
    body = {"merchant_id": shop["id"], "amount": {"amount": amount}, "what": "books"}
    found: dict[str, Any] = one.post(f"{line}/purchases", body)
    return found


def of(body: dict[str, Any], *names: str) -> list[str]:
    return [body[name]["amount"] for name in names]


def to_statement(clock: Clock) -> None:
    """The morning after the next cycle closes."""
    today = clock.today()
    clock.to((today.replace(day=1) + timedelta(days=32)).replace(day=2))


def test_a_month_of_purchases_is_one_statement_debited_on_its_day_without_interest(
    shopper: Shopper, shop: dict[str, Any], clock: Clock, staff: Staff
) -> None:
    assert shop["account_number"] == "621700*********0012"
    clock.to(clock.today().replace(day=3) if clock.today().day < 3 else clock.today())
    one, line = shopper()
    first = bought(one, line, shop, "300.00")
    bought(one, line, shop, "45.67")
    assert of(one.get(line), "used", "available") == ["345.67", "4654.33"]
    given_back = staff.post(
        f"/v1/staff/purchases/{first['id']}/refunds", {"amount": {"amount": "100.00"}, "reason": "torn"}
    )
    assert given_back["refunded"]["amount"] == "100.00"
    to_statement(clock)
    statement = one.get(f"{line}/statements")["data"][0]
    assert statement["status"] == "billed"
    assert of(statement, "purchased", "refunded", "total", "least", "left") == [
        "345.67", "100.00", "245.67", "24.57", "245.67"
    ]  # fmt: skip
    assert len(one.get(f"/v1/statements/{statement['id']}")["purchases"]) == 2
    clock.to(date.fromisoformat(statement["due_on"]) + timedelta(days=1))
    after = one.get(f"/v1/statements/{statement['id']}")
    assert (after["status"], after["left"]["amount"]) == ("paid", "0.00")
    assert of(one.get(line), "used") == ["0.00"]
    paid = staff.get(f"/v1/staff/merchants/{shop['id']}/settlements")["data"]
    assert [of(each, "purchased", "refunded", "discount", "net") for each in paid] == [
        ["345.67", "100.00", "1.47", "244.20"]
    ]
    assert paid[0]["status"] == "paid"
    assert staff.get("/v1/staff/books")["holds"]


def test_who_has_the_least_debited_owes_the_rest_with_the_next_statement(
    shopper: Shopper, shop: dict[str, Any], clock: Clock, staff: Staff
) -> None:
    one, line = shopper()
    one.post(f"{line}/debits", {"pays": "least"})
    bought(one, line, shop, "1000.00")
    to_statement(clock)
    first = one.get(f"{line}/statements")["data"][0]
    clock.to(date.fromisoformat(first["due_on"]) + timedelta(days=1))
    assert one.get(f"/v1/statements/{first['id']}")["status"] == "revolved"
    assert of(one.get(line), "used") == ["900.00"]
    to_statement(clock)
    second = one.get(f"{line}/statements")["data"][0]
    assert 900 < float(second["total"]["amount"]) < 920
    assert code_of(lambda: one.post(f"/v1/statements/{second['id']}/repayments", {"pay": "amount"})) == "invalid_value"
    too_much = {"pay": "amount", "amount": {"amount": "2000.00"}}
    assert code_of(lambda: one.post(f"/v1/statements/{second['id']}/repayments", too_much)) == "more_than_owed"
    made = one.post(f"/v1/statements/{second['id']}/repayments", {"pay": "least"})["payments"]
    assert [payment["amount"] for payment in made] == [second["least"]]
    one.wait(f"/v1/payments/{made[0]['id']}", lambda payment: payment["status"] == "settled")
    assert code_of(lambda: one.post(f"/v1/statements/{second['id']}/repayments", {"pay": "least"})) == "nothing_due"
    made = one.post(f"/v1/statements/{second['id']}/repayments", {"pay": "total"})["payments"]
    one.wait(f"/v1/payments/{made[0]['id']}", lambda payment: payment["status"] == "settled")
    assert one.get(f"/v1/statements/{second['id']}")["left"]["amount"] == "0.00"
    assert staff.get("/v1/staff/books")["holds"]


def test_a_purchase_and_a_statement_become_instalments(
    shopper: Shopper, shop: dict[str, Any], clock: Clock, staff: Staff
) -> None:
    one, line = shopper()
    large = bought(one, line, shop, "1200.00")
    bought(one, line, shop, "600.00")
    path = f"/v1/purchases/{large['id']}/instalments"
    assert code_of(lambda: one.post(path, {"months": 5})) == "invalid_value"
    assert code_of(lambda: one.post(path, {"months": 3})) == "disclosure_needed"
    loan = one.loan(one.put_into_instalments("purchase", large["id"], 3)["loan_id"])
    assert code_of(lambda: one.post(path, {"months": 3})) == "purchase_billed"
    assert (len(loan["schedule"]), loan["outstanding"]["amount"]) == (3, "1200.00")
    to_statement(clock)
    statement = one.get(f"{line}/statements")["data"][0]
    assert loan["schedule"][0]["due_on"] == statement["due_on"]
    turned = one.put_into_instalments("statement", statement["id"], 6)
    assert (turned["status"], turned["left"]["amount"]) == ("converted", loan["schedule"][0]["total"])
    rows = one.loan(statement["loan_id"])["schedule"]
    left = [row for row in rows if row["outstanding"] != "0.00"]
    signed = one.get("/v1/contracts")["data"][0]
    assert (signed["kind"], signed["loan_id"]) == ("instalments", statement["loan_id"])
    assert [row["total"] for row in left] == [row["total"] for row in signed["statement"]["schedule"]]
    assert [row["due_on"] for row in left] == [row["due_on"] for row in signed["statement"]["schedule"]]
    assert len(left) == 6
    clock.to(date.fromisoformat(statement["due_on"]) + timedelta(days=1))
    assert one.get(f"/v1/statements/{statement['id']}")["left"]["amount"] == "0.00"
    assert staff.get("/v1/staff/books")["holds"]


def test_nobody_buys_looks_or_pays_on_somebody_elses_line(shopper: Shopper, shop: dict[str, Any], clock: Clock) -> None:
    one, line = shopper()
    purchase = bought(one, line, shop, "50.00")
    to_statement(clock)
    statement = one.get(f"{line}/statements")["data"][0]
    other, _ = shopper()
    assert code_of(lambda: bought(other, line, shop, "10.00")) == "line_not_found"
    assert code_of(lambda: other.get(f"{line}/purchases")) == "line_not_found"
    assert code_of(lambda: other.get(f"{line}/statements")) == "line_not_found"
    assert code_of(lambda: other.post(f"{line}/debits", {"pays": "least"})) == "line_not_found"
    assert code_of(lambda: other.get(f"/v1/statements/{statement['id']}")) == "statement_not_found"
    for what in ("instalments", "repayments"):
        body = {"months": 3} if what == "instalments" else {}
        assert code_of(lambda w=what, b=body: other.post(f"/v1/statements/{statement['id']}/{w}", b)) == (
            "statement_not_found"
        )
    assert (
        code_of(lambda: other.post(f"/v1/purchases/{purchase['id']}/instalments", {"months": 3}))
        == "purchase_not_found"
    )
    assert code_of(lambda: bought(one, line, {"id": "mer_x"}, "10.00")) == "merchant_not_found"


def test_a_merchant_that_could_not_be_paid_is_paid_the_next_evening(
    shopper: Shopper, clock: Clock, staff: Staff, world: World
) -> None:
    shop = staff.post("/v1/staff/merchants", {**SHOP, "name": "晨光文具"})
    one, line = shopper()
    bought(one, line, shop, "88.00")
    clock.to(clock.today() + timedelta(days=1))
    world.fail("bank", "pay_out_outcome", "refuse", times=1)
    clock.to(clock.today() + timedelta(days=1))
    clock.to(clock.today() + timedelta(days=1))
    made = staff.get(f"/v1/staff/merchants/{shop['id']}/settlements")["data"]
    assert [each["status"] for each in made] == ["paid", "failed"]
    assert [of(each, "net") for each in made] == [["87.48"], ["87.48"]]
    assert staff.get("/v1/staff/books")["holds"]


def test_what_is_given_back_after_the_statement_repays_it_and_stays_given_back(
    shopper: Shopper, clock: Clock, staff: Staff
) -> None:
    shop = staff.post("/v1/staff/merchants", {**SHOP, "name": "青禾花店"})
    one, line = shopper()
    purchase = bought(one, line, shop, "60.00")
    to_statement(clock)
    refund = {"amount": {"amount": "60.00"}, "reason": "withered"}
    given_back = staff.post(f"/v1/staff/purchases/{purchase['id']}/refunds", refund)
    assert given_back["refunded"]["amount"] == "60.00"
    assert code_of(lambda: staff.post(f"/v1/staff/purchases/{purchase['id']}/refunds", refund)) == "refund_too_large"
    statement = one.get(f"{line}/statements")["data"][0]
    assert of(statement, "total", "left") == ["60.00", "0.00"]
    (fact,) = staff.get(f"/v1/staff/loans/{statement['loan_id']}")["facts"]
    undone = {"event": {"on": clock.today().isoformat(), "type": "reversal", "of": fact["id"]}, "reason": "a mistake"}
    adjustments = f"/v1/staff/loans/{statement['loan_id']}/adjustments"
    assert code_of(lambda: staff.post(adjustments, undone)) == "not_an_adjustment"
    closures = f"/v1/staff/merchants/{shop['id']}/closures"
    assert [staff.post(closures)["status"] for _ in range(2)] == ["closed", "closed"]
    assert code_of(lambda: bought(one, line, shop, "10.00")) == "merchant_closed"
    assert staff.get("/v1/staff/books")["holds"]
