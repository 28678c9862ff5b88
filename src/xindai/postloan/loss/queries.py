"""Questions about how late the book was, and what was set aside for it."""

from __future__ import annotations

from datetime import date

from xindai.base.db import Tx
from xindai.postloan.loss.model import Aged


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
    """(days kept, minor units by which the allowance is not what the day asked for on which it last changed)."""
    row = tx.rows(
        "SELECT (SELECT count(DISTINCT on_day) FROM portfolio_day) AS days, coalesce((SELECT sum(allowance) FROM portfolio_day"
        " WHERE on_day = (SELECT max(on_day) FROM ledger_entry WHERE kind = 'allowance')), 0)"
        " + coalesce((SELECT sum(amount) FROM ledger_line WHERE account = 'loss_allowance'), 0) AS off"
    )[0]
    return int(row["days"]), int(row["off"])
