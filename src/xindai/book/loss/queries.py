"""Questions about how late the book was, and what was set aside for it."""

from __future__ import annotations

from datetime import date

from xindai.base.db import Tx
from xindai.book.loss.model import Aged


def aged(tx: Tx, *, on: date) -> list[Aged]:
    """The book of a closed day by product and lateness; empty where nothing was lent, or the day is not closed."""
    rows = tx.rows(
        "SELECT product, late_from, loans, principal, own FROM portfolio_day WHERE on_day = :on"
        " ORDER BY product, late_from",
        on=on,
    )
    return [
        Aged(row["product"], row["late_from"], row["loans"], int(row["principal"]), int(row["own"])) for row in rows
    ]


def off_by(tx: Tx) -> tuple[int, int]:
    """(days kept, minor units by which the ledger's allowance is not what a day asked for: the first such day's, or zero).

    Of a closed day its kept balance is compared, of the others what the day asked for on which the allowance last changed.
    """
    days = int(tx.value("SELECT count(DISTINCT on_day) FROM portfolio_day"))
    closed = tx.value(
        "SELECT p.asked + coalesce(b.minor, 0) FROM (SELECT on_day, sum(allowance) AS asked FROM portfolio_day GROUP BY on_day) p"
        " JOIN closed_day c ON c.on_day = p.on_day"
        " LEFT JOIN ledger_balance b ON b.on_day = p.on_day AND b.account = 'loss_allowance'"
        " WHERE p.asked + coalesce(b.minor, 0) <> 0 ORDER BY p.on_day LIMIT 1"
    )
    if closed:
        return days, int(closed)
    now = tx.value(
        "SELECT coalesce((SELECT sum(allowance) FROM portfolio_day"
        " WHERE on_day = (SELECT max(on_day) FROM ledger_entry WHERE kind = 'allowance')), 0)"
        " + coalesce((SELECT sum(amount) FROM ledger_line WHERE account = 'loss_allowance'), 0)"
    )
    return days, int(now)
