"""An agency is let in by two, gets a case, reaches its person through our gate, earns on what comes in, and gives the case back."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hired import hire, log_in
from refusals import code_of
from xindai import main
from xindai_sandbox.client import Addresses, Borrower, Caller, Clock, Staff

Loan = Callable[..., tuple[Borrower, dict[str, Any]]]
CONTRACT = {"licence": "91110105MA01", "commission_bps": 2000, "most_cases": 2}


@pytest.fixture(scope="module")
def agent(where: Addresses, home: Path) -> Callable[[str, str], Caller]:
    """Somebody of an agency, logged in."""

    def made(name: str, agency: str) -> Caller:
        return log_in(where, hire(home, name, "agent", "--agency", agency))

    return made


BODIES: dict[str, Any] = {
    "/v1/agency/cases/{case_id}/contacts": {"recorded": True},
    "/v1/agency/cases/{case_id}/promises": {"amount": {"amount": "1.00"}, "by": "2026-01-01"},
    "/v1/agency/cases/{case_id}/returns": {"why": "不属于我方"},
    "/v1/agency/contacts/{contact_id}/outcomes": {"outcome": "connected"},
}
OTHERS = sorted(
    (method, path)
    for path, methods in main.schema()["paths"].items()
    for method in methods
    if path.startswith("/v1/agency/") and "{" in path
)
"""Every address of the agencies' door that names a thing: to another agency it is not there."""


def contract(staff: Staff, clock: Clock, code: str, name: str) -> None:
    until = (clock.today() + timedelta(days=400)).isoformat()
    proposed = staff.post("/v1/staff/agencies", {"code": code, "name": name, "valid_until": until, **CONTRACT})
    assert proposed["status"] == "proposed"


def late(loan: Loan, clock: Clock, staff: Staff, *, days: int) -> tuple[Borrower, dict[str, Any], dict[str, Any]]:
    one, made = loan("6000.00", 12, pays=0)
    clock.to(clock.today() + timedelta(days=days))
    person = one.get("/v1/identity")["person_id"]
    cases = staff.get("/v1/staff/collection-cases", most=200)["data"]
    return one, made, next(case for case in cases if case["person_id"] == person)


def test_what_an_agency_sees_does_and_earns(
    loan: Loan, clock: Clock, staff: Staff, second: Staff, agent: Callable[[str, str], Caller]
) -> None:
    for code, name in (("river", "河畔信用服务有限公司"), ("hill", "青山信用服务有限公司")):
        contract(staff, clock, code, name)
        assert code_of(lambda code=code: staff.post(f"/v1/staff/agencies/{code}/approvals")) == "same_person"  # type: ignore[misc]
        assert second.post(f"/v1/staff/agencies/{code}/approvals")["status"] == "active"
    one, made, case = late(loan, clock, staff, days=36)
    place = f"/v1/staff/collection-cases/{case['id']}/placements"
    assert code_of(lambda: staff.post(place, {"agency": "river"})) == "case_not_placeable", "five days late"
    clock.to(clock.today() + timedelta(days=30))
    placed = staff.post(place, {"agency": "river"})
    assert (placed["status"], placed["received"]["amount"]) == ("placed", "0.00")
    assert code_of(lambda: staff.post(place, {"agency": "hill"})) == "case_not_placeable", "with another"
    told = next(each for each in one.get("/v1/notices")["data"] if each["topic"] == "placed_with_agency")
    assert "河畔信用服务有限公司" in told["zh"]["text"]
    public = one.get("/v1/collection-agencies")["data"]
    assert {"河畔信用服务有限公司", "青山信用服务有限公司"} <= {each["name"] for each in public}

    river, hill = agent("river.chen", "river"), agent("hill.wu", "hill")
    mine = river.get("/v1/agency/cases")["data"]
    assert [each["id"] for each in mine] == [case["id"]]
    assert set(mine[0]) == {"id", "name", "stage", "overdue_days", "owed", "placed_on", "recall_on"}
    assert one.person["name"] not in mine[0]["name"], "a mask"
    assert hill.get("/v1/agency/cases")["data"] == []
    for closed in (
        "/v1/staff/collection-cases",
        f"/v1/staff/collection-cases/{case['id']}",
        "/v1/staff/loans",
        "/v1/staff/agencies",
    ):
        assert code_of(lambda closed=closed: river.get(closed)) == "role_missing"  # type: ignore[misc]
    assert (
        code_of(lambda: river.post(f"/v1/agency/cases/{case['id']}/contacts", {"recorded": False}))
        == "contact_not_permitted"
    )
    call = f"/v1/agency/cases/{case['id']}/contacts"
    permit = river.post(call, {"recorded": True})
    assert permit["reach"] == one.person["phone"]
    assert permit["say_first"].startswith("您好，这里是河畔信用服务有限公司，受")
    for method, path in OTHERS:
        at = path.format(case_id=case["id"], contact_id=permit["contact_id"])
        ask = partial(hill.get, at) if method == "get" else partial(hill.post, at, BODIES[path])
        assert code_of(ask) in {"placement_not_found", "contact_not_found"}, path
    river.post(f"/v1/agency/contacts/{permit['contact_id']}/outcomes", {"outcome": "connected"})
    by = (clock.today() + timedelta(days=3)).isoformat()
    river.post(f"/v1/agency/cases/{case['id']}/promises", {"amount": {"amount": "500.00"}, "by": by})
    page = river.get(f"/v1/agency/cases/{case['id']}")
    assert ([each["outcome"] for each in page["contacts"]], len(page["promises"])) == (["connected"], 1)

    one._world.register([{**one.person, "pays": None}])
    one.repay(made["id"], "due", "500.00")
    clock.to(clock.today() + timedelta(days=1))
    shown = staff.get(place)["data"][0]
    came = float(shown["received"]["amount"])
    assert came >= 500.0
    assert float(shown["commission"]["amount"]) == round(came * 0.2, 2)
    balances = {each["account"]: each["balance"]["amount"] for each in staff.get("/v1/staff/ledger/balances")["data"]}
    assert balances["collection_costs"] == shown["commission"]["amount"]
    assert staff.get("/v1/staff/books")["holds"]
    costs = staff.get("/v1/staff/portfolio/collection-costs")["data"]
    assert sum(float(each["commissions"]["amount"]) for each in costs) == float(shown["commission"]["amount"])
    assert sum(float(each["came"]["amount"]) for each in costs) >= came
    river.post(f"/v1/agency/cases/{case['id']}/returns", {"why": "已与本人达成还款意向"})
    assert river.get("/v1/agency/cases")["data"] == []
    assert code_of(lambda: river.post(call, {"recorded": True})) == "placement_not_found"
    second.post("/v1/staff/agencies/river/inspections", {"found": "抽听录音三通，均先表明身份"})
    page = staff.get("/v1/staff/agencies/river")
    assert (page["record"]["cases"], page["record"]["placed"], page["record"]["connected"]) == (1, 0, 1)
    assert page["inspections"][0]["found"].startswith("抽听录音")
    trail = {
        each["action"]
        for each in staff.get("/v1/staff/audit-notes", subject=one.get("/v1/identity")["person_id"])["data"]
    }
    assert {"case_placed", "number_shown", "placement_returned"} <= trail
    staff.post("/v1/staff/compliance-looks")
    rule = next(each for each in staff.get("/v1/staff/compliance-rules")["data"] if each["id"] == "R-COLL-06")
    assert (rule["last"]["broken"], rule["last"]["counted"]) == (0, 1)


def test_what_an_agency_has_comes_back_when_its_contract_ends(
    loan: Loan, clock: Clock, staff: Staff, second: Staff
) -> None:
    contract(staff, clock, "brief", "短约信用服务有限公司")
    second.post("/v1/staff/agencies/brief/approvals")
    one, _, case = late(loan, clock, staff, days=66)
    place = f"/v1/staff/collection-cases/{case['id']}/placements"
    staff.post(place, {"agency": "brief"})
    staff.post("/v1/staff/agencies/brief/endings")
    assert staff.get(place)["data"][0]["status"] == "recalled"
    assert code_of(lambda: staff.post(place, {"agency": "brief"})) == "case_not_placeable"
    names = [each["name"] for each in one.get("/v1/collection-agencies")["data"]]
    assert "短约信用服务有限公司" not in names
