"""Posting, and closing a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xindai.base.db import Tx, array
from xindai.lending.ledger.model import Entry


def post(tx: Tx, entries: Sequence[Entry]) -> None:
    """Write balanced entries.

    A cause posted before, or a day that is closed, is a bug in the caller, refused by the database.
    """
    for entry in entries:
        if entry.is_empty:
            continue
        tx.run(
            "WITH entry AS (INSERT INTO ledger_entry (cause, kind, on_day, corrects, at)"
            " VALUES (:cause, :kind, :on, :corrects, :at) RETURNING id)"
            " INSERT INTO ledger_line (entry_id, account, amount, currency)"
            " SELECT entry.id, line.account, line.amount, :currency"
            " FROM entry, unnest(CAST(:accounts AS text[]), CAST(:amounts AS bigint[])) AS line (account, amount)",
            cause=entry.cause,
            kind=entry.kind,
            on=entry.on,
            corrects=entry.corrects,
            at=tx.at,
            currency=entry.currency,
            accounts=array(account.value for account, _ in entry.lines),
            amounts=array(amount for _, amount in entry.lines),
        )


def close_day(tx: Tx, *, on: date, loans: int) -> bool:
    """Lock the day `on`: nothing is posted on it any more; its closing balances are kept. Twice is once."""
    closed = tx.run(
        "INSERT INTO closed_day (on_day, loans, at) VALUES (:on, :loans, :at) ON CONFLICT DO NOTHING",
        on=on,
        loans=loans,
        at=tx.at,
    )
    if not closed:
        return False
    tx.run(
        "WITH before AS (SELECT DISTINCT ON (account, currency) account, currency, minor, on_day FROM ledger_balance"
        " ORDER BY account, currency, on_day DESC), moved AS (SELECT l.account, l.currency, sum(l.amount) AS minor"
        " FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id"
        " WHERE e.on_day <= :on AND e.on_day > coalesce((SELECT max(on_day) FROM before), '-infinity'::date)"
        " GROUP BY l.account, l.currency)"
        " INSERT INTO ledger_balance (on_day, account, currency, minor)"
        " SELECT :on, account, currency, coalesce(b.minor, 0) + coalesce(m.minor, 0)"
        " FROM before b FULL JOIN moved m USING (account, currency)",
        on=on,
    )
    return True
