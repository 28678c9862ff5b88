"""Who is asking at the staff's door, and whether they may."""

from __future__ import annotations

from dataclasses import replace

from xindai.access.members import queries as members
from xindai.access.members.model import StaffMember
from xindai.access.roles import queries as roles
from xindai.access.roles.model import OPENED_BY, RoleMissing
from xindai.base import audit, door
from xindai.base.db import Tx


def who(tx: Tx, authorization: str | None) -> StaffMember:
    """The member of staff whose session it is, in the role that opens this door to them: their own, or one taken in an emergency.

    What is done under the other role says so in the trail. A door that no permission opens stays shut. Refuses: NotLoggedIn, RoleMissing.
    """
    member = members.staff_member(tx, token=door.token(authorization))
    needed = OPENED_BY.get(door.opened(), "none")
    if needed in roles.held(tx, member.role):
        return member
    emergency = members.emergency(tx, member.name)
    if emergency is None or needed not in roles.held(tx, emergency.role):
        raise RoleMissing(permission=needed)
    audit.under(emergency.id)
    return replace(member, role=emergency.role)
