"""What is kept of partners when a day is closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xindai.base.db import Tx
from xindai.governance.partners import queries
from xindai.products.catalogue.model import Product


def keep_balances(tx: Tx, products: Sequence[Product], *, on: date) -> None:
    """Keep what each partner carries at the end of the day `on`, which is being closed. Twice is once."""
    for code, held in queries.partners(products).items():
        balances = queries.carried(tx, held)
        tx.run_many(
            "INSERT INTO partner_balance (partner, on_day, account, minor) VALUES (:partner, :on, :account, :minor)"
            " ON CONFLICT DO NOTHING",
            [
                {"partner": code, "on": on, "account": account, "minor": minor}
                for account, minor in balances.items()
                if minor
            ],
        )
