"""Posting."""

from __future__ import annotations

from collections.abc import Sequence

from xindai.base.db import Tx
from xindai.lending.ledger.model import Entry


def post(tx: Tx, entries: Sequence[Entry]) -> None:
    """Write balanced entries; a cause posted before is a bug in the caller, refused by the database."""
    moving = [entry for entry in entries if not entry.is_empty]
    for entry in moving:
        number = tx.value(
            "INSERT INTO ledger_entry (cause, kind, on_day, at) VALUES (:cause, :kind, :on, :at) RETURNING id",
            cause=entry.cause,
            kind=entry.kind,
            on=entry.on,
            at=tx.at,
        )
        tx.run_many(
            "INSERT INTO ledger_line (entry_id, account, amount, currency)"
            " VALUES (:entry, :account, :amount, :currency)",
            [
                {"entry": number, "account": account.value, "amount": amount, "currency": entry.currency}
                for account, amount in entry.lines
            ],
        )
