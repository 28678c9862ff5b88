"""Questions about adjustments."""

from __future__ import annotations

from xindai.base.db import Row, Tx
from xindai.lending.adjustments.model import Adjustment, AdjustmentId, AdjustmentMissing, Status
from xindai.lending.life import documents


def get(tx: Tx, adjustment_id: str, *, lock: bool = False) -> Adjustment:
    """One adjustment. Refuses AdjustmentMissing."""
    row = tx.row(
        "SELECT * FROM loan_adjustment WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=adjustment_id
    )
    if row is None:
        raise AdjustmentMissing(field="adjustment")
    return _adjustment(row)


def page(tx: Tx, *, after: str | None, most: int, loan_id: str | None, status: str | None) -> list[Adjustment]:
    """Up to `most` adjustments, newest first, older than `after`."""
    rows = tx.rows(
        "SELECT * FROM loan_adjustment WHERE (CAST(:after AS text) IS NULL OR id < :after)"
        " AND (CAST(:loan AS text) IS NULL OR loan_id = :loan) AND (CAST(:status AS text) IS NULL OR status = :status)"
        " ORDER BY id DESC LIMIT :most",
        after=after,
        loan=loan_id,
        status=status,
        most=most,
    )
    return [_adjustment(row) for row in rows]


def _adjustment(row: Row) -> Adjustment:
    return Adjustment(
        id=AdjustmentId(row["id"]),
        loan_id=row["loan_id"],
        fact=documents.fact_of(row["fact"]),
        reason=row["reason"],
        proposed_by=row["proposed_by"],
        proposed_at=row["proposed_at"],
        status=Status(row["status"]),
        decided_by=row["decided_by"],
        decided_on=row["decided_on"],
    )
