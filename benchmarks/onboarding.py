"""From a picture to a verified identity, through the public doors; and names against long watch lists, beside a plain scan."""

import random
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.result import Result
from xindai.onboarding.screening.model import LIKE_NAME_BPS, Entry, EntryId, ListName
from xindai.onboarding.screening.names import Index, likeness
from xindai_sandbox import population, society, specimens
from xindai_sandbox.client import Borrower, Clock, World

PEOPLE = 12
ENTRIES, LOOKS = 50_000, 200


def run() -> list[Result]:
    return [*_identified(), *_screened()]


def _identified() -> list[Result]:
    """Two sides of an ID card and a bank card sent one after the other, then the application that has it all proven."""
    import sys

    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from installations import installed

    with tempfile.TemporaryDirectory() as folder, installed(Path(folder) / "var", reads=True) as where:
        on = Clock(where.api).today()
        pictures, proofs = [], []
        for number in range(PEOPLE):
            person = population.person(
                random.Random(number), 90_000 + number, on=on, risk=society.Risk(-1.0, -1.0, -1.0)
            ).document()
            World(where.world).register([person])
            borrower = Borrower(where, person)
            borrower.allow("documents", "identity", "bureau", "automated_decision")
            taken = {
                kind: specimens.taken(kind, person).jpeg for kind in ("id_card_front", "id_card_back", "bank_card")
            }
            began = time.perf_counter()
            for kind, jpeg in taken.items():
                sent = time.perf_counter()
                borrower.send("/v1/documents", jpeg, kind=kind)
                pictures.append(time.perf_counter() - sent)
            borrower.apply("3000.00", 6, consents=(), typed=())
            proofs.append(time.perf_counter() - began)
            assert borrower.get("/v1/identity")["level"] == 2
    return [
        Result("one picture sent, read and kept, p95", float(np.percentile(pictures, 95)) * 1e3, "ms"),
        Result("three pictures to a decided application, p95", float(np.percentile(proofs, 95)) * 1e3, "ms"),
    ]


def _screened() -> list[Result]:
    rng = random.Random(1)

    def name() -> str:
        given = "".join(rng.choice(population.GIVEN) for _ in range(rng.choice((1, 2, 2))))
        return rng.choice(population.FAMILY) + given

    entries = [Entry(EntryId(f"wch_{place}"), ListName.SANCTIONS, (name(),), None, None) for place in range(ENTRIES)]
    index, wanted = Index(entries), [name() for _ in range(LOOKS)]
    began = time.perf_counter()
    found = [len(index.candidates(one, "")) for one in wanted]
    took = (time.perf_counter() - began) / LOOKS
    began = time.perf_counter()
    plainly = [sum(likeness(one, other.names[0]) >= LIKE_NAME_BPS for other in entries) for one in wanted[:5]]
    peer = (time.perf_counter() - began) / 5
    assert found[:5] == plainly
    return [Result(f"a name against {ENTRIES:,} entries", took * 1e3, "ms", "comparing with each", peer * 1e3)]
