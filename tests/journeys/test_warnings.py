"""Early warnings: what happens to somebody is heard at once, weighs on their line, is told to them, and fades."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from refusals import code_of
from xindai_sandbox import society
from xindai_sandbox.client import Borrower, Clock, Staff

Made = Callable[..., Borrower]
SOCIAL = ("identity", "bureau", "automated_decision", "behaviour", "social")


def person_of(one: Borrower) -> str:
    return str(one.get("/v1/identity")["person_id"])


def with_line(borrower: Made, **changes: Any) -> tuple[Borrower, dict[str, Any]]:
    one = borrower(**changes)
    application = one.apply("5000.00", 12, product="credit_line", consents=SOCIAL)
    assert application["status"] == "offered", application
    return one, one.open_line(application["offer_id"])


def kinds(staff: Staff, one: Borrower) -> set[str]:
    return {each["kind"] for each in staff.get(f"/v1/staff/people/{person_of(one)}/warnings")["signals"]}


def test_whoever_is_marked_as_fraud_draws_no_more_and_those_tied_to_them_are_watched(
    borrower: Made, person: Callable[..., dict[str, Any]], staff: Staff
) -> None:
    bad = person()
    tied = {"since": "2025-01-01", "last_ago": 3, "sent": 9, "received": 7, "days": 5}
    friend, _ = with_line(borrower, ties=[{"to": society.node_of(bad["phone"]), "kind": "friend", **tied}])
    fraud, line = with_line(borrower, **bad)
    other, _ = with_line(borrower)
    application = fraud.get("/v1/applications")["data"][0]
    staff.post(f"/v1/staff/applications/{application['id']}/fraud-marks", {"reason": "伪造收入证明"})
    assert fraud.get(f"/v1/lines/{line['id']}")["status"] == "frozen"
    assert code_of(lambda: fraud.draw(line["id"], "1000.00", 3)) in {"line_not_drawable", "line_frozen"}
    assert kinds(staff, fraud) == {"fraud"}
    assert kinds(staff, friend) == {"near_fraud"}
    assert kinds(staff, other) == set()
    page = staff.get(f"/v1/staff/people/{person_of(friend)}/warnings")
    assert (page["strength"], page["call"]) == (60.0, "look")
    latest = {one["person_id"]: one["call"] for one in staff.get("/v1/staff/warnings", most=2)["data"]}
    assert latest == {person_of(friend): "look", person_of(fraud): "freeze"}
    told = fraud.get(f"/v1/lines/{line['id']}/warnings")["data"]
    assert [one["zh"] for one in told] == ["其他不便详述的风险信息"]
    assert code_of(lambda: other.get(f"/v1/lines/{line['id']}/warnings")) == "line_not_found"


def test_a_late_line_is_frozen_by_what_adds_up_and_opens_when_it_has_faded(
    borrower: Made, staff: Staff, clock: Clock
) -> None:
    one, line = with_line(borrower, pays=0)
    drawn = one.draw(line["id"], "2000.00", 3)
    due = date.fromisoformat(drawn["schedule"][0]["due_on"])
    clock.to(due + timedelta(days=2))
    page = staff.wait(
        f"/v1/staff/people/{person_of(one)}/warnings",
        lambda found: {"payment_failed", "loan_fell_overdue"} <= {each["kind"] for each in found["signals"]},
    )
    assert page["call"] == "nothing"
    assert one.get(f"/v1/lines/{line['id']}")["status"] == "open"
    told = {"cause": "illness", "can_pay": {"amount": "300.00"}, "note": ""}
    one.post(f"/v1/loans/{drawn['id']}/hardship-requests", told)
    page = staff.wait(f"/v1/staff/people/{person_of(one)}/warnings", lambda found: found["call"] != "nothing")
    assert page["call"] == "look"
    assert {each["kind"] for each in page["signals"]} == {"hardship_asked", "loan_fell_overdue", "payment_failed"}
    # Each debit that fails again is the same warning, fresh; nothing piles up. That it stays late is another.
    clock.to(clock.today() + timedelta(days=3))
    again = staff.get(f"/v1/staff/people/{person_of(one)}/warnings")
    weights = {each["kind"]: each["weight"] for each in again["signals"]}
    assert 15 < weights.pop("stays_late") <= 20
    assert page["strength"] - 10 < sum(weights.values()) <= page["strength"]
    assert one.get(f"/v1/lines/{line['id']}")["status"] == "frozen", (
        "late for days, and in need of help: no more is drawn"
    )


def test_a_line_frozen_for_warnings_rests_and_opens_when_they_have_faded(
    borrower: Made, person: Callable[..., dict[str, Any]], staff: Staff, clock: Clock
) -> None:
    bad = person()
    tied = {"since": "2025-01-01", "last_ago": 3, "sent": 9, "received": 7, "days": 5}
    one, line = with_line(borrower, ties=[{"to": society.node_of(bad["phone"]), "kind": "friend", **tied}], pays=0)
    drawn = one.draw(line["id"], "2000.00", 3)
    fraud, _ = with_line(borrower, **bad)
    clock.to(date.fromisoformat(drawn["schedule"][0]["due_on"]) + timedelta(days=2))
    staff.wait(f"/v1/staff/people/{person_of(one)}/warnings", lambda found: len(found["signals"]) == 2)
    application = fraud.get("/v1/applications")["data"][0]
    staff.post(f"/v1/staff/applications/{application['id']}/fraud-marks", {"reason": "伪造收入证明"})
    assert one.get(f"/v1/lines/{line['id']}")["status"] == "frozen"
    told = [each["zh"] for each in one.get(f"/v1/lines/{line['id']}/warnings")["data"]]
    assert told == ["其他不便详述的风险信息", "有借款逾期", "有一笔扣款失败"]
    one.wait("/v1/notices", lambda page: "line_frozen" in [notice["topic"] for notice in page["data"]])
    trail = staff.get("/v1/staff/audit-notes", subject=line["id"], actor="early warning")["data"]
    assert [note["action"] for note in trail] == ["line_status_changed"], trail
    one._world.register([{**one.person, "pays": None}])
    one.repay(drawn["id"], "early", one.loan(drawn["id"])["payoff"]["amount"])
    clock.to(clock.today() + timedelta(days=10))
    assert one.get(f"/v1/lines/{line['id']}")["status"] == "frozen"
    clock.to(clock.today() + timedelta(days=60))
    assert one.get(f"/v1/lines/{line['id']}")["status"] == "open"


def test_who_allows_it_is_asked_about_once_a_month_and_a_lost_salary_is_seen_before_anything_is_late(
    borrower: Made, staff: Staff, clock: Clock
) -> None:
    one, line = with_line(borrower)
    other, _ = with_line(borrower)
    one.allow("watching")
    drawn = one.draw(line["id"], "2000.00", 12)
    for each in (one, other):
        hard = {"hard": [[clock.today().isoformat(), "2030-01-01"]]}
        each._world.register([{**each.person, "habits": {**each.person["habits"], **hard}}])
    clock.to(clock.today() + timedelta(days=95))
    assert one.loan(drawn["id"])["status"] == "current"
    found = staff.get(f"/v1/staff/people/{person_of(one)}/warnings")
    assert "income_stopped" in {each["kind"] for each in found["signals"]}
    assert kinds(staff, other) == set(), "who did not allow it is not asked about"
    copy = one.get("/v1/my-data")
    told = copy["told_by_others"]
    assert len(told) == 3
    assert set(told[0]["features"]) == set(told[1]["features"]), "the same few figures each month, no document"
    used = [
        use["what"]
        for grant in copy["consents"]
        for use in grant["used"]
        if grant["grant"]["grant"]["scope"] == "watching"
    ]
    assert used == ["others_asked"] * 3
    one.delete("/v1/consents/watching")
    assert kinds(staff, one) == set(), "what was told under a consent that is gone says nothing more"


def test_taking_the_consent_back_deletes_what_was_told_and_ends_the_asking(borrower: Made, clock: Clock) -> None:
    one, line = with_line(borrower)
    one.allow("watching")
    one.draw(line["id"], "2000.00", 12)
    clock.to(clock.today() + timedelta(days=32))
    assert len(one.get("/v1/my-data")["told_by_others"]) == 1
    one.delete("/v1/consents/watching")
    assert one.get("/v1/my-data")["told_by_others"] == []
    clock.to(clock.today() + timedelta(days=62))
    assert one.get("/v1/my-data")["told_by_others"] == []


def test_a_silent_provider_is_asked_again_the_next_evening(borrower: Made, clock: Clock) -> None:
    one, line = with_line(borrower)
    one.allow("watching")
    one.draw(line["id"], "2000.00", 12)
    clock.to(clock.today() + timedelta(days=29))
    one._world.fail("behaviour", "events", "garbage", times=20)
    clock.to(clock.today() + timedelta(days=3))
    assert one.get("/v1/my-data")["told_by_others"] == []
    one._world.heal()
    clock.to(clock.today() + timedelta(days=2))
    assert len(one.get("/v1/my-data")["told_by_others"]) == 1


def test_many_on_one_device_are_watched_and_a_household_is_not(
    borrower: Made, person: Callable[..., dict[str, Any]], staff: Staff, clock: Clock
) -> None:
    shared = {"kind": "device", "since": "2025-01-01", "last_ago": None, "sent": 0, "received": 0, "days": 0}

    def tied(people: list[dict[str, Any]]) -> list[Borrower]:
        found = []
        for one in people:
            ties = [{"to": society.node_of(other["phone"]), **shared} for other in people if other is not one]
            found.append(borrower(**{**one, "ties": ties}))
            found[-1].apply("5000.00", 12, product="credit_line", consents=SOCIAL)
        return found

    ring, household = tied([person() for _ in range(5)]), tied([person() for _ in range(3)])
    clock.to(clock.today() + timedelta(days=8))
    assert [kinds(staff, one) for one in ring] == [{"shared_things"}] * 5
    assert [kinds(staff, one) for one in household] == [set()] * 3
