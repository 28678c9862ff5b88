"""Keeping ties, forgetting them, and marking what became of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from xindai.base.db import Tx, array
from xindai.credit.graph.standing import numbered, standings
from xindai.credit.sources.ties import MarkKind, Tie, tie_document
from xindai.onboarding.consent.model import Grant, Scope

CHUNK = 20_000


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
        'INSERT INTO social_tie SELECT :node, r."to", r.kind, r.since, r.last, r.sent, r.received, r.days, r.weeks, r.likes'
        " FROM json_populate_recordset(NULL::social_tie, CAST(:ties AS json)) r ON CONFLICT DO NOTHING",
        node=node,
        ties=[tie_document(tie) for tie in ties],
    )


def forget(tx: Tx, *, person_id: str) -> int:
    """The person's node and ties are gone, because the grant is; how many nodes."""
    return tx.run("DELETE FROM social_node WHERE person_id = :person", person=person_id)


def mark(tx: Tx, *, person_ids: Sequence[str], kind: MarkKind, on: date, cause: str) -> int:
    """What became of people with us on the day `on`; the same cause again changes nothing. How many were new."""
    return tx.run(
        "INSERT INTO social_mark (person_id, kind, on_day, cause, at) SELECT person, :kind, :on, :cause, :at"
        " FROM unnest(CAST(:people AS text[])) AS person ON CONFLICT DO NOTHING",
        people=array(person_ids),
        kind=kind,
        on=on,
        cause=cause,
        at=tx.at,
    )


def look_at_whole(tx: Tx) -> int:
    """Find anew where everybody stands who allowed it, and how their circles have fared; how many people that is.

    What is known counts to the day before.
    """
    ties = [(row["node"], row["to"]) for row in tx.rows('SELECT node, "to" FROM social_tie')]
    nodes, start, end = numbered(ties)
    found = standings(start, end, people=len(nodes))
    places = {node: place for place, node in enumerate(nodes)}
    allowed = [row["node"] for row in tx.rows("SELECT node FROM social_node ORDER BY node") if row["node"] in places]
    tx.run("DELETE FROM social_standing")
    tx.run("DELETE FROM social_circle")
    for begin in range(0, len(allowed), CHUNK):
        chunk = allowed[begin : begin + CHUNK]
        columns = [[int(part[places[node]]) for node in chunk] for part in (found.core, found.rank, found.circle)]
        core, rank, circle = (array(column) for column in columns)
        tx.run(
            "INSERT INTO social_standing (node, core, rank, circle) SELECT n.node, f.core, f.rank, f.circle FROM social_node n"
            " JOIN unnest(CAST(:nodes AS text[]), CAST(:core AS integer[]), CAST(:rank AS integer[]),"
            " CAST(:circle AS integer[])) AS f (node, core, rank, circle) ON f.node = n.node FOR KEY SHARE OF n",
            nodes=array(chunk),
            core=core,
            rank=rank,
            circle=circle,
        )
    sizes = Counter(int(circle) for circle in found.circle)
    circles = sorted({int(found.circle[places[node]]) for node in allowed})
    tx.run(
        "INSERT INTO social_circle (circle, size, customers, defaulted, fraud, on_day) SELECT s.circle, c.size,"
        " count(DISTINCT m.person_id) FILTER (WHERE m.kind = 'customer'),"
        " count(DISTINCT m.person_id) FILTER (WHERE m.kind = 'defaulted'),"
        " count(DISTINCT m.person_id) FILTER (WHERE m.kind = 'fraud'), :on"
        " FROM social_standing s JOIN social_node n ON n.node = s.node"
        " JOIN unnest(CAST(:circles AS integer[]), CAST(:sizes AS integer[])) AS c (circle, size) ON c.circle = s.circle"
        " LEFT JOIN social_mark m ON m.person_id = n.person_id AND m.on_day < :on GROUP BY s.circle, c.size",
        circles=array(circles),
        sizes=array([sizes[circle] for circle in circles]),
        on=tx.on,
    )
    return len(allowed)
