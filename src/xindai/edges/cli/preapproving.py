"""`xindai preapprove`: whom of a population one would lend to, how much and at what price. No database, no network."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from xindai.credit.decision.preapproval import Invitation
from xindai.credit.scoring import Cards
from xindai.credit.strategies.graph import Strategy
from xindai.edges.cli.backtesting import strategy_of
from xindai.edges.cli.saying import refuse
from xindai.products.catalogue.model import Product
from xindai.products.catalogue.starter import BUSINESS, CONSUMER
from xindai.values.refusal import Invalid, Refusal

SOLD = {one.code: one for one in (CONSUMER, BUSINESS)}
console = Console(stderr=True, soft_wrap=True)


def register(
    app: typer.Typer, *, shipped: Callable[[str], Strategy | None], model: Callable[[Path | None], Cards]
) -> None:
    """Add the command to `app`; `shipped` gives a strategy by name, `model` the scorecards, that of applications from a folder or the starter."""

    @app.command("preapprove")
    def run(
        data: Annotated[
            Path,
            typer.Argument(
                help="CSV or Parquet: person, age, monthly_income (yuan; for businesses yearly_revenue, too), and our features."
            ),
        ],
        out: Annotated[Path, typer.Option(help="Where to write it: .csv or .parquet.")],
        product: Annotated[str, typer.Option(help=f"For which loan: {', '.join(SOLD)}.")] = CONSUMER.code,
        months: Annotated[int, typer.Option(help="Over how many months is lent.")] = 12,
        strategy_: Annotated[
            str, typer.Option("--strategy", help="A decision graph (JDM), or `consumer`.")
        ] = "consumer",
        model_folder: Annotated[
            Path | None, typer.Option("--model", help="A folder written by `xindai train`.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    ) -> None:
        """Judge a population for a loan: outcome, limit, rate, score, grade and failed rules of each person."""
        try:
            by = strategy_of(strategy_, shipped)
            invitation = Invitation(_sold(product), months, model(model_folder), by, datetime.now(UTC).date())
            told = invitation.sent_to(_read(data))
            _write(told, out)
        except Refusal as refusal:
            refuse(refusal, as_json=as_json)
        if as_json:
            typer.echo(json.dumps({"out": str(out), **_counted(told)}, ensure_ascii=False))
        else:
            _say(told, out)


def _sold(code: str) -> Product:
    if code not in SOLD:
        raise Invalid(f"There is no loan {code!r} to invite to; there are {', '.join(SOLD)}.", field="product")
    return SOLD[code]


def _read(path: Path) -> pl.DataFrame:
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema_length=None, schema_overrides={"person": pl.String})
    except (pl.exceptions.PolarsError, OSError) as error:
        raise Invalid(f"{path.name} cannot be read: {str(error).splitlines()[0]}", field="data") from None


def _write(told: pl.DataFrame, path: Path) -> None:
    """Limits are written in whole yuan, which they are."""
    shown = told.with_columns(pl.col("limit") // 100)
    try:
        if path.suffix == ".parquet":
            shown.write_parquet(path)
        else:
            shown.write_csv(path)
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}.", field="out") from None


def _counted(told: pl.DataFrame) -> dict[str, Any]:
    taken = told.filter(pl.col("outcome") == "approve")
    return {
        "people": len(told),
        "approved": len(taken),
        "limits": int(taken["limit"].sum()) // 100,
        "by_grade": {
            row["grade"]: {"people": row["people"], "approved": row["approved"]}
            for row in told.group_by("grade")
            .agg(pl.len().alias("people"), (pl.col("outcome") == "approve").sum().alias("approved"))
            .sort("grade")
            .to_dicts()
        },
    }


def _say(told: pl.DataFrame, out: Path) -> None:
    counted = _counted(told)
    shown = Table("grade", "people", "approved")
    for grade, row in counted["by_grade"].items():
        shown.add_row(grade, f"{row['people']:,}", f"{row['approved']:,}")
    console.print(shown)
    said = f"{counted['approved']:,} of {counted['people']:,} people, limits of {counted['limits']:,} yuan in all"
    console.print(f"{said}; written to {out}", highlight=False)
