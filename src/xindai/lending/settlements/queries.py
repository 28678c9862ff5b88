"""Questions about what merchants are paid."""

from __future__ import annotations

from datetime import date

from xindai.base.db import Row, Tx
from xindai.lending.settlements.model import Settlement, SettlementId, Status
from xindai.values.money import Money


def settlement(tx: Tx, settlement_id: str, *, lock: bool = False) -> Settlement:
    """One settlement."""
    row = tx.row("SELECT * FROM settlement WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=settlement_id)
    assert row is not None, settlement_id
    return _settlement(row)


def settlements(tx: Tx, merchant_id: str) -> list[Settlement]:
    """What a merchant was paid, the newest first."""
    rows = tx.rows("SELECT * FROM settlement WHERE merchant_id = :merchant ORDER BY on_day DESC", merchant=merchant_id)
    return [_settlement(row) for row in rows]


def to_settle(tx: Tx, *, on: date) -> list[str]:
    """Merchants with sales that are paid on the day `on` and were not yet, in order of id."""
    rows = tx.rows(
        "SELECT DISTINCT m.id FROM merchant m JOIN purchase p ON p.merchant_id = m.id WHERE p.settlement_id IS NULL"
        " AND p.on_day + m.settle_days <= :on ORDER BY m.id",
        on=on,
    )
    return [row["id"] for row in rows]


def _settlement(row: Row) -> Settlement:
    return Settlement(
        id=SettlementId(row["id"]),
        merchant_id=row["merchant_id"],
        on=row["on_day"],
        purchased=Money(row["purchased"]),
        refunded=Money(row["refunded"]),
        discount=Money(row["discount"]),
        status=Status(row["status"]),
    )
