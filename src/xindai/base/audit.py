"""Who did what to whom: append-only notes, chained by hash so that a changed or missing one shows.

A note lands with its data; the chain is forged right after, in its own short transaction, so that writers do not wait
for each other. `verify` walks the chain, compares it with the notes, and with what was anchored outside the database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xindai.base.db import Row, Tx

START = bytes(32)
_under: ContextVar[str | None] = ContextVar("an emergency access that is acted under", default=None)


@dataclass(frozen=True, slots=True)
class Note:
    """One note as it was written."""

    id: int
    at: datetime
    on: date
    actor: str
    action: str
    subject: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the chain stood at the end of a day, as it is written outside the database."""

    on: date
    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with the trail: a note changed, gone, or slipped in; links forged anew; the chain cut off (-1)."""

    what: str
    note_id: int


def under(emergency_id: str) -> None:
    """From here on, in this request, each note says under which emergency access it was done."""
    _under.set(emergency_id)


def note(tx: Tx, *, actor: str, action: str, subject: str, facts: dict[str, Any] | None = None) -> None:
    """Write one note with the data of this transaction. `facts` holds ids and codes, never personal data."""
    tx.run(
        "INSERT INTO audit_note (at, on_day, actor, action, subject, facts)"
        " VALUES (:at, :on, :actor, :action, :subject, CAST(:facts AS jsonb))",
        at=tx.at,
        on=tx.on,
        actor=actor,
        action=action,
        subject=subject,
        facts=(facts or {}) | ({"emergency": emergency} if (emergency := _under.get()) else {}),
    )


def page(
    tx: Tx, *, subject: str | None, actor: str | None, action: str | None, after: int | None, most: int
) -> list[Note]:
    """Up to `most` notes, newest first, older than `after`; about a subject, by an actor, of an action, where they are given."""
    wanted = {"subject": subject, "actor": actor, "action": action}
    given = {name: value for name, value in wanted.items() if value}
    conditions = "".join(f" AND {name} = :{name}" for name in given)
    return [
        _note(row)
        for row in tx.rows(
            f"SELECT * FROM audit_note WHERE (CAST(:after AS bigint) IS NULL OR id < :after){conditions}"
            " ORDER BY id DESC LIMIT :most",
            after=after,
            most=most,
            **given,
        )
    ]


def under_grant(tx: Tx, grant_id: str, *, most: int = 1000) -> list[Note]:
    """Up to `most` notes of what was read or done under a grant, oldest first."""
    return [
        _note(row)
        for row in tx.rows(
            "SELECT * FROM audit_note WHERE facts ->> 'grant' = :grant ORDER BY id LIMIT :most",
            grant=grant_id,
            most=most,
        )
    ]


def in_emergency(tx: Tx, emergency_id: str, *, most: int = 1000) -> list[Note]:
    """Up to `most` notes of what was done under an emergency access, oldest first."""
    return [
        _note(row)
        for row in tx.rows(
            "SELECT * FROM audit_note WHERE facts ? 'emergency' AND facts ->> 'emergency' = :id ORDER BY id LIMIT :most",
            id=emergency_id,
            most=most,
        )
    ]


def _note(row: Row) -> Note:
    return Note(row["id"], row["at"], row["on_day"], row["actor"], row["action"], row["subject"], row["facts"])


def forge(tx: Tx, *, most: int = 10_000) -> int:
    """Chain up to `most` notes that are not chained yet; how many.

    A day ends when no transaction is open, so before that of the last link all are chained: what it costs does not grow with the trail.
    """
    tx.run("SELECT pg_advisory_xact_lock(72617)")
    last = tx.row("SELECT hash, note_id FROM audit_link ORDER BY position DESC LIMIT 1")
    begins = tx.value(
        "SELECT n.id FROM audit_note n JOIN audit_note of_last ON of_last.id = :last"
        " WHERE n.id < :last AND n.on_day < of_last.on_day ORDER BY n.id DESC LIMIT 1",
        last=last["note_id"] if last else 0,
    )
    loose = tx.rows(
        "SELECT n.* FROM audit_note n WHERE n.id > :begins"
        " AND (SELECT l.position FROM audit_link l WHERE l.note_id = n.id) IS NULL ORDER BY n.id LIMIT :most",
        begins=begins or 0,
        most=most,
    )
    link = bytes(last["hash"]) if last else START
    links = []
    for row in loose:
        link = _link(link, row)
        links.append({"note_id": row["id"], "hash": link})
    tx.run_many("INSERT INTO audit_link (note_id, hash) VALUES (:note_id, :hash)", links)
    return len(links)


def prove(tx: Tx) -> tuple[int, int | None]:
    """(links walked, id of the first note that does not fit its link, or none)."""
    walked, found = verify(tx, ())
    return walked, found[0].note_id if found else None


def head(tx: Tx) -> tuple[int, str] | None:
    """(position, hash) of the last link; nothing while there is none."""
    row = tx.row("SELECT position, hash FROM audit_link ORDER BY position DESC LIMIT 1")
    return (row["position"], bytes(row["hash"]).hex()) if row else None


def verify(tx: Tx, anchors: Sequence[Anchor]) -> tuple[int, list[Finding]]:
    """Walk the whole chain, past what does not fit, and hold it against what was anchored outside; (links walked, what is wrong).

    A note that was changed, or is gone, does not fit its link. Whoever forges all links anew after that, or cuts the chain, does not fit
    the anchors. A note that is slipped in has a day that was anchored before it was chained, or is not chained at all.
    """
    link, walked, found = START, 0, []
    known = {one.position: one for one in anchors}
    reached, last_day = set(), None
    for row in tx.rows(
        "SELECT l.position, l.note_id AS linked, l.hash, n.* FROM audit_link l LEFT JOIN audit_note n ON n.id = l.note_id"
        " ORDER BY l.position"
    ):
        stored = bytes(row["hash"])
        if row["id"] is None:
            found.append(Finding("gone", row["linked"]))
        elif _link(link, row) != stored:
            found.append(Finding("changed", row["id"]))
        elif last_day is not None and row["on_day"] < last_day:
            found.append(Finding("slipped_in", row["id"]))
        link = stored
        walked += 1
        anchor = known.get(row["position"])
        if anchor is not None:
            reached.add(anchor.position)
            last_day = anchor.on
            if anchor.hash != stored.hex():
                found.append(Finding("forged_anew", row["linked"]))
    loose = tx.rows(
        "SELECT id FROM audit_note n WHERE on_day < :day AND NOT EXISTS (SELECT 1 FROM audit_link l WHERE l.note_id = n.id)"
        " ORDER BY id",
        day=last_day,
    )
    found += [Finding("slipped_in", row["id"]) for row in loose]
    found += [Finding("cut_off", -1) for position in sorted(known) if position not in reached][:1]
    return walked, found


def _link(previous: bytes, row: Any) -> bytes:
    content = json.dumps(
        [row["id"], str(row["at"]), str(row["on_day"]), row["actor"], row["action"], row["subject"], row["facts"]],
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(previous + content.encode()).digest()
