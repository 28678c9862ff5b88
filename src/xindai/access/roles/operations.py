"""Proposing roles and deciding on them."""

from __future__ import annotations

from collections.abc import Collection

from xindai.access.roles import queries
from xindai.access.roles.model import RoleVersion, Status, checked
from xindai.base import audit
from xindai.base.db import Tx, array


def propose(tx: Tx, *, name: str, permissions: Collection[str], why: str, by: str, request: str) -> RoleVersion:
    """A role of the lender's own, or a new version of it, for somebody else to agree to; the same request again is the same.

    Refuses: Invalid.
    """
    held = checked(name, permissions)
    tx.run("SELECT pg_advisory_xact_lock(hashtext('role'), hashtext(:name))", name=name)
    is_new = tx.run(
        "INSERT INTO role_version (name, number, permissions, why, status, proposed_by, proposed_on, request)"
        " SELECT :name, coalesce(max(number), 0) + 1, CAST(:permissions AS text[]), :why, 'proposed', :by, :on, :request"
        " FROM role_version WHERE name = :name ON CONFLICT (request) DO NOTHING",
        name=name,
        permissions=array(held),
        why=why,
        by=by,
        on=tx.on,
        request=request,
    )
    number = tx.value("SELECT number FROM role_version WHERE request = :request", request=request)
    found = queries.version(tx, f"{name}@{number}")
    if is_new:
        audit.note(tx, actor=by, action="role_proposed", subject=found.ref, facts={"permissions": list(held)})
    return found


def decide(tx: Tx, *, ref: str, to: Status, by: str, role: str) -> RoleVersion:
    """Agree to it, reject it, or take it back; `role` is that of whoever decides. Twice is once.

    Refuses: RoleUnknown, RoleDecided, SamePerson, OwnRole.
    """
    before = queries.version(tx, ref, lock=True)
    if before.status is to and before.decided_by == by:
        return before
    event = before.decide(to, by=by, role=role)
    tx.run(
        "UPDATE role_version SET status = :to, decided_by = :by, decided_on = :on WHERE name = :name AND number = :number",
        to=to.value,
        by=by,
        on=tx.on,
        name=before.name,
        number=before.number,
    )
    audit.note(tx, actor=by, action=event, subject=ref)
    return queries.version(tx, ref)
