"""Somebody is late: told, called within the rules, promises, disputes, is left alone where the law says so, and is cured."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from xindai_sandbox.client import Borrower, Clock, Refused, Staff, World

Loan = Callable[..., tuple[Borrower, dict[str, Any]]]


def late(loan: Loan, clock: Clock, days: int = 1, **changes: Any) -> tuple[Borrower, dict[str, Any]]:
    """Somebody whose first instalment is so many days late."""
    one, made = loan(pays=0, **changes)
    clock.to(date.fromisoformat(made["schedule"][0]["due_on"]) + timedelta(days=days))
    return one, made


def case_of(staff: Staff, one: Borrower) -> dict[str, Any]:
    mask = one.person["phone"][:3] + "****" + one.person["phone"][-4:]
    found: list[dict[str, Any]] = [
        case for case in staff.get("/v1/staff/collection-cases", most=200)["data"] if case["phone"] == mask
    ]
    return found[0]


def page(staff: Staff, case: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = staff.get(f"/v1/staff/collection-cases/{case['id']}")
    return found


def call(staff: Staff, case: dict[str, Any], **changes: Any) -> dict[str, Any]:
    body = {"channel": "call", "recorded": True, **changes}
    found: dict[str, Any] = staff.post(f"/v1/staff/collection-cases/{case['id']}/contacts", body)
    return found


def ended(staff: Staff, permit: dict[str, Any], outcome: str, **more: Any) -> dict[str, Any]:
    body = {"outcome": outcome, **more}
    found: dict[str, Any] = staff.post(f"/v1/staff/contacts/{permit['contact_id']}/outcomes", body)
    return found


def bars(refused: Any) -> str:
    return str(refused.value)


def test_a_case_is_opened_worked_on_and_closed_by_paying(loan: Loan, world: World, staff: Staff, clock: Clock) -> None:
    one, made = late(loan, clock)
    case = case_of(staff, one)
    assert (case["status"], case["stage"], case["overdue_days"]) == ("open", "M1", 1)
    assert case["name"] != one.person["name"]
    told = {notice["topic"]: notice["status"] for notice in one.get("/v1/notices")["data"]}
    assert told["due_soon"] in {"sent", "delivered"}
    assert told["arrears_first"] in {"sent", "delivered"}
    clock.to(clock.today() + timedelta(days=4))
    listed = staff.get("/v1/staff/work-list")["data"]
    assert case["id"] in {each["id"] for each in listed}
    permit = call(staff, case)
    assert permit["reach"] == one.person["phone"]
    assert permit["say_first"].startswith("您好，这里是")
    assert ended(staff, permit, "connected", note="will pay on Friday")["outcome"] == "connected"
    assert case["id"] not in {each["id"] for each in staff.get("/v1/staff/work-list")["data"]}
    with pytest.raises(Refused) as refused:
        ended(staff, permit, "no_answer")
    assert refused.value.code == "contact_ended"
    assert {each["outcome"] for each in one.get("/v1/contacts")["data"]} >= {"sent", "connected"}
    world.register([{**one.person, "pays": None}])
    one.repay(made["id"], "due")
    clock.to(clock.today() + timedelta(days=1))
    assert case_of(staff, one)["status"] == "closed"


def test_the_rules_hold_over_all_hands_at_once(loan: Loan, staff: Staff, second: Staff, clock: Clock) -> None:
    one, _ = late(loan, clock, days=2)
    case = case_of(staff, one)
    with pytest.raises(Refused) as refused:
        call(staff, case, recorded=False)
    assert refused.value.code == "contact_not_permitted"
    assert "not recorded" in bars(refused)

    def attempt(_: int) -> dict[str, Any] | None:
        try:
            return call(staff, case)
        except Refused as no:
            assert no.code == "contact_not_permitted"
            return None

    with ThreadPoolExecutor(8) as pool:
        permitted = [one for one in pool.map(attempt, range(12)) if one is not None]
    texts = [each for each in one.get("/v1/contacts")["data"] if each["at"][:10] == clock.today().isoformat()]
    assert len(texts) <= 6
    assert len(permitted) + sum(each["channel"] == "text" for each in texts) == 6
    for number, permit in enumerate(permitted):
        ended(staff, permit, "connected" if number < 3 else "no_answer")
    clock.to(clock.today() + timedelta(days=1))
    for _ in range(3):
        ended(staff, call(staff, case), "connected")
    with pytest.raises(Refused) as refused:
        call(staff, case)
    assert "enough calls" in bars(refused)
    assert (
        ended(staff, call(staff, case, about="asked"), "connected")["about"] == "asked"
    )  # they rang and want an answer


def test_a_promise_rests_the_case_and_is_kept_or_broken_by_what_comes(
    loan: Loan, world: World, staff: Staff, clock: Clock
) -> None:
    one, made = late(loan, clock, days=5)
    case = case_of(staff, one)
    by = clock.today() + timedelta(days=2)
    promised = staff.post(
        f"/v1/staff/collection-cases/{case['id']}/promises", {"amount": {"amount": "500.00"}, "by": by.isoformat()}
    )
    assert promised["status"] == "open"
    assert case_of(staff, one)["status"] == "promised"
    assert case["id"] not in {each["id"] for each in staff.get("/v1/staff/work-list")["data"]}
    with pytest.raises(Refused) as refused:
        staff.post(
            f"/v1/staff/collection-cases/{case['id']}/promises", {"amount": {"amount": "1.00"}, "by": by.isoformat()}
        )
    assert refused.value.code == "promise_open"
    clock.to(by + timedelta(days=1))
    broken = page(staff, case)
    assert broken["promises"][0]["status"] == "broken"
    assert (broken["case"]["status"], broken["case"]["broken_promises"]) == ("open", 1)
    assert staff.get("/v1/staff/work-list")["data"][0]["id"] == case["id"]  # first of all
    again = clock.today() + timedelta(days=3)
    staff.post(
        f"/v1/staff/collection-cases/{case['id']}/promises", {"amount": {"amount": "300.00"}, "by": again.isoformat()}
    )
    world.register([{**one.person, "pays": None}])
    assert one.repay(made["id"], "due", "300.00")["status"] == "settled"
    world.register([{**one.person, "pays": 0}])
    clock.to(again + timedelta(days=1))
    kept = page(staff, case)["promises"][0]
    assert (kept["status"], kept["received"]["amount"]) == ("kept", "300.00")


def test_who_disputes_is_left_alone_until_answered(loan: Loan, staff: Staff, second: Staff, clock: Clock) -> None:
    one, _ = late(loan, clock, days=2)
    case = case_of(staff, one)
    opened = one.post("/v1/disputes", {"what": "这笔钱我已经还过了"})
    assert date.fromisoformat(opened["answer_by"]) == clock.today() + timedelta(days=15)
    with pytest.raises(Refused) as refused:
        call(staff, case)
    assert "dispute" in bars(refused)
    clock.to(clock.today() + timedelta(days=12))  # two weeks late: every plan writes
    barred = next(each for each in one.get("/v1/notices")["data"] if each["topic"].startswith("arrears"))
    assert barred["status"] == "dropped"
    waiting = staff.get("/v1/staff/disputes")["data"]
    assert opened["id"] in {each["id"] for each in waiting}
    answered = staff.post(f"/v1/staff/disputes/{opened['id']}/answers", {"text": "经核实，该期未收到还款。"})
    assert answered["answered_on"] == clock.today().isoformat()
    assert one.get("/v1/disputes")["data"][0]["answer"] == "经核实，该期未收到还款。"
    ended(staff, call(staff, case), "no_answer")


def test_a_stop_stops_everybody_and_only_an_officer_lifts_it(
    loan: Loan, staff: Staff, second: Staff, clock: Clock
) -> None:
    one, _ = late(loan, clock, days=2)
    case = case_of(staff, one)
    stop = staff.post(
        f"/v1/staff/collection-cases/{case['id']}/stops", {"kind": "seriously_ill", "note": "hospital letter of today"}
    )
    shown = page(staff, case)
    assert not [way for way in shown["allowed"] if way["allowed"]]
    assert {bar["rule"] for way in shown["allowed"] for bar in way["bars"]} >= {"R-COLL-09"}
    path = f"/v1/staff/collection-cases/{case['id']}/stops/{stop['id']}/liftings"
    with pytest.raises(Refused) as refused:
        second.post(path)
    assert refused.value.code == "role_missing"
    assert staff.post(path)["lifted_on"] == clock.today().isoformat()
    assert [way["channel"] for way in page(staff, case)["allowed"] if way["allowed"]]


def test_hours_that_somebody_asks_for_are_kept(loan: Loan, staff: Staff, clock: Clock) -> None:
    one, _ = late(loan, clock, days=2)
    case = case_of(staff, one)
    one._call._call("PUT", "/v1/contact-hours", json={"earliest": "18:00", "latest": "20:00"})
    with pytest.raises(Refused) as refused:
        call(staff, case)  # it is ten in the morning
    assert "hour" in bars(refused)
    allowed = next(way for way in page(staff, case)["allowed"] if way["channel"] == "call" and way["whom"] == "debtor")
    assert allowed["again_at"].startswith(f"{clock.today()}T18:00")
    with pytest.raises(Refused) as refused:
        one._call._call("PUT", "/v1/contact-hours", json={"earliest": "20:00", "latest": "18:00"})
    assert refused.value.status == 422


def test_somebody_named_is_asked_where_the_debtor_is_after_days_in_vain_and_never_again_once_they_say_so(
    loan: Loan, borrower: Callable[..., Borrower], staff: Staff, clock: Clock
) -> None:
    one, _ = late(loan, clock, days=2)
    case = case_of(staff, one)
    with pytest.raises(Refused) as refused:
        call(staff, case, whom="named", about="whereabouts")
    assert refused.value.code == "contact_not_found"  # they have named nobody
    shown = next(way for way in page(staff, case)["allowed"] if way["whom"] == "named")
    assert "named_early" in {bar["code"] for bar in shown["bars"]}
    for _ in range(3):
        ended(staff, call(staff, case), "no_answer")
        clock.to(clock.today() + timedelta(days=1))
    shown = next(way for way in page(staff, case)["allowed"] if way["whom"] == "named")
    assert shown["allowed"]


def test_what_plans_cure_is_counted(staff: Staff, clock: Clock) -> None:
    began = clock.today() - timedelta(days=300)
    clock.to(clock.today() + timedelta(days=31))
    rates = staff.get("/v1/staff/cure-rates", since=began.isoformat())["data"]
    assert {one["plan"] for one in rates} <= {"standard", "early_call"}
    assert sum(one["cases"] for one in rates) >= sum(one["cured"] for one in rates) >= 1
