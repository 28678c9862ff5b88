"""Watch lists: who is surely on one is refused, who may be is looked at, and nobody is told."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from xindai_sandbox.client import Addresses, Borrower, Refused, Staff

Made = Callable[..., Borrower]


@pytest.fixture
def put(staff: Staff) -> Iterator[Callable[..., None]]:
    """Puts somebody on a list, and takes everybody off again."""
    entered: list[str] = []

    def on(name: str, **who: Any) -> None:
        body = {"source": "a test", "entries": [who]}
        entered.extend(one["id"] for one in staff.post(f"/v1/staff/watch-lists/{name}/entries", body)["data"])

    yield on
    for entry in entered:
        staff._call._call("DELETE", f"/v1/staff/watch-lists/entries/{entry}", params={"reason": "the test is over"})


def test_who_is_on_the_sanctions_list_is_refused_without_being_told_why(
    borrower: Made, staff: Staff, put: Callable[..., None]
) -> None:
    one = borrower()
    put("sanctions", names=["Somebody Else", "化名"], id_number=one.person["id_number"])
    application = one.apply("3000.00", 6)
    assert application["status"] == "declined"
    assert "watch" not in str(application)
    assert "名单" not in str(application)
    look = staff.get(f"/v1/staff/applications/{application['id']}/screenings")["data"][0]
    assert (look["finding"], look["hits"][0]["watch_list"]) == ("sure", "sanctions")
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    assert decision["trace"]["barred"] == ["on_no_watch_list"]
    review = one.post(f"/v1/applications/{application['id']}/review-requests")
    queue = [entry for entry in staff.get("/v1/staff/reviews")["data"] if entry["application_id"] == review["id"]]
    with pytest.raises(Refused) as refused:
        staff.post(f"/v1/staff/reviews/{queue[0]['id']}/proposals", {"reason": "a nice person"})
    assert refused.value.code == "rule_not_overruled"


@pytest.mark.parametrize("which", ["court", "public_office"])
def test_who_is_on_another_list_is_looked_at_by_a_person(
    borrower: Made, staff: Staff, put: Callable[..., None], which: str
) -> None:
    one = borrower()
    put(which, names=[one.person["name"]], id_number=one.person["id_number"])
    application = one.apply("3000.00", 6)
    assert application["status"] == "in_review"
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    assert decision["trace"]["watch"] == "possible"


def test_whose_name_is_on_a_list_with_another_number_is_somebody_else(
    borrower: Made, staff: Staff, put: Callable[..., None]
) -> None:
    one, other = borrower(), borrower()
    put("sanctions", names=[one.person["name"]], id_number=other.person["id_number"])
    application = one.apply("3000.00", 6)
    assert application["status"] == "offered"
    assert staff.get(f"/v1/staff/applications/{application['id']}/screenings")["data"] == []
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    assert decision["inputs"]["file"]["watch"] == "clear"


def test_a_list_shows_masks_and_what_was_taken_off_no_longer_counts(borrower: Made, staff: Staff) -> None:
    one = borrower()
    body = {"source": "branch", "entries": [{"names": [one.person["name"]], "id_number": one.person["id_number"]}]}
    entered = staff.post("/v1/staff/watch-lists/own/entries", body)["data"][0]
    shown = str(staff.get("/v1/staff/watch-lists/own/entries"))
    assert entered["id"] in shown
    assert one.person["id_number"] not in shown
    path = f"/v1/staff/watch-lists/entries/{entered['id']}"
    staff._call._call("DELETE", path, params={"reason": "paid at last"})
    assert entered["id"] not in str(staff.get("/v1/staff/watch-lists/own/entries"))
    assert one.apply("3000.00", 6)["status"] == "offered"
    with pytest.raises(Refused) as refused:
        staff._call._call("DELETE", path + "x", params={"reason": "nobody"})
    assert refused.value.code == "watch_entry_not_found"
    notes = [note["action"] for note in staff.get("/v1/staff/audit-notes", subject=entered["id"])["data"]]
    assert notes == ["watch_entry_removed", "watch_entry_added"]


def test_whom_staff_doubt_proves_anew_who_they_are(where: Addresses, borrower: Made, staff: Staff) -> None:
    one = borrower()
    application = one.apply("3000.00", 6)
    one.post(f"/v1/applications/{application['id']}/withdrawals")
    assert one.get("/v1/identity")["level"] == 1
    doubts = f"/v1/staff/applications/{application['id']}/doubts"
    assert staff.post(doubts, {"reason": "the voice on the phone was another"})["ended"] == 1
    with pytest.raises(Refused, match="not_logged_in"):
        one._call.get("/v1/identity")
    again = Borrower(where, one.person)
    assert (again.get("/v1/identity")["level"], again.get("/v1/identity")["status"]) == (0, "unproven")
    assert again.apply("3000.00", 6)["status"] == "offered"
    assert again.get("/v1/identity")["level"] == 1
    assert staff.post(doubts, {"reason": "and once more"})["ended"] == 1
