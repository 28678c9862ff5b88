"""Questions about contacts, stops, and disputes."""

from __future__ import annotations

from datetime import time

from xindai.base import clock
from xindai.base.db import Row, Tx
from xindai.postloan.contacts.model import (
    About,
    Channel,
    Contact,
    ContactId,
    Dispute,
    DisputeId,
    Hand,
    Known,
    Outcome,
    Standing,
    Stop,
    StopId,
    StopKind,
    Today,
    Whom,
)


def known(tx: Tx, person_id: str, standing: Standing, *, apart_from: str = "") -> Known:
    """What the gate has to know of a person now; one contact may be left out."""
    at = clock.local_time(tx.at)
    row = tx.rows(
        "SELECT count(*) FILTER (WHERE about <> 'asked') AS attempts,"
        " count(*) FILTER (WHERE channel = 'call' AND outcome = 'connected') AS connected,"
        " count(*) FILTER (WHERE channel = 'text' AND about <> 'asked') AS texts,"
        " count(*) FILTER (WHERE whom = 'named') AS named"
        " FROM contact WHERE person_id = :person AND on_day = :day AND id <> :itself",
        person=person_id,
        itself=apart_from,
        day=at.date(),
    )[0]
    agreed = hours(tx, person_id)
    return Known(
        at=at,
        so_far=Today(row["attempts"], row["connected"], row["texts"], row["named"]),
        overdue_days=standing.overdue_days,
        is_due=standing.is_due,
        agreed=agreed,
        unreached_days=_unreached_days(tx, person_id),
        stops=frozenset(one.kind for one in stops(tx, person_id) if one.lifted_on is None),
        disputed=any(one.answered_on is None for one in disputes(tx, person_id)),
        named_asked_to_stop=bool(
            tx.value(
                "SELECT 1 FROM contact WHERE person_id = :person AND whom = 'named' AND outcome = 'asked_to_stop' LIMIT 1",
                person=person_id,
            )
        ),
        with_agency=standing.with_agency,
        asked_for_help=standing.asked_for_help,
    )


def _unreached_days(tx: Tx, person_id: str) -> int:
    """Days on which the debtor was called in vain since somebody reached them last."""
    return int(
        tx.value(
            "SELECT count(DISTINCT on_day) FROM contact WHERE person_id = :person AND channel = 'call' AND whom = 'debtor'"
            " AND outcome IN ('no_answer', 'failed') AND on_day > coalesce((SELECT max(on_day) FROM contact"
            " WHERE person_id = :person AND channel = 'call' AND whom = 'debtor' AND outcome = 'connected'), '-infinity')",
            person=person_id,
        )
    )


def hours(tx: Tx, person_id: str) -> tuple[time, time] | None:
    """The hours that a person has asked for, if they have."""
    row = tx.row("SELECT earliest, latest FROM contact_hours WHERE person_id = :person", person=person_id)
    return (row["earliest"], row["latest"]) if row else None


def contact(tx: Tx, contact_id: str, *, lock: bool = False) -> Contact | None:
    """One contact, if there is one."""
    row = tx.row("SELECT * FROM contact WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=contact_id)
    return _contact(row) if row else None


def contacts(tx: Tx, person_id: str, *, most: int = 200) -> list[Contact]:
    """The last contacts with a person, newest first."""
    rows = tx.rows(
        "SELECT * FROM contact WHERE person_id = :person ORDER BY at DESC, id DESC LIMIT :most",
        person=person_id,
        most=most,
    )
    return [_contact(row) for row in rows]


def stops(tx: Tx, person_id: str) -> list[Stop]:
    """Every stop there was of a person, newest first."""
    rows = tx.rows("SELECT * FROM contact_stop WHERE person_id = :person ORDER BY id DESC", person=person_id)
    return [
        Stop(
            StopId(row["id"]),
            row["person_id"],
            StopKind(row["kind"]),
            row["made_by"],
            row["note"],
            row["since"],
            row["lifted_on"],
        )
        for row in rows
    ]


def disputes(tx: Tx, person_id: str | None = None) -> list[Dispute]:
    """Every dispute of a person, newest first; or all that wait for an answer, the most urgent first."""
    which = (
        "answered_on IS NULL ORDER BY answer_by, id" if person_id is None else "person_id = :person ORDER BY id DESC"
    )
    rows = tx.rows(f"SELECT * FROM contact_dispute WHERE {which}", person=person_id)
    return [
        Dispute(
            DisputeId(row["id"]),
            row["person_id"],
            row["what"],
            row["opened_on"],
            row["answer_by"],
            row["answered_on"],
            row["answer"],
        )
        for row in rows
    ]


def _contact(row: Row) -> Contact:
    return Contact(
        ContactId(row["id"]),
        row["person_id"],
        Channel(row["channel"]),
        Whom(row["whom"]),
        About(row["about"]),
        Hand(row["hand"]),
        row["made_by"],
        row["at"],
        Outcome(row["outcome"]),
        row["note"],
    )
