"""The data map says of every column of the database what it is, and says nothing that is not so."""

import json
from importlib import resources

from xindai.base.crypto import SEALED_COLUMNS
from xindai.base.db import Database
from xindai.governance.rights import holdings

TABLES = holdings.parse(
    json.loads(resources.files("xindai.governance.rights").joinpath("holdings.json").read_text(encoding="utf-8"))
)
COLUMNS = """
SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t
  ON t.table_name = c.table_name AND t.table_schema = c.table_schema
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
"""
SECRETS = {
    "staff_member": {"password_hash", "salt", "totp_secret", "password_phc", "totp_sealed"},
    "session": {"token_hash"},
    "phone_code": {"code_hash"},
    "face_check": {"token", "url"},
}
"""Credentials, and what leads to a face: hashed, or sealed."""


def test_every_column_is_declared_and_nothing_else_is(database: Database) -> None:
    with database.snapshot() as tx:
        real: dict[str, set[str]] = {}
        for row in tx.rows(COLUMNS):
            real.setdefault(row["table_name"], set()).add(row["column_name"])
    assert {name: set(one.columns) for name, one in TABLES.items()} == real


def test_what_is_sealed_is_personal_and_what_is_secret_is_never_in_the_clear() -> None:
    for table, _, columns in SEALED_COLUMNS:
        for column in columns:
            assert TABLES[table].columns[column] in {"C2", "C3"} or table == "merchant", f"{table}.{column}"
    found = {name: {c for c, kind in one.columns.items() if kind == "C3"} for name, one in TABLES.items()}
    assert {name: columns for name, columns in found.items() if columns} == SECRETS


def test_what_holds_nothing_personal_points_at_nobody() -> None:
    for one in TABLES.values():
        if one.group.name == "own":
            assert set(one.columns.values()) == {"none"}, one.name
            assert "person_id" not in one.columns, one.name
        else:
            assert one.columns.get("person_id", "C1") == "C1", one.name
