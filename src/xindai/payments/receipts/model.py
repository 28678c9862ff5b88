"""Nouns of receipts and their table of moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xindai.values import four_eyes, ids
from xindai.values.masked import CardNumber, PersonName
from xindai.values.money import Money
from xindai.values.refusal import Kind, Refusal


class ReceiptId(ids.Id):
    """Names a receipt; the fact it becomes bears the same id."""

    prefix = "rcp"


class Status(StrEnum):
    """Where a receipt stands."""

    CAME = "came"
    HELD = "held"
    APPLIED = "applied"
    GOING_BACK = "going_back"
    SENT_BACK = "sent_back"


MOVES: dict[Status, dict[Status, str]] = {
    Status.CAME: {Status.APPLIED: "receipt_applied", Status.HELD: "receipt_held"},
    Status.HELD: {Status.APPLIED: "receipt_applied", Status.GOING_BACK: "receipt_going_back"},
    Status.GOING_BACK: {Status.SENT_BACK: "receipt_sent_back", Status.HELD: "receipt_held"},
    Status.APPLIED: {},
    Status.SENT_BACK: {Status.HELD: "receipt_held"},
}
"""What was sent back and could not be taken is here again."""
SUSPENDED = frozenset({Status.HELD, Status.GOING_BACK})
"""What stands in the account `suspense`."""


class ReceiptMissing(Refusal):
    """There is no such receipt."""

    kind = Kind.MISSING
    code = "receipt_not_found"
    en = "There is no such receipt."
    zh = "没有该笔收款。"


class ReceiptDecided(Refusal):
    """It is not held any more."""

    kind = Kind.CONFLICT
    code = "receipt_decided"
    en = "This receipt is {status}; there is nothing to decide on it."
    zh = "该笔收款状态为 {status}，无需处理。"


class NothingProposed(Refusal):
    """Somebody proposes first."""

    kind = Kind.CONFLICT
    code = "nothing_proposed"
    en = "Nobody has proposed yet what this receipt is."
    zh = "该笔收款尚无处理建议。"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent money, and what they wrote with it."""

    name: PersonName
    account: CardNumber
    remark: str


@dataclass(frozen=True, slots=True)
class Credit:
    """Money that came, as a rail tells: `account` is the virtual account it was sent to, if any."""

    rail: str
    reference: str
    amount: Money
    on: date
    account: str | None
    sender: Sender


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came, and what became of it. `why` says what was not plain about it."""

    id: ReceiptId
    rail: str
    reference: str
    amount: Money
    on: date
    account: str | None
    status: Status
    why: str | None
    loan_id: str | None
    proposed_loan_id: str | None
    proposed_by: str | None
    decided_by: str | None

    def move(self, to: Status) -> str:
        """The event that leads to `to`. Refuses: ReceiptDecided."""
        event = MOVES[self.status].get(to)
        if event is None:
            raise ReceiptDecided(status=self.status.value)
        return event

    def agreed(self, *, by: str) -> Status:
        """What it becomes if `by` agrees to what was proposed. Refuses: ReceiptDecided, NothingProposed, SamePerson."""
        if self.status is not Status.HELD:
            raise ReceiptDecided(status=self.status.value)
        if self.proposed_by is None:
            raise NothingProposed
        four_eyes.second_person(proposed_by=self.proposed_by, by=by)
        return Status.APPLIED if self.proposed_loan_id else Status.GOING_BACK
