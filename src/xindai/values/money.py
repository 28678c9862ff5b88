"""Money in whole minor units of one currency, and the one place where less than a minor unit becomes money."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final

from xindai.values.refusal import Invalid, Refusal

MINOR_DIGITS: Final = {"CNY": 2, "USD": 2, "EUR": 2, "HKD": 2, "JPY": 0}
LARGEST_MINOR: Final = 10**15
"""Ten trillion yuan: more than any loan book, far below the 64-bit column that keeps it."""


class Rounding(StrEnum):
    """Where a part of a minor unit goes. Directions are those of `decimal`."""

    HALF_EVEN = "half_even"
    HALF_UP = "half_up"
    UP = "up"
    DOWN = "down"


class CurrencyDiffers(Refusal):
    """Only equal currencies add."""

    code = "currency_differs"
    en = "{left} and {right} cannot be added or compared."
    zh = "币种不同：{left} 与 {right}。"


def rounded_quotient(numerator: int, denominator: int, rounding: Rounding) -> int:
    """The whole number next to numerator / denominator (denominator > 0) in the named direction.

    This is the only rounding on any path that ends in money.
    """
    assert denominator > 0
    sign, size = (1, numerator) if numerator >= 0 else (-1, -numerator)
    quotient, rest = divmod(size, denominator)
    if rest and (
        rounding is Rounding.UP
        or (rounding is Rounding.HALF_UP and 2 * rest >= denominator)
        or (rounding is Rounding.HALF_EVEN and (2 * rest > denominator or (2 * rest == denominator and quotient % 2)))
    ):
        quotient += 1
    return sign * quotient


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` whole minor units (分 for CNY) of `currency`."""

    minor: int
    currency: str = "CNY"

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.currency} {decimal_text(self.minor, self.currency)}"

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Shares in proportion to `weights` (none negative, sum > 0) that add up to this very amount.

        The odd units go to the largest remainders, the earlier share first on a tie (Hamilton's method).
        """
        return [Money(part, self.currency) for part in split_minor(self.minor, weights)]

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyDiffers(left=self.currency, right=other.currency)


def split_minor(total: int, weights: Sequence[int]) -> list[int]:
    """The same split over bare minor units."""
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise Invalid("Shares need weights that are not negative and not all zero.", field="weights")
    sign, size = (1, total) if total >= 0 else (-1, -total)
    shares = [size * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-(size * weights[index] % whole), index))
    for index in by_remainder[: size - sum(shares)]:
        shares[index] += 1
    return [sign * share for share in shares]


def total(amounts: Iterable[Money], *, currency: str) -> Money:
    """The sum of `amounts`, zero of `currency` when there are none."""
    result = Money(0, currency)
    for amount in amounts:
        result += amount
    return result


def digits(currency: str) -> int:
    """How many decimal places the minor unit of `currency` has. Refuses currencies we do not lend in."""
    try:
        return MINOR_DIGITS[currency]
    except (KeyError, TypeError):
        raise Invalid(f"Unknown currency {currency!r}.", field="currency") from None


def decimal_text(minor: int, currency: str) -> str:
    """`12345` fen as `123.45`."""
    places = digits(currency)
    if places == 0:
        return str(minor)
    sign, size = ("-", -minor) if minor < 0 else ("", minor)
    return f"{sign}{size // 10**places}.{size % 10**places:0{places}d}"


def parse(text: object, currency: str = "CNY", *, field: str = "amount") -> Money:
    """Money from a decimal text such as `100.00`. Refuses floats, NaN, exponents and parts of a minor unit."""
    if not isinstance(text, str) or len(text) > 24:
        raise Invalid("An amount is a decimal text such as '100.00'.", field=field)
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Invalid(f"{text!r} is not an amount.", field=field) from None
    if not value.is_finite() or "e" in text.lower() or "_" in text or text != text.strip():
        raise Invalid(f"{text!r} is not an amount.", field=field)
    scaled = value.scaleb(digits(currency))
    if scaled != scaled.to_integral_value():
        raise Invalid(f"{text!r} has parts smaller than the minor unit of {currency}.", field=field)
    if abs(scaled) > LARGEST_MINOR:
        raise Invalid(f"{text!r} is larger than any amount handled here.", field=field)
    return Money(int(scaled), currency)
