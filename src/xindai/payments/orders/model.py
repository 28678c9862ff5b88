"""Nouns of payment orders and their table of moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
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


class Intent(StrEnum):
    """What an order is for."""

    DISBURSEMENT = "disbursement"
    DUE = "due"
    PREPAYMENT = "prepayment"
    SETTLEMENT = "settlement"
    REFUND = "refund"
    SENT_BACK = "sent_back"


class Via(StrEnum):
    """What the money moves by: a card or an account; the person's own wallet; a code that any wallet can pay."""

    CARD = "card"
    WALLET = "wallet"
    CODE = "code"


PAYABLE_FOR = timedelta(minutes=15)
"""How long a person may take to pay an order that they pay themselves."""


class Status(StrEnum):
    """Where an order stands.

    Held: a member of staff looks first. Unknown: the rail was asked and gave no answer that can be believed. Returned: what
    was paid out came back. Reversed: what was debited was taken back.
    """

    HELD = "held"
    CREATED = "created"
    SUBMITTED = "submitted"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    SETTLED = "settled"
    FAILED = "failed"
    RETURNED = "returned"
    REVERSED = "reversed"


MOVES: dict[Status, dict[Status, str]] = {
    Status.HELD: {Status.CREATED: "payment_released", Status.FAILED: "payment_turned_down"},
    Status.CREATED: {Status.SUBMITTED: "payment_submitted", Status.HELD: "payment_held"},
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
    Status.SETTLED: {Status.RETURNED: "payment_returned", Status.REVERSED: "payment_reversed"},
    Status.FAILED: {},
    Status.RETURNED: {},
    Status.REVERSED: {},
}
ENDS = frozenset({Status.SETTLED, Status.FAILED, Status.RETURNED, Status.REVERSED})
"""Nothing more is to be done. A rail may still bring back what it had settled."""
BACK = frozenset({Status.RETURNED, Status.REVERSED})


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


class NotHeld(Refusal):
    """Somebody has decided on it, or nobody needs to."""

    kind = Kind.CONFLICT
    code = "payment_not_held"
    en = "This payment is {status}; there is nothing to decide on it."
    zh = "该笔款项状态为 {status}，无需审批。"


class NothingOverpaid(Refusal):
    """There is less to give back."""

    kind = Kind.CONFLICT
    code = "nothing_overpaid"
    en = "There is no such overpayment on this loan to give back."
    zh = "该贷款没有这笔溢缴款可退。"


class RefundUnderWay(Refusal):
    """One refund of a loan at a time."""

    kind = Kind.CONFLICT
    code = "refund_under_way"
    en = "A refund of this loan is already under way."
    zh = "该贷款已有一笔退款正在处理。"


class NoWallet(Refusal):
    """Nobody knows which wallet is theirs."""

    kind = Kind.CONFLICT
    code = "wallet_unknown"
    en = "Please log in with WeChat first: we do not know your wallet yet."
    zh = "请先使用微信登录，系统尚未关联您的微信钱包。"


class NoRailForIt(Refusal):
    """No rail of this lender carries such an order."""

    kind = Kind.CONFLICT
    code = "not_payable_this_way"
    en = "This amount cannot be paid this way; please choose another."
    zh = "该金额暂不支持此支付方式，请选择其他方式。"


class NotTheirs(Refusal):
    """There is nothing for the person to pay or to call off."""

    kind = Kind.CONFLICT
    code = "payment_not_yours_to_make"
    en = "This payment is {status}: there is nothing for you to pay or to cancel."
    zh = "该笔款项状态为 {status}，您无需支付，也不能取消。"


class MoveImpossible(Refusal):
    """The rail says what cannot follow from what it said before: a bug there or here, for people to look at."""

    kind = Kind.CONFLICT
    code = "payment_move_impossible"
    en = "Payment {payment} is {status}; it cannot become {to}."
    zh = "款项 {payment} 状态为 {status}，不能变为 {to}。"


class WordDiffers(Refusal):
    """A rail speaks of another amount, or of an order that it does not carry."""

    kind = Kind.CONFLICT
    code = "notice_differs"
    en = "The notice does not fit payment {payment}: {why}."
    zh = "通知与款项 {payment} 不符：{why}。"


@dataclass(frozen=True, slots=True)
class Payment:
    """One order: of a loan, of what a merchant is paid, or of a receipt that is sent back.

    `value_on` is the day the money counts; `rail` who carries it, once that is chosen; `person_id` whose account it concerns,
    if it is a borrower's; `proposed_by` who made it, if it was made by hand. `link` is what the person needs to pay or accept
    it themselves; `gives_back` the collection whose payer gets it; `asked` more than its amount where only a part could be
    taken; `batch_id` the file it goes in; `made_at` when it was made.
    """

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
    receipt_id: str | None = None
    person_id: str | None = None
    rail: str | None = None
    settled_on: date | None = None
    proposed_by: str | None = None
    released_by: str | None = None
    via: Via = Via.CARD
    link: str | None = None
    gives_back: PaymentId | None = None
    asked: Money | None = None
    batch_id: str | None = None
    made_at: datetime | None = None

    @property
    def subject(self) -> str:
        """The loan, settlement or receipt it belongs to."""
        found = self.loan_id or self.settlement_id or self.receipt_id
        assert found is not None, self.id
        return found

    @property
    def way(self) -> int:
        """One where money comes in, minus one where it goes out."""
        return 1 if self.direction is Direction.COLLECTION else -1

    def of_loan(self) -> str:
        """The loan of an order that has one."""
        assert self.loan_id is not None, self.id
        return self.loan_id

    @property
    def payable_until(self) -> datetime | None:
        """Until when the person may pay it themselves; none where nobody has to."""
        if self.direction is not Direction.COLLECTION or self.via is Via.CARD or self.made_at is None:
            return None
        return self.made_at + PAYABLE_FOR

    def move(self, to: Status) -> str | None:
        """The event that leads to `to`; none when it is there already, or was. Raises MoveImpossible."""
        if self.status is to or (to is Status.ACCEPTED and self.status in ENDS):
            return None
        if to is Status.SETTLED and self.status in BACK:
            return None
        try:
            return MOVES[self.status][to]
        except KeyError:
            raise MoveImpossible(payment=self.id, status=self.status.value, to=to.value) from None

    def carried_by(self, rail: str, word: Word, *, in_part: bool = False) -> None:
        """Refuses what speaks of another order than this; `in_part`, less may have been taken. Refuses: WordDiffers."""
        if self.rail != rail:
            raise WordDiffers(payment=self.id, why=f"it does not go by {rail}")
        if word.amount == self.amount or (word.amount == self.asked and word.status is Status.ACCEPTED):
            return
        is_part = in_part and self.may_be_part and word.status in {Status.SETTLED, *BACK}
        if not is_part or not 0 < word.amount.minor < self.amount.minor or word.amount.currency != self.amount.currency:
            raise WordDiffers(payment=self.id, why=f"it is over {self.amount}")

    @property
    def may_be_part(self) -> bool:
        """Whether a part of it may be taken: of what is due and still to be settled; nobody asked for the sum to the fen."""
        return self.intent is Intent.DUE and self.status not in ENDS


@dataclass(frozen=True, slots=True)
class Word:
    """What a rail says about one order; `reference` is the rail's own, as soon as it has one; `link` as of an order."""

    payment_id: PaymentId
    status: Status
    reference: str | None
    reason: str | None
    amount: Money
    link: str | None = None


def came_back(direction: Direction) -> Status:
    """What a settled order is once its money has gone the other way."""
    return Status.REVERSED if direction is Direction.COLLECTION else Status.RETURNED


@dataclass(frozen=True, slots=True)
class Limits:
    """What may move without a second look, in minor units: by one order, for one person in a day, in all in a day."""

    per_order: int
    per_person: int
    per_day: int

    def over(self, amount: int, *, of_person: int, of_day: int) -> str | None:
        """Which limit this order would pass, after what was ordered before it on that day; none where it is within all."""
        if amount > self.per_order:
            return "over_order_limit"
        if amount + of_person > self.per_person:
            return "over_person_limit"
        return "over_day_limit" if amount + of_day > self.per_day else None


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
