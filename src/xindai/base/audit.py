"""Who did what to whom: append-only notes, chained by hash so that a changed or missing one shows.

A note lands with its data; the chain is forged right after, in its own short transaction, so that writers do not wait
for each other. `prove` walks the chain and compares it with the notes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xindai.base.db import Row, Tx

START = bytes(32)


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
        facts=facts or {},
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


def _note(row: Row) -> Note:
    return Note(row["id"], row["at"], row["on_day"], row["actor"], row["action"], row["subject"], row["facts"])


def forge(tx: Tx, *, most: int = 10_000) -> int:
    """Chain up to `most` notes that are not chained yet; how many."""
    tx.run("SELECT pg_advisory_xact_lock(72617)")
    previous = tx.value("SELECT hash FROM audit_link ORDER BY position DESC LIMIT 1")
    loose = tx.rows(
        "SELECT n.* FROM audit_note n LEFT JOIN audit_link l ON l.note_id = n.id"
        " WHERE l.note_id IS NULL ORDER BY n.id LIMIT :most",
        most=most,
    )
    link = bytes(previous) if previous else START
    links = []
    for row in loose:
        link = _link(link, row)
        links.append({"note_id": row["id"], "hash": link})
    tx.run_many("INSERT INTO audit_link (note_id, hash) VALUES (:note_id, :hash)", links)
    return len(links)


def prove(tx: Tx) -> tuple[int, int | None]:
    """(links walked, id of the first note that does not fit its link, or none)."""
    link, walked = START, 0
    for row in tx.rows(
        "SELECT l.hash, n.* FROM audit_link l LEFT JOIN audit_note n ON n.id = l.note_id ORDER BY l.position"
    ):
        link = _link(link, row)
        if link != bytes(row["hash"]):
            return walked, row["id"] or -1
        walked += 1
    return walked, None


def _link(previous: bytes, row: Any) -> bytes:
    content = json.dumps(
        [row["id"], str(row["at"]), str(row["on_day"]), row["actor"], row["action"], row["subject"], row["facts"]],
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(previous + content.encode()).digest()
