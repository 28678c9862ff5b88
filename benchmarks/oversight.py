"""What an evening's look at money costs with a year of payments in the tables: it should cost what moved that day.

Half a million payments of fifty thousand people over four hundred days, put there as rows; looked at beside a tenth of them.
"""

import json
import tempfile
import time
from importlib import resources
from pathlib import Path

from benchmarks.result import Result
from xindai.base import db, embedded
from xindai.base.db import Database, Tx
from xindai.governance.laundering import queries
from xindai.governance.laundering.model import Scenario, parse

PAYMENTS, DAYS = 500_000, 400


def run() -> list[Result]:
    text = resources.files("xindai.governance.laundering").joinpath("scenarios.json").read_text(encoding="utf-8")
    scenarios = [one for one in parse(json.loads(text)) if one.id in queries.SEEN]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "server"
        url = embedded.attach(home)
        try:
            db.migrate(url)
            database = Database(url)
            small = _looked_at(database, scenarios, PAYMENTS // 10)
            whole = _looked_at(database, scenarios, PAYMENTS)
            database.close()
        finally:
            embedded.release(home)
    a_day = PAYMENTS // DAYS
    return [
        Result(f"an evening's look at {a_day:,} payments, {PAYMENTS:,} kept", whole * 1e3, "ms"),
        Result("the same with a tenth of the payments, a day and kept", small * 1e3, "ms"),
    ]


def _looked_at(database: Database, scenarios: list[Scenario], payments: int) -> float:
    with database.transaction() as tx:
        _fill(tx, payments)
    with database.transaction() as tx:
        tx.run("ANALYZE payment")
        tx.run("ANALYZE loan")
    best = float("inf")
    with database.snapshot() as tx:
        for _ in range(3):
            began = time.perf_counter()
            for scenario in scenarios:
                queries.seen(tx, scenario, on=tx.on)
            best = min(best, time.perf_counter() - began)
    return best


def _fill(tx: Tx, payments: int) -> None:
    people = payments // 10
    tx.run("SET LOCAL session_replication_role = replica")
    for table in ("payment", "loan", "application"):
        tx.run(f"DELETE FROM {table}")
    tx.run(
        "INSERT INTO application (id, reference, person_id, product, amount, months, purpose, monthly_income, status, at)"
        " SELECT 'app' || n, 'app' || n, 'per' || n, 'c', 1, 12, 'shopping', 800000, 'accepted', now()"
        " FROM generate_series(0, :people - 1) n",
        people=people,
    )
    tx.run(
        "INSERT INTO loan (id, reference, offer_id, person_id, product, principal, annual_rate, months, status, disbursed_on,"
        " terms, at) SELECT 'loan' || n, 'loan' || n, 'loan' || n, 'per' || n, 'consumer_instalment@1', 600000, '0.1', 12,"
        " 'current', CAST(:on AS date) - (n % :days)::int, '{}', now() FROM generate_series(0, :people - 1) n",
        people=people,
        days=DAYS,
        on=tx.on,
    )
    tx.run(
        "INSERT INTO payment (id, kind, loan_id, amount, currency, intent, status, value_on, settled_on, at, person_id)"
        " SELECT 'pay' || n, 'collection', 'loan' || n % :people, 50000 + n % 999, 'CNY', 'due', 'settled',"
        " CAST(:on AS date) - (n % :days)::int, CAST(:on AS date) - (n % :days)::int, now(), 'per' || n % :people"
        " FROM generate_series(0, :payments - 1) n",
        people=people,
        payments=payments,
        days=DAYS,
        on=tx.on,
    )
