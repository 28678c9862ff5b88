"""Nouns: permissions, with the doors that they open, and roles that hold them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from xindai.values import four_eyes
from xindai.values.refusal import Invalid, Kind, Refusal

ROLES = ("admin", "officer", "finance", "auditor", "collector", "agent")
"""Those that come with us."""
AGENCY, OWN = "agency.work", "session.own"
"""Working on cases of one's agency, which goes with being its agent; and seeing one's own session, which everybody may."""
Status = four_eyes.VersionStatus
MOVES = four_eyes.version_moves("role")
_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that may be done: which of our roles may do it, and which doors it opens, each as `GET /v1/staff/...`."""

    name: str
    en: str
    zh: str
    roles: tuple[str, ...]
    doors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleVersion:
    """A role of the lender's own as somebody proposed it, and what came of that."""

    name: str
    number: int
    permissions: tuple[str, ...]
    why: str
    status: Status
    proposed_by: str
    proposed_on: date
    decided_by: str | None
    decided_on: date | None

    @property
    def ref(self) -> str:
        """`name@number`."""
        return f"{self.name}@{self.number}"

    def decide(self, to: Status, *, by: str, role: str) -> str:
        """The event of a word on it, by somebody in a `role`. Refuses: RoleDecided, SamePerson, OwnRole."""
        if to not in MOVES[self.status]:
            raise RoleDecided(status=self.status.value)
        if self.status is Status.PROPOSED:
            four_eyes.second_person(proposed_by=self.proposed_by, by=by)
        if to is Status.APPROVED and role == self.name:
            raise OwnRole
        return MOVES[self.status][to]


class RoleUnknown(Refusal):
    """No such role, or no such version of it."""

    kind = Kind.MISSING
    code = "role_not_found"
    en = "There is no such role."
    zh = "没有该角色。"


class RoleDecided(Refusal):
    """It was decided on before."""

    kind = Kind.CONFLICT
    code = "role_decided"
    en = "This version of the role is {status} already."
    zh = "该角色版本已处于 {status} 状态。"


class OwnRole(Refusal):
    """Nobody widens what they may do themselves."""

    kind = Kind.FORBIDDEN
    code = "role_is_own"
    en = "Nobody decides on the role that they have themselves."
    zh = "不能审批本人所属的角色。"


class RoleMissing(Refusal):
    """This member of staff may not do that."""

    kind = Kind.FORBIDDEN
    code = "role_missing"
    en = "Your role does not allow this ({permission})."
    zh = "您的角色无此权限（{permission}）。"


def parse(document: list[Mapping[str, Any]]) -> dict[str, Permission]:
    """Permissions by name."""
    found = (
        Permission(one["name"], one["en"], one["zh"], tuple(one["roles"]), tuple(one["doors"])) for one in document
    )
    return {one.name: one for one in found}


PERMISSIONS = parse(
    json.loads(resources.files("xindai.access.roles").joinpath("permissions.json").read_text(encoding="utf-8"))
)
OPENED_BY = {door: one.name for one in PERMISSIONS.values() for door in one.doors}
"""The permission that each door needs."""
OURS = {role: frozenset(one.name for one in PERMISSIONS.values() if role in one.roles) for role in ROLES}
"""What each of our roles holds."""


def checked(name: str, permissions: Collection[str]) -> tuple[str, ...]:
    """What a role of the lender's own holds, in the order of the table; its own session always. Refuses: Invalid."""
    if not _NAME.fullmatch(name):
        raise Invalid("A role has 2 to 40 small letters, digits and hyphens.", field="name")
    if name in ROLES:
        raise Invalid("A role that comes with us stays as it is.", field="name")
    if unknown := sorted(set(permissions) - set(PERMISSIONS)):
        raise Invalid(f"There is no permission {unknown[0]}.", field="permissions")
    if AGENCY in permissions:
        raise Invalid("Only agents work on the cases of an agency.", field="permissions")
    return tuple(one for one in PERMISSIONS if one in permissions or one == OWN)


def doors(permissions: Collection[str]) -> list[str]:
    """All that they open."""
    return [door for door, name in OPENED_BY.items() if name in permissions]
