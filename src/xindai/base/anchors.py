"""Where the audit chain stood each evening, in a file outside the database, a signed line a day.

Whoever may rewrite the database cannot rewrite what was carried off before: the file is to be copied to where its writers cannot reach.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from xindai.base.audit import Anchor
from xindai.base.crypto import Signer, is_signed


class Unsigned(Exception):
    """A line of the file that we did not sign, by its number from one."""


class Anchors:
    """The anchors of one installation."""

    def __init__(self, path: Path, signer: Signer) -> None:
        self._path = path
        self._signer = signer

    def append(self, on: date, position: int, link: str) -> None:
        """Write down where the chain stands; the same position again changes nothing."""
        known = self._lines(self._path)
        if known and known[-1][1].position >= position:
            return
        text = _text(on, position, link)
        line = json.dumps(
            {"on": on.isoformat(), "position": position, "hash": link, "signature": self._signer.sign(text)}
        )
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab+") as file:
            file.seek(0, os.SEEK_END)
            if file.tell():
                file.seek(-1, os.SEEK_END)
                line = line if file.read(1) == b"\n" else "\n" + line  # the last one was cut off
            file.write(line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self, path: Path | None = None) -> Sequence[Anchor]:
        """All anchors, of a copy where one is given, in their order; a line that was cut off is left out. Raises Unsigned."""
        found = self._lines(path or self._path)
        for number, anchor, signature in found:
            if not is_signed(_text(anchor.on, anchor.position, anchor.hash), signature, self._signer.public_key):
                raise Unsigned(str(number))
        return [anchor for _, anchor, _ in found]

    def _lines(self, path: Path) -> list[tuple[int, Anchor, str]]:
        """(number from one, anchor, signature) of each whole line; whether it is ours is another question, or no day would close."""
        found = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path.is_file() else [], 1):
            try:
                one = json.loads(line)
                anchor = Anchor(date.fromisoformat(one["on"]), int(one["position"]), str(one["hash"]))
                found.append((number, anchor, str(one.get("signature", ""))))
            except (ValueError, KeyError, TypeError):
                continue
        return found


def _text(on: date, position: int, link: str) -> str:
    return f"audit|{on.isoformat()}|{position}|{link}"
