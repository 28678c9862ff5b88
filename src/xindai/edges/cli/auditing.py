"""`xindai audit verify`: whether anybody has changed, removed or slipped in a note of the trail."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer

from xindai.edges.cli.saying import refuse
from xindai.journeys import prove
from xindai.journeys.parts import Parts
from xindai.values.refusal import Refusal

WORDS = {
    "changed": "note {note} was changed",
    "gone": "note {note} is gone",
    "slipped_in": "note {note} was slipped in after its day",
    "forged_anew": "the chain was forged anew up to note {note}",
    "cut_off": "the chain ends before what was anchored",
    "unsigned": "line {note} of the anchors does not bear our signature",
}
MOST_SAID = 20


def register(app: typer.Typer, house: Callable[[], AbstractContextManager[Parts]]) -> None:
    """Add the command."""
    audit = typer.Typer(help="The audit trail.", no_args_is_help=True)
    app.add_typer(audit, name="audit")

    @audit.callback()
    def _audit() -> None:
        """The audit trail."""

    @audit.command()
    def verify(
        anchors: Annotated[
            Path | None,
            typer.Option(
                exists=True, dir_okay=False, help="A copy of the anchors that was kept elsewhere; else our own."
            ),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
    ) -> None:
        """Walk the whole trail and hold it against its anchors: exit 0, or 1 with what was changed, removed or slipped in."""
        try:
            with house():
                walked, anchored, found = prove.verify_trail(anchors)
        except Refusal as refusal:
            refuse(refusal, as_json=as_json)
        if as_json:
            told = {
                "holds": not found,
                "notes": walked,
                "anchors": anchored,
                "findings": [{"what": one.what, "note": one.note_id} for one in found],
            }
            typer.echo(json.dumps(told))
        elif not found:
            typer.echo(f"The trail is whole: {walked:,} notes, held against {anchored:,} anchors.")
        for one in [] if as_json else found[:MOST_SAID]:
            typer.echo(WORDS[one.what].format(note=one.note_id), err=True)
        if found:
            raise typer.Exit(1)
