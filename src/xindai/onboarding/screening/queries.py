"""Questions about lists; what was read of them is held until they change."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from xindai.base.crypto import KeyRing
from xindai.base.db import Row, Tx
from xindai.onboarding.screening.model import Entry, EntryId, Finding, Hit, ListName
from xindai.onboarding.screening.names import Index

_held: dict[str, Index] = {}
"""The index of the lists as they stood at one version; versions are unique everywhere."""


@dataclass(frozen=True, slots=True)
class Screened:
    """One look at the lists."""

    finding: Finding
    hits: tuple[Hit, ...]
    at: datetime


def index(tx: Tx, ring: KeyRing) -> tuple[str, Index]:
    """(version, index) of all lists as they stand."""
    version = str(tx.value("SELECT version FROM watch_state"))
    found = _held.get(version)
    if found is None:
        found = Index(entries(tx, ring))
        _held.clear()
        _held[version] = found
    return version, found


def entries(tx: Tx, ring: KeyRing, *, of: ListName | None = None) -> list[Entry]:
    """Everybody who stands on a list, or on any."""
    rows = tx.rows(
        "SELECT * FROM watch_entry WHERE removed_at IS NULL AND (CAST(:list AS text) IS NULL OR list = :list) ORDER BY id",
        list=of.value if of else None,
    )
    return [_entry(ring, row) for row in rows]


def looks(tx: Tx, about: str) -> list[Screened]:
    """What was found for an application."""
    return [
        Screened(
            Finding[row["finding"].upper()],
            tuple(
                Hit(EntryId(one["entry"]), ListName(one["list"]), one["name_bps"], Finding[one["finding"].upper()])
                for one in row["hits"]
            ),
            row["at"],
        )
        for row in tx.rows("SELECT * FROM screening WHERE about = :about ORDER BY at", about=about)
    ]


def _entry(ring: KeyRing, row: Row) -> Entry:
    told = json.loads(ring.unseal(bytes(row["document"]), f"watch_entry.document|{row['id']}"))
    return Entry(
        id=EntryId(row["id"]),
        list=ListName(row["list"]),
        names=tuple(told["names"]),
        born_on=date.fromisoformat(told["born_on"]) if told["born_on"] else None,
        id_number=told["id_number"],
    )
