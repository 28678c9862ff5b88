"""Nouns of adjustments and their table of moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from xindai.lending.life.model import Fact, FactKind
from xindai.lending.pay_later.model import RefundId
from xindai.values import four_eyes, ids
from xindai.values.refusal import Kind, Refusal


class AdjustmentId(ids.Id):
    """Names an adjustment; the fact it becomes bears the same id."""

    prefix = "adj"


class Status(StrEnum):
    """Where an adjustment stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


MOVES: dict[Status, dict[Status, str]] = {
    Status.PROPOSED: {Status.APPROVED: "adjustment_approved", Status.REJECTED: "adjustment_rejected"},
    Status.APPROVED: {},
    Status.REJECTED: {},
}

KINDS = frozenset(
    {
        FactKind.REVERSAL,
        FactKind.FEE,
        FactKind.WAIVER,
        FactKind.RATE_CHANGE,
        FactKind.INTEREST_PAUSE,
        FactKind.RESCHEDULE,
        FactKind.CHARGE_OFF,
    }
)
"""What may be proposed: everything that moves no money."""


class NotAdjusted(Refusal):
    """Money that moves is not an adjustment."""

    code = "not_an_adjustment"
    en = "{what} is not an adjustment: it moves money."
    zh = "{what} 涉及资金划转，不属于调整。"


MOVED_BY_OTHERS = {RefundId.prefix: "refund", "pay": "payment", "rcp": "receipt"}
"""What reverses only by the word of whoever moved it: a merchant, or a rail."""


def checked(fact: Fact) -> None:
    """Refuses what moves money, and to reverse money that somebody else moved."""
    if fact.kind not in KINDS:
        raise NotAdjusted(what=fact.kind.value, field="event.type")
    moved = MOVED_BY_OTHERS.get((fact.reverses or "").split("_")[0])
    if moved is not None:
        raise NotAdjusted(what=moved, field="event.of")


class AdjustmentMissing(Refusal):
    """There is no such adjustment."""

    kind = Kind.MISSING
    code = "adjustment_not_found"
    en = "There is no such adjustment."
    zh = "没有该笔调整。"


class AdjustmentDecided(Refusal):
    """Somebody has decided already."""

    kind = Kind.CONFLICT
    code = "adjustment_decided"
    en = "This adjustment is {status} already."
    zh = "该笔调整已是 {status} 状态。"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A fact about a loan that somebody wants, and what became of it."""

    id: AdjustmentId
    loan_id: str
    fact: Fact
    reason: str
    proposed_by: str
    proposed_at: datetime
    status: Status
    decided_by: str | None
    decided_on: date | None

    def decided(self, to: Status, *, by: str) -> str:
        """The event of deciding. Refuses: AdjustmentDecided, SamePerson."""
        if to not in MOVES[self.status]:
            raise AdjustmentDecided(status=self.status.value)
        four_eyes.second_person(proposed_by=self.proposed_by, by=by)
        return MOVES[self.status][to]
