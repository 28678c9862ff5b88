"""Idempotency keys: the same key gives the same answer, the same key with another body is a conflict.

The key is kept first, with a seed from which every id of the request is derived. So a request cut off half-way and sent
again does the same thing to the same nouns, which do it once; and once it has been answered, the answer is kept.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from xindai.base.clock import new_id
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.values import ids
from xindai.values.refusal import Invalid, Kind, Refusal


class Seed(ids.Id):
    """What the ids of one request are derived from."""

    prefix = "key"


class KeyReused(Refusal):
    """The key was used before, for something else."""

    kind = Kind.CONFLICT
    code = "idempotency_key_reused"
    en = "This Idempotency-Key was used before with another request."
    zh = "该幂等键已用于另一请求。"


@dataclass(frozen=True, slots=True)
class Known:
    """The seed of a request, and its answer if it has been answered."""

    seed: Seed
    answer: dict[str, Any] | None


def begin(tx: Tx, ring: KeyRing, *, door: str, key: str, request: Any) -> Known:
    """Keep the key, or find it. Refuses: KeyReused, and keys that are no keys."""
    if not 1 <= len(key) <= 128 or not key.isprintable():
        raise Invalid("An Idempotency-Key is 1 to 128 printable characters.", field="Idempotency-Key")
    text = json.dumps(request, sort_keys=True, ensure_ascii=False)
    fingerprint = ring.blind_index(text, "request")
    tx.run(
        "INSERT INTO idempotency_key (door, key, request, seed, at) VALUES (:door, :key, :request, :seed, :at)"
        " ON CONFLICT DO NOTHING",
        door=door,
        key=key,
        request=fingerprint,
        seed=new_id(Seed),
        at=tx.at,
    )
    row = tx.row("SELECT * FROM idempotency_key WHERE door = :door AND key = :key", door=door, key=key)
    assert row is not None
    if bytes(row["request"]) != fingerprint:
        raise KeyReused(field="Idempotency-Key")
    seed = Seed(row["seed"])
    return Known(seed, None if row["answer"] is None else json.loads(ring.unseal(bytes(row["answer"]), _place(seed))))


def finish(tx: Tx, ring: KeyRing, *, door: str, key: str, seed: Seed, answer: dict[str, Any]) -> None:
    """Keep the answer, sealed: it may name people. The first one stays."""
    tx.run(
        "UPDATE idempotency_key SET answer = :answer WHERE door = :door AND key = :key AND answer IS NULL",
        answer=ring.seal(json.dumps(answer, ensure_ascii=False), _place(seed)),
        door=door,
        key=key,
    )


def _place(seed: Seed) -> str:
    return f"idempotency_key.answer|{seed}"
