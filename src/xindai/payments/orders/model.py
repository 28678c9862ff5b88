"""Nouns of payment orders and their table of moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xindai.values import ids
from xindai.values.money import Money
from xindai.values.refusal import Kind, Refusal


class PaymentId(ids.Id):
    """Names a payment order; it is the bank's idempotency key."""

    prefix = "pay"


class Direction(StrEnum):
    """Which way the money goes."""

    PAY_OUT = "pay_out"
    COLLECTION = "collection"
    SETTLEMENT = "settlement"


OUTGOING = (Direction.PAY_OUT, Direction.SETTLEMENT)
"""What the bank pays to others."""


class Intent(StrEnum):
    """What an order is for."""

    DISBURSEMENT = "disbursement"
    DUE = "due"
    PREPAYMENT = "prepayment"
    SETTLEMENT = "settlement"


class Status(StrEnum):
    """Where an order stands. Unknown: the bank was asked and gave no answer that can be believed."""

    CREATED = "created"
    SUBMITTED = "submitted"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    SETTLED = "settled"
    FAILED = "failed"


MOVES: dict[Status, dict[Status, str]] = {
    Status.CREATED: {Status.SUBMITTED: "payment_submitted"},
    Status.SUBMITTED: {
        Status.ACCEPTED: "payment_accepted",
        Status.UNKNOWN: "payment_lost_sight_of",
        Status.SETTLED: "payment_settled",
        Status.FAILED: "payment_failed",
    },
    Status.UNKNOWN: {
        Status.SUBMITTED: "payment_submitted",
        Status.ACCEPTED: "payment_accepted",
        Status.SETTLED: "payment_settled",
        Status.FAILED: "payment_failed",
    },
    Status.ACCEPTED: {Status.SETTLED: "payment_settled", Status.FAILED: "payment_failed"},
    Status.SETTLED: {},
    Status.FAILED: {},
}
ENDS = frozenset({Status.SETTLED, Status.FAILED})


class PaymentMissing(Refusal):
    """There is no such payment, or it is not the asker's."""

    kind = Kind.MISSING
    code = "payment_not_found"
    en = "There is no such payment."
    zh = "没有该笔款项。"


class CollectionUnderWay(Refusal):
    """A collection of this loan has not ended yet: a double tap, or a debit of the day."""

    kind = Kind.CONFLICT
    code = "collection_under_way"
    en = "A payment on this loan is already under way."
    zh = "该贷款已有一笔扣款正在处理。"


class NothingDue(Refusal):
    """There is nothing to pay now."""

    kind = Kind.CONFLICT
    code = "nothing_due"
    en = "Nothing is due on this loan today."
    zh = "该贷款今日无应还款。"


class TooMuch(Refusal):
    """More than what settles the loan."""

    code = "more_than_owed"
    en = "The loan is settled today by {most} yuan; please pay no more than that."
    zh = "今日结清金额为 {most} 元，请勿超过。"


class MoveImpossible(Exception):
    """The bank says what cannot follow from what it said before: a bug there or here, for people to look at."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One order, of a loan or of what a merchant is paid. `value_on` is the day the money counts."""

    id: PaymentId
    direction: Direction
    loan_id: str | None
    settlement_id: str | None
    amount: Money
    intent: Intent
    status: Status
    value_on: date
    bank_reference: str | None = None
    reason: str | None = None

    @property
    def subject(self) -> str:
        """The loan or the settlement it belongs to."""
        found = self.loan_id or self.settlement_id
        assert found is not None, self.id
        return found

    def of_loan(self) -> str:
        """The loan of an order that has one."""
        assert self.loan_id is not None, self.id
        return self.loan_id

    def move(self, to: Status) -> str | None:
        """The event that leads to `to`; none when it is there already. Raises MoveImpossible."""
        if self.status is to or (to is Status.ACCEPTED and self.status in ENDS):
            return None
        try:
            return MOVES[self.status][to]
        except KeyError:
            raise MoveImpossible(f"{self.id}: {self.status} to {to}") from None


def amount_to_pay(*, intent: Intent, asked: Money | None, due: Money, payoff: Money) -> Money:
    """What a borrower's repayment takes: what is due, or the amount asked for, and never more than settles the loan.

    Refuses: NothingDue, TooMuch.
    """
    amount = asked or (due if intent is Intent.DUE else payoff)
    if not amount:
        raise NothingDue(field="amount")
    if payoff < amount:
        raise TooMuch(field="amount", most=_yuan(payoff))
    return amount


def _yuan(amount: Money) -> str:
    return str(amount).split(" ", 1)[1]
