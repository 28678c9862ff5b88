"""`xindai train` and `xindai score`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from xindai.values.refusal import Refusal

EDITED = "bins.edited.json"
"""In a model folder: bins that an analyst wants kept, in the format of its bins.json; training again keeps them."""
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


class LabMissing(Refusal):
    """The laboratory's libraries are an extra."""

    code = "lab_missing"
    en = "Training needs more libraries ({name}): pip install 'xindai[lab]'."
    zh = "训练需要额外的库（{name}）：pip install 'xindai[lab]'。"


def register(app: typer.Typer) -> None:
    """Add the laboratory's commands."""
    _register_train(app)
    _register_score(app)


def _register_train(app: typer.Typer) -> None:
    @app.command()
    def train(
        data: Annotated[Path, typer.Argument(help="CSV, CSV.gz or Parquet.")],
        target: Annotated[str, typer.Option(help="The column that says bad (1) or good (0).")],
        drop: Annotated[list[str] | None, typer.Option(help="Columns to leave out; may be given again.")] = None,
        time: Annotated[str | None, typer.Option(help="A column in time order: judge on the latest fifth.")] = None,
        weight: Annotated[str | None, typer.Option(help="A column of row weights.")] = None,
        protected: Annotated[
            list[str] | None, typer.Option(help="Columns that no model sees and fairness is judged by.")
        ] = None,
        accepted: Annotated[
            str | None, typer.Option(help="A column that says who was accepted: learn from the rejected, too.")
        ] = None,
        out: Annotated[Path | None, typer.Option(help="The model folder; models/NAME without it.")] = None,
        as_json: AsJson = False,
    ) -> None:
        """Train a scorecard and a gradient-boosting challenger; no other setting is needed."""
        try:
            roles = {
                "target": target,
                "drop": _listed(drop),
                "time": time,
                "weight": weight,
                "protected": _listed(protected),
                "accepted": accepted,
            }
            _train(data, roles, out, as_json)
        except Refusal as refusal:
            _refuse(refusal, as_json)


def _register_score(app: typer.Typer) -> None:
    @app.command()
    def score(
        model: Annotated[Path, typer.Argument(help="A model folder.")],
        data: Annotated[Path, typer.Argument(help="CSV, CSV.gz or Parquet.")],
        out: Annotated[Path | None, typer.Option(help=".csv or .parquet; CSV to standard output without it.")] = None,
        by: Annotated[
            str | None, typer.Option(help="scorecard, challenger or blend; the card's champion without it.")
        ] = None,
    ) -> None:
        """Score a table: its columns, and pd, score, grade and the reasons behind them."""
        if by not in {None, "scorecard", "challenger", "blend"}:
            raise typer.BadParameter("--by is scorecard, challenger or blend")
        try:
            _score(model, data, out, by)
        except Refusal as refusal:
            _refuse(refusal, False)


def _listed(given: list[str] | None) -> list[str]:
    return [one for names in given or [] for one in names.split(",")]


def _train(data: Path, roles: dict[str, Any], out: Path | None, as_json: bool) -> None:
    try:
        from xindai_lab import table, training
    except ImportError as error:
        raise LabMissing(name=error.name) from None
    name = data.name.split(".")[0]
    folder = out or Path("models") / name
    console = Console(stderr=True)
    with console.status("reading") as status:
        sample = table.sample(table.read(data), table.Roles(**roles))
        if (folder / EDITED).exists():
            sample = table.with_bins(sample, folder / EDITED)
        trained = training.train(sample, name=name, progress=status.update)
    try:
        training.save(trained, folder, target=roles["target"], source=data.name)
    except OSError as error:
        raise table.DataUnfit(f"The folder {folder} cannot be written: {error.strerror}.", field="out") from None
    report = trained.report
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), "hash": trained.card["hash"], **report}, ensure_ascii=False))
        return
    shown = Table("model", "AUC", "KS", "Brier", "expected / seen", title=f"{name}: judged by {report['judged_on']}")
    for model, figures in report["models"].items():
        shown.add_row(model, *(f"{figures[one]:.4f}" for one in ("auc", "ks", "brier", "expected_over_seen")))
    out_console = Console()
    out_console.print(shown)
    features = Table("feature", "information value", "bins", title="What it looks at")
    for one in report["bins"]:
        features.add_row(one["name"], f"{one['value']:.4f}", str(len(one["bins"])))
    out_console.print(features)
    for column, why in report["left_out"].items():
        out_console.print(f"left out: {column} ({why})", highlight=False)
    if sample.by_hand:
        out_console.print(f"kept as edited by hand: {', '.join(sample.by_hand)}", highlight=False)
    _say_findings(out_console, report)
    out_console.print(f"champion: {report['champion']}", highlight=False)
    out_console.print(f"The report is {folder / 'report.html'}", highlight=False)
    out_console.print(f"Written to {folder} (hash {trained.card['hash'][:12]})", highlight=False)


def _say_findings(console: Console, report: dict[str, Any]) -> None:
    """What an analyst should not overlook."""
    for column, auc in report["suspects"].items():
        console.print(f"suspect: {column} tells nearly alone (AUC {auc}); was it known on the day?", highlight=False)
    moved = report.get("stability", {})
    for one in [{"name": "score", **moved["score"]}, *moved["characteristics"]] if moved else []:
        if one["moved"]:
            console.print(f"moved over time: {one['name']} (PSI {one['psi']:.3f})", highlight=False)
    for column in report.get("fairness", []):
        for found in column["findings"]:
            figure = f"ratio {found['ratio']}" if "ratio" in found else f"gap {found['gap']}"
            said = (
                f"unfair by {found['measure']}: {column['name']} {found['group']} against {found['against']} ({figure})"
            )
            console.print(said, highlight=False)
        for one in column.get("remedies", []):
            said = f"{one['remedy']}: ratio {one['least_ratio']}, bad rate of those approved {one['bad_rate']:.2%}, AUC {one['auc']:.3f}"
            console.print(f"  {said}", highlight=False)
    if "rejects" in report:
        one = report["rejects"]
        said = f"rejected: {one['rows']:,} rows learned from at an assumed bad rate of {one['bad_rate_assumed']:.2%}"
        console.print(f"{said} (the score says {one['bad_rate_by_score']:.2%})", highlight=False)


def _score(model: Path, data: Path, out: Path | None, by: str | None) -> None:
    try:
        from xindai_lab import bulk, table, training
    except ImportError as error:
        raise LabMissing(name=error.name) from None
    document, boosted, card = training.load(model)
    scored = bulk.score(document, table.read(data), boosted=boosted, by=by or card["champion"])
    if out is None:
        typer.echo(scored.write_csv(), nl=False)
    elif out.suffix == ".parquet":
        scored.write_parquet(out)
    else:
        scored.write_csv(out)


def _refuse(refusal: Refusal, as_json: bool) -> NoReturn:
    if as_json:
        error = {"code": refusal.code, "message": refusal.sentence(), "field": refusal.field}
        typer.echo(json.dumps({"error": error}, ensure_ascii=False))
    else:
        typer.echo(f"{refusal.code}: {refusal.sentence()}", err=True)
    raise typer.Exit(1)
