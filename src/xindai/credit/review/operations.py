"""Asking a person, proposing, deciding."""

from __future__ import annotations

from xindai.base import audit
from xindai.base.db import Tx
from xindai.credit.decision.model import Decision
from xindai.credit.review import queries
from xindai.credit.review.model import (
    ASKED_WITHIN,
    Review,
    ReviewId,
    ReviewPast,
    Status,
    check_overrule,
)

STRATEGY, APPLICANT = "strategy", "applicant"


def ask(tx: Tx, *, decision: Decision, by: str) -> Review:
    """A person is to look at this decision, because the strategy says so or the applicant asks; the same again is the same.

    Refuses ReviewPast when an applicant asks a second time, or after thirty days.
    """
    review_id = ReviewId.derived(decision.id, by)
    if by == APPLICANT:
        known = queries.of_application(tx, decision.application_id)
        under_way = [one.id for one in known if one.status is Status.WAITING] == [review_id]
        if tx.on > decision.on + ASKED_WITHIN or (known and not under_way):
            raise ReviewPast(field="application")
    tx.run(
        "INSERT INTO review (id, application_id, decision_id, asked_by, asked_on, status, at)"
        " VALUES (:id, :application, :decision, :by, :on, :status, :at) ON CONFLICT (id) DO NOTHING",
        id=review_id,
        application=decision.application_id,
        decision=decision.id,
        by=by,
        on=tx.on,
        status=Status.WAITING,
        at=tx.at,
    )
    return queries.get(tx, review_id)


def propose(tx: Tx, *, review_id: str, decision: Decision, reason: str, by: str) -> Review:
    """Propose to approve. Twice by the same person is once. Refuses: ReviewMissing, ReviewMoved, NotOverruled."""
    review = queries.get(tx, review_id, lock=True)
    if review.status is Status.PROPOSED and review.proposed_by == by:
        return review
    event = review.moved(Status.PROPOSED)
    check_overrule(decision)
    _write(tx, review, Status.PROPOSED, event, by=by, reason=reason)
    tx.run("UPDATE review SET proposed_by = :by WHERE id = :id", by=by, id=review_id)
    return queries.get(tx, review_id)


def approve(tx: Tx, *, review_id: str, by: str) -> Review:
    """Approve what somebody else proposed; twice is once. Refuses: ReviewMissing, ReviewMoved, SamePerson."""
    review = queries.get(tx, review_id, lock=True)
    if review.status is Status.APPROVED and review.decided_by == by:
        return review
    _write(tx, review, Status.APPROVED, review.approved(by=by), by=by, reason=review.reason, decided=True)
    return queries.get(tx, review_id)


def turn_down(tx: Tx, *, review_id: str, reason: str, by: str) -> Review:
    """Send a proposal back; it waits again. Refuses: ReviewMissing, ReviewMoved."""
    review = queries.get(tx, review_id, lock=True)
    _write(tx, review, Status.WAITING, review.moved(Status.WAITING), by=by, reason=reason)
    tx.run("UPDATE review SET proposed_by = NULL WHERE id = :id", id=review_id)
    return queries.get(tx, review_id)


def decline(tx: Tx, *, review_id: str, reason: str, by: str) -> Review:
    """Say no; twice by the same person is once. Refuses: ReviewMissing, ReviewMoved."""
    review = queries.get(tx, review_id, lock=True)
    if review.status is Status.DECLINED and review.decided_by == by:
        return review
    _write(tx, review, Status.DECLINED, review.moved(Status.DECLINED), by=by, reason=reason, decided=True)
    return queries.get(tx, review_id)


def _write(
    tx: Tx, review: Review, to: Status, event: str, *, by: str, reason: str | None, decided: bool = False
) -> None:
    tx.run(
        "UPDATE review SET status = :to, reason = :reason, decided_by = :by, decided_on = :on WHERE id = :id",
        to=to,
        reason=reason,
        by=by if decided else None,
        on=tx.on if decided else None,
        id=review.id,
    )
    audit.note(tx, actor=by, action=event, subject=review.application_id, facts={"review": review.id, "reason": reason})
