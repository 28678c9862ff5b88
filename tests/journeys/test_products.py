"""A new product sells without a line of code, and what was sold before keeps its version."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from refusals import code_of
from xindai_sandbox.client import Addresses, Borrower, Caller, Clock, Staff


def proposed(staff: Staff, clock: Clock, *, in_days: int = 0, **changes: Any) -> Any:
    return staff.post("/v1/staff/products", {
        "code": "summer_loan", "name_en": "Summer loan", "name_zh": "夏日贷", "least": {"amount": "1000.00"},
        "most": {"amount": "8000.00"}, "months": [3, 6], "method": "equal_principal", "day_count": "act/365",
        "effective_from": (clock.today() + timedelta(days=in_days)).isoformat(), **changes,
    })  # fmt: skip


def test_two_people_make_a_product_and_it_sells_from_its_day_on(
    where: Addresses, clock: Clock, staff: Staff, second: Staff, borrower: Callable[..., Borrower]
) -> None:
    version = proposed(staff, clock, in_days=1)
    assert (version["id"], version["status"]) == ("summer_loan@1", "proposed")
    assert code_of(lambda: staff.post("/v1/staff/products/summer_loan@1/approvals")) == "same_person"
    assert second.post("/v1/staff/products/summer_loan@1/approvals")["status"] == "approved"
    assert code_of(lambda: second.post("/v1/staff/products/summer_loan@1/rejections")) == "product_decided"
    one = borrower()
    assert code_of(lambda: one.apply("3000.00", 3, product="summer_loan")) == "product_unknown"
    clock.to(clock.today() + timedelta(days=1))
    codes = [product["code"] for product in Caller(where.api).get("/v1/products")["data"]]
    assert codes == ["business_instalment", "consumer_instalment", "credit_line", "pay_later", "summer_loan"]
    application = one.apply("3000.00", 3, product="summer_loan")
    assert application["status"] == "offered", application
    loan = one.accept(application["offer_id"])
    assert [line["principal"] for line in loan["schedule"]] == ["1000.00"] * 3
    changed = proposed(staff, clock, method="interest_only")
    second.post(f"/v1/staff/products/{changed['id']}/approvals")
    other = borrower()
    fresh = other.accept(other.apply("3000.00", 3, product="summer_loan")["offer_id"])
    assert [line["principal"] for line in fresh["schedule"]] == ["0.00", "0.00", "3000.00"]
    assert [line["principal"] for line in one.loan(loan["id"])["schedule"]] == ["1000.00"] * 3
    second.post(f"/v1/staff/products/{changed['id']}/withdrawals")
    assert code_of(lambda: borrower().apply("3000.00", 3, product="summer_loan")) == "product_unknown"
    assert [row["status"] for row in staff.get("/v1/staff/products", code="summer_loan")["data"]] == [
        "withdrawn",
        "approved",
    ]
    assert staff.get("/v1/staff/books")["holds"]


def test_what_may_not_be_sold_is_refused_with_the_rule(staff: Staff, clock: Clock) -> None:
    assert code_of(lambda: proposed(staff, clock, highest_cost="0.30")) == "product_unfit"
    assert code_of(lambda: proposed(staff, clock, method="bullet", months=[24])) == "product_unfit"
    assert code_of(lambda: proposed(staff, clock, fees=[{"on": "moon", "amount": "1.00"}])) == "invalid_value"
    assert code_of(lambda: proposed(staff, clock, code="Summer Loan")) == "product_unfit"
    assert code_of(lambda: staff.post("/v1/staff/products/nothing@1/approvals")) in {"product_unknown", "same_person"}


def test_a_loan_lent_with_a_partner_is_shared_by_both_in_every_figure(
    where: Addresses, clock: Clock, staff: Staff, second: Staff, borrower: Callable[..., Borrower]
) -> None:
    partner = {"code": "river_bank", "name": "河畔银行", "share": "0.71"}
    assert code_of(lambda: proposed(staff, clock, code="shared_loan", partners=[partner])) == "product_unfit"
    version = proposed(staff, clock, code="shared_loan", partners=[{**partner, "share": "0.7"}])
    second.post(f"/v1/staff/products/{version['id']}/approvals")
    shown = next(one for one in Caller(where.api).get("/v1/products")["data"] if one["code"] == "shared_loan")
    assert shown["partners"] == [{"name": "河畔银行", "share": "0.7"}]
    one = borrower()
    loan = one.accept(one.apply("3000.00", 3, product="shared_loan")["offer_id"])
    began = clock.today()
    clock.to(began + timedelta(days=2))
    assert one.repay(loan["id"], "early", "1000.00")["status"] == "settled"
    life = staff.get(f"/v1/staff/loans/{loan['id']}")
    theirs, ours = life["shared"]
    assert [(part["lender"], part["share"]) for part in life["shared"]] == [("river_bank", "0.7"), ("own", "0.3")]
    for name, whole in life["figures"].items():
        parts = [float(part["figures"][name]["amount"]) for part in (theirs, ours)]
        assert round(sum(parts), 2) == float(whole["amount"]), name
    assert theirs["figures"]["paid_out"]["amount"] == "2100.00"
    balances = {row["account"]: row for row in staff.get("/v1/staff/partners/river_bank/balances")["data"]}
    assert balances["principal"]["balance"]["amount"] == theirs["figures"]["principal"]["amount"] == "1400.00"
    path = "/v1/staff/partners/river_bank/balances"
    then = {row["account"]: row["balance"]["amount"] for row in staff.get(path, on=began.isoformat())["data"]}
    assert (then["principal"], then["cash"]) == ("2100.00", "-2100.00")
    since = (began + timedelta(days=1)).isoformat()
    moved = {row["account"]: row["change"]["amount"] for row in staff.get(path, since=since)["data"]}
    assert float(moved["cash"]) == round(float(balances["cash"]["balance"]["amount"]) + 2100, 2)
    listed = staff.get("/v1/staff/partners/river_bank/loans")["data"]
    assert [(row["id"], row["figures"]["principal"]["amount"]) for row in listed] == [(loan["id"], "1400.00")]
    assert [row["code"] for row in staff.get("/v1/staff/partners")["data"]] == ["river_bank"]
    assert code_of(lambda: staff.get("/v1/staff/partners/nobody/balances")) == "partner_not_found"
    assert staff.get("/v1/staff/books")["holds"]


def test_a_product_for_a_region_is_not_offered_elsewhere(
    clock: Clock, staff: Staff, second: Staff, borrower: Callable[..., Borrower]
) -> None:
    one = borrower()
    home = one.person["id_number"][:4]
    for code, regions in (("at_home", [home]), ("elsewhere", ["65", "5402"])):
        version = proposed(staff, clock, code=code, regions=regions)
        second.post(f"/v1/staff/products/{version['id']}/approvals")
    assert code_of(lambda: one.apply("3000.00", 3, product="elsewhere")) == "region_not_served"
    assert one.apply("3000.00", 3, product="at_home")["status"] == "offered"
    assert code_of(lambda: proposed(staff, clock, code="nowhere", regions=["6"])) == "product_unfit"


def test_what_would_have_to_go_to_the_seller_is_not_lent(clock: Clock, staff: Staff) -> None:
    at_most, above = {"amount": "500000.00"}, {"amount": "500100.00"}
    business = {"audience": "business", "months": [12]}
    assert code_of(lambda: proposed(staff, clock, code="too_large", most=at_most)) == "product_unfit"
    assert code_of(lambda: proposed(staff, clock, code="too_large", most=above, **business)) == "product_unfit"
    assert proposed(staff, clock, code="large", most=at_most, **business)["status"] == "proposed"
