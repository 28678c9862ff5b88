"""Which ledger entries follow when the figures of loans change: the difference, and nothing else.

Assets, cash out and losses are debits, liabilities and income credits; cash is received less paid out. What is owed but no asset is memorandum, against itself. Because figures
are a fold, what they change by always balances, for a receipt, a back-dated one, an accrual or a charge-off alike.
"""

from __future__ import annotations

from datetime import date

from xindai.lending.ledger.model import Account, Entry
from xindai.lending.life.model import Figures

_DEBITS = ("principal", "interest", "penalty", "fee", "written_off")
_CREDITS = ("unearned", "overpaid", "earned_interest", "earned_penalty", "earned_fee", "recovered")


def entry(
    change: Figures,
    *,
    cause: str,
    kind: str,
    on: date,
    currency: str,
    corrects: date | None = None,
    against: Account = Account.CASH,
) -> Entry:
    """The entry that carries `change` into the books on the day `on`, and which earlier day it corrects, if any.

    What was received or paid out moves `against`: cash, or what purchases and their refunds stand in.
    """
    lines = [(against, change.received - change.paid_out)]
    lines += [(Account(name), getattr(change, name)) for name in _DEBITS]
    lines += [(Account(name), -getattr(change, name)) for name in _CREDITS]
    lines += [(Account.OFF_BALANCE, change.off_balance), (Account.OFF_BALANCE_CONTRA, -change.off_balance)]
    return Entry(cause, kind, on, currency, tuple((account, amount) for account, amount in lines if amount), corrects)


def balances(figures: Figures) -> dict[str, int]:
    """What the ledger must show for loans with these figures, by account."""
    return {
        "cash": figures.received - figures.paid_out,
        **{name: getattr(figures, name) for name in _DEBITS},
        **{name: -getattr(figures, name) for name in _CREDITS},
        "off_balance": figures.off_balance,
        "off_balance_contra": -figures.off_balance,
    }
