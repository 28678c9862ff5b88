"""A new key for sealed fields, and every field under it, while everybody works on; and the older ones destroyed."""

from __future__ import annotations

from xindai.base import audit, crypto, workflow
from xindai.base.crypto import Place
from xindai.base.repeat import Seed
from xindai.journeys.parts import parts
from xindai.values import four_eyes
from xindai.values.refusal import Kind, Refusal

SETTLES = 60
"""Seconds for which every process has sealed by the newest key before older ones go: what it had under way by then is written."""
MOST_BEGUN = 100
"""So many who began the same rotation are looked at: none of them destroys what it made old."""
CHUNKS = 20
"""So many times five hundred rows in one step: each step is kept."""


class KeysInUse(Refusal):
    """An older key is still needed."""

    kind = Kind.CONFLICT
    code = "keys_in_use"
    en = "Older keys are still needed: {fields} fields are sealed by them, and {processes} processes may be."
    zh = "旧密钥仍在使用：{fields} 个字段由其加密，{processes} 个进程可能仍在使用。"


def destroy(*, reason: str, by: str) -> list[int]:
    """Destroy all keys but the newest, in the folder and here; their numbers. Not by whoever had the newest made.

    Copies of the database from before keep their sealed fields sealed for good. Cut off, it is done again.
    Refuses: KeysInUse, SamePerson.
    """
    ring = crypto.reloaded(parts().ring)
    about = f"key {ring.newest}"
    with parts().db.transaction() as tx:
        for note in audit.page(tx, subject=about, actor=None, action="keys_rotated", after=None, most=MOST_BEGUN):
            four_eyes.second_person(proposed_by=note.actor, by=by)
        processes = workflow.sealing_by_others(tx, newest=ring.newest, seconds=SETTLES)
        fields = crypto.older(tx, ring)
        if processes or fields:
            raise KeysInUse(fields=fields, processes=processes)
        gone = [number for number in sorted(ring.keys) if number < ring.newest]
        if gone:
            audit.note(tx, actor=by, action="keys_destroyed", subject=about, facts={"keys": gone, "reason": reason})
    return crypto.without_older(ring)


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
