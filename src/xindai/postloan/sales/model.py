"""Nouns of sales of claims, what bars one from being sold, and the table of moves. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xindai.values import four_eyes, ids
from xindai.values.money import Money, Rounding, rounded_quotient
from xindai.values.refusal import Kind, Refusal

PPM = 1_000_000
MOST = 5_000
"""So many claims are sold at once at most: they go in one transaction."""


class SaleId(ids.Id):
    """Names a sale of claims."""

    prefix = "sal"


class Status(StrEnum):
    """Where a sale stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    SETTLED = "settled"
    REJECTED = "rejected"
    CALLED_OFF = "called_off"


MOVES: dict[Status, dict[Status, str]] = {
    Status.PROPOSED: {Status.APPROVED: "sale_approved", Status.REJECTED: "sale_rejected"},
    Status.APPROVED: {Status.SETTLED: "sale_settled", Status.CALLED_OFF: "sale_called_off"},
    Status.SETTLED: {},
    Status.REJECTED: {},
    Status.CALLED_OFF: {},
}


class Bar(StrEnum):
    """Why a claim is not sold."""

    NOT_LATE = "not_late"
    CO_LENT = "co_lent"
    DISPUTED = "dispute"
    STOPPED = "contacts_stopped"
    HELPED = "hardship"
    IN_COURT = "legal_case"
    FRAUD = "fraud"
    PAYING = "payment_open"
    PAID_SINCE = "paid_since"
    OFFERED = "offered_elsewhere"


class SaleMissing(Refusal):
    """There is no such sale."""

    kind = Kind.MISSING
    code = "sale_not_found"
    en = "There is no such sale."
    zh = "没有该笔债权转让。"


class SaleMoved(Refusal):
    """It does not stand there any more."""

    kind = Kind.CONFLICT
    code = "sale_moved"
    en = "The sale is {status}."
    zh = "该笔债权转让状态为 {status}。"


class NothingToSell(Refusal):
    """No claim is left that may be sold."""

    kind = Kind.CONFLICT
    code = "nothing_to_sell"
    en = "None of these claims may be sold{why}."
    zh = "没有可转让的债权{why}。"


class PriceDiffers(Refusal):
    """What came is not the price."""

    kind = Kind.CONFLICT
    code = "price_differs"
    en = "The price is {price}; the receipts come to {came}."
    zh = "转让价款为 {price}，所选收款合计 {came}。"


@dataclass(frozen=True, slots=True)
class Claim:
    """What is owed of a loan, in minor units, how many days late, and what else is known that may bar its sale.

    `sold_from` is how late it has to be by the law of the day (R-SALE-01).
    """

    loan_id: str
    person_id: str
    days: int
    owed: int
    is_given_up: bool
    sold_from: int
    bars: frozenset[Bar]

    @property
    def barred(self) -> frozenset[Bar]:
        """All that bars its sale; nothing, where it may be sold."""
        is_late = self.owed > 0 and (self.is_given_up or self.days >= self.sold_from)
        return self.bars if is_late else self.bars | {Bar.NOT_LATE}


@dataclass(frozen=True, slots=True)
class Offered:
    """A claim in a sale: what was owed and how late it was when it was proposed, its price; `dropped` says why it is not sold."""

    loan_id: str
    person_id: str
    days: int
    claim: int
    price: int
    dropped: str | None


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale of claims: to whom, at what rate of the claim, by whose word, and how many are in it for how much."""

    id: SaleId
    buyer: str
    licence: str
    rate_ppm: int
    status: Status
    proposed_by: str
    proposed_on: date
    decided_by: str | None
    decided_on: date | None
    settled_by: str | None
    settled_on: date | None
    claims: int
    claim: Money
    price: Money
    dropped: int

    def moved(self, to: Status) -> str:
        """The event that leads to `to`. Refuses: SaleMoved."""
        event = MOVES[self.status].get(to)
        if event is None:
            raise SaleMoved(status=self.status.value)
        return event

    def decided(self, to: Status, *, by: str) -> str:
        """The event of a second person's word. Refuses: SaleMoved, SamePerson."""
        event = self.moved(to)
        if self.status is Status.PROPOSED:
            four_eyes.second_person(proposed_by=self.proposed_by, by=by)
        return event


def price(claim: int, rate_ppm: int) -> int:
    """What a claim costs at a rate in millionths, in minor units, rounded half even once."""
    return rounded_quotient(claim * rate_ppm, PPM, Rounding.HALF_EVEN)


def offer(claims: Sequence[Claim], *, rate_ppm: int, most: int = MOST) -> list[Offered]:
    """Those of the claims that may be sold, with their price, the longest late first, at most so many. Refuses: NothingToSell."""
    sound = sorted((one for one in claims if not one.barred), key=lambda one: (-one.days, one.loan_id))[:most]
    if not sound:
        bars = sorted({bar.value for one in claims for bar in one.barred})
        raise NothingToSell(why=f": {', '.join(bars)}" if bars else "")
    return [Offered(one.loan_id, one.person_id, one.days, one.owed, price(one.owed, rate_ppm), None) for one in sound]


def dropped(offered: Sequence[Offered], now: Sequence[Claim], *, paid: frozenset[str]) -> dict[str, Bar]:
    """Which of what was offered cannot be sold any more, and why; `paid` are the loans on which something came in since."""
    known = {one.loan_id: one for one in now}
    found: dict[str, Bar] = {}
    for one in offered:
        bars = known[one.loan_id].barred | ({Bar.PAID_SINCE} if one.loan_id in paid else frozenset())
        if bars:
            found[one.loan_id] = min(bars, key=list(Bar).index)
    return found
