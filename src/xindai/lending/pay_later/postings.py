"""Which ledger entries follow from purchases and refunds. What is billed is taken over by a loan's own entry."""

from __future__ import annotations

from datetime import date

from xindai.lending.ledger.model import Account, Entry


def for_purchase(cause: str, *, amount: int, currency: str, on: date) -> Entry:
    """The person owes it, though it is not billed yet; so do we, to the merchant."""
    lines = ((Account.PURCHASES, amount), (Account.MERCHANTS, -amount))
    return Entry(cause, "purchase", on, currency, lines)


def for_refund(cause: str, *, unbilled: int, currency: str, on: date) -> Entry:
    """What a refund takes off the next statement; what it repays of a loan is that loan's own entry, against merchants."""
    lines = ((Account.MERCHANTS, unbilled), (Account.PURCHASES, -unbilled)) if unbilled else ()
    return Entry(cause, "purchase_refund", on, currency, lines)
