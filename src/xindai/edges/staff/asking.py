"""Who is asking at the staff's door, and in which role."""

from __future__ import annotations

from xindai.base import door
from xindai.base.db import Tx
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import RoleMissing, StaffMember

ANY = frozenset({"admin", "officer", "finance", "auditor"})
ANYBODY = ANY | frozenset({"collector"})
OFFICER = frozenset({"admin", "officer"})
FINANCE = frozenset({"admin", "finance"})


def who(tx: Tx, authorization: str | None, roles: frozenset[str] = ANY) -> StaffMember:
    """The member of staff whose session it is. Refuses: NotAuthenticated, RoleMissing."""
    member = people.staff_member(tx, token=door.token(authorization))
    if member.role not in roles:
        raise RoleMissing
    return member
