"""Events written with the data they speak of, and delivered at least once, in order per subject."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from xindai.base.db import Database, Tx, array
from xindai.base.log import log

_PATIENCE = timedelta(seconds=60)
_LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is past tense (`loan_disbursed`), `subject` the id whose events must stay in order."""

    kind: str
    subject: str
    facts: dict[str, Any]
    id: int | None = None
    """The place in the order of all events, once it is written."""


def publish(tx: Tx, *events: Event) -> None:
    """Write `events` with the data of this transaction, in their order."""
    if not events:
        return
    tx.run(
        "INSERT INTO event (kind, subject, facts, at) SELECT e.kind, e.subject, CAST(e.facts AS jsonb), :at"
        " FROM unnest(CAST(:kinds AS text[]), CAST(:subjects AS text[]), CAST(:facts AS text[])) WITH ORDINALITY"
        " AS e (kind, subject, facts, place) ORDER BY e.place",
        kinds=array(event.kind for event in events),
        subjects=array(event.subject for event in events),
        facts=array(json.dumps(event.facts, ensure_ascii=False) for event in events),
        at=tx.at,
    )


def deliver_some(db: Database, react: Callable[[Event], None], *, most: int = 50) -> int:
    """Hand the oldest waiting event of each of up to `most` subjects to `react`; how many it took.

    Events are leased, handed over with no transaction open, and then marked. One that fails waits (twice as long each
    time, a minute at most) and holds back only its own subject; one whose deliverer died waits for its lease to end.
    """
    with db.transaction() as tx:
        leased = tx.rows(
            "UPDATE event SET tries = tries + 1, next_try_at = clock_timestamp() + :lease WHERE id IN ("
            " SELECT id FROM event WHERE delivered_at IS NULL AND next_try_at <= clock_timestamp()"
            " AND id IN (SELECT min(id) FROM event WHERE delivered_at IS NULL GROUP BY subject)"
            " ORDER BY id LIMIT :most FOR NO KEY UPDATE SKIP LOCKED) RETURNING id, kind, subject, facts, tries",
            lease=_LEASE,
            most=most,
        )
    for row in sorted(leased, key=lambda row: int(row["id"])):
        event = Event(row["kind"], row["subject"], row["facts"], id=row["id"])
        wait = None
        try:
            react(event)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the event must not be lost
            log.warning("event_failed", kind=event.kind, subject=event.subject, why=repr(error))
            wait = min(_PATIENCE, timedelta(seconds=0.25 * 2 ** min(row["tries"], 10)))
        with db.transaction() as tx:
            if wait is None:
                tx.run("UPDATE event SET delivered_at = :at WHERE id = :id", id=row["id"], at=tx.at)
            else:
                tx.run(
                    "UPDATE event SET next_try_at = clock_timestamp() + :wait WHERE id = :id", id=row["id"], wait=wait
                )
    return len(leased)


def deliver_forever(db: Database, react: Callable[[Event], None], stop: threading.Event, *, pause: float = 0.2) -> None:
    """Deliver until `stop` is set."""
    while not stop.is_set():
        try:
            taken = deliver_some(db, react)
        except Exception as error:  # noqa: BLE001 - the database may be restarting
            log.warning("delivery_paused", why=repr(error))
            taken = 0
        if not taken:
            stop.wait(pause)
