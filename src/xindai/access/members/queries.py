"""Questions about who works here."""

from __future__ import annotations

from xindai.access.members.model import Emergency, EmergencyId, StaffMember
from xindai.base.db import Row, Tx
from xindai.onboarding.identity import queries as identity


def staff(tx: Tx) -> list[StaffMember]:
    """Who works here, and who did, by name."""
    rows = tx.rows(
        "SELECT name, role, left_at, COALESCE(locked_until > clock_timestamp(), false) AS locked FROM staff_member"
        " ORDER BY left_at IS NOT NULL, name"
    )
    return [StaffMember(row["name"], row["role"], row["left_at"], row["locked"]) for row in rows]


def staff_member(tx: Tx, *, token: str | None) -> StaffMember:
    """The member of staff who holds this token. Refuses: NotLoggedIn."""
    name = identity.holder(tx, door="staff", token=token)
    return StaffMember(name, tx.value("SELECT role FROM staff_member WHERE name = :name", name=name))


def emergency(tx: Tx, name: str) -> Emergency | None:
    """The other role that a member of staff has now, by real time, if they have one."""
    row = tx.row(
        "SELECT * FROM emergency_access WHERE member = :name AND ended_at IS NULL AND ends_at > clock_timestamp()"
        " ORDER BY ends_at DESC LIMIT 1",
        name=name,
    )
    return _emergency(row) if row else None


def emergencies(tx: Tx, *, most: int) -> list[Emergency]:
    """Up to `most` of all there were, the newest first."""
    return [
        _emergency(row) for row in tx.rows("SELECT * FROM emergency_access ORDER BY id DESC LIMIT :most", most=most)
    ]


def _emergency(row: Row) -> Emergency:
    return Emergency(
        EmergencyId(row["id"]),
        row["member"],
        row["role"],
        row["reason"],
        row["on_day"],
        row["begun_at"],
        row["ends_at"],
        row["ended_at"],
    )
