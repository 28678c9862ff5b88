"""Claims that are long late are sold: two agree, the price comes, the buyer learns who owes, the debtors learn whom."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from refusals import code_of
from xindai_sandbox.client import Borrower, Clock, Staff, World

Loan = Callable[..., tuple[Borrower, dict[str, Any]]]
BUYER = {"buyer": "青山资产管理有限公司", "licence": "91110105MA02", "rate_ppm": 80_000}


def came(world: World, staff: Staff, amount: str) -> str:
    """A transfer to an account that is nobody's: it waits in suspense; its receipt."""
    before = {one["id"] for one in staff.get("/v1/staff/receipts", status="held")["data"]}
    world.transfer("8899999999999999", amount, name="青山资产管理有限公司")
    found = staff.wait("/v1/staff/receipts?status=held", lambda held: {one["id"] for one in held["data"]} - before)
    return next(one["id"] for one in found["data"] if one["id"] not in before)


def download(staff: Staff, path: str) -> str:
    content: bytes = staff.get(path)
    return content.decode("utf-8-sig")


def holds(staff: Staff) -> None:
    books = staff.get("/v1/staff/books")
    assert books["holds"], [(one["code"], one["broken"]) for one in books["checks"] if one["broken"]]


def test_claims_are_sold_once_their_price_has_come(
    loan: Loan, world: World, clock: Clock, staff: Staff, second: Staff
) -> None:
    one, sold = loan("6000.00", 3, pays=0)
    payer, kept = loan("5000.00", 3, pays=0)
    asker, _ = loan("4000.00", 3, pays=0)
    steady, sound = loan("3000.00", 12)
    clock.to(clock.today() + timedelta(days=125))
    assert code_of(lambda: staff.post("/v1/staff/sales", {**BUYER, "days_from": 3000, "given_up_only": True})) == (
        "nothing_to_sell"
    )
    asker.post("/v1/disputes", {"what": "这笔钱我已经还过了"})
    sale = staff.post("/v1/staff/sales", BUYER)
    at = f"/v1/staff/sales/{sale['id']}"
    claims = {each["loan_id"]: each for each in staff.get(f"{at}/claims")["data"]}
    assert set(claims) == {sold["id"], kept["id"]}, "what is disputed, and what is not late, is not offered"
    assert sale["status"] == "proposed"
    assert float(sale["price"]["amount"]) == round(sum(float(each["price"]["amount"]) for each in claims.values()), 2)
    assert abs(float(sale["claim"]["amount"]) * 0.08 - float(sale["price"]["amount"])) < 0.02
    assert code_of(lambda: staff.post("/v1/staff/sales", BUYER)) == "nothing_to_sell", "a loan is in one sale"
    assert code_of(lambda: staff.post(f"{at}/approvals")) == "same_person"

    tape = download(staff, f"{at}/tape.csv")
    assert len(tape.strip().splitlines()) == 3
    for person in (one.person, payer.person):
        assert not [each for each in (person["name"], person["id_number"], person["phone"]) if each in tape]
    assert sold["id"] not in tape
    assert code_of(lambda: staff.get(f"{at}/handover.csv")) == "sale_moved", "not before it is settled"

    assert second.post(f"{at}/approvals")["status"] == "approved"
    world.register([{**payer.person, "pays": None}])
    assert payer.repay(kept["id"], "due", "100.00")["status"] == "settled"
    due = staff.get(f"{at}/price")
    assert due["dropped"] == {kept["id"]: "paid_since"}
    assert due["price"] == claims[sold["id"]]["price"]

    wrong = came(world, staff, "1.00")
    assert code_of(lambda: staff.post(f"{at}/settlements", {"receipt_ids": [wrong]})) == "price_differs"
    assert {each["id"] for each in staff.get("/v1/staff/receipts", status="held")["data"]} >= {wrong}, "nothing is done"
    holds(staff)
    right = came(world, staff, due["price"]["amount"])
    settled = second.post(f"{at}/settlements", {"receipt_ids": [right]})
    assert (settled["status"], settled["claims"], settled["dropped"]) == ("settled", 1, 1)
    assert second.post(f"{at}/settlements", {"receipt_ids": [right]}) == settled, "twice is once"
    assert settled["price"] == due["price"]
    holds(staff)

    assert code_of(lambda: staff.get(f"{at}/price")) == "sale_moved"
    mine = one.loan(sold["id"])
    assert (mine["status"], mine["due"]["amount"]) == ("sold", "0.00")
    told = next(each for each in one.get("/v1/notices")["data"] if each["topic"] == "claim_sold")
    assert BUYER["buyer"] in told["zh"]["text"]
    assert code_of(lambda: one.repay(sold["id"], "early")) == "loan_not_active"
    handed = download(staff, f"{at}/handover.csv")
    assert all(each in handed for each in (one.person["name"], one.person["id_number"], one.person["phone"]))
    assert payer.person["name"] not in handed
    assert [each["what"] for each in one.get("/v1/data-accesses")["data"]].count("claim_handed_over") == 1
    assert not payer.get("/v1/data-accesses")["data"]
    clock.to(clock.today() + timedelta(days=1))
    person = one.get("/v1/identity")["person_id"]
    cases = [each for each in staff.get("/v1/staff/collection-cases", most=200)["data"] if each["person_id"] == person]
    assert [each["status"] for each in cases] == ["closed"], "we ask for it no more"
    holds(staff)
    assert steady.loan(sound["id"])["status"] == "current"

    other = staff.post("/v1/staff/sales", BUYER)
    assert second.post(f"/v1/staff/sales/{other['id']}/approvals")["claims"] == 1
    assert second.post(f"/v1/staff/sales/{other['id']}/cancellations")["status"] == "called_off"
    third = staff.post("/v1/staff/sales", BUYER)
    assert second.post(f"/v1/staff/sales/{third['id']}/rejections")["status"] == "rejected"
    assert code_of(lambda: second.post(f"/v1/staff/sales/{third['id']}/approvals")) == "sale_moved"
