"""People who are known twice: looked at by one member of staff, merged by another."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys.parts import parts
from xindai.onboarding.duplicates import operations as duplicates
from xindai.onboarding.duplicates import queries as found
from xindai.onboarding.duplicates.model import Duplicate, Status

router = APIRouter(prefix="/v1/staff/duplicates", responses=door.PROBLEMS, tags=["staff"], route_class=RepeatableRoute)


class WhyIn(Body):
    """Why they are one, or two."""

    reason: str = Field(min_length=3, max_length=500)


class DuplicateOut(BaseModel):
    """A pair: who was known first, and who came by another phone with the same ID number."""

    id: str
    known_id: str
    newcomer_id: str
    status: Status
    reason: str | None
    proposed_by: str | None
    decided_by: str | None
    found_at: datetime

    @classmethod
    def of(cls, one: Duplicate) -> DuplicateOut:
        """As it stands."""
        return cls(
            id=one.id,
            known_id=one.known_id,
            newcomer_id=one.newcomer_id,
            status=one.status,
            reason=one.reason,
            proposed_by=one.proposed_by,
            decided_by=one.decided_by,
            found_at=one.found_at,
        )


@router.get("")
def list_duplicates(
    authorization: door.Authorization = None, after: door.After = None, most: door.Most = 50
) -> door.Page[DuplicateOut]:
    """Pairs, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        pairs = found.page(tx, after=after, most=most + 1)
    return door.page([DuplicateOut.of(one) for one in pairs], [one.id for one in pairs], most)


@router.post("/{duplicate_id}/proposals", status_code=201)
def propose_merge(duplicate_id: str, body: WhyIn, authorization: door.Authorization = None) -> DuplicateOut:
    """Propose that they are one."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return DuplicateOut.of(duplicates.propose(tx, duplicate_id=duplicate_id, reason=body.reason, by=member.name))


@router.post("/{duplicate_id}/approvals", status_code=201)
def approve_merge(duplicate_id: str, authorization: door.Authorization = None) -> DuplicateOut:
    """Merge what somebody else proposed: the known person is reached by the newer phone from now on."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return DuplicateOut.of(duplicates.merge(tx, parts().ring, duplicate_id=duplicate_id, by=member.name))


@router.post("/{duplicate_id}/dismissals", status_code=201)
def dismiss_duplicate(duplicate_id: str, body: WhyIn, authorization: door.Authorization = None) -> DuplicateOut:
    """They are two, or nothing is to be done."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return DuplicateOut.of(duplicates.dismiss(tx, duplicate_id=duplicate_id, reason=body.reason, by=member.name))
