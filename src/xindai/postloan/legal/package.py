"""The papers of a case as one archive: every file listed with what it is and its SHA-256, the list signed.

The same papers give the same bytes, so that years later the archive can be held against the hash that was noted.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LONGEST_CELL = 2000
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of the archive, and what it proves in Chinese."""

    name: str
    zh: str
    content: bytes


def table(rows: Iterable[dict[str, Any]], columns: dict[str, str]) -> bytes:
    """Rows as CSV that a spreadsheet opens, under Chinese heads; what looks like a formula is text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns.values())
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return out.getvalue().encode("utf-8-sig")


def archive(papers: Sequence[Paper], *, case: str, at: datetime, sign: Callable[[str], str], public_key: str) -> bytes:
    """The papers in order, with an index for people and for machines, and the index's signature (Ed25519)."""
    listed = [
        {
            "name": one.name,
            "what": one.zh,
            "bytes": len(one.content),
            "sha256": hashlib.sha256(one.content).hexdigest(),
        }
        for one in papers
    ]
    index = json.dumps({"case": case, "made_at": at.isoformat(), "files": listed}, ensure_ascii=False, indent=1)
    people = "\r\n".join(
        ["证据目录", f"案件 {case}", ""]
        + [
            f"{number}. {one['what']}　{one['name']}\r\n   SHA-256 {one['sha256']}"
            for number, one in enumerate(listed, 1)
        ]
        + ["", f"目录签名公钥（Ed25519） {public_key}"]
    )
    files = [
        Paper("目录.txt", "", people.encode("utf-8-sig")),
        Paper("index.json", "", index.encode()),
        Paper("index.sig", "", sign(index).encode()),
        *papers,
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for one in files:
            entry = zipfile.ZipInfo(one.name, date_time=at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            packed.writestr(entry, one.content)
    return out.getvalue()


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)[:LONGEST_CELL]
    return "'" + text if text.startswith(_FORMULAS) else text
