"""Nouns of reconciliation: what a rail says it did on a day, and what does not agree with us."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xindai.lending.ledger.model import Account
from xindai.payments.receipts.model import Credit
from xindai.values import four_eyes, ids
from xindai.values.money import Money
from xindai.values.refusal import Kind, Refusal


class DiscrepancyId(ids.Id):
    """Names a discrepancy."""

    prefix = "dis"


class LineKind(StrEnum):
    """What a line of a statement is.

    An order carried out; one whose money went the other way; a credit; what the rail takes for an order, as agreed; else other.
    """

    ORDER = "order"
    BACK = "back"
    CREDIT = "credit"
    FEE = "fee"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a rail's statement: what came in above zero, what went out below; `payment_id` as the rail tells it."""

    reference: str
    kind: LineKind
    on: date
    amount: Money
    payment_id: str | None
    credit: Credit | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A rail's statement of one day; closing is opening and all lines.

    Of a day on which nothing moved some rails say nothing, and what was there before is there still: no opening, no closing.
    """

    rail: str
    on: date
    opening: Money | None
    closing: Money | None
    lines: Iterator[Line]


class DiscrepancyKind(StrEnum):
    """What may disagree.

    Missing here: the rail carried out what we do not know. Missing there: we hold settled what the rail does not list. Amount:
    both know it, by other sums. State: the rail carried out what is not settled here. Twice: it carried out again what it had carried out. Carry: opening is not what it closed with.
    """

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    AMOUNT = "amount"
    STATE = "state"
    TWICE = "twice"
    CARRY = "carry"


class Status(StrEnum):
    """Where a discrepancy stands."""

    OPEN = "open"
    EXPLAINED = "explained"
    CLOSED = "closed"


MOVES: dict[Status, dict[Status, str]] = {
    Status.OPEN: {Status.EXPLAINED: "discrepancy_explained", Status.CLOSED: "discrepancy_closed"},
    Status.EXPLAINED: {Status.EXPLAINED: "discrepancy_explained", Status.CLOSED: "discrepancy_closed"},
    Status.CLOSED: {},
}
"""It is closed by what comes later (the line, the word on the order), or by a second person who agrees to an explanation."""

PROPOSALS: dict[DiscrepancyKind, str] = {
    DiscrepancyKind.MISSING_HERE: "ask_the_rail_what_it_was",
    DiscrepancyKind.MISSING_THERE: "wait_a_day_then_claim_it",
    DiscrepancyKind.AMOUNT: "claim_the_difference",
    DiscrepancyKind.STATE: "ask_about_the_order",
    DiscrepancyKind.TWICE: "claim_it_back",
    DiscrepancyKind.CARRY: "fetch_the_statement_again",
}
"""What the rules propose."""


class DiscrepancyMissing(Refusal):
    """There is no such discrepancy."""

    kind = Kind.MISSING
    code = "discrepancy_not_found"
    en = "There is no such discrepancy."
    zh = "没有该笔差异。"


class DiscrepancyClosed(Refusal):
    """It agrees by now, or somebody has closed it."""

    kind = Kind.CONFLICT
    code = "discrepancy_closed"
    en = "This discrepancy is closed already."
    zh = "该笔差异已关闭。"


class NotExplained(Refusal):
    """Somebody explains first."""

    kind = Kind.CONFLICT
    code = "discrepancy_not_explained"
    en = "Nobody has explained this discrepancy yet."
    zh = "该笔差异尚无说明。"


class NotBookable(Refusal):
    """Only what a rail did by itself is booked; orders are booked by their own word."""

    code = "not_bookable"
    en = "Only a line that belongs to no order can be booked, to charges or to interest."
    zh = "仅可将无对应指令的流水记入手续费或利息。"


class StatementUnbelievable(Refusal):
    """A statement that does not add up is not taken."""

    code = "statement_unbelievable"
    en = "The statement of {rail} for {on} does not add up: {why}."
    zh = "{rail} {on} 的对账单不平：{why}。"


BOOKS = frozenset({Account.RAIL_CHARGES, Account.RAIL_INTEREST})


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Something that does not agree: amounts in minor units, as signed as lines are."""

    id: DiscrepancyId
    rail: str
    on: date
    kind: DiscrepancyKind
    payment_id: str | None
    reference: str | None
    ours: int | None
    theirs: int | None
    status: Status
    proposal: str
    note: str | None
    books_to: Account | None
    proposed_by: str | None
    decided_by: str | None
    closed_on: date | None

    def age(self, on: date) -> int:
        """How many days it has been open."""
        return ((self.closed_on or on) - self.on).days

    def explainable(self, *, books_to: Account | None = None) -> None:
        """Refuses: DiscrepancyClosed, NotBookable."""
        if self.status is Status.CLOSED:
            raise DiscrepancyClosed
        if books_to is None:
            return
        is_own = self.kind is DiscrepancyKind.MISSING_HERE and self.payment_id is None and self.theirs is not None
        if not is_own or books_to not in BOOKS:
            raise NotBookable(field="books_to")

    def closable(self, *, by: str) -> None:
        """Refuses: DiscrepancyClosed, NotExplained, SamePerson."""
        self.explainable()
        if self.proposed_by is None:
            raise NotExplained
        four_eyes.second_person(proposed_by=self.proposed_by, by=by)
