"""Readers of papers: each tells what stands on a page, in the paper's own fields (wire of ours: `contracts/reading.md`).

They are asked in order, the next one where the one before is silent or knows no such paper. Another reader is another class with
`name` and `read`, and a place in `world.connect`.
"""

from __future__ import annotations

import base64
from typing import Any, Protocol

from xindai.base.http import ProviderFault, SignedClient
from xindai.onboarding.consent.model import Grant, Scope
from xindai.onboarding.documents import checks, papers
from xindai.onboarding.documents.model import FIELDS, Field, Kind, Page, Prepared, Reading, unfit


class Reader(Protocol):
    """Who reads papers."""

    @property
    def name(self) -> str:
        """Under which its readings are kept."""

    @property
    def fen(self) -> int:
        """What a reading costs."""

    def read(self, grant: Grant, kind: Kind, prepared: Prepared) -> Reading | None:
        """What stands on the first page, under a grant of its owner; nothing for kinds it does not know.

        Raises ProviderFault.
        """


class Opener:
    """The one that opens uploads: they are hostile until it has made them anew."""

    def __init__(self, client: SignedClient) -> None:
        self._client = client

    def prepare(self, grant: Grant, content: bytes) -> Prepared:
        """An upload made anew. Refuses PictureUnfit. Raises ProviderFault."""
        assert grant.scope is Scope.DOCUMENTS
        body = {"content": base64.b64encode(content).decode()}
        status, told = self._client.call("POST", "/reader/pictures", "prepare", body)
        if status == 422 and isinstance(told, dict):
            raise unfit(str(told.get("error")))
        if status != 200:
            raise ProviderFault(f"reader: status {status}")
        try:
            return Prepared(
                tuple(
                    Page(base64.b64decode(one["jpeg"]), int(one["width"]), int(one["height"])) for one in told["pages"]
                ),
                base64.b64decode(told["thumbnail"]),
                int(told["sharpness"]),
                int(told["glare_bps"]),
                int(told["brightness"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ProviderFault(f"reader: {type(error).__name__}") from None


class OwnReader:
    """The machine beside us."""

    name, fen = "own", 0

    def __init__(self, client: SignedClient) -> None:
        self._client = client

    def read(self, grant: Grant, kind: Kind, prepared: Prepared) -> Reading | None:
        """Lines from the machine, fields by where they stand. Raises ProviderFault."""
        assert grant.scope is Scope.DOCUMENTS
        if not FIELDS[kind]:
            return None
        page = prepared.pages[0]
        body = {"jpeg": base64.b64encode(page.jpeg).decode()}
        status, told = self._client.call("POST", "/reader/lines", "lines", body)
        if status != 200:
            raise ProviderFault(f"reader: status {status}")
        lines = _lines(told)
        fields = papers.read(kind, lines)
        cropped = papers.touches_the_edge(lines, width=page.width, height=page.height)
        return reading(self.name, kind, prepared, fields, cropped=cropped)


def reading(by: str, kind: Kind, prepared: Prepared, fields: dict[str, Field], *, cropped: bool) -> Reading:
    """What was found, with hints how to do better."""
    return Reading(fields, checks.hints(prepared, fields, kind, cropped=cropped), by)


def _lines(told: Any) -> list[papers.Line]:
    try:
        found = [
            papers.Line(str(one["text"]), int(one["score_bps"]), tuple(int(part) for part in one["box"]))
            for one in told["lines"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise ProviderFault(f"reader: {type(error).__name__}") from None
    if any(len(line.box) != 8 for line in found):
        raise ProviderFault("reader: a box without four corners")
    return found
