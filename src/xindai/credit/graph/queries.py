"""Questions about who is tied to whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xindai.base.db import Tx, array
from xindai.credit.graph import standing
from xindai.credit.sources.ties import SHARED, Circle, MarkKind, Neighbourhood, Standing, Tie, TieKind

MOST_BEYOND = 20_000
"""Ties of neighbours that are looked at; who has more is looked at in part, the first by name."""

_FARED = {"customers": MarkKind.CUSTOMER, "defaulted": MarkKind.DEFAULTED, "fraud": MarkKind.FRAUD}


def tied_to(tx: Tx, person_id: str, *, most: int) -> list[str]:
    """Up to `most` people who have let us read ties and are tied to a person who has, either way."""
    rows = tx.rows(
        'SELECT n.person_id FROM social_node me JOIN social_tie t ON t."to" = me.node JOIN social_node n ON n.node = t.node'
        " WHERE me.person_id = :person AND n.person_id <> :person"
        ' UNION SELECT n.person_id FROM social_node me JOIN social_tie t ON t.node = me.node JOIN social_node n ON n.node = t."to"'
        " WHERE me.person_id = :person AND n.person_id <> :person ORDER BY person_id LIMIT :most",
        person=person_id,
        most=most,
    )
    return [row["person_id"] for row in rows]


def rings(tx: Tx, *, least: int) -> list[list[str]]:
    """People who allowed reading their ties and hang together by shared devices or addresses, where they are at least so many."""
    rows = tx.rows(
        "SELECT n.person_id AS one, m.person_id AS other FROM social_tie t JOIN social_node n ON n.node = t.node"
        ' JOIN social_node m ON m.node = t."to" WHERE t.kind = ANY(CAST(:kinds AS text[]))',
        kinds=array(sorted(kind.value for kind in SHARED)),
    )
    return standing.together(((row["one"], row["other"]) for row in rows), least=least)


def around(tx: Tx, *, node: str, ties: Sequence[Tie]) -> Neighbourhood:
    """What is known around a node, two hops deep: the ties of neighbours who allowed it, and marks of people with nodes."""
    near = sorted({tie.to for tie in ties} - {node})
    beyond: dict[str, list[tuple[str, TieKind]]] = {}
    for row in tx.rows(
        'SELECT node, "to", kind FROM social_tie WHERE node = ANY(CAST(:near AS text[]))'
        ' ORDER BY node, "to", kind LIMIT :most',
        near=array(near),
        most=MOST_BEYOND,
    ):
        beyond.setdefault(row["node"], []).append((row["to"], TieKind(row["kind"])))
    seen = ({*near} | {end for ends in beyond.values() for end, _ in ends}) - {node}
    marks: dict[str, list[tuple[MarkKind, date]]] = {}
    for row in tx.rows(
        "SELECT n.node, m.kind, m.on_day FROM social_node n JOIN social_mark m ON m.person_id = n.person_id"
        " WHERE n.node = ANY(CAST(:seen AS text[])) ORDER BY n.node, m.on_day, m.kind, m.cause",
        seen=array(sorted(seen)),
    ):
        marks.setdefault(row["node"], []).append((MarkKind(row["kind"]), row["on_day"]))
    return Neighbourhood(node, tuple(ties), beyond, marks, *_standing(tx, near, node))


def _standing(tx: Tx, near: Sequence[str], node: str) -> tuple[dict[str, Standing], dict[int, Circle]]:
    """Where neighbours stood at the last look at the whole, and how their circles had fared without the applicant."""
    rows = tx.rows("SELECT * FROM social_standing WHERE node = ANY(CAST(:near AS text[]))", near=array(near))
    found = {row["node"]: Standing(row["core"], row["rank"], row["circle"]) for row in rows}
    own = tx.rows(
        "SELECT DISTINCT s.circle, m.kind FROM social_standing s JOIN social_node n ON n.node = s.node"
        " JOIN social_mark m ON m.person_id = n.person_id"
        " JOIN social_circle c ON c.circle = s.circle AND m.on_day < c.on_day WHERE s.node = :node",
        node=node,
    )
    mine = {(row["circle"], row["kind"]) for row in own}
    circles = {
        row["circle"]: Circle(
            row["size"], *(row[name] - ((row["circle"], kind.value) in mine) for name, kind in _FARED.items())
        )
        for row in tx.rows(
            "SELECT * FROM social_circle WHERE circle = ANY(CAST(:circles AS integer[]))",
            circles=array(sorted({one.circle for one in found.values()})),
        )
    }
    return found, circles
