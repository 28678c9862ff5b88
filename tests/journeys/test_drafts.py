"""Forms over several sittings, and applications of businesses; who is told early that it cannot be."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from refusals import code_of
from xindai_sandbox import specimens
from xindai_sandbox.client import Addresses, Borrower, Caller, Clock, Staff

READS = True
Made = Callable[..., Borrower]
PATH = "/v1/application-draft"


def put(caller: Caller, version: int, **form: Any) -> dict[str, Any]:
    found: dict[str, Any] = caller._call("PUT", PATH, json={"version": version, "form": form})
    return found


def test_a_form_is_gone_on_with_on_another_device(where: Addresses, borrower: Made) -> None:
    one = borrower()
    codes = Caller(where.world).post("/_control/wechat-codes", {"phone": one.person["phone"]})
    token = Caller(where.api).post("/v1/wechat/sessions", {**codes, "device": "平板"})["token"]
    phone, tablet = one._call, Caller(where.api, token)
    assert code_of(lambda: phone.get(PATH)) == "draft_not_found"
    first = put(phone, 0, product="consumer_instalment", amount={"amount": "3000.00"}, name="李")
    assert (first["version"], first["lacking"][0]) == (1, "months")
    assert put(phone, 0, product="consumer_instalment", amount={"amount": "3000.00"}, name="李") == first
    second = put(tablet, 1, amount={"amount": "4000.00"}, months=6)
    assert (second["version"], second["device"]) == (2, "平板")
    assert code_of(lambda: put(phone, 1, months=12)) == "draft_conflict"
    assert phone.get(PATH)["form"]["amount"]["amount"] == "4000.00"
    assert code_of(lambda: put(phone, 2, soul="mine")) == "request_invalid"
    one.allow("documents")
    one.photograph("id_card_front")
    assert not {"name", "id_number"} & set(one.get(PATH)["lacking"])
    one.apply("4000.00", 6)
    assert code_of(lambda: phone.get(PATH)) == "draft_not_found"


def test_a_form_that_is_left_alone_for_a_month_is_forgotten(borrower: Made, clock: Clock) -> None:
    one = borrower()
    put(one._call, 0, months=6)
    clock.to(clock.today() + timedelta(days=31))
    assert code_of(lambda: one.get(PATH)) == "draft_not_found"
    assert put(one._call, 0, months=9)["version"] == 1


def asked(one: Borrower, **changes: Any) -> dict[str, Any]:
    person = one.person
    return {
        "amount": {"amount": "3000.00"}, "months": 6, "purpose": "rent", "monthly_income": {"amount": "9000.00"},
        "name": person["name"], "id_number": person["id_number"], "card_number": person["card_number"], **changes,
    }  # fmt: skip


@pytest.mark.parametrize("purpose", ["house_purchase", "securities", "gambling", "lending_on", "equipment"])
def test_what_a_loan_may_not_be_for_is_refused_plainly(borrower: Made, purpose: str) -> None:
    one = borrower()
    assert code_of(lambda: one.post("/v1/applications", asked(one, purpose=purpose))) == "purpose_forbidden"
    assert one.get("/v1/applications")["data"] == []


def test_students_are_told_at_once(borrower: Made) -> None:
    one = borrower()
    assert code_of(lambda: one.post("/v1/applications", asked(one, is_student=True))) == "students_not_served"


def test_children_are_told_at_once_and_nothing_is_read_about_them(borrower: Made, clock: Clock) -> None:
    one = borrower()
    born = f"33010620{clock.today().year - 2016:02d}0307852"
    child = (
        born
        + "10X98765432"[
            sum(int(a) * b for a, b in zip(born, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True))
            % 11
        ]
    )
    assert code_of(lambda: one.post("/v1/applications", asked(one, id_number=child))) == "age_not_served"
    assert one.get("/v1/identity")["id_number"] is None


def test_names_in_disguise_are_no_names(borrower: Made) -> None:
    one = borrower()
    for name in ("李秀英\u200b", "Jоhn Smith", "李秀英<script>", "'; DROP TABLE person; --", "李\u0000英"):
        assert code_of(lambda name=name: one.post("/v1/applications", asked(one, name=name))) in {
            "name_invalid",
            "request_invalid",
        }


def test_an_emergency_contact_is_somebody_else_and_stays_sealed(borrower: Made) -> None:
    one = borrower()
    mother = {"name": "王桂兰", "phone": "13912345678", "relation": "parent"}
    own = {**mother, "phone": one.person["phone"]}
    assert code_of(lambda: one.post("/v1/applications", asked(one, contacts=[own]))) == "contact_unfit"
    assert code_of(lambda: one.post("/v1/applications", asked(one, contacts=[mother] * 3))) == "request_invalid"
    application = one.post("/v1/applications", asked(one, contacts=[mother]))
    assert application["status"] == "draft"
    assert "王桂兰" not in str(application)


def test_a_business_asks_by_its_photographed_licence(borrower: Made, staff: Staff) -> None:
    one = borrower()
    one.allow("documents", "identity", "bureau", "automated_decision")
    licence = one.photograph("business_licence")
    assert licence["status"] == "read"
    business = asked(
        one,
        product="business_instalment",
        purpose="stock",
        months=12,
        business={"yearly_revenue": {"amount": "800000.00"}},
    )
    application = one.post("/v1/applications", business)
    one.post(f"/v1/applications/{application['id']}/submissions")
    done = one.wait(f"/v1/applications/{application['id']}", lambda now: now["status"] != "submitted")
    assert done["status"] == "offered"
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    founded = specimens.taken("business_licence", one.person).fields["founded_on"]
    file = decision["inputs"]["file"]
    assert file["business_months"] > 6
    assert file["yearly_revenue"] == 800_000_00
    judging = {one["use"]: one["hash"] for one in staff.get("/v1/staff/models")["data"]}
    assert decision["model_hash"] == judging["business"] != judging["application"]
    assert decision["inputs"]["features"]["business_months"] == file["business_months"]
    assert "revenue" in decision["result"]["limit_bounds"]
    assert staff.get(f"/v1/staff/decisions/{decision['id']}/replay")["differs"] == []
    assert founded not in str(file)
    assert one.person["name"] not in str(decision)
    loan = one.accept(done["offer_id"])
    assert loan["status"] == "current"


def test_a_business_of_somebody_else_is_not_lent_to(borrower: Made) -> None:
    one, other = borrower(), borrower()
    told = {"uscc": specimens.taken("business_licence", other.person).fields["uscc"], "name": "和源商贸有限公司"}
    told |= {"legal_representative": "欧阳娜娜", "founded_on": "2020-01-01"}
    business = asked(
        one, product="business_instalment", purpose="stock", months=12,
        business={**told, "yearly_revenue": {"amount": "800000.00"}},
    )  # fmt: skip
    assert code_of(lambda: one.post("/v1/applications", business)) == "business_unfit"
    wrong = {**business, "business": {**business["business"], "uscc": "91510104MUDNMXF18X"}}
    assert code_of(lambda: one.post("/v1/applications", wrong)) == "uscc_invalid"
    assert code_of(lambda: one.post("/v1/applications", {**business, "business": None})) == "business_incomplete"
    assert code_of(lambda: one.post("/v1/applications", {**business, "purpose": "rent"})) == "purpose_forbidden"
