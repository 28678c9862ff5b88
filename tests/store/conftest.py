import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from xindai.base import db, embedded
from xindai.base.crypto import KeyRing, load_ring
from xindai.base.db import Database

_numbers = itertools.count()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL, embedded."""
    home = tmp_path_factory.mktemp("server")
    yield embedded.attach(home)
    embedded.release(home)


@pytest.fixture(scope="session")
def migrated(server: str) -> str:
    """The name of a database that is up to date, to be copied."""
    db.migrate(_made(server, "migrated"))
    return "migrated"


@pytest.fixture
def database(server: str, migrated: str) -> Iterator[Database]:
    """A fresh database of its own, migrated, as the application works in it."""
    made = Database(embedded.for_application(_made(server, f"test_{next(_numbers)}", like=migrated)))
    yield made
    made.close()


@pytest.fixture
def owned(database: Database) -> Iterator[Database]:
    """The same, as its owner."""
    made = Database(database.url.replace("://xindai_app@", "://postgres@"))
    yield made
    made.close()


def _made(server: str, name: str, *, like: str = "template1") -> str:
    """The address of a new database."""
    engine = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name} TEMPLATE {like}"))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return load_ring(tmp_path / "keys")
