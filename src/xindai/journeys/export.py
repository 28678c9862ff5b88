"""What is taken away as a table: by tokens for whoever gets it, noted with who took it; and the way back, with a reason."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import polars as pl

from xindai.base import audit, tokens
from xindai.base.db import Tx
from xindai.book.portfolio import queries as kept_months
from xindai.journeys import history
from xindai.journeys.parts import parts

OWN = "own"
"""The receiver where nobody else is named."""


def loan_months(*, product: str | None, to: str, by: str) -> bytes:
    """Every loan and month that was kept, as parquet, loans by their tokens for `to`."""
    with parts().db.transaction() as tx:
        table = kept_months.frame(tx, product=product)
        _note(tx, "loan_months", table, to=to, by=by)
    named = {one: tokens.token(parts().ring, one, to=to) for one in table["loan_id"].unique()}
    out = BytesIO()
    table.with_columns(pl.col("loan_id").replace_strict(named, return_dtype=pl.String)).write_parquet(out)
    return out.getvalue()


def decisions(schema: dict[str, type[pl.DataType]], *, since: date | None, to: str, by: str) -> pl.DataFrame:
    """What each decision used and what became of its loan, decisions by their tokens for `to`."""
    rows = (
        {**row, "decision": tokens.token(parts().ring, row["decision"], to=to)} for row in history.told(since=since)
    )
    table = pl.DataFrame(rows, schema=schema)
    with parts().db.transaction() as tx:
        _note(tx, "decisions", table, to=to, by=by)
    return table


def resolve(token: str, *, to: str, reason: str, by: str) -> str:
    """Whose token it is, in a file for `to`; noted with the reason. Refuses: TokenUnknown."""
    found = tokens.id_of(parts().ring, token, to=to)
    with parts().db.transaction() as tx:
        audit.note(tx, actor=by, action="token_resolved", subject=found, facts={"to": to, "reason": reason})
    return found


def _note(tx: Tx, what: str, table: pl.DataFrame, *, to: str, by: str) -> None:
    audit.note(tx, actor=by, action="exported", subject=what, facts={"to": to, "rows": table.height})
