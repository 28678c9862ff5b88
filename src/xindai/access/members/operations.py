"""What is done about who works here."""

from __future__ import annotations

import secrets
from datetime import datetime

from xindai.access.members import factors, queries
from xindai.access.members.model import (
    EMERGENCY_LASTS,
    IN_EMERGENCY,
    STAFF_LOCK,
    STAFF_TRIES,
    Emergency,
    EmergencyId,
    EmergencyRefused,
    EmergencyRunning,
    MemberMissing,
    StaffMember,
    checked_member,
)
from xindai.access.roles import queries as roles
from xindai.access.roles.model import ROLES
from xindai.base import audit
from xindai.base.crypto import KeyRing
from xindai.base.db import Row, Tx
from xindai.values.masked import Secret
from xindai.values.refusal import Invalid


def hire(
    tx: Tx, ring: KeyRing, *, name: str, role: str, password: Secret, totp_secret: Secret, agency: str | None = None
) -> None:
    """A member of staff, or an agent of an agency; the same name again gets a new password and second factor, and is logged out everywhere.

    Refuses: Invalid, for a role that there is not, or a name that is none.
    """
    checked_member(name, role, agency)
    if not roles.is_known(tx, role):
        raise Invalid(f"A role is one of {', '.join(ROLES)}, or one of your own that two agreed to.", field="role")
    tx.run(
        "INSERT INTO staff_member (name, role, agency, password_phc, totp_sealed, hired_at)"
        " VALUES (:name, :role, :agency, :phc, :totp, :at)"
        " ON CONFLICT (name) DO UPDATE SET role = :role, agency = :agency, password_phc = :phc,"
        " totp_sealed = :totp, password_hash = NULL, salt = NULL, totp_secret = NULL, failures = 0, last_step = 0,"
        " locked_until = 'epoch', hired_at = :at, left_at = NULL",
        name=name,
        role=role,
        agency=agency,
        phc=factors.hashed(password, secrets.token_bytes(16)),
        totp=ring.seal(totp_secret.reveal(), _factor_of(name)),
        at=tx.at,
    )
    _end_staff_sessions(tx, name)
    audit.note(tx, actor="operator", action="staff_hired", subject=name, facts={"role": role})


def let_go(tx: Tx, *, name: str) -> None:
    """Somebody does not work here any more; what they did stays theirs. Twice is once. Refuses: MemberMissing."""
    gone = tx.run(
        "UPDATE staff_member SET left_at = coalesce(left_at, :at), password_phc = NULL, totp_sealed = NULL,"
        " password_hash = NULL, salt = NULL, totp_secret = NULL WHERE name = :name",
        at=tx.at,
        name=name,
    )
    if not gone:
        raise MemberMissing(field="name")
    _end_staff_sessions(tx, name)
    audit.note(tx, actor="operator", action="staff_left", subject=name)


def _end_staff_sessions(tx: Tx, name: str) -> None:
    """Logged out everywhere, and in no other role any more."""
    give_role_back(tx, name)
    tx.run(
        "UPDATE session SET ended_at = clock_timestamp() WHERE holder = :name AND door = 'staff' AND ended_at IS NULL",
        name=name,
    )


def take_role(tx: Tx, *, emergency_id: EmergencyId, member: StaffMember, role: str, reason: str) -> Emergency:
    """Another role for an hour, noted before anything is done under it; the same one again while it runs is that one.

    Refuses: EmergencyRefused, EmergencyRunning.
    """
    if role not in IN_EMERGENCY.get(member.role, ()):
        raise EmergencyRefused(own=member.role, wanted=role, field="role")
    tx.run("SELECT 1 FROM staff_member WHERE name = :name FOR NO KEY UPDATE", name=member.name)
    if (running := queries.emergency(tx, member.name)) is not None:
        if running.role != role:
            raise EmergencyRunning(role=running.role, field="role")
        return running
    tx.run(
        "INSERT INTO emergency_access (id, member, role, reason, on_day, ends_at)"
        " VALUES (:id, :member, :role, :reason, :on, clock_timestamp() + :lasts)",
        id=emergency_id,
        member=member.name,
        role=role,
        reason=reason,
        on=tx.on,
        lasts=EMERGENCY_LASTS,
    )
    audit.note(tx, actor=member.name, action="emergency_begun", subject=emergency_id, facts={"role": role})
    found = queries.emergency(tx, member.name)
    assert found is not None
    return found


def give_role_back(tx: Tx, name: str) -> int:
    """End it before its hour; how many ended: none, where none runs."""
    running = queries.emergency(tx, name)
    if running is None:
        return 0
    audit.note(tx, actor=name, action="emergency_ended", subject=running.id)
    return tx.run("UPDATE emergency_access SET ended_at = clock_timestamp() WHERE id = :id", id=running.id)


def admit(tx: Tx, ring: KeyRing, *, name: str, password: Secret, code: Secret, now: datetime) -> StaffMember | None:
    """The member of staff that password and one-time code (RFC 6238, used once) prove; none otherwise, and counted.

    `now` is real time, which the second factor keeps, whatever the sandbox's clock says.
    """
    row = tx.row("SELECT * FROM staff_member WHERE name = :name FOR NO KEY UPDATE", name=name)
    if row is None or row["left_at"] is not None:
        factors.is_right(password, factors.NOBODY)
        return None
    if row["locked_until"] > now:
        return None
    step = None
    if _password_is_right(row, password):
        step = factors.step_of(_second_factor(ring, row), code.reveal(), now, after=row["last_step"])
    if step is None:
        tx.run(
            "UPDATE staff_member SET failures = failures + 1,"
            " locked_until = CASE WHEN (failures + 1) % :tries = 0 THEN CAST(:until AS timestamptz) ELSE locked_until END"
            " WHERE name = :name",
            tries=STAFF_TRIES,
            until=now + STAFF_LOCK,
            name=name,
        )
        return None
    tx.run("UPDATE staff_member SET failures = 0, last_step = :step WHERE name = :name", step=step, name=name)
    if row["password_phc"] is None:
        tx.run(
            "UPDATE staff_member SET password_phc = :phc, totp_sealed = :totp, password_hash = NULL, salt = NULL,"
            " totp_secret = NULL WHERE name = :name",
            phc=factors.hashed(password, secrets.token_bytes(16)),
            totp=ring.seal(bytes(row["totp_secret"]).hex(), _factor_of(name)),
            name=name,
        )
    return StaffMember(row["name"], row["role"])


def _factor_of(name: str) -> str:
    return f"staff_member.totp_sealed|{name}"


def _password_is_right(row: Row, password: Secret) -> bool:
    if row["password_phc"] is not None:
        return factors.is_right(password, row["password_phc"])
    return factors.was_right(password, bytes(row["salt"]), bytes(row["password_hash"]))


def _second_factor(ring: KeyRing, row: Row) -> bytes:
    if row["totp_sealed"] is not None:
        return bytes.fromhex(ring.unseal(bytes(row["totp_sealed"]), _factor_of(row["name"])))
    return bytes(row["totp_secret"])
