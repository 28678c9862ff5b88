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


@pytest.fixture
def database(server: str) -> Iterator[Database]:
    """A fresh database of its own, migrated."""
    name = f"test_{next(_numbers)}"
    engine = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    url = server.replace("/postgres?", f"/{name}?")
    db.migrate(url)
    made = Database(url)
    yield made
    made.close()


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return load_ring(tmp_path / "keys")
