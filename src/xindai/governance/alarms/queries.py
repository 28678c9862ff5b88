"""Questions about alarms."""

from __future__ import annotations

from xindai.base.db import Row, Tx
from xindai.governance.alarms.model import Alarm, AlarmId, AlarmMissing, Status, What


def get(tx: Tx, alarm_id: str, *, lock: bool = False) -> Alarm:
    """One alarm. Refuses AlarmMissing."""
    row = tx.row("SELECT * FROM alarm WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=alarm_id)
    if row is None:
        raise AlarmMissing(field="alarm")
    return _alarm(row)


def page(tx: Tx, *, after: str | None, most: int, status: str | None, owner: str | None) -> list[Alarm]:
    """Up to `most` alarms, newest first, older than `after`."""
    rows = tx.rows(
        "SELECT * FROM alarm WHERE (CAST(:after AS text) IS NULL OR id < :after)"
        " AND (CAST(:status AS text) IS NULL OR status = :status) AND (CAST(:owner AS text) IS NULL OR owner = :owner)"
        " ORDER BY id DESC LIMIT :most",
        after=after,
        status=status,
        owner=owner,
        most=most,
    )
    return [_alarm(row) for row in rows]


def _alarm(row: Row) -> Alarm:
    return Alarm(
        AlarmId(row["id"]),
        What(row["what"]),
        row["subject"],
        row["facts"],
        row["owner"],
        Status(row["status"]),
        row["raised_on"],
        row["due_on"],
        row["last_on"],
        row["times"],
        row["taken_by"],
        row["closed_by"],
        row["note"],
    )
