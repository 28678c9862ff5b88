"""`xindai quote`: it needs no database and no network, and loads nothing that does."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from xindai.edges import quote_json
from xindai.edges.cli.saying import refuse
from xindai.values.refusal import Invalid, Refusal


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command()
    def quote(
        file: Annotated[Path | None, typer.Argument(help="A loan as JSON; standard input without it.")] = None,
        lines: Annotated[bool, typer.Option("--lines", help="One loan a line in, one answer a line out.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="The answer is JSON in any case.")] = True,
    ) -> None:
        """A loan as JSON in; its schedule, cost and life out. An array gives an array. No database, no network."""
        assert as_json
        try:
            text = file.read_text(encoding="utf-8") if file else sys.stdin.read()
        except (OSError, UnicodeDecodeError) as error:
            refuse(Invalid(f"{file or 'standard input'} cannot be read: {error}", field="file"), as_json=True)
        if lines:
            answers = [_quoted(line) for line in text.splitlines() if line.strip()]
            for answer in answers:
                typer.echo(json.dumps(answer, ensure_ascii=False))
        else:
            document = _read(text)
            many = isinstance(document, list)
            answers = [_answered(one) for one in (document if isinstance(document, list) else [document])]
            typer.echo(json.dumps(answers if many else answers[0], ensure_ascii=False, indent=None if many else 1))
        if any("error" in answer for answer in answers):
            raise typer.Exit(1)


def _read(text: str) -> Any:
    try:
        return json.loads(text, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        refuse(Invalid(f"This is not JSON: {error}", field=None), as_json=True)


def _no_float(text: str) -> str:
    """A bare number with a fraction stays the text it is, so that nothing is lost; amounts and rates are texts."""
    return text


def _quoted(line: str) -> dict[str, Any]:
    try:
        document = json.loads(line, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        return _error(Invalid(f"This is not JSON: {error}"))
    return _answered(document)


def _answered(document: Any) -> dict[str, Any]:
    try:
        return quote_json.answer(document)
    except Refusal as refusal:
        return _error(refusal)


def _error(refusal: Refusal) -> dict[str, Any]:
    return {"error": {"code": refusal.code, "message": refusal.sentence(), "field": refusal.field}}
