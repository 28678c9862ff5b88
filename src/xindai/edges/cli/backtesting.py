"""`xindai backtest`: a strategy over history, and against another one. It needs no database and no network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from xindai.credit.decision import assessment, backtest
from xindai.credit.decision.assessment import Known
from xindai.credit.decision.backtest import Past, Told
from xindai.credit.features.registry import CONSENTED, Source
from xindai.credit.scoring import Cards
from xindai.credit.sources import events, session, ties
from xindai.credit.sources import report as reports
from xindai.credit.strategies import graph as strategy
from xindai.credit.strategies.graph import Strategy
from xindai.edges.cli.saying import refuse
from xindai.onboarding.application.model import ApplicationFile
from xindai.products.catalogue.starter import BUSINESS, CONSUMER
from xindai.values import money
from xindai.values.money import decimal_text
from xindai.values.refusal import Invalid, Refusal

PLAIN = {"amount": "6000.00", "months": 12, "monthly_income": "9000.00", "age": 30}
"""What an application is taken to be where history does not say."""
SOLD = {one.ref: one for one in (CONSUMER, BUSINESS)}
"""An application is for the consumer loan, or where it tells of a business for that of businesses."""
BADS = {"1", "1.0", "true", "yes", "bad"}
MOST_SEGMENTS = 50
GOODS = {"0", "0.0", "false", "no", "good"}
AMOUNTS = {"lent", "expected_profit", "realised_profit", "realised_profit_other"}
console = Console(soft_wrap=True)


def register(
    app: typer.Typer, *, shipped: Callable[[str], Strategy | None], model: Callable[[Path | None], Cards]
) -> None:
    """Add the command to `app`; `shipped` gives a strategy by name, `model` the scorecards, that of applications from a folder or the starter."""

    @app.command("backtest")
    def run(
        strategy_: Annotated[str, typer.Argument(metavar="STRATEGY", help="A decision graph (JDM), or `consumer`.")],
        data: Annotated[Path, typer.Argument(help="Past applications: .jsonl, or .csv / .parquet of features.")],
        against: Annotated[str | None, typer.Option(help="Another strategy, to compare with.")] = None,
        model_folder: Annotated[
            Path | None, typer.Option("--model", help="A folder written by `xindai train`.")
        ] = None,
        target: Annotated[str, typer.Option(help="The column that says who went bad, in a table.")] = "bad",
        by: Annotated[
            str | None, typer.Option(help="By segments of this, too: age, months, amount, a feature, another column.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    ) -> None:
        """A strategy over history: approvals, bad rate, profit, limits by grade, and whom another would have taken."""
        try:
            past = list(read(data, target=target))
            cards = model(model_folder)
            told = _told(past, strategy_of(strategy_, shipped), cards)
            document = {
                "strategy": strategy_,
                **backtest.figures(told),
                "by_grade": backtest.by_segment(told, [one.grade for one in told]),
            }
            if by is not None:
                document |= {"by": by, "by_segment": backtest.by_segment(told, _segments(past, by))}
            if against is not None:
                other = _told(past, strategy_of(against, shipped), cards)
                document |= {
                    "against": {"strategy": against, **backtest.figures(other)},
                    "swap": backtest.swapped(told, other),
                }
        except Refusal as refusal:
            refuse(refusal, as_json=as_json)
        if as_json:
            typer.echo(json.dumps(_shown(document), ensure_ascii=False))
        else:
            _say(document)


def _segments(past: list[Past], by: str) -> list[str]:
    """The segment of each past application. Refuses Invalid."""
    if by in PLAIN:
        return backtest.segments([getattr(one.file, by) for one in past])
    if not any(by in one.features for one in past):
        raise Invalid(f"Nothing in the data is called {by!r}.", field="by")
    found = backtest.segments([one.features.get(by) for one in past])
    if len(set(found)) > MOST_SEGMENTS:
        raise Invalid(f"{by!r} has too many different values to be a segment.", field="by")
    return found


def strategy_of(name: str, shipped: Callable[[str], Strategy | None]) -> Strategy:
    """A strategy of ours by name, or one in a file. Refuses: Invalid, StrategyBroken."""
    known = shipped(name)
    if known is not None:
        return known
    try:
        return strategy.load(Path(name).stem, Path(name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(
            f"{name} is neither a strategy of ours nor a file that can be read: {error}", field="strategy"
        ) from None


def _told(past: list[Past], by: Strategy, cards: Cards) -> list[Told]:
    return [backtest.tell(one, strategy=by, cards=cards, product=SOLD[one.file.product]) for one in past]


def read(path: Path, *, target: str) -> Iterator[Past]:
    """Past applications from a file. Refuses Invalid."""
    if not path.exists():
        raise Invalid(f"There is no file {path}.", field="data")
    if path.suffix == ".jsonl":
        yield from _documents(path)
    else:
        yield from _rows(path, target)


def _documents(path: Path) -> Iterator[Past]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield _document(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, Refusal) as error:
            raise Invalid(f"Line {number} of {path.name} is not a past application: {error}", field="data") from None


def _document(one: dict[str, Any]) -> Past:
    on = date.fromisoformat(one["on"])
    known = Known(
        reports.parse(one["report"]) if one.get("report") is not None else None,
        events.parse(one) if one.get("events") is not None else None,
        ties.around_of(one["around"]) if one.get("around") is not None else None,
        session.of_document(one["session"]) if one.get("session") is not None else None,
    )
    file, features = _file(one, on), known.features(on=on)
    if one.get("business") is not None:
        file = replace(file, product=BUSINESS.ref, **_business(one["business"]))
    return Past(file, features | assessment.of_business(file, features), known.answered, one["will_default"] is True)


def _business(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "business_months": told["months"],
        "is_individual_business": told["is_individual"],
        **{name: told[name] for name in ("yearly_revenue", "is_representative", "owners", "own_share_bps")},
    }


def _rows(path: Path, target: str) -> Iterator[Past]:
    try:
        table = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema_length=None)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise Invalid(f"{path.name} cannot be read: {str(error).splitlines()[0]}", field="data") from None
    if target not in table.columns:
        raise Invalid(f"There is no column {target!r} in {path.name}; name it with --target.", field="target")
    known = table.filter(pl.col(target).is_not_null())  # of the others nobody knows the end
    for number, row in enumerate(known.iter_rows(named=True), start=1):
        word = str(row.pop(target)).strip().lower()
        if word not in BADS | GOODS:
            raise Invalid(f"Row {number}: {target} is {word!r}; it must be 0 or 1, 1 for bad.", field="target")
        try:
            on = date.fromisoformat(str(row.get("on", "2026-01-01")))
            file = _file({name: row[name] for name in PLAIN if row.get(name) is not None}, on)
            if row.get("yearly_revenue") is not None:
                file = replace(file, product=BUSINESS.ref, yearly_revenue=_minor(row["yearly_revenue"]))
        except (ValueError, TypeError, Refusal) as error:
            raise Invalid(f"Row {number} of {path.name} is not a past application: {error}", field="data") from None
        features = {name: value for name, value in row.items() if name not in {*PLAIN, "on", "yearly_revenue"}}
        read_ = {
            source
            for source in CONSENTED
            if any(v is not None for n, v in features.items() if n.startswith(source.value))
        }
        yield Past(file, features, frozenset({Source.BUREAU, *read_}), word in BADS)


def _file(given: dict[str, Any], on: date) -> ApplicationFile:
    said = {**PLAIN, **{name: given[name] for name in PLAIN if given.get(name) is not None}}
    return ApplicationFile(
        application_id="past",
        person_id="past",
        product=CONSUMER.ref,
        amount=_minor(said["amount"]),
        months=int(said["months"]),
        purpose="shopping",
        monthly_income=_minor(said["monthly_income"]),
        age=int(said["age"]),
        identity="proven",
        on=on,
    )


def _minor(value: Any) -> int:
    """An amount of history, a text or a number of yuan. Refuses Invalid."""
    minor = money.parse(str(value)).minor
    if minor < 0:
        raise Invalid("An amount is not below zero.", field="amount")
    return minor


def _shown(document: dict[str, Any]) -> dict[str, Any]:
    """Amounts as decimal texts, shares as decimal numbers."""
    found: dict[str, Any] = {}
    for name, value in document.items():
        if isinstance(value, dict):
            found[name] = _shown(value)
        elif name in AMOUNTS:
            found[name] = decimal_text(value, "CNY")
        elif "_ppm" in name:
            found[name.replace("_ppm", "_rate")] = None if value is None else value / 1_000_000
        else:
            found[name] = value
    return found


def _say(document: dict[str, Any]) -> None:
    other = document.get("against", {})
    whole = Table(
        "amounts in yuan", Path(document["strategy"]).stem, *([Path(other["strategy"]).stem] if other else [])
    )
    for name, value in document.items():
        if not isinstance(value, dict) and name not in {"strategy", "by"}:
            whole.add_row(
                name.replace("_ppm", "").replace("_", " "),
                _cell(name, value),
                *([_cell(name, other[name])] if other else []),
            )
    console.print(whole)
    names = ("applications", "approve", "bad_ppm", "bad_ppm_approved", "lent", "expected_profit", "realised_profit")
    for title, part in (("grade", "by_grade"), (document.get("by", ""), "by_segment")):
        if part in document:
            parts = Table(title, "all", "taken", "bad", "of taken", "lent", "expected profit", "realised profit")
            for segment, figures in document[part].items():
                parts.add_row(segment, *(_cell(name, figures[name]) for name in names))
            console.print(parts)
    if "swap" in document:
        swap = Table("taken by", "applications", "bad", "realised profit", "of the other")
        for name, figures in document["swap"].items():
            swap.add_row(name.replace("_", " "), *(_cell(part, value) for part, value in figures.items()))
        console.print(swap)


def _cell(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if "_ppm" in name:
        return f"{value / 10_000:.2f} %"
    return f"{value // 100:,}" if name in AMOUNTS else f"{value:,}"
