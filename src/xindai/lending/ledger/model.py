"""Nouns of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Account(StrEnum):
    """The chart of accounts; names in both languages stand in the table of the same name."""

    CASH = "cash"
    PURCHASES = "purchases"
    MERCHANTS = "merchants"
    MERCHANT_DISCOUNT = "merchant_discount"
    PRINCIPAL = "principal"
    INTEREST = "interest"
    PENALTY = "penalty"
    FEE = "fee"
    UNEARNED = "unearned"
    OVERPAID = "overpaid"
    SUSPENSE = "suspense"
    RAIL_CHARGES = "rail_charges"
    RAIL_INTEREST = "rail_interest"
    EARNED_INTEREST = "earned_interest"
    EARNED_PENALTY = "earned_penalty"
    EARNED_FEE = "earned_fee"
    RECOVERED = "recovered"
    WRITTEN_OFF = "written_off"
    LOSS_ALLOWANCE = "loss_allowance"
    EXPECTED_LOSS_ALLOWANCE = "expected_loss_allowance"
    LOSS_ALLOWANCE_CHANGE = "loss_allowance_change"
    LEGAL_COSTS = "legal_costs"
    LEGAL_PAYABLE = "legal_payable"
    COLLECTION_COSTS = "collection_costs"
    COLLECTION_PAYABLE = "collection_payable"
    OFF_BALANCE = "off_balance"
    OFF_BALANCE_CONTRA = "off_balance_contra"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a `cause` does to the accounts on the day `on`: minor units by account, debit above zero, credit below.

    `corrects` is the earlier day on which it should have been booked.
    """

    cause: str
    kind: str
    on: date
    currency: str
    lines: tuple[tuple[Account, int], ...]
    corrects: date | None = None

    def __post_init__(self) -> None:
        assert sum(amount for _, amount in self.lines) == 0, self

    @property
    def is_empty(self) -> bool:
        """Whether it moves nothing."""
        return not self.lines
