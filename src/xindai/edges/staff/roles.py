"""Who may do what: the permissions and their doors, our roles, and roles of the lender's own, by two people."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.access.roles import operations as roles
from xindai.access.roles import queries
from xindai.access.roles.model import OURS, PERMISSIONS, RoleVersion, Status
from xindai.base import door
from xindai.base.door import Body
from xindai.base.repeat import Seed
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys.parts import parts

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["roles"], route_class=RepeatableRoute)


class PermissionOut(BaseModel):
    """One thing that may be done: the doors that it opens, and the roles that hold it, ours and the lender's own."""

    name: str
    en: str
    zh: str
    doors: list[str]
    roles: list[str]


class RoleIn(Body):
    """A role of one's own: all that it holds, and why."""

    name: str = Field(min_length=2, max_length=40)
    permissions: list[str] = Field(max_length=len(PERMISSIONS))
    why: str = Field(min_length=10, max_length=500)


class RoleOut(BaseModel):
    """A version of a role of the lender's own; the newest that was agreed to counts, until it is taken back."""

    id: str
    name: str
    number: int
    permissions: list[str]
    why: str
    status: str
    proposed_by: str
    proposed_on: date
    decided_by: str | None
    decided_on: date | None

    @classmethod
    def of(cls, one: RoleVersion) -> RoleOut:
        """As it is kept."""
        return cls(
            id=one.ref,
            name=one.name,
            number=one.number,
            permissions=list(one.permissions),
            why=one.why,
            status=one.status.value,
            proposed_by=one.proposed_by,
            proposed_on=one.proposed_on,
            decided_by=one.decided_by,
            decided_on=one.decided_on,
        )


@router.get("/permissions")
def list_permissions(authorization: door.Authorization = None) -> door.Page[PermissionOut]:
    """All that may be done, and by whom."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        own = sorted({one.name for one in queries.versions(tx)})
        held = OURS | {role: queries.held(tx, role) for role in own if queries.is_known(tx, role)}
    data = [
        PermissionOut(
            name=one.name,
            en=one.en,
            zh=one.zh,
            doors=list(one.doors),
            roles=[role for role, permissions in held.items() if one.name in permissions],
        )
        for one in PERMISSIONS.values()
    ]
    return door.Page[PermissionOut](data=data, next=None)


@router.get("/roles")
def list_roles(authorization: door.Authorization = None) -> door.Page[RoleOut]:
    """Roles of the lender's own, each with all its versions, the newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        data = [RoleOut.of(one) for one in queries.versions(tx)]
    return door.Page[RoleOut](data=data, next=None)


@router.post("/roles", status_code=201, response_model=RoleOut)
def propose_role(body: RoleIn, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Propose a role, or the next version of one; somebody else agrees."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)

    def propose(seed: Seed) -> RoleOut:
        with parts().db.transaction() as tx:
            return RoleOut.of(roles.propose(tx, **body.model_dump(), by=member.name, request=str(seed)))

    request = {"route": "roles", "body": body.model_dump(mode="json")}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{member.name}", key=key, request=request, do=propose)


@router.post("/roles/{version_id}/approvals", status_code=201)
def approve_role(version_id: str, authorization: door.Authorization = None) -> RoleOut:
    """It counts from now on; neither whoever proposed it nor anybody who has that role can say so."""
    return _decide(version_id, Status.APPROVED, authorization)


@router.post("/roles/{version_id}/rejections", status_code=201)
def reject_role(version_id: str, authorization: door.Authorization = None) -> RoleOut:
    """It does not come to be."""
    return _decide(version_id, Status.REJECTED, authorization)


@router.post("/roles/{version_id}/withdrawals", status_code=201)
def withdraw_role(version_id: str, authorization: door.Authorization = None) -> RoleOut:
    """Whoever has the role may do nothing any more, from now on."""
    return _decide(version_id, Status.WITHDRAWN, authorization)


def _decide(version_id: str, to: Status, authorization: str | None) -> RoleOut:
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return RoleOut.of(roles.decide(tx, ref=version_id, to=to, by=member.name, role=member.role))
