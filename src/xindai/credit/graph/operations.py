"""Keeping ties, forgetting them, and marking what became of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xindai.base.db import Tx
from xindai.credit.features.ties import MarkKind, Tie
from xindai.onboarding.consent import Grant, Scope


def keep_ties(tx: Tx, *, grant: Grant, node: str, ties: Sequence[Tie]) -> None:
    """A person's ties as they are told now; what was told before is replaced."""
    assert grant.scope is Scope.SOCIAL
    forget(tx, person_id=grant.person_id)
    tx.run("DELETE FROM social_node WHERE node = :node", node=node)
    tx.run(
        "INSERT INTO social_node (node, person_id, at) VALUES (:node, :person, :at)",
        node=node,
        person=grant.person_id,
        at=tx.at,
    )
    tx.run(
        'INSERT INTO social_tie SELECT :node, r."to", r.kind, r.since, r.last, r.sent, r.received, r.days'
        " FROM json_populate_recordset(NULL::social_tie, CAST(:ties AS json)) r ON CONFLICT DO NOTHING",
        node=node,
        ties=[
            {
                "to": tie.to,
                "kind": tie.kind.value,
                "since": tie.since.isoformat(),
                "last": tie.last.isoformat() if tie.last else None,
                "sent": tie.sent,
                "received": tie.received,
                "days": tie.days,
            }
            for tie in ties
        ],
    )


def forget(tx: Tx, *, person_id: str) -> int:
    """The person's node and ties are gone, because the grant is; how many nodes."""
    return tx.run("DELETE FROM social_node WHERE person_id = :person", person=person_id)


def mark(tx: Tx, *, person_ids: Sequence[str], kind: MarkKind, on: date, cause: str) -> int:
    """What became of people with us on the day `on`; the same cause again changes nothing. How many were new."""
    return tx.run(
        "INSERT INTO social_mark (person_id, kind, on_day, cause, at) SELECT person, :kind, :on, :cause, :at"
        " FROM unnest(CAST(:people AS text[])) AS person ON CONFLICT DO NOTHING",
        people="{" + ",".join(person_ids) + "}",
        kind=kind,
        on=on,
        cause=cause,
        at=tx.at,
    )
