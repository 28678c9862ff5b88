"""Somebody who cannot pay as agreed asks for another plan: nobody collects, two people plan it, and it is so once they agree."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from xindai_sandbox.client import Borrower, Clock, Refused, Staff

Loan = Callable[..., tuple[Borrower, dict[str, Any]]]


def in_trouble(loan: Loan, clock: Clock) -> tuple[Borrower, dict[str, Any]]:
    one, made = loan("6000.00", 3, pays=0)
    clock.to(date.fromisoformat(made["schedule"][0]["due_on"]) + timedelta(days=10))
    return one, made


def asked(one: Borrower, made: dict[str, Any], can_pay: str = "400.00") -> dict[str, Any]:
    body = {"cause": "lost_work", "can_pay": {"amount": can_pay}, "note": "公司裁员"}
    found: dict[str, Any] = one.post(f"/v1/loans/{made['id']}/hardship-requests", body)
    return found


def test_a_plan_that_somebody_can_pay_takes_the_place_of_the_old_one(
    loan: Loan, staff: Staff, second: Staff, clock: Clock
) -> None:
    one, made = in_trouble(loan, clock)
    first = (clock.today() + timedelta(days=30)).isoformat()
    seen = one.get(f"/v1/loans/{made['id']}/hardship-preview", installments=24, first_due_on=first)
    assert len(seen["schedule"]) == 24
    assert one.loan(made["id"])["status"] == "overdue"  # looking changes nothing
    request = asked(one, made)
    assert request["status"] == "asked"
    with pytest.raises(Refused) as refused:
        asked(one, made)
    assert refused.value.code == "hardship_open"
    page = staff.get(f"/v1/staff/hardship-requests/{request['id']}")
    plan = page["shortest"]
    assert plan["installments"] == 24  # 18 would be a little more than 400 a month
    path = f"/v1/staff/hardship-requests/{request['id']}"
    too_dear = {**plan, "annual_rate": "0.35"}
    with pytest.raises(Refused) as refused:
        staff.post(f"{path}/proposals", too_dear)
    assert refused.value.status == 422
    assert staff.post(f"{path}/proposals", {**plan, "annual_rate": "0.06"})["status"] == "proposed"
    assert one.get("/v1/hardship-requests")["data"][0]["plan"] is None  # nobody else has looked at it
    with pytest.raises(Refused) as refused:
        staff.post(f"{path}/approvals")
    assert refused.value.code == "same_person"
    with pytest.raises(Refused) as refused:
        one.post(f"/v1/hardship-requests/{request['id']}/agreements")
    assert refused.value.code == "hardship_move_impossible"
    second.post(f"{path}/approvals")
    offered = one.get("/v1/hardship-requests")["data"][0]
    assert (offered["status"], offered["plan"]["annual_rate"]) == ("offered", "0.06")
    assert max(float(line["outstanding"]) for line in offered["plan"]["schedule"]) <= 400
    assert one.post(f"/v1/hardship-requests/{request['id']}/agreements")["status"] == "agreed"
    assert one.post(f"/v1/hardship-requests/{request['id']}/agreements")["status"] == "agreed"
    now = one.loan(made["id"])
    assert (now["status"], now["overdue_days"], now["next_due_on"]) == ("current", 0, plan["first_due_on"])
    assert staff.get("/v1/staff/books")["holds"]


def test_nobody_collects_while_a_request_is_looked_at(loan: Loan, staff: Staff, clock: Clock) -> None:
    one, made = in_trouble(loan, clock)
    mask = one.person["phone"][-4:]
    case = next(
        each for each in staff.get("/v1/staff/collection-cases", most=200)["data"] if each["phone"].endswith(mask)
    )
    request = asked(one, made)
    contact = {"channel": "call", "recorded": True}
    with pytest.raises(Refused) as refused:
        staff.post(f"/v1/staff/collection-cases/{case['id']}/contacts", contact)
    assert refused.value.code == "contact_not_permitted"
    answered = staff.post(f"/v1/staff/collection-cases/{case['id']}/contacts", {**contact, "about": "asked"})
    assert answered["reach"] == one.person["phone"]
    declined = staff.post(
        f"/v1/staff/hardship-requests/{request['id']}/declines", {"answer": "请补充失业证明后再次申请。"}
    )
    assert declined["status"] == "declined"
    assert one.get("/v1/hardship-requests")["data"][0]["answer"] == "请补充失业证明后再次申请。"
    assert staff.post(f"/v1/staff/collection-cases/{case['id']}/contacts", contact)["contact_id"]


def test_who_needs_no_help_takes_it_back_and_who_never_borrowed_gets_none(
    loan: Loan, staff: Staff, second: Staff, clock: Clock
) -> None:
    one, made = in_trouble(loan, clock)
    other, _ = loan()
    with pytest.raises(Refused) as refused:
        asked(other, made)
    assert refused.value.code == "loan_not_found"
    request = asked(one, made)
    with pytest.raises(Refused) as refused:
        other.post(f"/v1/hardship-requests/{request['id']}/withdrawals")
    assert refused.value.code == "hardship_not_found"
    assert one.post(f"/v1/hardship-requests/{request['id']}/withdrawals")["status"] == "withdrawn"
    with pytest.raises(Refused) as refused:
        staff.post(
            f"/v1/staff/hardship-requests/{request['id']}/proposals",
            {"installments": 12, "first_due_on": (clock.today() + timedelta(days=20)).isoformat()},
        )
    assert refused.value.code == "hardship_move_impossible"
    again = asked(one, made)
    plan = {"installments": 12, "first_due_on": (clock.today() + timedelta(days=20)).isoformat()}
    path = f"/v1/staff/hardship-requests/{again['id']}"
    staff.post(f"{path}/proposals", plan)
    assert second.post(f"{path}/returns")["status"] == "asked"
    assert one.get("/v1/hardship-requests")["data"][0]["status"] == "asked"
