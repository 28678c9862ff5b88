"""Nouns: who works at the lender, and another role for an hour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from xindai.values import ids
from xindai.values.refusal import Invalid, Kind, Refusal

STAFF_TRIES = 5
STAFF_LOCK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Who works at the lender, or did; `is_locked` while wrong log-ins keep them out."""

    name: str
    role: str
    left_at: datetime | None = None
    is_locked: bool = False


class EmergencyId(ids.Id):
    """Names an emergency access."""

    prefix = "emg"


EMERGENCY_LASTS = timedelta(hours=1)
IN_EMERGENCY: Mapping[str, frozenset[str]] = {
    "officer": frozenset({"finance", "admin"}),
    "finance": frozenset({"officer", "admin"}),
    "admin": frozenset(),
}
"""Who may take which role in an emergency. An auditor judges and takes none; collectors and agents have no such emergencies."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """Another role taken for an hour (break-glass): by whom, why, and until when by real time."""

    id: EmergencyId
    member: str
    role: str
    reason: str
    on: date
    begun_at: datetime
    ends_at: datetime
    ended_at: datetime | None


class EmergencyRefused(Refusal):
    """This role takes no other, or not that one."""

    kind = Kind.FORBIDDEN
    code = "emergency_refused"
    en = "A member of staff in the role {own} cannot take the role {wanted}."
    zh = "{own} 角色不能应急取得 {wanted} 权限。"


class EmergencyRunning(Refusal):
    """One has another role already."""

    kind = Kind.CONFLICT
    code = "emergency_running"
    en = "You have the role {role} already; give it back first."
    zh = "您已应急取得 {role} 权限，请先归还。"


class MemberMissing(Refusal):
    """Nobody of that name works here."""

    kind = Kind.MISSING
    code = "staff_member_not_found"
    en = "Nobody of that name works here."
    zh = "没有该员工。"


_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,39}")


def checked_member(name: str, role: str, agency: str | None) -> None:
    """Refuses: Invalid, for a name that is none, or an agent without an agency."""
    if not _NAME.fullmatch(name):
        raise Invalid("A name has 2 to 40 small letters, digits, dots and hyphens.", field="name")
    if (role == "agent") != (agency is not None):
        raise Invalid("An agent works for an agency, and nobody else does.", field="agency")
