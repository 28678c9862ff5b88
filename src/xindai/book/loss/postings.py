"""Which entry follows when what must be set aside for losses changes."""

from __future__ import annotations

from datetime import date

from xindai.lending.ledger.model import Account, Entry


def for_allowance(change: int, *, on: date, currency: str) -> Entry:
    """The allowance grows by `change` minor units at the expense of the day, or shrinks to its benefit."""
    lines = ((Account.LOSS_ALLOWANCE_CHANGE, change), (Account.LOSS_ALLOWANCE, -change)) if change else ()
    return Entry(f"allowance|{on}", "allowance", on, currency, lines)


def for_expected_loss(change: int, *, on: date, currency: str) -> Entry:
    """What is set aside beyond the rule grows by `change` minor units at the expense of the day, or shrinks to its benefit."""
    lines = ((Account.LOSS_ALLOWANCE_CHANGE, change), (Account.EXPECTED_LOSS_ALLOWANCE, -change)) if change else ()
    return Entry(f"expected_loss|{on}", "expected_loss", on, currency, lines)
