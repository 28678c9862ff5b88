"""A new key for sealed fields, and every field under it, while everybody works on."""

from __future__ import annotations

from xindai.base import audit, crypto, workflow
from xindai.base.repeat import Seed
from xindai.journeys.parts import parts


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
    while some := workflow.step("rotate keys: sealed anew", _reseal):
        moved += some
    return moved


def _make(wanted: int) -> int:
    return crypto.grown(parts().ring, wanted).newest


def _reseal() -> int:
    ring = crypto.reloaded(parts().ring)
    with parts().db.transaction() as tx:
        return crypto.reseal(tx, ring)
