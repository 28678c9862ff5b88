"""Nouns of reviews and their table of moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from xindai.credit.decision.assessment import barred
from xindai.credit.decision.model import Decision
from xindai.values import four_eyes, ids
from xindai.values.refusal import Kind, Refusal

ASKED_WITHIN = timedelta(days=30)
"""How long after a decline an applicant may ask for a person."""


class ReviewId(ids.Id):
    """Names a review."""

    prefix = "rev"


class Status(StrEnum):
    """Where a review stands."""

    WAITING = "waiting"
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


MOVES: dict[Status, dict[Status, str]] = {
    Status.WAITING: {Status.PROPOSED: "approval_proposed", Status.DECLINED: "review_declined"},
    Status.PROPOSED: {
        Status.APPROVED: "review_approved",
        Status.WAITING: "approval_turned_down",
        Status.DECLINED: "review_declined",
    },
    Status.APPROVED: {},
    Status.DECLINED: {},
}
"""An approval is proposed by one and made by another; a decline takes one."""


class ReviewMissing(Refusal):
    """There is no such review."""

    kind = Kind.MISSING
    code = "review_not_found"
    en = "There is no such review."
    zh = "没有该复核任务。"


class ReviewMoved(Refusal):
    """It is too late, or too early, for that."""

    kind = Kind.CONFLICT
    code = "review_state"
    en = "The review is {status}; this cannot be done now."
    zh = "复核任务状态为 {status}，无法办理。"


class ReviewPast(Refusal):
    """An applicant asks once, and within thirty days."""

    kind = Kind.CONFLICT
    code = "review_not_possible"
    en = "A person looks at a declined application once, asked for within thirty days."
    zh = "被拒申请可在 30 天内申请一次人工复核。"


class NotOverruled(Refusal):
    """A rule that nobody may overrule has failed."""

    kind = Kind.CONFLICT
    code = "rule_not_overruled"
    en = "This cannot be approved by anybody: {rules}."
    zh = "以下规则不得人工突破：{rules}。"


@dataclass(frozen=True, slots=True)
class Review:
    """One review. `asked_by` is the strategy or the applicant; `reason` is that of the last who proposed or declined."""

    id: ReviewId
    application_id: str
    decision_id: str
    asked_by: str
    asked_on: date
    status: Status
    reason: str | None
    proposed_by: str | None
    decided_by: str | None
    decided_on: date | None

    def moved(self, to: Status) -> str:
        """The event of a move. Refuses ReviewMoved."""
        if to not in MOVES[self.status]:
            raise ReviewMoved(status=self.status.value, field="review")
        return MOVES[self.status][to]

    def approved(self, *, by: str) -> str:
        """The event of an approval. Refuses: ReviewMoved, SamePerson."""
        event = self.moved(Status.APPROVED)
        assert self.proposed_by is not None
        four_eyes.second_person(proposed_by=self.proposed_by, by=by)
        return event


def check_overrule(decision: Decision) -> None:
    """Refuses NotOverruled."""
    failed = barred(decision.inputs)
    if failed:
        raise NotOverruled(rules=", ".join(failed), field="review")
