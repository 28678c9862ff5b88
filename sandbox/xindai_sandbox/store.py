"""What the world remembers: one SQLite file, so that a bank killed in the night still knows its orders in the morning."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS person (id_number TEXT PRIMARY KEY, card_number TEXT, phone TEXT, document TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS person_card ON person (card_number);
CREATE INDEX IF NOT EXISTS person_phone ON person (phone);
CREATE TABLE IF NOT EXISTS bank_order (
    order_id TEXT PRIMARY KEY, kind TEXT NOT NULL, amount TEXT NOT NULL, currency TEXT NOT NULL, card TEXT NOT NULL,
    value_on TEXT NOT NULL, notify_url TEXT NOT NULL, status TEXT NOT NULL, reference TEXT NOT NULL, reason TEXT,
    place INTEGER, bank TEXT NOT NULL DEFAULT 'bank', in_part INTEGER NOT NULL DEFAULT 0, taken TEXT
);
CREATE INDEX IF NOT EXISTS bank_order_card ON bank_order (card, kind, status);
CREATE INDEX IF NOT EXISTS bank_order_waiting ON bank_order (value_on) WHERE status = 'accepted';
CREATE TABLE IF NOT EXISTS bank_line (
    bank TEXT NOT NULL, place INTEGER NOT NULL, kind TEXT NOT NULL, reference TEXT NOT NULL, order_id TEXT,
    minor INTEGER NOT NULL, booked_on TEXT NOT NULL, account TEXT, sender_name TEXT NOT NULL, sender_account TEXT NOT NULL,
    remark TEXT NOT NULL, PRIMARY KEY (bank, place)
);
CREATE UNIQUE INDEX IF NOT EXISTS bank_line_once ON bank_line (bank, reference);
CREATE INDEX IF NOT EXISTS bank_line_day ON bank_line (bank, booked_on, place);
CREATE INDEX IF NOT EXISTS bank_line_order ON bank_line (order_id);
CREATE TABLE IF NOT EXISTS bank_state (bank TEXT PRIMARY KEY, day TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS message (
    message_id TEXT PRIMARY KEY, phone TEXT NOT NULL, text TEXT NOT NULL, place INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS message_phone ON message (phone, place);
CREATE UNIQUE INDEX IF NOT EXISTS message_place ON message (place);
CREATE TABLE IF NOT EXISTS query_log (id INTEGER PRIMARY KEY, provider TEXT, id_number TEXT, reason TEXT, authorisation TEXT);
CREATE TABLE IF NOT EXISTS account_record (
    account TEXT NOT NULL, month TEXT NOT NULL, id_number TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (account, month)
);
"""

ADDED = "ALTER TABLE bank_order ADD COLUMN bank TEXT NOT NULL DEFAULT 'bank';"
BOOKED = """
INSERT INTO bank_line SELECT 'bank', row_number() OVER (ORDER BY place), kind, reference, order_id,
    CASE kind WHEN 'debit' THEN 1 ELSE -1 END * CAST(round(amount * 100) AS INTEGER), value_on, NULL, '', '', ''
    FROM bank_order WHERE status = 'settled';
INSERT INTO bank_state SELECT 'bank', max(value_on) FROM bank_order HAVING max(value_on) IS NOT NULL;
"""
"""What a world that was made before its banks kept lines lacks."""


class Store:
    """One connection, used from the event loop only."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        old = self._is_old()
        self._db.executescript((ADDED if old else "") + SCHEMA + (BOOKED if old else ""))
        for column in ("in_part INTEGER NOT NULL DEFAULT 0", "taken TEXT"):
            if column.split()[0] not in self._columns("bank_order"):
                self._db.execute(f"ALTER TABLE bank_order ADD COLUMN {column}")

    def _is_old(self) -> bool:
        """Whether the world was made before its banks kept lines."""
        columns = self._columns("bank_order")
        return bool(columns) and "bank" not in columns

    def _columns(self, table: str) -> set[str]:
        return {row["name"] for row in self._db.execute(f"PRAGMA table_info({table})")}

    def prepare(self, schema: str) -> None:
        """Tables of one provider's own."""
        self._db.executescript(schema)

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that is run inside, or nothing of it."""
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def row(self, sql: str, *values: Any) -> dict[str, Any] | None:
        """The first row, if there is one."""
        found = self._db.execute(sql, values).fetchone()
        return dict(found) if found else None

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """All rows."""
        return [dict(row) for row in self._db.execute(sql, values)]

    def run(self, sql: str, *values: Any) -> int:
        """Run; how many rows it touched."""
        return self._db.execute(sql, values).rowcount

    def person(self, column: str, value: str) -> dict[str, Any] | None:
        """A registered person by ID number, card or phone."""
        found = self.row(f"SELECT document FROM person WHERE {column} = ?", value)
        return json.loads(found["document"]) if found else None

    def people(self) -> Iterator[dict[str, Any]]:
        """Everybody who is registered."""
        return (json.loads(row["document"]) for row in self._db.execute("SELECT document FROM person"))

    def register(self, people: list[dict[str, Any]]) -> None:
        """Make people known to bank, bureau and identity provider."""
        rows = [
            (one["id_number"], one["card_number"], one["phone"], json.dumps(one, ensure_ascii=False)) for one in people
        ]
        with self.together():
            self._db.executemany("INSERT OR REPLACE INTO person VALUES (?, ?, ?, ?)", rows)
