"""Which ledger entries follow when a receipt is held, and when it is sent back."""

from __future__ import annotations

from datetime import date

from xindai.lending.ledger.model import Account, Entry
from xindai.payments.receipts.model import Receipt


def for_held(receipt: Receipt, *, on: date) -> Entry:
    """The money is here, and is not ours."""
    amount = receipt.amount
    lines = ((Account.CASH, amount.minor), (Account.SUSPENSE, -amount.minor))
    corrects = receipt.on if receipt.on < on else None
    return Entry(f"{receipt.id}|held", "receipt", on, amount.currency, lines, corrects)


def for_sent_back(receipt: Receipt, *, on: date, way: str) -> Entry:
    """The money is gone again; `way` names the order by which."""
    amount = receipt.amount
    lines = ((Account.SUSPENSE, amount.minor), (Account.CASH, -amount.minor))
    return Entry(f"{way}|sent back", "receipt", on, amount.currency, lines)


def for_back_again(receipt: Receipt, *, on: date, way: str) -> Entry:
    """What was sent back could not be taken, and is here again."""
    amount = receipt.amount
    lines = ((Account.CASH, amount.minor), (Account.SUSPENSE, -amount.minor))
    return Entry(f"{way}|back again", "receipt", on, amount.currency, lines)
