"""Which models judge now, which judged then, and all there ever were."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from xindai.base.db import Row, Tx, array
from xindai.base.log import log
from xindai.credit import scoring
from xindai.credit.models.model import ModelMissing, Status, Use, Version
from xindai.credit.scoring import Cards, ModelUnreadable, Scorecard

_COLUMNS = (
    "use, number, name, hash, owner, limits, status, effective_from, submitted_by, submitted_on, validated_by,"
    " validated_on, findings, measures, decided_by"
)
_LIVE = "status = 'approved' AND effective_from <= :today"
_read: dict[str, Scorecard] = {}
"""Scorecards by the hash of their content, which says the same for ever."""


def get(tx: Tx, use: Use, number: int, *, lock: bool = False) -> Version:
    """One version. Refuses ModelMissing."""
    row = tx.row(
        f"SELECT {_COLUMNS} FROM model_version WHERE use = :use AND number = :number"
        + (" FOR NO KEY UPDATE" if lock else ""),
        use=use.value,
        number=number,
    )
    if row is None:
        raise ModelMissing(field="model")
    return _version(row)


def versions(tx: Tx, use: Use | None = None) -> list[Version]:
    """All versions, by use, the newest first."""
    rows = tx.rows(
        f"SELECT {_COLUMNS} FROM model_version WHERE CAST(:use AS text) IS NULL OR use = :use ORDER BY use, number DESC",
        use=use.value if use else None,
    )
    return [_version(row) for row in rows]


def documents(tx: Tx, use: Use, number: int) -> dict[str, dict[str, Any]]:
    """`scorecard` and `card` of a version, as `xindai train` wrote them. Refuses ModelMissing."""
    row = tx.row(
        "SELECT scorecard, card FROM model_version WHERE use = :use AND number = :number", use=use.value, number=number
    )
    if row is None:
        raise ModelMissing(field="model")
    return {"scorecard": json.loads(row["scorecard"]), "card": json.loads(row["card"])}


def cards(tx: Tx) -> Cards:
    """What judges applications today. Refuses ModelMissing."""
    uses = (Use.APPLICATION, Use.FRAUD, Use.BUSINESS)
    live = _live(tx, *uses)
    return Cards(*(live[use][1] for use in uses))


def behaviour(tx: Tx) -> Scorecard:
    """What judges lines in use today. Refuses ModelMissing."""
    return _live(tx, Use.BEHAVIOUR)[Use.BEHAVIOUR][1]


def collection(tx: Tx) -> Scorecard:
    """What judges whoever has fallen late today. Refuses ModelMissing."""
    return _live(tx, Use.COLLECTION)[Use.COLLECTION][1]


def judging(tx: Tx, use: Use) -> Version:
    """The version that judges a use today: the newest that can be read. Refuses ModelMissing."""
    return _live(tx, use)[use][0]


def of_hashes(tx: Tx, *, application: str, fraud: str) -> Cards:
    """What judged then, by the hashes (or how they begin) that a decision kept. Refuses ModelMissing."""
    return Cards(_of_hash(tx, (Use.APPLICATION, Use.BUSINESS), application), _of_hash(tx, (Use.FRAUD,), fraud))


def unreadable(tx: Tx) -> list[Version]:
    """Versions that are to judge and cannot be read: the one before judges in their stead."""
    found = []
    for one in versions(tx):
        if one.status is Status.APPROVED and one.effective_from <= tx.on:
            try:
                _as_submitted(tx, one)
            except (ModelUnreadable, ValueError):
                found.append(one)
    return found


def _live(tx: Tx, *uses: Use) -> dict[Use, tuple[Version, Scorecard]]:
    """What judges each use today: the newest version that can be read. Refuses ModelMissing where there is none."""
    rows = tx.rows(
        f"SELECT {_COLUMNS} FROM model_version WHERE use = ANY(CAST(:uses AS text[])) AND {_LIVE}"
        " ORDER BY effective_from DESC, number DESC",
        uses=array([use.value for use in uses]),
        today=tx.on,
    )
    found: dict[Use, tuple[Version, Scorecard]] = {}
    for version in map(_version, rows):
        if version.use in found:
            continue
        try:
            found[version.use] = version, _scorecard(tx, version)
        except (ModelUnreadable, ValueError) as error:
            log.error("model_unreadable", model=version.ref, why=str(error))
    if len(found) < len(uses):
        raise ModelMissing(field="model")
    return found


def _of_hash(tx: Tx, uses: Collection[Use], begins: str) -> Scorecard:
    rows = tx.rows(
        f"SELECT {_COLUMNS} FROM model_version WHERE use = ANY(CAST(:uses AS text[])) AND starts_with(hash, :begins) ORDER BY use, number LIMIT 1",
        uses=array([use.value for use in uses]),
        begins=begins,
    )
    if not rows:
        raise ModelMissing(field="model")
    return _scorecard(tx, _version(rows[0]))


def _scorecard(tx: Tx, version: Version) -> Scorecard:
    if version.hash not in _read:
        _read[version.hash] = _as_submitted(tx, version)
    return _read[version.hash]


def _as_submitted(tx: Tx, version: Version) -> Scorecard:
    """What is kept of a version now, whatever was read of it before. Refuses ModelUnreadable."""
    kept = tx.value(
        "SELECT scorecard FROM model_version WHERE use = :use AND number = :number",
        use=version.use.value,
        number=version.number,
    )
    found = _parsed(kept)
    if found.hash != version.hash:
        raise ModelUnreadable(why="it is not the one that was submitted")
    return found


@lru_cache(maxsize=32)
def _parsed(text: str) -> Scorecard:
    return scoring.parse(json.loads(text))


def _version(row: Row) -> Version:
    return Version(**{**row, "use": Use(row["use"]), "status": Status(row["status"])})
