"""Nobody gets at what is somebody else's: every door of the borrower that names a thing, with another's thing."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from xindai import main
from xindai_sandbox import population, society
from xindai_sandbox.client import Addresses, Borrower, Clock, Refused, Staff, World

READS = True
ENVIRONMENT = {"XINDAI_RAILS": "house,agreement_pay"}
SOME = {"amount": {"amount": "100.00"}}
HELP = {"cause": "illness", "can_pay": {"amount": "300.00"}, "note": ""}
BODIES: dict[str, dict[str, Any]] = {
    "/v1/disclosures/{disclosure_id}/confirmations": {"text_hash": "a" * 64},
    "/v1/documents/{document_id}/corrections": {"field": "name", "value": "王五"},
    "/v1/lines/{line_id}/debits": {"pays": "least"},
    "/v1/lines/{line_id}/draws": {**SOME, "months": 3},
    "/v1/lines/{line_id}/purchases": {"merchant_id": "mer_x", **SOME, "what": "books"},
    "/v1/loans/{loan_id}/hardship-requests": HELP,
    "/v1/loans/{loan_id}/repayments": {"kind": "early", **SOME},
    "/v1/offers/{offer_id}/acceptances": {"disclosure_id": "dcl_x"},
    "/v1/purchases/{purchase_id}/instalments": {"months": 3, "disclosure_id": "dcl_x"},
    "/v1/statements/{statement_id}/instalments": {"months": 3, "disclosure_id": "dcl_x"},
    "/v1/statements/{statement_id}/repayments": {"pay": "total"},
    "/v1/debit-agreements/{agreement_id}/confirmations": {"code": "123456"},
}
QUERIES = {
    "/v1/loans/{loan_id}/hardship-preview": {"installments": "6", "first_due_on": "2026-12-01", "can_pay": "300.00"},
    "/v1/loans/{loan_id}/prepayment-preview": {"amount": "100.00"},
    "/v1/loans/{loan_id}/statement": {"since": "2026-01-01"},
    "/v1/loans/{loan_id}/statement.pdf": {"since": "2026-01-01"},
}
NOBODYS = {"/v1/consents/{scope}"}
"""A word, not the name of a thing."""
DOORS = sorted(
    (method, path)
    for path, methods in main.schema()["paths"].items()
    for method in methods
    if "{" in path
    and "/staff/" not in path
    and "/sandbox/" not in path
    and "/agency/" not in path  # an agency's doors are tried with another agency's cases in test_agencies
    and path not in NOBODYS
    and path.startswith("/v1/")
)


def somebody(where: Addresses, number: int) -> Borrower:
    """Made up, with a clean report; logged in."""
    months = [{"month": "2026-02", "code": "N", "settled": "full", "billed": "800.00", "repaid": "800.00"}] * 6
    report = {
        "report_id": f"R{number}", "issued_on": "2026-03-01", "profile": {"education": 2}, "enquiries": [], "public_records": [],
        "revolving": [{"opened_on": "2020-01-01", "limit": "20000.00", "months": months}],
    }  # fmt: skip
    one = population.person(
        population.random.Random(number), 990_000 + number, on=date(2026, 3, 1), report=report, will_default=False,
        risk=society.Risk(-1.0, -1.0, -1.0),
    )  # fmt: skip
    told = {**one.document(), "monthly_income": "9000.00"}
    World(where.world).register([told])
    return Borrower(where, told)


@pytest.fixture(scope="module")
def ids(where: Addresses, staff: Staff, clock: Clock) -> dict[str, str]:
    """Of two people who have one of everything, by the word before it in an address."""
    return _live(somebody(where, 1), somebody(where, 2), staff, clock)


@pytest.fixture(scope="module")
def stranger(where: Addresses) -> Borrower:
    """Somebody else, logged in."""
    return somebody(where, 3)


def _live(one: Borrower, shopper: Borrower, staff: Staff, clock: Clock) -> dict[str, str]:
    one.allow("documents", "face")
    ids = {
        "documents": one.photograph("bank_card")["id"],
        "consents": one.get("/v1/consents")["data"][0]["id"],
        "sessions": one.get("/v1/sessions")["data"][0]["id"],
        "rights-requests": one.post("/v1/rights-requests", {"right": "explanation", "words": "请说明为什么"})["id"],
    }
    application = one.apply("3000.00", 6)
    ids |= {"face-checks": one.post("/v1/face-checks")["id"]}
    ids |= {"applications": application["id"], "offers": application["offer_id"]}
    loan = one.accept(application["offer_id"])
    ids |= {
        "loans": loan["id"],
        "contracts": one.get("/v1/contracts")["data"][0]["id"],
        "payments": one.get(f"/v1/loans/{loan['id']}/payments")["data"][0]["id"],
        "hardship-requests": one.post(f"/v1/loans/{loan['id']}/hardship-requests", HELP)["id"],
        "debit-agreements": one.agree_to_debits()["id"],
        "notices": one.wait("/v1/notices", lambda page: bool(page["data"]))["data"][0]["id"],
    }
    shop = {"name": "河畔书店", "account_number": "6217000000000000012", "discount": "0", "settle_days": 1}
    merchant = staff.post("/v1/staff/merchants", shop)["id"]
    bought = shopper.apply("2000.00", 12, product="pay_later")
    line = shopper.open_line(bought["offer_id"])["id"]
    purchase = {"merchant_id": merchant, "amount": {"amount": "90.00"}, "what": "books"}
    ids |= {"lines": line, "purchases": shopper.post(f"/v1/lines/{line}/purchases", purchase)["id"]}
    ids["disclosures"] = shopper.post(
        "/v1/disclosures", {"subject": "purchase", "subject_id": ids["purchases"], "months": 3}
    )["id"]
    clock.to(clock.today() + timedelta(days=34))
    ids["statements"] = shopper.get(f"/v1/lines/{line}/statements")["data"][0]["id"]
    ids["line-reviews"] = shopper.get(f"/v1/lines/{line}/reviews")["data"][0]["id"]
    return ids


def test_the_life_has_one_of_everything_that_a_door_names() -> None:
    assert {path.split("/")[2] for _, path in DOORS} == {
        "applications", "consents", "contracts", "debit-agreements", "disclosures", "documents", "face-checks", "hardship-requests",
        "line-reviews", "lines", "loans", "notices", "offers", "payments", "purchases", "rights-requests", "sessions", "statements",
    }  # fmt: skip


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_another_s_thing_is_not_there(method: str, path: str, ids: dict[str, str], stranger: Borrower) -> None:
    own = ids[path.split("/")[2]]
    url = re.sub(r"\{\w+\}", own, path, count=1)
    assert "{" not in url
    with pytest.raises(Refused) as refused:
        if method == "get":
            stranger.get(url, **QUERIES.get(path, {}))
        elif method == "delete":
            stranger.delete(url)
        else:
            stranger.post(url, BODIES.get(path))
    assert refused.value.status == 404, (refused.value.code, url)
    assert refused.value.code.endswith(("_not_found", "_missing")), refused.value.code
    assert own not in str(refused.value)
