"""Nouns of loss: classes of assets, and the book by product and lateness as it is kept of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from xindai.values import law
from xindai.values.money import Rounding, rounded_quotient


class AssetClass(StrEnum):
    """The five classes (R-BOOK-01)."""

    NORMAL = "normal"
    SPECIAL_MENTION = "special_mention"
    SUBSTANDARD = "substandard"
    DOUBTFUL = "doubtful"
    LOSS = "loss"


_MONTHS_LATE = (1, 31, 61, 91, 121, 151, 181, 271, 361)
_LATE_CLASSES = (AssetClass.LOSS, AssetClass.DOUBTFUL, AssetClass.SUBSTANDARD, AssetClass.SPECIAL_MENTION)


def late_from(on: date) -> tuple[int, ...]:
    """Days overdue at which a bucket begins; the first bucket is what is not late. Stages, and the classes of the day, end where buckets do."""
    return tuple(sorted({*_MONTHS_LATE, *(int(law.on(f"{one}_from", on)) for one in _LATE_CLASSES)}))


def asset_class(overdue_days: int, *, on: date) -> AssetClass:
    """The class of a loan by its days overdue, by the law of the day (R-BOOK-01)."""
    return next((one for one in _LATE_CLASSES if overdue_days >= law.on(f"{one}_from", on)), AssetClass.NORMAL)


def set_aside(own: int, its_class: AssetClass, *, on: date) -> int:
    """What the law of the day asks to be set aside of our share of a principal (R-BOOK-02), in minor units, rounded half even."""
    share = Fraction(law.on(f"set_aside_{its_class}", on))
    return rounded_quotient(own * share.numerator, share.denominator, Rounding.HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Aged:
    """The loans of a product and class that are `late_from` days overdue or more, up to the next bucket; amounts in minor units.

    `own` is our share of the principal; only for that do we set money aside, by the law of its day: the `allowance`.
    """

    product: str
    late_from: int
    asset_class: AssetClass
    loans: int
    principal: int
    own: int
    allowance: int


def beyond_rule(expected: float, *, principal: int, own: int, by_rule: int) -> int:
    """What expected credit loss asks for beyond the rule's allowance, in minor units, rounded half even; nothing where it is less.

    `expected` is that of the whole `principal`, of which `own` is our share.
    """
    ours = rounded_quotient(round(expected) * own, principal, Rounding.HALF_EVEN) if principal else 0
    return max(0, ours - by_rule)
