"""What the books say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xindai.base.db import Tx


@dataclass(frozen=True, slots=True)
class Balance:
    """One account; `minor` is a debit above zero, a credit below."""

    account: str
    name_en: str
    name_zh: str
    side: str
    minor: int


def trial_balance(tx: Tx, *, on: date | None = None) -> list[Balance]:
    """Every account with its balance at the end of the day `on`, or with all that is posted."""
    rows = tx.rows(
        "SELECT a.code, a.name_en, a.name_zh, a.side,"
        " coalesce(sum(l.amount) FILTER (WHERE CAST(:on AS date) IS NULL OR e.on_day <= :on), 0) AS minor"
        " FROM ledger_account a LEFT JOIN ledger_line l ON l.account = a.code LEFT JOIN ledger_entry e ON e.id = l.entry_id"
        " GROUP BY a.code ORDER BY array_position(ARRAY['asset','liability','income','expense'], a.side), a.code",
        on=on,
    )
    return [Balance(row["code"], row["name_en"], row["name_zh"], row["side"], int(row["minor"])) for row in rows]
