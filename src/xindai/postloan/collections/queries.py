"""Questions about reminders."""

from __future__ import annotations

from xindai.base.db import Tx
from xindai.postloan.collections.model import Reminder, ReminderId, Stage


def of_loan(tx: Tx, loan_id: str) -> list[Reminder]:
    """Every reminder about a loan that was sent, oldest first."""
    return [
        Reminder(
            ReminderId(row["id"]), row["loan_id"], row["person_id"], Stage(row["stage"]), row["on_day"], row["text"]
        )
        for row in tx.rows(
            "SELECT * FROM reminder WHERE loan_id = :loan AND sent_at IS NOT NULL ORDER BY on_day", loan=loan_id
        )
    ]
