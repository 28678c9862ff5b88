"""How the command says no."""

from __future__ import annotations

import json
from typing import NoReturn

import typer

from xindai.values.refusal import Refusal


def refuse(refusal: Refusal, *, as_json: bool) -> NoReturn:
    """Say no in one line and end with 1."""
    if as_json:
        error = {"code": refusal.code, "message": refusal.sentence(), "field": refusal.field}
        typer.echo(json.dumps({"error": error}, ensure_ascii=False))
    else:
        typer.echo(f"{refusal.code}: {refusal.sentence()}", err=True)
    raise typer.Exit(1)
