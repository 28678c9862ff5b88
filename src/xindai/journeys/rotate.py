"""A new key for sealed fields, and every field under it, while everybody works on."""

from __future__ import annotations

from xindai.base import audit, crypto, workflow
from xindai.base.crypto import Place
from xindai.base.repeat import Seed
from xindai.journeys.parts import parts

CHUNKS = 20
"""So many times five hundred rows in one step: each step is kept."""


def begin(seed: Seed, *, reason: str, by: str) -> int:
    """Begin a rotation; the number of the key that is to come. The same seed again is the same rotation."""
    wanted = crypto.reloaded(parts().ring).newest + 1
    with parts().db.transaction() as tx:
        audit.note(tx, actor=by, action="keys_rotated", subject=f"key {wanted}", facts={"reason": reason})
    workflow.enqueue(f"rotate keys|{seed}", rotate, wanted)
    return wanted


@workflow.journey("rotate keys")
def rotate(wanted: int) -> int:
    """Make the key, then seal all that is under older ones anew, some at a time; how many fields moved."""
    workflow.step("rotate keys: key made", _make, wanted)
    moved = 0
    while some := _walk():  # what was locked, or written by who did not know the key yet, is left to another walk
        moved += some
    return moved


def _walk() -> int:
    moved, table, after = 0, 0, ""
    while table >= 0:
        some, table, after = workflow.step("rotate keys: sealed anew", _reseal, table, after)
        moved += some
    return moved


def _make(wanted: int) -> int:
    return crypto.grown(parts().ring, wanted).newest


def _reseal(table: int, after: str) -> tuple[int, int, str]:
    """(how many fields moved, the table and row to go on after; no table below zero when all are walked)."""
    ring, moved, place = crypto.reloaded(parts().ring), 0, Place(table, after)
    for _ in range(CHUNKS):
        with parts().db.transaction() as tx:
            some, further = crypto.reseal(tx, ring, place)
        moved += some
        if further is None:
            return moved, -1, ""
        place = further
    return moved, place.table, place.after
