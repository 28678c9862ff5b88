"""Three sources, each with its consent: what they add to a decision, and what happens when one is silent or taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from xindai_sandbox import society
from xindai_sandbox.client import Borrower, Clock, Refused, Staff, World

Person = Callable[..., dict[str, Any]]


def tie(to: dict[str, Any], kind: str = "friend", **changes: Any) -> dict[str, Any]:
    plain = {"kind": kind, "since": "2021-05-02", "last_ago": 3, "sent": 30, "received": 28, "days": 19}
    return {"to": society.node_of(to["phone"]), **plain, **changes}


def inputs(staff: Staff, application: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = staff.get(f"/v1/staff/applications/{application['id']}/decision")["inputs"]
    return found


def test_a_decision_rests_on_all_that_was_allowed(borrower: Callable[..., Borrower], staff: Staff) -> None:
    seen = inputs(staff, borrower().apply("3000.00", 6))
    assert seen["bureau_answered"]
    assert seen["behaviour_answered"]
    assert seen["social_answered"]
    declared = {one["name"]: one for one in staff.get("/v1/staff/features")["data"]}
    assert set(seen["features"]) == {
        name for name, one in declared.items() if one["source"] not in {"account", "business"}
    }
    assert seen["session_answered"]
    assert seen["features"]["behaviour_salary_times_365d"] > 6
    assert {one["source"] for one in declared.values()} == {
        "bureau",
        "behaviour",
        "social",
        "session",
        "business",
        "account",
    }


def test_how_the_form_was_filled_in_is_kept_once_and_only_where_it_is_allowed(
    borrower: Callable[..., Borrower], staff: Staff
) -> None:
    one = borrower()
    one.person["session"] = {**one.person["session"], "pastes": 7, "signs": ["emulator"]}
    application = one.apply("3000.00", 6)
    features = inputs(staff, application)["features"]
    assert (features["session_pastes"], features["session_emulator"]) == (7, 1)
    again = {"session": {**one.person["session"], "pastes": 0}}
    one.post(f"/v1/applications/{application['id']}/submissions", again)
    notes = staff.get("/v1/staff/audit-notes", subject=application["id"])["data"]
    assert sum(note["action"] == "session_kept" for note in notes) == 1
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    assert staff.get(f"/v1/staff/decisions/{decision['id']}/replay")["differs"] == []
    private = borrower()
    declined = private.apply("3000.00", 6, consents=("identity", "bureau", "automated_decision"))
    assert not inputs(staff, declined)["session_answered"]
    wrong = {"session": {**one.person["session"], "pastes": -1}}
    with pytest.raises(Refused, match="pastes"):
        one.post(f"/v1/applications/{application['id']}/submissions", wrong)


def test_nobody_is_refused_for_keeping_behaviour_and_ties_private(
    borrower: Callable[..., Borrower], staff: Staff
) -> None:
    one = borrower()
    application = one.apply("3000.00", 6, consents=("identity", "bureau", "automated_decision"))
    assert application["status"] == "offered", application
    seen = inputs(staff, application)
    assert not seen["behaviour_answered"]
    assert not seen["social_answered"]
    assert all(name.startswith("bureau_") for name in seen["features"])
    notes = staff.get("/v1/staff/audit-notes", subject=application["id"])["data"]
    assert not {"behaviour_pulled", "social_pulled"} & {note["action"] for note in notes}
    with pytest.raises(Refused, match="consent_missing"):
        borrower().apply("3000.00", 6, consents=("identity", "behaviour", "social"))


@pytest.mark.parametrize(("provider", "operation"), [("behaviour", "events"), ("social", "ties")])
@pytest.mark.parametrize("kind", ["garbage", "server_error", "wrong_signature"])
def test_a_source_that_fails_is_done_without(
    borrower: Callable[..., Borrower], world: World, staff: Staff, provider: str, operation: str, kind: str
) -> None:
    one = borrower()
    world.fail(provider, operation, kind, times=4)
    application = one.apply("3000.00", 6)
    assert application["status"] == "offered"
    seen = inputs(staff, application)
    assert not seen[f"{provider}_answered"]
    assert not any(name.startswith(provider) for name in seen["features"])


def test_what_became_of_people_nearby_counts_until_they_take_their_ties_back(
    borrower: Callable[..., Borrower], person: Person, clock: Clock, staff: Staff
) -> None:
    late, friend, other = person(pays=0), person(), person()
    one = borrower(**{**late, "ties": [tie(friend)]})
    one.accept(one.apply("1000.00", 3)["offer_id"])
    clock.to(clock.today() + timedelta(days=95))
    second = borrower(**{**friend, "ties": [tie(late), tie(other, "family")]})
    application = second.apply("3000.00", 6)
    seen = inputs(staff, application)["features"]
    assert [seen[f"social_{name}_1"] for name in ("customers", "overdue", "defaulted", "fraud")] == [1, 1, 1, 0]
    assert seen["social_default_rate_1"] == 10_000
    assert (seen["social_family_overdue"], seen["social_named_back"]) == (0, 10_000)
    one.delete("/v1/consents/social")
    third = borrower(**{**other, "ties": [tie(late), tie(friend)]})
    seen = inputs(staff, third.apply("3000.00", 6))["features"]
    assert [seen[f"social_{name}_1"] for name in ("customers", "defaulted")] == [0, 0]
    assert seen["social_ties"] == 2
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    assert decision["inputs"]["features"]["social_defaulted_1"] == 1, "what was decided on stays as it was"


def test_a_person_looks_at_who_is_tied_to_fraud_or_shares_a_device_with_many(
    borrower: Callable[..., Borrower], person: Person, staff: Staff, clock: Clock
) -> None:
    crook, mate = person(), person()
    application = borrower(**{**crook, "ties": [tie(mate)]}).apply("3000.00", 6)
    marked = staff.post(f"/v1/staff/applications/{application['id']}/fraud-marks", {"reason": "a forged licence"})
    assert marked["on"] == clock.today().isoformat()
    clock.to(clock.today() + timedelta(days=1))
    near = borrower(**{**mate, "ties": [tie(crook)]}).apply("3000.00", 6)
    assert near["status"] == "in_review"
    sharing = borrower(ties=[tie(person(), "device", since="2026-01-01") for _ in range(4)]).apply("3000.00", 6)
    assert sharing["status"] == "in_review"
    verdicts = staff.get(f"/v1/staff/applications/{sharing['id']}/decision")["verdicts"]
    assert [one["rule"] for one in verdicts if not one["passed"]] == ["device_own"]


def actions(staff: Staff, application: dict[str, Any]) -> list[str]:
    notes = staff.get("/v1/staff/audit-notes", subject=application["id"])["data"]
    return [f"{note['actor']}: {note['action']}" for note in reversed(notes) if note["action"].startswith("bureau")]


def test_where_the_central_bureau_is_down_the_next_one_is_asked_and_less_is_lent(
    borrower: Callable[..., Borrower], world: World, staff: Staff
) -> None:
    world.fail("bureau", "report", "garbage", times=50)
    application = borrower(monthly_income="60000.00").apply("80000.00", 12)
    assert application["status"] == "offered", application
    assert actions(staff, application) == ["market bureau: bureau_report_pulled"]
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    assert decision["inputs"]["bureau_partial"]
    assert decision["inputs"]["features"]["bureau_cards"] is None, "the market bureau knows nothing of cards"
    assert decision["result"]["limit"] == decision["result"]["limit_bounds"]["partial_report"] == "50000.00"


def test_somebody_without_a_file_is_looked_for_at_the_next_bureau_too(
    borrower: Callable[..., Borrower], person: Person, staff: Staff, clock: Clock
) -> None:
    plain = person()
    day = f"{clock.today():%Y%m%d}"
    loan = {
        "orgType": "CF", "orgCode": "lender_9", "busiType": "21", "openDate": "20250101", "creditAmt": 8000,
        "remainAmt": 2000, "monthPay": 700, "acctStatus": "1", "overdueDays": [95, 65, 35, 5, 0, 0],
    }  # fmt: skip
    told = {"reportNo": "M7", "reportTime": f"{day}080000", "loanList": [loan], "queryList": [], "courtList": []}
    thin = borrower(report={**plain["report"], "revolving": []}, market=told).apply("3000.00", 6)
    assert actions(staff, thin) == ["central bureau: bureau_report_pulled", "market bureau: bureau_report_pulled"]
    decision = staff.get(f"/v1/staff/applications/{thin['id']}/decision")
    assert not decision["inputs"]["bureau_partial"]
    assert decision["inputs"]["features"]["bureau_loan_late_now"] == 4
    assert thin["status"] == "declined"
    assert "not_late_now" in [one["rule"] for one in decision["verdicts"] if not one["passed"]]


def test_a_young_report_is_used_again_and_an_old_one_is_not(
    borrower: Callable[..., Borrower], staff: Staff, clock: Clock
) -> None:
    one = borrower()
    first = one.apply("3000.00", 6)
    one.post(f"/v1/applications/{first['id']}/withdrawals", {})
    clock.to(clock.today() + timedelta(days=3))
    second = one.apply("3000.00", 6)
    assert actions(staff, second) == ["central bureau: bureau_report_used_again"]
    one.post(f"/v1/applications/{second['id']}/withdrawals", {})
    clock.to(clock.today() + timedelta(days=13))
    third = one.apply("3000.00", 6)
    assert actions(staff, third) == ["central bureau: bureau_report_pulled"], "sixteen days after the pull it is old"
    assert third["status"] == "offered"


def test_what_is_kept_while_another_is_silent_is_kept_once(
    borrower: Callable[..., Borrower], person: Person, world: World, staff: Staff
) -> None:
    world.fail("market_bureau", "report", "server_error", times=2)
    application = borrower(report={**person()["report"], "revolving": []}).apply("3000.00", 6)
    assert actions(staff, application) == [
        "central bureau: bureau_report_pulled",
        "market bureau: bureau_report_pulled",
    ]
    assert application["status"] != "in_review"
