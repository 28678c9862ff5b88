"""Nouns of lines and their table of moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xindai.products.catalogue.model import Form, Product
from xindai.values import ids
from xindai.values.money import Money
from xindai.values.rate import Rate, rate
from xindai.values.refusal import Invalid, Kind, Refusal


class LineId(ids.Id):
    """Names a line."""

    prefix = "line"


class Status(StrEnum):
    """Where a line stands; that it has expired follows from the day."""

    OPEN = "open"
    FROZEN = "frozen"
    CLOSED = "closed"


MOVES: dict[Status, dict[Status, str]] = {
    Status.OPEN: {Status.FROZEN: "line_frozen", Status.CLOSED: "line_closed"},
    Status.FROZEN: {Status.OPEN: "line_unfrozen", Status.CLOSED: "line_closed"},
    Status.CLOSED: {},
}


class LineMissing(Refusal):
    """There is no such line, or it is not the asker's."""

    kind = Kind.MISSING
    code = "line_not_found"
    en = "There is no such line of credit."
    zh = "没有该额度。"


class LineMoved(Refusal):
    """The line cannot become that any more."""

    kind = Kind.CONFLICT
    code = "line_moved"
    en = "This line is {status}; it cannot become {to}."
    zh = "该额度状态为 {status}，不能变为 {to}。"


class NotDrawable(Refusal):
    """Nothing can be drawn at present."""

    kind = Kind.CONFLICT
    code = "line_not_drawable"
    en = "Nothing can be drawn on this line: {why}."
    zh = "该额度暂不可用：{why}。"


class OverLimit(Refusal):
    """More than is available."""

    kind = Kind.CONFLICT
    code = "over_limit"
    en = "{available} yuan of this line are available."
    zh = "该额度可用 {available} 元。"


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands: `used` is what its loans owe of principal or are about to be paid out, and what is unbilled.

    `unbilled` was bought and is not in a statement yet, less what was given back; of a debit that falls due, `pays_least`
    takes no more than must be paid.
    """

    id: LineId
    reference: str
    person_id: str
    offer_id: str
    product: str
    limit: Money
    annual_rate: str
    status: Status
    expires_on: date
    used: Money
    unbilled: Money
    overdue: bool
    pays_least: bool

    @property
    def available(self) -> Money:
        """What may be drawn; nothing while the line is frozen or closed."""
        if self.status is not Status.OPEN or self.limit < self.used:
            return Money(0, self.limit.currency)
        return self.limit - self.used

    def moved(self, to: Status) -> str | None:
        """The event of becoming `to`; none when it is that already. Refuses LineMoved."""
        if to is self.status:
            return None
        if to not in MOVES[self.status]:
            raise LineMoved(status=self.status.value, to=to.value)
        return MOVES[self.status][to]

    def check_draw(self, product: Product, amount: Money, months: int, *, on: date) -> None:
        """Refuses what cannot be drawn today: NotDrawable, OverLimit, OutsideProduct, Invalid."""
        if product.form is not Form.LINE:
            raise NotDrawable(why="it is used at merchants")
        self._check_usable(on)
        product.check_draw(amount, months)
        self._check_available(amount)

    def check_purchase(self, product: Product, amount: Money, *, on: date) -> None:
        """Refuses what cannot be bought today: NotDrawable, OverLimit, Invalid."""
        if product.form is not Form.PAY_LATER:
            raise NotDrawable(why="it is drawn in cash")
        self._check_usable(on)
        if amount.minor <= 0:
            raise Invalid("A purchase is more than zero.", field="amount")
        self._check_available(amount)

    def _check_usable(self, on: date) -> None:
        if self.status is not Status.OPEN:
            raise NotDrawable(why=f"it is {self.status.value}")
        if on > self.expires_on:
            raise NotDrawable(why="it has expired")
        if self.overdue:
            raise NotDrawable(why="something on it is overdue")

    def _check_available(self, amount: Money) -> None:
        if self.available < amount:
            raise OverLimit(available=str(self.available).split(" ", 1)[1], field="amount")


def checked_limit(product: Product, limit: Money) -> Money:
    """A limit this product may have. Refuses Invalid."""
    if not 0 <= limit.minor <= product.most.minor or limit.minor % 100_00:
        raise Invalid("A limit is in whole hundreds of yuan, up to the product's most.", field="limit")
    return limit


def checked_rate(product: Product, annual_rate: str) -> Rate:
    """A yearly rate at which this product may lend (R-PRICE-01). Refuses Invalid."""
    fresh, cap = rate(annual_rate), product.highest_cost
    if fresh.numerator * cap.denominator > cap.numerator * fresh.denominator:
        raise Invalid(f"The rate is at most {cap}.", field="annual_rate")
    return fresh
