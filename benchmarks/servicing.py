"""Servicing a book: repayments one by one and by file, close of day, balances as of a day; each at ten times the size.

The peer is bare SQL that writes the same rows and thinks nothing.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path

from benchmarks.result import Result
from xindai.base import db, embedded
from xindai.base.db import Database
from xindai.lending.ledger import operations as ledger
from xindai.lending.ledger import queries as books
from xindai.lending.life.model import Fact, FactKind
from xindai.lending.loans import operations as loans
from xindai.lending.loans import queries as lent
from xindai.lending.loans.model import LoanId
from xindai.products.catalogue.model import CONSUMER
from xindai.values.money import Money

BEGAN = date(2026, 1, 1)
TEMPLATES = 300
SIZES = tuple(int(size) for size in os.environ.get("XINDAI_BOOK_SIZES", "10000,100000").split(","))
CHUNK = 500


def run() -> list[Result]:
    results = []
    with tempfile.TemporaryDirectory() as folder:
        url = embedded.attach(Path(folder))
        try:
            for size in SIZES:
                results += _measure(_fresh(url, size), size)
        finally:
            embedded.release(Path(folder))
    return results


def _fresh(server: str, size: int) -> str:
    plain = Database(server)
    with plain.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE book_{size}")
    plain.close()
    url = server.replace("/postgres?", f"/book_{size}?")
    db.migrate(url)
    return url


def _measure(url: str, size: int) -> list[Result]:
    database = Database(url)
    _lend(database, size)
    day = BEGAN + timedelta(days=45)  # every loan is living, a thirtieth falls due each day, some are late
    for closed in range(45):
        _close(database, BEGAN + timedelta(days=closed), folds=closed == 44)
    results = []
    ids = _ids(database, size)
    took = _timed(lambda: _close(database, day, folds=True))
    results.append(Result(f"close of day, {size:,} active loans", size / took, "loans/s"))
    with database.transaction() as tx:
        tx.run("ANALYZE")
    took = _timed(lambda: _balance(database, day))
    results.append(Result(f"balance as of a day, {size:,} loans", took * 1e3, "ms"))
    few = ids[: min(2000, size // 5)]
    for clients in (1, 8):
        part = few[: len(few) // 2] if clients == 1 else few[len(few) // 2 :]
        took = _spread(url, _post_each, part, clients)
        bare = _spread(url, _bare_each, part, clients)
        name = f"repayments one by one, {clients} client{'s' if clients > 1 else ''}, {size:,} loans"
        results.append(Result(name, len(part) / took, "1/s", "bare SQL, same rows", len(part) / bare))
    filed = ids[len(few) : len(few) + size // 5]
    took = _spread(url, _post_file, filed, 2)
    results.append(Result(f"repayments by file, {size:,} loans", len(filed) / took, "1/s"))
    database.close()
    return results


def _lend(database: Database, size: int) -> None:
    """A book of `size` loans: templates through the real door, then copies of them."""
    with database.transaction() as tx:
        tx.run("UPDATE clock SET business_day = :on", on=BEGAN)
    for number in range(TEMPLATES):
        on = BEGAN - timedelta(days=number % 30)
        with database.transaction() as tx:
            loan_id = LoanId(f"loan_{number:06d}")
            loans.open_loan(
                tx, loan_id=loan_id, offer_id=f"offer_{number}", person_id="p", product=CONSUMER,
                principal=Money(500_00 + 100_00 * number), annual_rate="0.144", months=12,
            )  # fmt: skip
            loans.disburse(tx, loan_id=loan_id, product=CONSUMER, on=on)
    copies = size // TEMPLATES - 1
    with database.transaction() as tx:
        columns = "product, principal, annual_rate, months, status, disbursed_on, terms, at"
        tx.run(
            f"INSERT INTO loan (id, reference, offer_id, person_id, {columns}) SELECT id || '_' || n, reference || n,"
            f" offer_id || '_' || n, person_id, {columns} FROM loan, generate_series(1, :copies) n",
            copies=copies,
        )
        names = [row["column_name"] for row in tx.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'loan_standing' AND column_name <> 'loan_id'"
        )]  # fmt: skip
        tx.run(
            f"INSERT INTO loan_standing (loan_id, {', '.join(names)}) SELECT loan_id || '_' || n, {', '.join(names)}"
            " FROM loan_standing, generate_series(1, :copies) n", copies=copies,
        )  # fmt: skip


def _ids(database: Database, size: int) -> list[str]:
    with database.transaction() as tx:
        return [row["id"] for row in tx.rows("SELECT id FROM loan ORDER BY md5(id) LIMIT :size", size=size)]


def _close(database: Database, on: date, *, folds: bool) -> None:
    """The lending part of a close of day. Days before the measured one skip to it: their loans are folded once."""
    if folds:
        with database.transaction() as tx:
            loans.turn(tx, on=on)
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(_fold_part, [database.url] * 2, [on] * 2, range(2)))
        with database.transaction() as tx:
            loans.accrue(tx, on=on, cause=f"accrual|{on}")
            ledger.close_day(tx, on=on, loans=0)
    with database.transaction() as tx:
        tx.run("UPDATE clock SET business_day = :on", on=on + timedelta(days=1))


def _fold_part(url: str, on: date, part: int) -> None:
    database, after = Database(url), ""
    while True:
        with database.transaction() as tx:
            ids = lent.changed(tx, part=part, of=2, after=after, most=CHUNK, on=on)
            loans.fold_changed(tx, loan_ids=ids, on=on, cause=f"{on}|{part}|{after}")
        if len(ids) < CHUNK:
            break
        after = ids[-1]
    database.close()


def _balance(database: Database, on: date) -> None:
    with database.transaction() as tx:
        books.trial_balance(tx, on=on)


def _spread(url: str, do: Callable[[str, Sequence[str]], None], ids: Sequence[str], clients: int) -> float:
    with ProcessPoolExecutor(clients) as pool:
        list(pool.map(_warm, [url] * clients))
        began = time.perf_counter()
        list(pool.map(do, [url] * clients, [ids[client::clients] for client in range(clients)]))
        return time.perf_counter() - began


_databases: dict[str, Database] = {}


def _warm(url: str) -> None:
    with _database(url).transaction():
        time.sleep(0.3)


def _database(url: str) -> Database:
    if url not in _databases:
        _databases[url] = Database(url)
    return _databases[url]


def _post_each(url: str, ids: Sequence[str]) -> None:
    for loan_id in ids:
        with _database(url).transaction() as tx:
            loans.record(tx, loan_id=loan_id, fact=Fact(f"each|{loan_id}", FactKind.REPAYMENT, tx.on, 50_00))


def _bare_each(url: str, ids: Sequence[str]) -> None:
    for loan_id in ids:
        with _database(url).transaction() as tx:
            tx.run("SELECT 1 FROM loan WHERE id = :id FOR UPDATE", id=loan_id)
            tx.run(
                "INSERT INTO loan_fact (id, loan_id, number, kind, on_day, amount, recorded_on, at)"
                " VALUES (:id, :loan, 1000000, 'fee', :on, 1, :on, :at)",
                id=f"bare|{loan_id}", loan=loan_id, on=tx.on, at=tx.at,
            )  # fmt: skip
            tx.run("UPDATE loan_standing SET received = received WHERE loan_id = :id", id=loan_id)
            tx.run(
                "WITH e AS (INSERT INTO ledger_entry (cause, kind, on_day, at) VALUES (:id, 'bare', :on, :at) RETURNING id)"
                " INSERT INTO ledger_line SELECT e.id, a, m, 'CNY' FROM e, (VALUES ('cash', 5), ('principal', -5)) v (a, m)",
                id=f"bare|{loan_id}", on=tx.on, at=tx.at,
            )  # fmt: skip


def _post_file(url: str, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        with _database(url).transaction() as tx:
            facts = [(loan_id, Fact(f"file|{loan_id}", FactKind.REPAYMENT, tx.on, 50_00)) for loan_id in chunk]
            loans.record_many(tx, facts=facts, cause=f"file|{chunk[0]}")


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began
