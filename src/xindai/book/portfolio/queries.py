"""The kept months as columns."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import NamedTuple

import polars as pl

from xindai.base.db import Tx
from xindai.book.portfolio.views import SCHEMA


def frame(tx: Tx, *, product: str | None = None) -> pl.DataFrame:
    """Every loan and month that was kept, of one product or of all; see `views.SCHEMA`."""
    content = tx.csv(
        f"SELECT {', '.join(SCHEMA)} FROM loan_month"
        " WHERE (CAST(:product AS text) IS NULL OR product = :product) ORDER BY month, loan_id",
        product=product,
    )
    if not content:
        return pl.DataFrame(schema=SCHEMA)
    return pl.read_csv(BytesIO(content), has_header=False, schema=SCHEMA)


class Costs(NamedTuple):
    """A month of collecting: what came of loans that were late at the end of the month before, and what it cost; minor units."""

    month: date
    came: int
    legal: int
    commissions: int


def costs(tx: Tx) -> list[Costs]:
    """By month, as the view `collection_cost` has them."""
    rows = tx.rows("SELECT month, came, legal, commissions FROM collection_cost ORDER BY month")
    return [Costs(row["month"], int(row["came"]), int(row["legal"]), int(row["commissions"])) for row in rows]
