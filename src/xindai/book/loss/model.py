"""Nouns of loss: classes of assets, and the book by product and lateness as it is kept of a day."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from xindai.values.money import Rounding, rounded_quotient


class AssetClass(StrEnum):
    """The five classes (R-BOOK-01)."""

    NORMAL = "normal"
    SPECIAL_MENTION = "special_mention"
    SUBSTANDARD = "substandard"
    DOUBTFUL = "doubtful"
    LOSS = "loss"


LATE_FROM = (1, 31, 61, 91, 121, 151, 181, 271, 361)
"""Days overdue at which a bucket begins; the first bucket is what is not late. Stages and classes end where buckets do."""

_CLASS_FROM = (
    (361, AssetClass.LOSS),
    (271, AssetClass.DOUBTFUL),
    (91, AssetClass.SUBSTANDARD),
    (1, AssetClass.SPECIAL_MENTION),
)
ALLOWANCE_PERCENT = {
    AssetClass.NORMAL: 1,
    AssetClass.SPECIAL_MENTION: 2,
    AssetClass.SUBSTANDARD: 25,
    AssetClass.DOUBTFUL: 50,
    AssetClass.LOSS: 100,
}
"""What is set aside of the principal of each class (R-BOOK-02)."""


def asset_class(overdue_days: int) -> AssetClass:
    """The class of a loan by its days overdue (R-BOOK-01)."""
    return next((one for least, one in _CLASS_FROM if overdue_days >= least), AssetClass.NORMAL)


@dataclass(frozen=True, slots=True)
class Aged:
    """The loans of a product and class that are `late_from` days overdue or more, up to the next bucket; amounts in minor units.

    `own` is our share of the principal; only for that do we set money aside.
    """

    product: str
    late_from: int
    asset_class: AssetClass
    loans: int
    principal: int
    own: int

    @property
    def allowance(self) -> int:
        """What is set aside, rounded half even."""
        return rounded_quotient(self.own * ALLOWANCE_PERCENT[self.asset_class], 100, Rounding.HALF_EVEN)


def beyond_rule(expected: float, *, principal: int, own: int, by_rule: int) -> int:
    """What expected credit loss asks for beyond the rule's allowance, in minor units, rounded half even; nothing where it is less.

    `expected` is that of the whole `principal`, of which `own` is our share.
    """
    ours = rounded_quotient(round(expected) * own, principal, Rounding.HALF_EVEN) if principal else 0
    return max(0, ours - by_rule)
