"""Questions about files of debits."""

from __future__ import annotations

from datetime import date

from xindai.base.db import Row, Tx
from xindai.payments.batches.model import Batch, BatchId, BatchMissing, Status
from xindai.values.money import Money


def get(tx: Tx, batch_id: str, *, lock: bool = False) -> Batch:
    """One file. Refuses BatchMissing."""
    row = tx.row("SELECT * FROM payment_batch WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=batch_id)
    if row is None:
        raise BatchMissing(field="batch")
    return _batch(row)


def still_open(tx: Tx, *, before: date | None = None) -> list[Batch]:
    """Files that were not read back, oldest first; those of days before a day only, if it is given."""
    rows = tx.rows(
        "SELECT * FROM payment_batch WHERE status IN ('made', 'sent')"
        " AND (CAST(:before AS date) IS NULL OR value_on < :before) ORDER BY id",
        before=before,
    )
    return [_batch(row) for row in rows]


def page(tx: Tx, *, after: str | None, most: int) -> list[Batch]:
    """Up to `most` files, newest first, older than `after`."""
    rows = tx.rows(
        "SELECT * FROM payment_batch WHERE CAST(:after AS text) IS NULL OR id < :after ORDER BY id DESC LIMIT :most",
        after=after,
        most=most,
    )
    return [_batch(row) for row in rows]


def _batch(row: Row) -> Batch:
    return Batch(
        BatchId(row["id"]),
        row["rail"],
        row["value_on"],
        row["orders"],
        Money(row["amount"], row["currency"]),
        Status(row["status"]),
        row["reason"],
    )
