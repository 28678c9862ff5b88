"""Questions about roles."""

from __future__ import annotations

from xindai.access.roles.model import OURS, OWN, RoleUnknown, RoleVersion, Status
from xindai.base.db import Row, Tx


def held(tx: Tx, role: str) -> frozenset[str]:
    """What a role holds now. One of the lender's own that was taken back holds only one's own session."""
    if role in OURS:
        return OURS[role]
    return frozenset(_in_force(tx, role) or {OWN})


def is_known(tx: Tx, role: str) -> bool:
    """Whether somebody can be given a role: one of ours, or one of the lender's own that counts."""
    return role in OURS or _in_force(tx, role) is not None


def versions(tx: Tx) -> list[RoleVersion]:
    """All roles of the lender's own with all their versions, the newest first."""
    return [_version(row) for row in tx.rows("SELECT * FROM role_version ORDER BY name, number DESC")]


def version(tx: Tx, ref: str, *, lock: bool = False) -> RoleVersion:
    """One version. Refuses: RoleUnknown."""
    name, _, number = ref.rpartition("@")
    row = tx.row(
        "SELECT * FROM role_version WHERE name = :name AND number::text = :number"
        + (" FOR NO KEY UPDATE" if lock else ""),
        name=name,
        number=number,
    )
    if row is None:
        raise RoleUnknown(field="role")
    return _version(row)


def _in_force(tx: Tx, role: str) -> list[str] | None:
    """What the newest version holds that was ever agreed to; none, where that one was taken back: nothing older comes back."""
    row = tx.row(
        "SELECT status, permissions FROM role_version WHERE name = :role AND status IN ('approved', 'withdrawn')"
        " ORDER BY number DESC LIMIT 1",
        role=role,
    )
    return list(row["permissions"]) if row and row["status"] == Status.APPROVED else None


def _version(row: Row) -> RoleVersion:
    return RoleVersion(
        row["name"],
        row["number"],
        tuple(row["permissions"]),
        row["why"],
        Status(row["status"]),
        row["proposed_by"],
        row["proposed_on"],
        row["decided_by"],
        row["decided_on"],
    )
