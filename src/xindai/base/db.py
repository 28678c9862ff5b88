"""PostgreSQL: one engine, short transactions, SQL that stays visible."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, RowMapping, TextClause

from xindai.base import crash

LOCK_TIMEOUT = "10s"


@dataclass(frozen=True, slots=True)
class Tx:
    """One transaction, the instant it is recorded at (UTC) and the business day that is open."""

    connection: Connection
    at: datetime
    on: date

    def rows(self, sql: str, **values: Any) -> Sequence[RowMapping]:
        """All rows of a query."""
        return self.connection.execute(_text(sql), _bound(values)).mappings().all()

    def row(self, sql: str, **values: Any) -> RowMapping | None:
        """The one row of a query, or none; more than one is a bug."""
        return self.connection.execute(_text(sql), _bound(values)).mappings().one_or_none()

    def value(self, sql: str, **values: Any) -> Any:
        """The first column of the first row, or none."""
        return self.connection.execute(_text(sql), _bound(values)).scalar()

    def run(self, sql: str, **values: Any) -> int:
        """Run a statement; the number of rows it touched."""
        return self.connection.execute(_text(sql), _bound(values)).rowcount

    def run_many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement for each of `rows`, in one round trip where the driver can."""
        if rows:
            self.connection.execute(_text(sql), [_bound(row) for row in rows])


@lru_cache(maxsize=1024)
def _text(sql: str) -> TextClause:
    return sqlalchemy.text(sql)


def _bound(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | tuple) else value
        for name, value in values.items()
    }


class Database:
    """The engine of one process."""

    def __init__(self, url: str, *, pool: int = 12) -> None:
        self.url = url
        self.engine: Engine = sqlalchemy.create_engine(
            _with_driver(url),
            pool_size=pool,
            max_overflow=pool,
            pool_pre_ping=False,
            connect_args={"options": f"-c lock_timeout={LOCK_TIMEOUT} -c timezone=UTC"},
        )

    @contextmanager
    def transaction(self, name: str = "") -> Iterator[Tx]:
        """Begin; commit if the block ends, roll back if it raises. `name` marks a step for crash tests."""
        with self.engine.begin() as connection:
            yield _begun(connection)
            if name:
                crash.point(f"{name}: before commit")
        if name:
            crash.point(f"{name}: after commit")

    @contextmanager
    def snapshot(self) -> Iterator[Tx]:
        """A read-only transaction in which every query sees the same moment."""
        with self.engine.connect() as plain:
            connection = plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield _begun(connection)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _begun(connection: Connection) -> Tx:
    now = connection.execute(
        _text("SELECT clock_timestamp() + make_interval(secs => shift_seconds) AS at, business_day FROM clock")
    ).one()
    return Tx(connection=connection, at=now.at, on=now.business_day)


def _with_driver(url: str) -> str:
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url[len(plain) :]
    return url


def migrate(url: str) -> None:
    """Bring the schema up to date. Processes that start together take turns; each migration commits alone."""
    from alembic import command
    from alembic.config import Config

    engine = sqlalchemy.create_engine(_with_driver(url))
    try:
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


def _migrations() -> Path:
    packaged = Path(__file__).parents[1] / "_migrations"
    return packaged if packaged.exists() else Path(__file__).parents[3] / "migrations"
