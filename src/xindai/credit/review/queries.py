"""Questions about reviews."""

from __future__ import annotations

from xindai.base.db import Row, Tx
from xindai.credit.review.model import Review, ReviewId, ReviewMissing, Status


def get(tx: Tx, review_id: str, *, lock: bool = False) -> Review:
    """One review. Refuses ReviewMissing."""
    row = tx.row("SELECT * FROM review WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=review_id)
    if row is None:
        raise ReviewMissing(field="review")
    return _review(row)


def page(tx: Tx, *, after: str | None, most: int, status: str | None) -> list[Review]:
    """Up to `most` reviews, newest first, older than `after`."""
    rows = tx.rows(
        "SELECT * FROM review WHERE (CAST(:after AS text) IS NULL OR id < :after)"
        " AND (CAST(:status AS text) IS NULL OR status = :status) ORDER BY id DESC LIMIT :most",
        after=after,
        status=status,
        most=most,
    )
    return [_review(row) for row in rows]


def of_application(tx: Tx, application_id: str) -> list[Review]:
    """Every review of an application, the oldest first."""
    rows = tx.rows("SELECT * FROM review WHERE application_id = :id ORDER BY at", id=application_id)
    return [_review(row) for row in rows]


def _review(row: Row) -> Review:
    return Review(
        id=ReviewId(row["id"]),
        application_id=row["application_id"],
        decision_id=row["decision_id"],
        asked_by=row["asked_by"],
        asked_on=row["asked_on"],
        status=Status(row["status"]),
        reason=row["reason"],
        proposed_by=row["proposed_by"],
        decided_by=row["decided_by"],
        decided_on=row["decided_on"],
    )
