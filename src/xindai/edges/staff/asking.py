"""Who is asking at the staff's door, and in which role."""

from __future__ import annotations

from dataclasses import replace

from xindai.access.members import queries as people
from xindai.access.members.model import RoleMissing, StaffMember
from xindai.base import audit, door
from xindai.base.db import Tx

ANY = frozenset({"admin", "officer", "finance", "auditor"})
ANYBODY = ANY | frozenset({"collector"})
OFFICER = frozenset({"admin", "officer"})
FINANCE = frozenset({"admin", "finance"})


def who(tx: Tx, authorization: str | None, roles: frozenset[str] = ANY) -> StaffMember:
    """The member of staff whose session it is, in the role that lets them do it: their own, or one taken in an emergency.

    What is done under the other role says so in the trail. Refuses: NotAuthenticated, RoleMissing.
    """
    member = people.staff_member(tx, token=door.token(authorization))
    if member.role in roles:
        return member
    emergency = people.emergency(tx, member.name)
    if emergency is None or emergency.role not in roles:
        raise RoleMissing
    audit.under(emergency.id)
    return replace(member, role=emergency.role)
