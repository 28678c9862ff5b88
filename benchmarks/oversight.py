"""What an evening looks at costs with years in the tables: it should cost what is new, not what is there.

Half a million payments of fifty thousand people over four hundred days, put there as rows; looked at beside a tenth of them. A day's notes
chained to a trail of a million, beside a tenth. People whose turn it is held against the terms of what is kept of them.
"""

import json
import tempfile
import time
from importlib import resources
from pathlib import Path

from benchmarks.result import Result
from xindai.base import audit, db, embedded
from xindai.base.db import Database, Tx
from xindai.governance.laundering import queries
from xindai.governance.laundering.model import Scenario, parse
from xindai.governance.rights import holdings
from xindai.governance.rights import operations as rights

PAYMENTS, DAYS = 500_000, 400
NOTES, A_DAY = 1_000_000, 400
TURNS = 5_000


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
            short, long = (_chained(database, notes) for notes in (NOTES // 10, NOTES))
            looked = _turned(database)
            database.close()
        finally:
            embedded.release(home)
    a_day = PAYMENTS // DAYS
    return [
        Result(f"an evening's look at {a_day:,} payments, {PAYMENTS:,} kept", whole * 1e3, "ms"),
        Result("the same with a tenth of the payments, a day and kept", small * 1e3, "ms"),
        Result(f"{A_DAY} notes chained to a trail of {NOTES:,}", long * 1e3, "ms", "to a tenth of it", short * 1e3),
        Result("people held against their terms, some of whom end", looked, "/s"),
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


def _chained(database: Database, notes: int) -> float:
    """How long a day's notes take to chain to a trail of so many."""
    with database.transaction() as tx:
        tx.run("SET LOCAL session_replication_role = replica")
        tx.run("TRUNCATE audit_link, audit_note")
        tx.run(
            "INSERT INTO audit_note (at, on_day, actor, action, subject, facts) SELECT now(), CAST(:on AS date) - n / :a_day,"
            " 'somebody', 'did', 'per' || n, '{}' FROM generate_series(CAST(:notes AS int), 1, -1) n",
            notes=notes,
            a_day=A_DAY,
            on=tx.on,
        )
        tx.run("INSERT INTO audit_link (note_id, hash) SELECT id, '' FROM audit_note ORDER BY id")
    with database.transaction() as tx:
        tx.run("ANALYZE audit_note")
        tx.run("ANALYZE audit_link")
        for number in range(A_DAY):
            audit.note(tx, actor="somebody", action="did", subject=str(number))
        began = time.perf_counter()
        assert audit.forge(tx) == A_DAY
        return time.perf_counter() - began


def _turned(database: Database) -> float:
    """How many people a second are held against the terms; a tenth of them have left, two years ago and more."""
    tables = holdings.parse(
        json.loads(resources.files("xindai.governance.rights").joinpath("holdings.json").read_text(encoding="utf-8"))
    )
    with database.transaction() as tx:
        tx.run("SET LOCAL session_replication_role = replica")
        tx.run(
            "INSERT INTO person (id, phone, phone_index, at) SELECT 'per' || n, '', int4send(n), now()"
            " - make_interval(days => CASE WHEN n >= :people * 9 / 10 THEN 800 ELSE 0 END)"
            " FROM generate_series(0, CAST(:people AS int) - 1) n",
            people=TURNS,
        )
        for table in ("application", "payment", "loan"):
            tx.run(
                f"DELETE FROM {table} WHERE person_id IN (SELECT 'per' || n FROM generate_series(CAST(:first AS int), CAST(:people AS int)) n)",
                first=TURNS * 9 // 10,
                people=TURNS,
            )
    with database.transaction() as tx:
        tx.run("ANALYZE person")
    began, ended = time.perf_counter(), 0
    while True:
        with database.transaction() as tx:
            looked, some = rights.erase_over(tx, tables, most=500)
        ended += some
        if looked < 500:
            break
    assert ended == TURNS // 10
    return TURNS / (time.perf_counter() - began)


def _fill(tx: Tx, payments: int) -> None:
    people = payments // 10
    tx.run("SET LOCAL session_replication_role = replica")
    for table in ("payment", "loan", "application"):
        tx.run(f"DELETE FROM {table}")
    tx.run(
        "INSERT INTO application (id, reference, person_id, product, amount, months, purpose, monthly_income, status, at)"
        " SELECT 'app' || n, 'app' || n, 'per' || n, 'c', 1, 12, 'shopping', 800000, 'accepted', now()"
        " FROM generate_series(0, CAST(:people AS int) - 1) n",
        people=people,
    )
    tx.run(
        "INSERT INTO loan (id, reference, offer_id, person_id, product, principal, annual_rate, months, status, disbursed_on,"
        " terms, at) SELECT 'loan' || n, 'loan' || n, 'loan' || n, 'per' || n, 'consumer_instalment@1', 600000, '0.1', 12,"
        " 'current', CAST(:on AS date) - (n % :days)::int, '{}', now() FROM generate_series(0, CAST(:people AS int) - 1) n",
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
