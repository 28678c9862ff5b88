"""The queue of reviews: what waits for a person, proposals to approve, and second people."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body
from xindai.credit.review import operations as reviews
from xindai.credit.review import queries as reviewed
from xindai.credit.review.model import Review, Status
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys import review as deciding
from xindai.journeys.parts import parts

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"], route_class=RepeatableRoute)


class ReasonIn(Body):
    """Why."""

    reason: str = Field(min_length=1, max_length=1000)


class ReviewOut(BaseModel):
    """A review and what became of it."""

    id: str
    application_id: str
    decision_id: str
    asked_by: str
    asked_on: date
    status: str
    reason: str | None
    proposed_by: str | None
    decided_by: str | None
    decided_on: date | None

    @classmethod
    def of(cls, one: Review) -> ReviewOut:
        """As it stands."""
        return cls(
            id=one.id,
            application_id=one.application_id,
            decision_id=one.decision_id,
            asked_by=one.asked_by,
            asked_on=one.asked_on,
            status=one.status.value,
            reason=one.reason,
            proposed_by=one.proposed_by,
            decided_by=one.decided_by,
            decided_on=one.decided_on,
        )


@router.get("/reviews")
def list_reviews(
    authorization: door.Authorization = None,
    after: door.After = None,
    most: door.Most = 50,
    status: Annotated[Status | None, Query()] = None,
) -> door.Page[ReviewOut]:
    """Reviews, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = reviewed.page(tx, after=after, most=most + 1, status=status.value if status else None)
    return door.page([ReviewOut.of(one) for one in found], [one.id for one in found], most)


@router.post("/reviews/{review_id}/proposals", status_code=201)
def propose_approval(review_id: str, body: ReasonIn, authorization: door.Authorization = None) -> ReviewOut:
    """Propose to approve against, or without, the strategy's word; somebody else makes it so."""
    with parts().db.transaction("approval proposed") as tx:
        member = who(tx, authorization)
        return ReviewOut.of(deciding.propose(tx, review_id, reason=body.reason, by=member.name))


@router.post("/reviews/{review_id}/approvals", status_code=201)
def approve_proposal(review_id: str, authorization: door.Authorization = None) -> ReviewOut:
    """Approve what somebody else proposed: an offer goes out."""
    with parts().db.transaction("proposal approved") as tx:
        member = who(tx, authorization)
        return ReviewOut.of(deciding.approve(tx, review_id, by=member.name))


@router.post("/reviews/{review_id}/rejections", status_code=201)
def turn_proposal_down(review_id: str, body: ReasonIn, authorization: door.Authorization = None) -> ReviewOut:
    """Send a proposal back to the queue."""
    with parts().db.transaction("proposal turned down") as tx:
        member = who(tx, authorization)
        return ReviewOut.of(reviews.turn_down(tx, review_id=review_id, reason=body.reason, by=member.name))


@router.post("/reviews/{review_id}/declines", status_code=201)
def decline_review(review_id: str, body: ReasonIn, authorization: door.Authorization = None) -> ReviewOut:
    """Decline the application."""
    with parts().db.transaction("review declined") as tx:
        member = who(tx, authorization)
        return ReviewOut.of(deciding.decline(tx, review_id, reason=body.reason, by=member.name))
