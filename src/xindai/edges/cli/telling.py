"""`xindai history`: the lender's own past as a table, for `xindai train` and `xindai backtest`."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from xindai.credit.features import OF_BUSINESSES
from xindai.edges.cli.saying import refuse
from xindai.journeys import export
from xindai.journeys.parts import Parts
from xindai.values.refusal import Invalid, Refusal

SCHEMA = {
    "decision": pl.String,
    "on": pl.String,
    "product": pl.String,
    "months": pl.Int64,
    "purpose": pl.String,
    "age": pl.Int64,
    "amount": pl.Int64,
    "monthly_income": pl.Int64,
    "yearly_revenue": pl.Int64,
    "outcome": pl.String,
    "accepted": pl.Int8,
    "score": pl.Int64,
    "pd_ppm": pl.Int64,
    "grade": pl.String,
    "rate_bps": pl.Int64,
    "bad": pl.Int8,
    **{feature.name: pl.Int64 for feature in OF_BUSINESSES},
}


def register(app: typer.Typer, house: Callable[[], AbstractContextManager[Parts]]) -> None:
    """Add the command to `app`."""

    @app.command("history")
    def run(
        out: Annotated[Path, typer.Argument(help="Where to write it: .csv or .parquet.")],
        since: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Decisions from this day on.")
        ] = None,
        to: Annotated[str, typer.Option(help="Who gets it: decisions bear tokens that are theirs only.")] = export.OWN,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    ) -> None:
        """Write what each decision used and what became of its loan: the table that models are trained on."""
        try:
            with house():
                table = export.decisions(SCHEMA, since=since.date() if since else None, to=to, by="operator")
            _write(table, out)
        except Refusal as refusal:
            refuse(refusal, as_json=as_json)
        known = table.filter(pl.col("bad").is_not_null())
        counted = {"decisions": len(table), "known": len(known), "bad": int(known["bad"].sum()), "out": str(out)}
        if as_json:
            typer.echo(json.dumps(counted, ensure_ascii=False))
        else:
            typer.echo(
                "{decisions} decisions, of {known} the end is known, {bad} of them bad; written to {out}".format(
                    **counted
                )
            )


def _write(table: pl.DataFrame, path: Path) -> None:
    try:
        if path.suffix == ".parquet":
            table.write_parquet(path)
        else:
            table.write_csv(path)
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}.", field="out") from None
