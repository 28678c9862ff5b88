"""Questions about duplicates."""

from __future__ import annotations

from xindai.base.db import Row, Tx
from xindai.onboarding.duplicates.model import Duplicate, DuplicateId, DuplicateMissing, Status


def get(tx: Tx, duplicate_id: str, *, lock: bool = False) -> Duplicate:
    """One pair. Refuses: DuplicateMissing."""
    row = tx.row("SELECT * FROM duplicate WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=duplicate_id)
    if row is None:
        raise DuplicateMissing(field="duplicate")
    return _duplicate(row)


def page(tx: Tx, *, after: str | None, most: int) -> list[Duplicate]:
    """Up to `most` pairs, newest first, older than `after`."""
    rows = tx.rows(
        "SELECT * FROM duplicate WHERE (CAST(:after AS text) IS NULL OR id < :after) ORDER BY id DESC LIMIT :most",
        after=after,
        most=most,
    )
    return [_duplicate(row) for row in rows]


def _duplicate(row: Row) -> Duplicate:
    return Duplicate(
        id=DuplicateId(row["id"]),
        known_id=row["known_id"],
        newcomer_id=row["newcomer_id"],
        status=Status(row["status"]),
        reason=row["reason"],
        proposed_by=row["proposed_by"],
        decided_by=row["decided_by"],
        found_at=row["found_at"],
    )
