"""Which ledger entry follows when a merchant is paid."""

from __future__ import annotations

from datetime import date

from xindai.lending.ledger.model import Account, Entry
from xindai.lending.settlements.model import Settlement


def for_settlement(settlement: Settlement, *, on: date) -> Entry:
    """The merchant is paid, and the discount is ours."""
    lines = (
        (Account.MERCHANTS, settlement.net.minor + settlement.discount.minor),
        (Account.CASH, -settlement.net.minor),
        (Account.MERCHANT_DISCOUNT, -settlement.discount.minor),
    )
    kept = tuple((account, amount) for account, amount in lines if amount)
    return Entry(f"{settlement.id}|paid", "settlement", on, settlement.net.currency, kept)


def for_return(settlement: Settlement, *, on: date) -> Entry:
    """What the merchant was paid came back: the other way round."""
    paid = for_settlement(settlement, on=on)
    lines = tuple((account, -amount) for account, amount in paid.lines)
    return Entry(f"{settlement.id}|returned", "settlement", on, paid.currency, lines)
