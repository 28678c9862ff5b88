"""`xindai verify-contract`: whether a contract is signed and unchanged; no database, no network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from xindai.base import seal
from xindai.base.seal import Mark, Sealer
from xindai.base.settings import Settings
from xindai.edges.cli.saying import refuse
from xindai.values.masked import PersonName
from xindai.values.refusal import Invalid

console = Console(soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("verify-contract")
    def verify_contract(
        file: Annotated[Path, typer.Argument(help="The contract, a PDF.")],
        ca: Annotated[
            Path | None, typer.Option(help="The certificate (PEM) of who vouches; the installation's own without it.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    ) -> None:
        """Say whether a contract is signed by whom we vouch for and unchanged since; exit 0 if so, else 1."""
        ca = ca or Settings().keys / "contracts" / "ca.pem"
        if not ca.exists():
            refuse(Invalid(f"There is no certificate at {ca}; name one by --ca.", field="ca"), as_json=as_json)
        try:
            marks = Sealer(ca.parent, lender="", ca=ca).verify(file.read_bytes())
        except OSError as error:
            refuse(Invalid(f"{file} cannot be read: {error.strerror}.", field="file"), as_json=as_json)
        except (seal.Unreadable, ValueError) as error:
            refuse(
                Invalid(f"This is not a PDF, or not a certificate, that can be read ({error}).", field="file"),
                as_json=as_json,
            )
        whole = seal.whole(marks)
        if as_json:
            typer.echo(json.dumps({"whole": whole, "signatures": [_told(one) for one in marks]}, ensure_ascii=False))
        else:
            _show(marks, whole)
        raise typer.Exit(0 if whole else 1)


def _told(one: Mark) -> dict[str, str | bool | None]:
    return {
        "field": one.field,
        "by": _name(one),
        "at": one.at.isoformat() if one.at else None,
        "intact": one.intact,
        "trusted": one.trusted,
        "covers_all": one.covers_all,
        "stamped_at": one.stamped_at.isoformat() if one.stamped_at else None,
    }


def _name(one: Mark) -> str:
    return PersonName(one.by).mask() if one.field == "borrower" else one.by


def _show(marks: list[Mark], whole: bool) -> None:
    if not marks:
        console.print("This file bears no signature.")
        return
    table = Table("signature", "by", "at", "intact", "trusted", box=None)
    for one in marks:
        at = one.at.strftime("%Y-%m-%d %H:%M:%S %Z") if one.at else ""
        table.add_row(one.field, _name(one), at, "yes" if one.intact else "no", "yes" if one.trusted else "no")
    console.print(table)
    console.print(
        "[green]whole[/]: unchanged since it was signed"
        if whole
        else "[red]not whole[/]: changed, or not signed by whom we vouch for"
    )
