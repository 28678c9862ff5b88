"""Capital is stated by two of finance, and nobody is lent more than it and the law bear."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from refusals import code_of
from xindai_sandbox.client import Borrower, Clock, Refused, Staff

PATH = "/v1/staff/capital-statements"


def stated(net: str, *, as_of: str, borrowed: str = "0.00", issued: str = "0.00") -> dict[str, Any]:
    """Capital as somebody of finance fills it in."""
    sums = {"net_assets": net, "borrowed": borrowed, "issued": issued}
    return {"as_of": as_of, "source": "总账 2026 年月报", **{name: {"amount": sum_} for name, sum_ in sums.items()}}


def agreed(staff: Staff, second: Staff, net: str, **sums: str) -> dict[str, Any]:
    """A statement that counts."""
    made = second.post(PATH, stated(net, **sums))
    told: dict[str, Any] = staff.post(f"{PATH}/{made['id']}/approvals")
    return told


def looks(staff: Staff) -> dict[str, dict[str, Any]]:
    """What a look at the rules finds now, by rule."""
    staff.post("/v1/staff/compliance-looks")
    return {one["id"]: one["last"] for one in staff.get("/v1/staff/compliance-rules")["data"]}


def test_capital_counts_once_another_has_agreed_and_until_it_is_taken_back(
    staff: Staff, second: Staff, clock: Clock
) -> None:
    today = clock.today()
    tomorrow, yesterday = (today + timedelta(days=days) for days in (1, -1))
    assert staff.get("/v1/staff/capital") == {"statement": None, "burdens": []}
    refused = {"as_of": stated("1000.00", as_of=str(tomorrow)), "net_assets": stated("0.00", as_of=str(yesterday))}
    for body in refused.values():
        assert code_of(lambda body=body: second.post(PATH, body)) == "invalid_value"  # type: ignore[misc]
    first = second.post(PATH, stated("9000000.00", as_of=str(yesterday), borrowed="9000000.01", issued="36000000.00"))
    assert code_of(lambda: second.post(f"{PATH}/{first['id']}/approvals")) == "same_person"
    assert staff.get("/v1/staff/capital")["statement"] is None
    assert staff.post(f"{PATH}/{first['id']}/approvals")["status"] == "approved"
    burdens = {one["name"]: one for one in staff.get("/v1/staff/capital")["burdens"]}
    assert (burdens["borrowed"]["holds"], burdens["issued"]["holds"]) == (False, True)
    assert (burdens["issued"]["most"]["amount"], burdens["issued"]["share"]) == ("36000000.00", "4.0000")
    looked = looks(staff)
    assert (looked["R-LIMIT-03"]["broken"], looked["R-LIMIT-03"]["named"]) == (1, [first["id"]])

    again = agreed(staff, second, "9500000.00", as_of=str(yesterday))
    assert staff.get("/v1/staff/capital")["statement"]["id"] == again["id"], "the later word on the same day counts"
    assert {one["id"]: one["status"] for one in staff.get(PATH)["data"]} == {
        again["id"]: "approved", first["id"]: "withdrawn"
    }  # fmt: skip
    looked = looks(staff)
    assert looked["R-LIMIT-03"]["broken"] == 0
    assert second.post(f"{PATH}/{again['id']}/withdrawals")["status"] == "withdrawn"
    assert code_of(lambda: staff.post(f"{PATH}/{again['id']}/approvals")) == "capital_statement_decided"
    assert code_of(lambda: staff.post(f"{PATH}/cap_x/approvals")) == "capital_statement_not_found"
    assert staff.get("/v1/staff/capital")["statement"] is None


def test_nobody_is_lent_more_than_law_and_capital_bear(
    staff: Staff, second: Staff, clock: Clock, borrower: Callable[..., Borrower]
) -> None:
    one = borrower()
    line = one.open_line(one.apply("6000.00", 12, product="credit_line")["offer_id"])
    counts = agreed(staff, second, "50000.00", as_of=str(clock.today()))  # of which a tenth is for one borrower
    one.draw(line["id"], "3000.00", 6)

    def draw(_: int) -> str:
        try:
            return str(one.draw(line["id"], "1000.00", 3)["status"])
        except Refused as refused:
            return refused.code

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(draw, range(4)))
    assert outcomes == ["current"] * 2 + ["exposure_too_high"] * 2, "however many ask at once"
    seen = staff.get("/v1/staff/capital")["burdens"]
    mine = next(each for each in seen if each["name"] == "borrower")
    assert (mine["part"]["amount"], mine["share"], mine["holds"]) == ("5000.00", "0.1000", True)

    other = borrower()
    application = other.apply("8000.00", 12)
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    assert decision["result"]["limit"] == decision["result"]["limit_bounds"]["headroom"] == "5000.00"
    assert staff.get(f"/v1/staff/decisions/{decision['id']}/replay")["differs"] == []
    agreed(staff, second, "40000.00", as_of=str(clock.today()))
    assert code_of(lambda: other.accept(application["offer_id"])) == "exposure_too_high", "capital fell meanwhile"
    less = staff.get(PATH, most=1)["data"][0]
    second.post(f"{PATH}/{less['id']}/withdrawals")
    assert staff.get("/v1/staff/capital")["statement"] is None
    assert other.accept(application["offer_id"])["status"] == "current"
    assert draw(0) == "current"
    replay = staff.get(f"/v1/staff/decisions/{decision['id']}/replay")
    assert replay["differs"] == [], "a decision is made again by the capital of its day"
    assert staff.get("/v1/staff/books")["holds"]
    assert counts["status"] == "approved"


def test_a_month_is_drawn_up_checked_by_one_and_reported_by_another(
    staff: Staff, second: Staff, clock: Clock, loan: Callable[..., tuple[Borrower, dict[str, Any]]]
) -> None:
    path = "/v1/staff/returns"
    counts = agreed(staff, second, "1000000.00", as_of=str(clock.today()), borrowed="400000.00")
    _, made = loan()
    month = clock.today().replace(day=1)
    assert staff.get(path)["data"] == []
    assert code_of(lambda: second.post(path, {"month": f"{month:%Y-%m}", "why": "提前编制"})) == "month_open"
    after = (month + timedelta(days=31)).replace(day=1)
    clock.to(after)
    (drawn,) = staff.get(path)["data"]
    assert (drawn["id"], drawn["status"], drawn["due_on"]) == (f"{month:%Y-%m}@1", "drawn", str(after + timedelta(14)))
    told = staff.get(f"{path}/{drawn['id']}")
    lines = {one["code"]: one["value"] for one in told["lines"]}
    living = [one for one in staff.get("/v1/staff/loans", status="current")["data"] if one["id"]]
    assert lines["A01"] == lines["B01"] == len(living), "all of them were lent this month"
    assert lines["A03"] == lines["A04"] == sum(lines[f"C0{number}"] for number in range(1, 6)) == lines["A07"]
    assert lines["B02"] >= lines["A03"] >= 6000_00
    assert 0 < lines["B03"] <= lines["B04"] <= 240_000, "no dearer than the cap"
    assert (lines["D01"], lines["D02"], lines["D03"]) == (1_000_000_00, 400_000_00, 0)
    assert lines["D05"] == lines["D04"] * 1_000_000 // lines["D01"]
    assert lines["C09"] is None, "nothing is bad, so no ratio covers it"
    sheet = second.get(f"{path}/{drawn['id']}/sheet.csv").decode("utf-8-sig").splitlines()
    assert sheet[0] == "代码,项目,Item,数值"
    assert len(sheet) == 1 + len(told["lines"])
    assert f"D01,净资产,Net assets,{counts['net_assets']['amount']}" in sheet

    assert code_of(lambda: staff.post(f"{path}/{drawn['id']}/reports", {"reference": "JG-1"})) == "return_moved"
    assert second.post(f"{path}/{drawn['id']}/checks")["status"] == "checked"
    assert code_of(lambda: second.post(f"{path}/{drawn['id']}/reports", {"reference": "JG-1"})) == "same_person"
    assert staff.post(f"{path}/{drawn['id']}/reports", {"reference": "JG-1"})["reference"] == "JG-1"
    anew = second.post(path, {"month": f"{month:%Y-%m}", "why": "资本报表更正"})
    assert (anew["id"], anew["status"], anew["lines"]) == (f"{month:%Y-%m}@2", "drawn", told["lines"])
    assert staff.get(f"{path}/{drawn['id']}")["status"] == "replaced"
    assert code_of(lambda: staff.get(f"{path}/2020-01@1")) == "return_not_found"
    clock.to(after + timedelta(days=15))
    late = [one for one in staff.get("/v1/staff/alarms", owner="finance")["data"] if one["what"] == "return_late"]
    assert [(one["subject"], one["facts"]["due_on"]) for one in late] == [(anew["id"], anew["due_on"])]
    assert made["id"] in {one["id"] for one in living}
