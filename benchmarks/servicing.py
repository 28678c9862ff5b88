"""Servicing a book: repayments one by one and by file, close of day, balances as of a day; each at ten times the size.

The peer is bare SQL that writes the same rows and thinks nothing.
"""

import os
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path

from benchmarks.result import Result
from xindai.base import db, embedded
from xindai.base.db import Database
from xindai.book.loss import operations as losing
from xindai.book.reporting import operations as reporting
from xindai.lending.ledger import operations as ledger
from xindai.lending.ledger import queries as books
from xindai.lending.life.model import Fact, FactKind
from xindai.lending.loans import operations as loans
from xindai.lending.loans import queries as lent
from xindai.lending.loans.model import LoanId
from xindai.products.catalogue.starter import CONSUMER
from xindai.values.money import Money

BEGAN = date(2026, 1, 1)
TEMPLATES = 300
SIZES = tuple(int(size) for size in os.environ.get("XINDAI_BOOK_SIZES", "10000,100000").split(","))
CHUNK = 500
Instalment = tuple[str, int]
"""A loan and what its next instalment comes to."""


def run() -> list[Result]:
    results = []
    with tempfile.TemporaryDirectory() as folder:
        url = embedded.attach(Path(folder))
        try:
            for size in SIZES:
                results += _measure(fresh(url, size), size)
        finally:
            embedded.release(Path(folder))
    return results


def fresh(server: str, size: int) -> str:
    plain = Database(server)
    with plain.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE book_{size}")
    plain.close()
    url = server.replace("/postgres?", f"/book_{size}?")
    db.migrate(url)
    return url


def _measure(url: str, size: int) -> list[Result]:
    database = Database(url)
    lend(database, size)
    day = BEGAN + timedelta(
        days=45
    )  # every loan is living; a thirtieth falls due each day, of which one in 20 is not paid
    for passed in range(45):
        on = BEGAN + timedelta(days=passed)
        for chunk in _chunks(instalments(database, "s.next_due_on = :on AND hashtext(s.loan_id) % 20 <> 0", on=on)):
            _post_filed(url, chunk)
        _close(database, on)
    with database.transaction() as tx:
        tx.run("ANALYZE")
    results = []
    paid = instalments(database, "s.next_due_on = :on AND hashtext(s.loan_id) % 20 <> 0", on=day)
    took = _spread(url, _post_filed, paid, 2)
    results.append(Result(f"the day's debits by file, {size:,} loans", len(paid) / took, "1/s"))
    took = _timed(lambda: _close(database, day))
    results.append(Result(f"close of day, {size:,} active loans", size / took, "loans/s", at_least=100_000))
    took = _timed(lambda: _told(database, day))
    results.append(Result(f"months told to the bureau, {size:,} loans", size / took, "loans/s"))
    took = _timed(lambda: _balance(database, day))
    results.append(Result(f"balance as of a day, {size:,} loans", took * 1e3, "ms"))
    ahead = instalments(database, "s.next_due_on > :on", on=day + timedelta(days=1))
    few = min(2000, size // 10)
    for clients in (1, 8):
        name = f"{clients} client{'s' if clients > 1 else ''}, {size:,} loans"
        (planned, odd, bare), ahead = _cut(ahead, few, 3), ahead[3 * few :]
        took_bare = _spread(url, _bare_each, bare, clients)
        for what, part, post in (("instalments", planned, _post_each), ("parts of instalments", odd, _post_parts)):
            rate, bare_rate = few / _spread(url, post, part, clients), few / took_bare
            aim = 2500 if clients == 8 else None
            results.append(
                Result(f"{what} one by one, {name}", rate, "1/s", "bare SQL, same rows", bare_rate, at_least=aim)
            )
    (planned, odd, bare), filed = _cut(ahead, size // 10, 3), size // 10
    bare_rate = filed / _spread(url, _bare_filed, bare, 2)
    for what, part, post in (("instalments", planned, _post_filed), ("parts of instalments", odd, _post_filed_parts)):
        rate, name = filed / _spread(url, post, part, 2), f"{what} by file, {size:,} loans"
        results.append(Result(name, rate, "1/s", "bare SQL, same rows", bare_rate, at_least=20_000))
    database.close()
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    results.append(Result(f"most memory of one process so far, {size:,} loans", peak, "MiB"))
    return results


def _cut(rows: list[Instalment], size: int, times: int) -> list[list[Instalment]]:
    return [rows[start * size : (start + 1) * size] for start in range(times)]


def _chunks(rows: list[Instalment]) -> list[list[Instalment]]:
    return [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]


def instalments(database: Database, which: str, *, on: date) -> list[Instalment]:
    """The next instalment of some loans, in an order of no meaning."""
    with database.transaction() as tx:
        return [
            (row["loan_id"], int(row["amount"]))
            for row in tx.rows(
                "SELECT s.loan_id, a.due_principal[s.paid_ahead + 1] + a.due_interest[s.paid_ahead + 1] AS amount"
                " FROM loan_standing s JOIN loan_ahead a USING (loan_id) WHERE a.due_on[s.paid_ahead + 2] IS NOT NULL"
                f" AND {which} ORDER BY md5(s.loan_id)", on=on,
            )
        ]  # fmt: skip


def _copied(column: str) -> str:
    """The id of the n-th copy of a loan."""
    return f"'loan_' || lpad((substr({column}, 6)::numeric + n * 1000)::text, 26, '0')"


def lend(database: Database, size: int) -> None:
    """A book of `size` loans: templates through the real door, then copies of them."""
    with database.transaction() as tx:
        tx.run("UPDATE clock SET business_day = :on", on=BEGAN)
        tx.run("INSERT INTO person (id, phone, phone_index, at) VALUES ('p', '', 'p', :at)", at=tx.at)
    for number in range(TEMPLATES):
        on = BEGAN - timedelta(days=number % 30)
        with database.transaction() as tx:
            loan_id = LoanId(f"loan_{number:026d}")
            loans.open_loan(
                tx, loan_id=loan_id, offer_id=f"offer_{number}", person_id="p", product=CONSUMER,
                principal=Money(500_00 + 100_00 * number), annual_rate="0.144", months=12,
            )  # fmt: skip
            loans.disburse(tx, loan_id=loan_id, product=CONSUMER, on=on)
    copies = size // TEMPLATES - 1
    with database.transaction() as tx:
        columns = "product, principal, annual_rate, months, status, disbursed_on, terms, at"
        tx.run(
            f"INSERT INTO loan (id, reference, offer_id, person_id, {columns}) SELECT {_copied('id')}, reference || n,"
            f" offer_id || '_' || n, person_id, {columns} FROM loan, generate_series(1, :copies) n",
            copies=copies,
        )
        for table in ("loan_standing", "loan_ahead"):
            names = ", ".join(row["column_name"] for row in tx.rows(
                "SELECT column_name FROM information_schema.columns WHERE table_name = :table AND column_name <> 'loan_id'",
                table=table,
            ))  # fmt: skip
            tx.run(
                f"INSERT INTO {table} (loan_id, {names}) SELECT {_copied('loan_id')}, {names}"
                f" FROM {table}, generate_series(1, :copies) n", copies=copies,
            )  # fmt: skip


def _close(database: Database, on: date) -> None:
    """The lending part of a close of day, its folds dealt to two processes where they are many."""
    with database.transaction() as tx:
        loans.turn(tx, on=on)
        changed = lent.count_changed(tx, on=on)
    if changed > 2 * CHUNK:
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(_fold_part, [database.url] * 2, [on] * 2, range(2), [2] * 2))
    else:
        _fold_part(database.url, on, 0, 1)
    with database.transaction() as tx:
        loans.accrue(tx, on=on, cause=f"accrual|{on}")
        losing.age(tx, on=on, co_lent=())
        ledger.close_day(tx, on=on, loans=0)
        tx.run("UPDATE clock SET business_day = :on", on=on + timedelta(days=1))


def _fold_part(url: str, on: date, part: int, of: int) -> None:
    database, after = _database(url), ""
    while True:
        with database.transaction() as tx:
            ids = lent.changed(tx, part=part, of=of, after=after, most=CHUNK, on=on)
            loans.fold_changed(tx, loan_ids=ids, on=on, cause=f"{on}|{part}|{after}")
        if len(ids) < CHUNK:
            return
        after = ids[-1]


def _told(database: Database, on: date) -> None:
    """What the bureau is told of every loan, as of a day."""
    with database.transaction() as tx:
        ids = [row["id"] for row in tx.rows("SELECT id FROM loan ORDER BY id")]
    for start in range(0, len(ids), CHUNK):
        with database.transaction() as tx:
            reporting.prepare(tx, ids[start : start + CHUNK], month=on.replace(day=1), on=on)


def _balance(database: Database, on: date) -> None:
    with database.transaction() as tx:
        books.trial_balance(tx, on=on)


def _spread(
    url: str, do: Callable[[str, Sequence[Instalment]], None], rows: Sequence[Instalment], clients: int
) -> float:
    with ProcessPoolExecutor(clients) as pool:
        list(pool.map(_warm, [url] * clients))
        began = time.perf_counter()
        list(pool.map(do, [url] * clients, [rows[client::clients] for client in range(clients)]))
        return time.perf_counter() - began


_databases: dict[tuple[int, str], Database] = {}


def _warm(url: str) -> None:
    with _database(url).transaction():
        time.sleep(0.3)


def _database(url: str) -> Database:
    """The one of this process: a connection does not survive a fork."""
    here = (os.getpid(), url)
    if here not in _databases:
        _databases[here] = Database(url)
    return _databases[here]


def _post_each(url: str, rows: Sequence[Instalment]) -> None:
    for loan_id, amount in rows:
        with _database(url).transaction() as tx:
            loans.record(tx, loan_id=loan_id, fact=Fact(f"each|{loan_id}", FactKind.REPAYMENT, tx.on, amount))


def _post_parts(url: str, rows: Sequence[Instalment]) -> None:
    _post_each(url, [(loan_id, amount // 2) for loan_id, amount in rows])


def _bare_each(url: str, rows: Sequence[Instalment]) -> None:
    for loan_id, _ in rows:
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


def _post_filed(url: str, rows: Sequence[Instalment]) -> None:
    for chunk in _chunks(list(rows)):
        with _database(url).transaction() as tx:
            facts = [
                (loan_id, Fact(f"file|{loan_id}|{tx.on}", FactKind.REPAYMENT, tx.on, amount))
                for loan_id, amount in chunk
            ]
            loans.record_many(tx, facts=facts, cause=f"file|{tx.on}|{chunk[0][0]}")


def _post_filed_parts(url: str, rows: Sequence[Instalment]) -> None:
    _post_filed(url, [(loan_id, amount // 2) for loan_id, amount in rows])


def _bare_filed(url: str, rows: Sequence[Instalment]) -> None:
    for chunk in _chunks(list(rows)):
        ids = "{" + ",".join(loan_id for loan_id, _ in chunk) + "}"
        with _database(url).transaction() as tx:
            tx.run("SELECT 1 FROM loan WHERE id = ANY(:ids) ORDER BY id FOR UPDATE", ids=ids)
            tx.run(
                "INSERT INTO loan_fact (id, loan_id, number, kind, on_day, amount, recorded_on, at)"
                " SELECT 'bare|' || id, id, 1000000, 'fee', :on, 1, :on, :at FROM unnest(CAST(:ids AS text[])) AS ids (id)",
                ids=ids, on=tx.on, at=tx.at,
            )  # fmt: skip
            tx.run("UPDATE loan_standing SET next_due_on = next_due_on + 30 WHERE loan_id = ANY(:ids)", ids=ids)
            tx.run(
                "WITH e AS (INSERT INTO ledger_entry (cause, kind, on_day, at) VALUES (:cause, 'bare', :on, :at) RETURNING id)"
                " INSERT INTO ledger_line SELECT e.id, a, m, 'CNY' FROM e, (VALUES ('cash', 5), ('principal', -5)) v (a, m)",
                cause=f"bare file|{chunk[0][0]}", on=tx.on, at=tx.at,
            )  # fmt: skip


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began
