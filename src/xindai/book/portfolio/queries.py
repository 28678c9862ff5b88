"""The kept months as columns."""

from __future__ import annotations

from io import BytesIO

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
