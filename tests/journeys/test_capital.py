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
