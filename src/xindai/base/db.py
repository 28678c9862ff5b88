"""PostgreSQL: one engine, short transactions, SQL that stays visible."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy
from psycopg import Cursor
from psycopg.rows import dict_row
from sqlalchemy import Connection, Engine

from xindai.base import crash

LOCK_TIMEOUT = "10s"
MOST_CONNECTIONS = 24
"""Of an engine; half of them stay open."""


class Away(Exception):
    """A journey ended because the database was away; whoever asks again begins a new try of it."""


Row = Mapping[str, Any]
"""One row of an answer, by column."""


@dataclass(frozen=True, slots=True)
class Tx:
    """One transaction, the instant it is recorded at (UTC) and the business day that is open.

    Statements name their values (`:name`). They go to the driver directly: they are most of what a request costs.
    """

    cursor: Cursor[dict[str, Any]]
    at: datetime
    on: date

    def rows(self, sql: str, **values: Any) -> Sequence[Row]:
        """All rows of a query."""
        return self.cursor.execute(_driver_sql(sql), _bound(values)).fetchall()

    def row(self, sql: str, **values: Any) -> Row | None:
        """The one row of a query, or none; more than one is a bug."""
        found = self.cursor.execute(_driver_sql(sql), _bound(values)).fetchmany(2)
        assert len(found) < 2, sql
        return found[0] if found else None

    def value(self, sql: str, **values: Any) -> Any:
        """The first column of the first row, or none."""
        found = self.cursor.execute(_driver_sql(sql), _bound(values)).fetchone()
        return next(iter(found.values())) if found else None

    def run(self, sql: str, **values: Any) -> int:
        """Run a statement; the number of rows it touched."""
        return self.cursor.execute(_driver_sql(sql), _bound(values)).rowcount

    def run_many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement for each of `rows`, in one round trip."""
        if len(rows) == 1:
            self.run(sql, **rows[0])
        elif rows:
            self.cursor.executemany(_driver_sql(sql), [_bound(row) for row in rows])

    def csv(self, sql: str, **values: Any) -> bytes:
        """The rows of a query as CSV without a head, the fastest way out of the database for many of them."""
        with self.cursor.copy(f"COPY ({_driver_sql(sql)}) TO STDOUT WITH (FORMAT csv)", _bound(values)) as copying:
            return b"".join(copying)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Statements run inside go in one round trip; their answers are not looked at, their errors are raised."""
        with self.cursor.connection.pipeline():
            yield


def array(values: Iterable[str | int]) -> str:
    """Texts or numbers as a PostgreSQL array literal; cast it to its type in the statement."""
    return "{" + ",".join(str(one) if isinstance(one, int) else _quoted(one) for one in values) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_NAMED = re.compile(r"(?<![:\w]):([a-z_]\w*)")


@lru_cache(maxsize=1024)
def _driver_sql(sql: str) -> Any:
    """The statement with its values named as the driver wants them."""
    return _NAMED.sub(r"%(\1)s", sql.replace("%", "%%"))


_AS_THEY_ARE = {int, str, date, type(None), datetime, bool, bytes}


def _bound(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if type(value) in _AS_THEY_ARE else _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | tuple) else value


class Database:
    """The engine of one process."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = sqlalchemy.create_engine(
            _with_driver(url),
            pool_size=MOST_CONNECTIONS // 2,
            max_overflow=MOST_CONNECTIONS // 2,
            pool_pre_ping=False,
            connect_args={"options": f"-c lock_timeout={LOCK_TIMEOUT} -c timezone=UTC"},
        )

    @contextmanager
    def transaction(self, name: str = "", *, alone: bool = False) -> Iterator[Tx]:
        """Begin; commit if the block ends, roll back if it raises. `name` marks a step for crash tests.

        The business day does not turn under it. With `alone` it waits until all others have ended, and none begins before
        it has ended: so the day is turned. Because of that, no transaction waits for another inside it.
        """
        assert not _inside.get(), "a transaction inside another would wait for a day that waits for the other"
        with _one_at_a_time(), self.engine.begin() as connection:
            yield _begun(connection, f"SELECT * FROM transaction_begun({str(alone).lower()})")
            if name:
                crash.point(f"{name}: before commit")
        if name:
            crash.point(f"{name}: after commit")

    @contextmanager
    def snapshot(self) -> Iterator[Tx]:
        """A read-only transaction in which every query sees the same moment; the day may turn meanwhile."""
        with self.engine.connect() as plain:
            connection = plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield _begun(connection, _MOMENT)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


_inside: ContextVar[bool] = ContextVar("inside a transaction", default=False)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    before = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(before)


_MOMENT = "SELECT clock_timestamp() + make_interval(secs => shift_seconds) AS at, business_day FROM clock"


def _begun(connection: Connection, moment: str) -> Tx:
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor(row_factory=dict_row)
    now = cursor.execute(moment).fetchone()
    return Tx(cursor, now["at"], now["business_day"])


def _with_driver(url: str) -> str:
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url[len(plain) :]
    return url


def connections(url: str) -> int:
    """How many the server takes, from everybody together."""
    engine = sqlalchemy.create_engine(_with_driver(url))
    try:
        with engine.connect() as connection:
            return int(connection.scalar(sqlalchemy.text("SELECT current_setting('max_connections')")) or 0)
    finally:
        engine.dispose()


def migrate(url: str) -> None:
    """Bring the schema up to date, as its owner, and say what the application may do with it (decision 0035).

    Processes that start together take turns; each migration commits alone.
    """
    engine = sqlalchemy.create_engine(_with_driver(url))
    try:
        if _is_newest(engine):
            return
        from alembic import command
        from alembic.config import Config

        with engine.connect() as turn:
            turn.execute(sqlalchemy.text("SELECT pg_advisory_lock(72616)"))
            turn.commit()
            config = Config()
            config.set_main_option("script_location", str(_migrations()))
            config.attributes["engine"] = engine
            command.upgrade(config, "head")
            turn.execute(sqlalchemy.text("SELECT pg_advisory_unlock(72616)"))
            turn.commit()
    finally:
        engine.dispose()


def _is_newest(engine: Engine) -> bool:
    """Whether the last migration has been made: then what makes them need not be loaded."""
    newest = max(path.name[:4] for path in (_migrations() / "versions").glob("[0-9]*.py"))
    with engine.connect() as connection:
        if not connection.scalar(sqlalchemy.text("SELECT to_regclass('schema_version') IS NOT NULL")):
            return False
        return bool(connection.scalar(sqlalchemy.text("SELECT version_num FROM schema_version")) == newest)


def _migrations() -> Path:
    packaged = Path(__file__).parents[1] / "_migrations"
    return packaged if packaged.exists() else Path(__file__).parents[3] / "migrations"
