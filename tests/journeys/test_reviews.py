"""A person looks: what a strategy left open, what an applicant asks about, and what nobody may overrule."""

from collections.abc import Callable
from typing import Any

import pytest

from refusals import code_of
from xindai_sandbox import society
from xindai_sandbox.client import Borrower, Staff, World

Person = Callable[..., dict[str, Any]]
WHY = {"reason": "knows the employer; spoke to the applicant"}


@pytest.fixture
def shared(borrower: Callable[..., Borrower], person: Person) -> Callable[[], tuple[Borrower, dict[str, Any]]]:
    """Somebody whose device is shared by many, so that a person is to look."""

    def made() -> tuple[Borrower, dict[str, Any]]:
        ties = [
            {"to": society.node_of(person()["phone"]), "kind": "device", "since": "2026-01-01", "last_ago": None, "sent": 0,
             "received": 0, "days": 0}
            for _ in range(4)
        ]  # fmt: skip
        one = borrower(ties=ties)
        return one, one.apply("3000.00", 6)

    return made


def waiting(staff: Staff, application: dict[str, Any]) -> str:
    found = staff.get("/v1/staff/reviews", status="waiting")["data"]
    return str(next(one["id"] for one in found if one["application_id"] == application["id"]))


def test_two_people_approve_what_the_strategy_left_open(
    shared: Callable[[], tuple[Borrower, dict[str, Any]]], staff: Staff, second: Staff
) -> None:
    one, application = shared()
    assert application["status"] == "in_review"
    path = f"/v1/staff/reviews/{waiting(staff, application)}"
    assert code_of(lambda: second.post(f"{path}/proposals", WHY)) == "role_missing"
    assert code_of(lambda: second.post(f"{path}/approvals")) == "review_state"
    assert staff.post(f"{path}/proposals", WHY)["proposed_by"] == staff.post(f"{path}/proposals", WHY)["proposed_by"]
    assert code_of(lambda: staff.post(f"{path}/approvals")) == "same_person"
    sent_back = second.post(f"{path}/rejections", {"reason": "which employer?"})
    assert (sent_back["status"], sent_back["proposed_by"]) == ("waiting", None)
    staff.post(f"{path}/proposals", WHY)
    done = second.post(f"{path}/approvals")
    assert (done["status"], done["reason"]) == ("approved", WHY["reason"])
    assert second.post(f"{path}/approvals")["status"] == "approved"
    now = one.get(f"/v1/applications/{application['id']}")
    assert now["status"] == "offered"
    assert one.accept(now["offer_id"])["status"] == "current"
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    assert decision["outcome"] == "review", "what the strategy said stays"
    actions = [note["action"] for note in staff.get("/v1/staff/audit-notes", subject=application["id"])["data"]]
    assert actions.count("approval_proposed") == 2
    assert "approval_turned_down" in actions
    assert "review_approved" in actions
    assert staff.get("/v1/staff/books")["holds"]


def test_who_was_declined_may_ask_for_a_person_once(
    borrower: Callable[..., Borrower], staff: Staff, second: Staff
) -> None:
    one = borrower(monthly_income="1500.00")
    application = one.apply("9000.00", 3)
    assert application["status"] == "declined"
    path = f"/v1/applications/{application['id']}/review-requests"
    assert one.post(path)["status"] == "in_review"
    assert code_of(lambda: one.apply("1000.00", 3)) == "application_open"
    review = waiting(staff, application)
    assert staff.post(f"/v1/staff/reviews/{review}/declines", {"reason": "as before"})["status"] == "declined"
    assert one.get(f"/v1/applications/{application['id']}")["status"] == "declined"
    assert code_of(lambda: one.post(path)) == "review_not_possible"
    assert code_of(lambda: second.post(f"/v1/staff/reviews/{review}/approvals")) == "review_state"
    assert code_of(lambda: borrower().post(path)) == "application_not_found"


def test_nobody_overrules_the_law_or_an_unproven_identity(
    borrower: Callable[..., Borrower], world: World, staff: Staff
) -> None:
    world.fail("identity", "four_elements", "server_error", times=50)
    application = borrower().apply("3000.00", 6)
    world.heal()
    assert application["status"] == "in_review"
    path = f"/v1/staff/reviews/{waiting(staff, application)}"
    assert code_of(lambda: staff.post(f"{path}/proposals", WHY)) == "rule_not_overruled"
    assert staff.post(f"{path}/declines", {"reason": "not proven"})["status"] == "declined"


def test_an_application_withdrawn_meanwhile_leaves_the_queue(
    shared: Callable[[], tuple[Borrower, dict[str, Any]]], staff: Staff, second: Staff
) -> None:
    one, application = shared()
    path = f"/v1/staff/reviews/{waiting(staff, application)}"
    staff.post(f"{path}/proposals", WHY)
    one.post(f"/v1/applications/{application['id']}/withdrawals")
    assert code_of(lambda: second.post(f"{path}/approvals")) == "application_state"
    assert staff.post(f"{path}/declines", {"reason": "withdrawn"})["status"] == "declined"
    assert one.get(f"/v1/applications/{application['id']}")["status"] == "withdrawn"
