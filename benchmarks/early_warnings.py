"""From something that happens to a line that is frozen: through the doors of a whole installation, event, delivery, policy and all.

Each of some people owes on a line and is tied to one who is marked as fraud, so the next warning freezes them. It is a
request for help, taken by the API; what is timed is from its answer until the line reads frozen at the same door.
"""

import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.result import Result
from xindai.base.settings import Settings
from xindai.edges.cli import up
from xindai_sandbox import population, society
from xindai_sandbox.client import Addresses, Borrower, Staff, World, addresses

PEOPLE = 24
CONSENTS = ("identity", "bureau", "automated_decision", "behaviour", "social")
FULL = [{"month": "2026-02", "code": "N", "settled": "full", "billed": "800.00", "repaid": "800.00"}] * 6


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "var"
        with up.running(Settings(port=0, home=home, reading_seconds=0), demo=True):
            return _measure(addresses(home))


def _measure(where: Addresses) -> list[Result]:
    bad = _made_up(where, 1)
    tie = {"to": society.node_of(bad.person["phone"]), "kind": "friend", "since": "2025-01-01", "last_ago": 3,
           "sent": 9, "received": 7, "days": 5}  # fmt: skip
    people = [_made_up(where, number, ties=[tie]) for number in range(2, PEOPLE + 2)]
    lines = [_line(one) for one in people]
    loans = [one.draw(line, "2000.00", 6)["id"] for one, line in zip(people, lines, strict=True)]
    _line(bad)
    application = bad.get("/v1/applications")["data"][0]["id"]
    Staff(where).post(f"/v1/staff/applications/{application}/fraud-marks", {"reason": "a benchmark"})
    took = []
    for one, line, loan in zip(people, lines, loans, strict=True):
        one.post(
            f"/v1/loans/{loan}/hardship-requests",
            {"cause": "illness", "can_pay": {"amount": "300.00"}, "note": ""},
        )
        began = time.perf_counter()
        one.wait(f"/v1/lines/{line}", lambda now: now["status"] == "frozen")
        took.append(time.perf_counter() - began)
    return [
        Result("an event freezes a line, p50", float(np.percentile(took, 50)) * 1e3, "ms"),
        Result("an event freezes a line, p95", float(np.percentile(took, 95)) * 1e3, "ms"),
    ]


def _made_up(where: Addresses, number: int, **changes: object) -> Borrower:
    report = {
        "report_id": f"R{number}", "issued_on": "2026-03-01", "profile": {"education": 2}, "enquiries": [], "public_records": [],
        "revolving": [{"opened_on": "2020-01-01", "limit": "20000.00", "months": FULL}],
    }  # fmt: skip
    one = population.person(
        population.random.Random(number), 700_000 + number, on=date(2026, 3, 1), report=report, will_default=False,
        risk=society.Risk(-1.0, -1.0, -1.0),
    )  # fmt: skip
    told = {**one.document(), "monthly_income": "9000.00", **changes}
    World(where.world).register([told])
    return Borrower(where, told)


def _line(one: Borrower) -> str:
    application = one.apply("5000.00", 12, product="credit_line", consents=CONSENTS)
    assert application["offer_id"], application
    return str(one.open_line(application["offer_id"])["id"])
