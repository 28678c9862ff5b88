"""A million sealed fields under a new key while somebody reads them all the time: how fast, and nothing unreadable at any moment.

A reader opens random people with a ring of its own, as another process would; the peer is sealing the same in memory, without a database.
"""

import os
import random
import secrets
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.result import Result
from xindai.base import crypto, db, embedded
from xindai.base.crypto import KeyRing
from xindai.base.db import Database
from xindai.onboarding.identity import queries as people

FIELDS = int(os.environ.get("XINDAI_SEALED_FIELDS", "1000000"))
COLUMNS = ("phone", "name", "id_number", "card_number")
TEXTS = ("13800001111", "李小龙", "11010519491231002X", "6222021234567890128")
CHUNK = 5_000


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        home, keys = Path(folder) / "server", Path(folder) / "keys"
        url = embedded.attach(home)
        try:
            db.migrate(url)
            return _measure(Database(url), keys)
        finally:
            embedded.release(home)


def _measure(database: Database, keys: Path) -> list[Result]:
    ring = crypto.load_ring(keys)
    count = FIELDS // len(COLUMNS)
    _fill(database, ring, count)
    reads, stop = [0], threading.Event()
    broken: list[str] = []
    reader = threading.Thread(target=_read, args=(database, keys, count, reads, broken, stop))
    reader.start()
    began = time.perf_counter()
    moved = crypto.rotate(database, ring)
    took = time.perf_counter() - began
    stop.set()
    reader.join()
    assert moved >= FIELDS, moved
    assert not broken, broken[:3]
    database.close()
    return [
        Result(
            f"fields sealed anew of {moved:,}, read meanwhile", moved / took, "1/s", "in memory alone", _alone(ring)
        ),
        Result("people opened a second meanwhile, none unreadable", reads[0] / took, "1/s"),
    ]


def _fill(database: Database, ring: KeyRing, count: int) -> None:
    for start in range(0, count, CHUNK):
        rows = [
            {
                "id": f"per_{number:026d}",
                "index": secrets.token_bytes(16),
                **{
                    column: ring.seal(text, f"person.{column}|per_{number:026d}")
                    for column, text in zip(COLUMNS, TEXTS, strict=True)
                },
            }
            for number in range(start, min(start + CHUNK, count))
        ]
        with database.transaction() as tx:
            tx.run_many(
                "INSERT INTO person (id, phone, phone_index, name, id_number, card_number, at)"
                " VALUES (:id, :phone, :index, :name, :id_number, :card_number, now())",
                rows,
            )


def _read(
    database: Database, keys: Path, count: int, reads: list[int], broken: list[str], stop: threading.Event
) -> None:
    own, chance = crypto.load_ring(keys), random.Random(3)
    while not stop.is_set():
        person_id = f"per_{chance.randrange(count):026d}"
        try:
            with database.snapshot() as tx:
                found = people.known(tx, own, person_id)
            assert found.id_number is not None
            reads[0] += 1
        except crypto.SealBroken as error:
            broken.append(str(error))


def _alone(ring: KeyRing) -> float:
    sealed = [ring.seal(TEXTS[0], "person.phone|x") for _ in range(20_000)]
    began = time.perf_counter()
    for one in sealed:
        ring.seal_bytes(ring.unseal_bytes(one, "person.phone|x"), "person.phone|x")
    return len(sealed) / (time.perf_counter() - began)
