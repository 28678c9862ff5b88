"""Who may do what: each door needs one permission; roles of the lender's own hold what two people agreed to."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai import main
from xindai.access.roles.model import (
    AGENCY,
    OPENED_BY,
    OURS,
    OWN,
    PERMISSIONS,
    ROLES,
    OwnRole,
    RoleDecided,
    RoleVersion,
    Status,
    checked,
    doors,
)
from xindai.values.four_eyes import SamePerson
from xindai.values.refusal import Invalid

NAMES = st.sampled_from(sorted(PERMISSIONS))
WITHOUT_A_SESSION = {"POST /v1/staff/sessions"}


def proposed(**changed: Any) -> RoleVersion:
    """A role that somebody proposed."""
    told: dict[str, Any] = {
        "name": "trainee", "number": 1, "permissions": ("loans.read",), "why": "new here", "status": Status.PROPOSED,
        "proposed_by": "ada", "proposed_on": date(2026, 3, 1), "decided_by": None, "decided_on": None,
    }  # fmt: skip
    return RoleVersion(**{**told, **changed})


def test_every_door_of_staff_and_agents_needs_one_permission_and_none_opens_a_door_that_is_not_there() -> None:
    there = {
        f"{method.upper()} {path}"
        for path, methods in main.schema()["paths"].items()
        for method in methods
        if path.startswith(("/v1/staff/", "/v1/agency/"))
    }
    declared = [door for one in PERMISSIONS.values() for door in one.doors]
    assert len(declared) == len(set(declared)), "a door needs one permission"
    assert set(declared) | WITHOUT_A_SESSION == there, "a new door has to say in permissions.json who may open it"


def test_each_permission_has_its_words_and_is_held_by_one_of_our_roles() -> None:
    for one in PERMISSIONS.values():
        assert one.en, one.name
        assert one.zh, one.name
        assert one.roles, one.name
        assert set(one.roles) <= set(ROLES), one.name
    assert all(OWN in held for held in OURS.values())
    assert [role for role in ROLES if AGENCY in OURS[role]] == ["agent"]


@given(st.sets(NAMES.filter(lambda one: one != AGENCY)))
def test_a_role_of_ones_own_holds_what_it_names_and_its_own_session(asked: set[str]) -> None:
    held = checked("trainee", asked)
    assert set(held) == asked | {OWN}
    assert list(held) == [one for one in PERMISSIONS if one in held], "in one order, however they were named"
    assert {OPENED_BY[door] for door in doors(held)} <= set(held)


@pytest.mark.parametrize(
    ("name", "permissions"),
    [("Trainee", ["loans.read"]), ("t", []), ("officer", ["loans.read"]), ("trainee", ["loans.burn"]), ("trainee", [AGENCY])],
)  # fmt: skip
def test_what_is_no_role_is_refused(name: str, permissions: list[str]) -> None:
    with pytest.raises(Invalid):
        checked(name, permissions)


def test_another_person_agrees_and_nobody_to_a_role_that_they_have() -> None:
    one = proposed()
    assert one.ref == "trainee@1"
    assert one.decide(Status.APPROVED, by="bo", role="finance") == "role_approved"
    with pytest.raises(SamePerson):
        one.decide(Status.APPROVED, by="ada", role="admin")
    with pytest.raises(OwnRole):
        one.decide(Status.APPROVED, by="bo", role="trainee")
    over = proposed(status=Status.APPROVED, decided_by="bo")
    assert over.decide(Status.WITHDRAWN, by="ada", role="admin") == "role_withdrawn"
    with pytest.raises(RoleDecided):
        over.decide(Status.APPROVED, by="cy", role="admin")
