"""One person with two phones: found by the ID number, merged by two, and what was borrowed stays with its person."""

from collections.abc import Callable
from typing import Any

import pytest

from refusals import code_of
from xindai_sandbox.client import Addresses, Borrower, Caller, Staff, World

Made = Callable[..., Borrower]


@pytest.fixture
def pair(
    where: Addresses, world: World, borrower: Made, person: Callable[..., dict[str, Any]], staff: Staff
) -> tuple[Borrower, Borrower, dict[str, Any]]:
    """Somebody who has a loan, the same with a new phone, and the two as staff see them."""
    known = borrower()
    known.accept(known.apply("3000.00", 6)["offer_id"])
    new_phone = {**known.person, "phone": person()["phone"]}
    newcomer = Borrower(where, new_phone)
    newcomer.allow("face")
    for _ in range(2):
        assert code_of(lambda: newcomer.apply("3000.00", 6)) == "identity_taken"
    newest = staff.get("/v1/staff/duplicates")["data"][0]
    assert (newest["status"], newest["known_id"]) == ("found", known.get("/v1/identity")["person_id"])
    assert newest["newcomer_id"] == newcomer.get("/v1/identity")["person_id"]
    return known, newcomer, newest


def test_two_members_of_staff_merge_and_the_new_phone_opens_the_old_loans(
    where: Addresses, pair: tuple[Borrower, Borrower, dict[str, Any]], staff: Staff, second: Staff
) -> None:
    known, newcomer, found = pair
    path = f"/v1/staff/duplicates/{found['id']}"
    loans = [loan["id"] for loan in known.get("/v1/loans")["data"]]
    assert code_of(lambda: second.post(f"{path}/approvals")) == "duplicate_state"
    why = {"reason": "compared face and card in the branch"}
    assert staff.post(f"{path}/proposals", why)["status"] == "proposed"
    assert code_of(lambda: staff.post(f"{path}/approvals")) == "same_person"
    assert second.post(f"{path}/approvals")["status"] == "merged"
    for session in (known, newcomer):
        assert code_of(lambda session=session: session._call.get("/v1/loans")) == "not_logged_in"
    again = Borrower(where, newcomer.person)
    assert again.get("/v1/identity")["person_id"] == found["known_id"]
    assert [loan["id"] for loan in again.get("/v1/loans")["data"]] == loans
    assert "face" not in [grant["scope"] for grant in again.get("/v1/consents")["data"]]
    stranger = Borrower(where, known.person)  # whoever has the old number now
    assert stranger.get("/v1/loans")["data"] == []
    assert code_of(lambda: second.post(f"{path}/dismissals", why)) == "duplicate_state"


def test_two_who_are_two_are_left_alone(pair: tuple[Borrower, Borrower, dict[str, Any]], staff: Staff) -> None:
    _, newcomer, found = pair
    path = f"/v1/staff/duplicates/{found['id']}"
    dismissed = staff.post(f"{path}/dismissals", {"reason": "another face"})
    assert (dismissed["status"], dismissed["reason"]) == ("dismissed", "another face")
    assert code_of(lambda: staff.post(f"{path}/proposals", {"reason": "changed my mind"})) == "duplicate_state"
    assert newcomer.get("/v1/loans")["data"] == []
    assert (
        code_of(lambda: staff.post("/v1/staff/duplicates/dup_x/proposals", {"reason": "nobody"}))
        == "duplicate_not_found"
    )


def test_who_has_asked_under_the_new_phone_is_not_merged(
    where: Addresses,
    pair: tuple[Borrower, Borrower, dict[str, Any]],
    staff: Staff,
    person: Callable[..., dict[str, Any]],
) -> None:
    _, newcomer, found = pair
    other = person()
    newcomer.person = {**newcomer.person, "id_number": other["id_number"], "name": other["name"]}
    newcomer.apply("3000.00", 6)
    proposal = f"/v1/staff/duplicates/{found['id']}/proposals"
    assert code_of(lambda: staff.post(proposal, {"reason": "the same face"})) == "newcomer_has_applied"


def test_a_stranger_sees_nothing_of_pairs(where: Addresses, borrower: Made) -> None:
    assert code_of(lambda: borrower()._call.get("/v1/staff/duplicates")) == "not_logged_in"
    assert code_of(lambda: Caller(where.api).get("/v1/staff/duplicates")) == "not_logged_in"
