"""The bureau is told each month, and people before it of what is adverse; what it refuses is mended and sent again."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from refusals import code_of
from xindai_sandbox.client import Borrower, Clock, Staff, World

Loan = Callable[..., tuple[Borrower, dict[str, Any]]]


def month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def test_a_month_is_told_and_nothing_adverse_before_its_person_was_told(
    loan: Loan, clock: Clock, staff: Staff, world: World
) -> None:
    clock.to(month_after(clock.today()))
    began = clock.today()
    good, lent = loan("6000.00", 6)
    clock.to(began + timedelta(days=24))
    bad, owed = loan("6000.00", 6, pays=0)
    clock.to(month_after(month_after(began)))
    first, second_month = began.isoformat(), month_after(began).isoformat()
    page = staff.wait(f"/v1/staff/bureau-files/{second_month}/records", lambda found: _settled(found, 2))
    records = {one["loan_id"]: one for one in page["data"]}
    assert records[lent["id"]]["record"]["code"] == "N"
    held = records[owed["id"]]
    assert (held["status"], held["why"], held["is_negative"]) == ("held", "not_told_in_time", True), (
        "late at the month's end"
    )
    assert [one["month"] for one in world.account_records(good.person["id_number"])] == [second_month[:7], first[:7]]
    assert [one["month"] for one in world.account_records(bad.person["id_number"])] == [first[:7]]
    topics = [one["topic"] for one in bad.get("/v1/notices")["data"]]
    assert topics.count("bureau_negative") == 1, "told at the month's end, and not again on the tenth day"
    clock.to(month_after(clock.today()))
    third = month_after(month_after(began)).isoformat()
    page = staff.wait(f"/v1/staff/bureau-files/{third}/records", lambda found: _settled(found, 2))
    told = world.account_records(bad.person["id_number"])[0]
    assert (told["month"], told["code"], told["status"], told["late_periods"]) == (third[:7], "2", "2", 2)
    of_loan = staff.get(f"/v1/staff/loans/{owed['id']}/bureau-records")["data"]
    assert [(one["status"], one["record"]["code"]) for one in of_loan] == [
        ("accepted", "2"),
        ("held", "1"),
        ("accepted", "*"),
    ]
    copy = bad.get("/v1/my-data")["told_to_the_bureau"]
    assert [one["record"]["code"] for one in copy if one["status"] == "accepted"] == ["2", "*"]
    staff.post("/v1/staff/compliance-looks")
    rule = next(one for one in staff.get("/v1/staff/compliance-rules")["data"] if one["id"] == "R-BUR-02")
    assert (rule["last"]["broken"], rule["last"]["counted"] >= 1) == (0, True)


def _settled(page: dict[str, Any], count: int) -> bool:
    return len(page["data"]) >= count and all(one["status"] in {"held", "accepted", "refused"} for one in page["data"])


def test_a_silent_bureau_is_told_later_and_what_it_refuses_is_sent_again(
    loan: Loan, clock: Clock, staff: Staff, world: World
) -> None:
    clock.to(month_after(clock.today()))
    began = clock.today()
    one, lent = loan("6000.00", 6)
    world.fail("bureau", "account_records", "server_error", times=1)
    clock.to(month_after(began))
    path = f"/v1/staff/bureau-files/{began.isoformat()}"
    mine = staff.get(f"{path}/records", status="prepared", most=200)["data"]
    assert lent["id"] in [each["loan_id"] for each in mine]
    assert world.account_records(one.person["id_number"]) == []
    staff.post(f"{path}/sendings")
    staff.wait(f"{path}/records", lambda found: _settled(found, 1))
    assert len(world.account_records(one.person["id_number"])) == 1
    assert code_of(lambda: staff.post("/v1/staff/bureau-files/2020-01-01/sendings")) == "bureau_month_not_found"


def test_who_stays_late_by_paying_the_oldest_each_month_is_told_and_reported_each_month(
    loan: Loan, clock: Clock, staff: Staff, world: World
) -> None:
    clock.to(month_after(clock.today()))
    began = clock.today()
    one, owed = loan("6000.00", 12, pays=0)
    clock.to(month_after(month_after(began)) + timedelta(days=9))
    for _ in range(2):
        world.register([{**one.person, "pays": None}])
        oldest = next(row for row in one.loan(owed["id"])["schedule"] if row["status"] == "overdue")
        one.repay(owed["id"], "due", oldest["outstanding"])
        world.register([{**one.person, "pays": 0}])
        clock.to(month_after(clock.today()) + timedelta(days=9))
    told = [each["code"] for each in world.account_records(one.person["id_number"])]
    assert len(told) == 4
    assert all(code in "123" for code in told[:3]), told
