"""Which rail carries an order: the cheapest that can. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from xindai.payments.orders.model import Direction, Via
from xindai.values import business_days


@dataclass(frozen=True, slots=True)
class RailFacts:
    """What is known of a rail: a price in fen for an order, what it carries, up to how much (minor units), until when.

    `cut_off` is the local time after which it carries out on the next working day; none: at once, on any day. A rail that
    rests has failed several times in a row. `via` says what it moves money by; `says_today` whether it tells of a day that has
    not ended; `takes_parts` whether it takes what there is of a debit, where that is less;
    `needs_agreement` whether people first agree there to be debited; `in_file` how many debits go in one file of its, if any.
    """

    name: str
    fen: int
    carries: frozenset[Direction]
    most: int
    cut_off: time | None = None
    rests: bool = False
    via: frozenset[Via] = frozenset({Via.CARD})
    says_today: bool = True
    takes_parts: bool = False
    needs_agreement: bool = False
    in_file: int = 0

    def can(self, direction: Direction, amount: int, via: Via) -> bool:
        """Whether such an order may go on it at all."""
        return direction in self.carries and amount <= self.most and via in self.via

    def value_day(self, *, on: date, at: datetime) -> date:
        """The day on which an order of the business day `on`, handed over at the local time `at`, counts at the rail."""
        if self.cut_off is None:
            return on
        late = at.date() == on and at.time() >= self.cut_off
        return business_days.next_working(date.fromordinal(on.toordinal() + 1) if late else on)


def filing(rails: Sequence[RailFacts], *, on: date, at: datetime) -> list[RailFacts]:
    """The rails that take files of debits for the day `on`, carry them out on it, and are well, the cheapest first."""
    able = [rail for rail in rails if rail.in_file and not rail.rests and rail.value_day(on=on, at=at) == on]
    return sorted(able, key=lambda rail: rail.fen)


def choose(
    rails: Sequence[RailFacts],
    *,
    direction: Direction,
    amount: int,
    on: date,
    at: datetime,
    via: Via = Via.CARD,
    agreed: Collection[str] = (),
) -> RailFacts | None:
    """The rail for an order: one that is well, then the earliest value day, then the cheapest, then the order they stand in.

    Of rails that need an agreement, those that the person has `agreed` with. None where none of them can carry it at all; one that rests is taken only where no other can.
    """
    able = [
        rail for rail in rails if rail.can(direction, amount, via) and (not rail.needs_agreement or rail.name in agreed)
    ]
    return min(able, key=lambda rail: (rail.rests, rail.value_day(on=on, at=at), rail.fen), default=None)
