"""Questions about who is tied to whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xindai.base.db import Tx
from xindai.credit.features.ties import MarkKind, Neighbourhood, Tie, TieKind

MOST_BEYOND = 20_000
"""Ties of neighbours that are looked at; who has more is looked at in part, the first by name."""


def around(tx: Tx, *, node: str, ties: Sequence[Tie]) -> Neighbourhood:
    """What is known around a node, two hops deep: the ties of neighbours who allowed it, and marks of people with nodes."""
    near = sorted({tie.to for tie in ties} - {node})
    beyond: dict[str, list[tuple[str, TieKind]]] = {}
    for row in tx.rows(
        'SELECT node, "to", kind FROM social_tie WHERE node = ANY(CAST(:near AS text[]))'
        ' ORDER BY node, "to", kind LIMIT :most',
        near=_array(near),
        most=MOST_BEYOND,
    ):
        beyond.setdefault(row["node"], []).append((row["to"], TieKind(row["kind"])))
    seen = ({*near} | {end for ends in beyond.values() for end, _ in ends}) - {node}
    marks: dict[str, list[tuple[MarkKind, date]]] = {}
    for row in tx.rows(
        "SELECT n.node, m.kind, m.on_day FROM social_node n JOIN social_mark m ON m.person_id = n.person_id"
        " WHERE n.node = ANY(CAST(:seen AS text[])) ORDER BY n.node, m.on_day, m.kind, m.cause",
        seen=_array(sorted(seen)),
    ):
        marks.setdefault(row["node"], []).append((MarkKind(row["kind"]), row["on_day"]))
    return Neighbourhood(node, tuple(ties), beyond, marks)


def _array(texts: Sequence[str]) -> str:
    """Tokens from outside as an array literal: quoted, since they may hold anything."""
    return "{" + ",".join('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts) + "}"
