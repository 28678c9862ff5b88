"""Nouns of what merchants are paid, and their table of moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xindai.values import ids
from xindai.values.money import Money


class SettlementId(ids.Id):
    """Names what a merchant is paid at once."""

    prefix = "stl"


class Status(StrEnum):
    """Where the payment of a merchant stands."""

    ORDERED = "ordered"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"


MOVES: dict[Status, dict[Status, str]] = {
    Status.ORDERED: {
        Status.PAID: "settlement_paid",
        Status.FAILED: "settlement_failed",
    },
    Status.PAID: {Status.RETURNED: "settlement_returned"},
    Status.FAILED: {},
    Status.RETURNED: {},
}
"""What failed to be paid, or came back, is part of the next settlement."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a merchant is paid at once: its sales less what it gave back, less our discount on both."""

    id: SettlementId
    merchant_id: str
    on: date
    purchased: Money
    refunded: Money
    discount: Money
    status: Status

    @property
    def net(self) -> Money:
        """What it is paid."""
        return self.purchased - self.refunded - self.discount
