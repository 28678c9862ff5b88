"""The application's role owns no table: what only grows it adds to, whatever a bug or an injected statement asks for."""

from pathlib import Path

import psycopg
import pytest
import sqlalchemy

from xindai.base import db, embedded
from xindai.base.db import Database

FIXED = """
SELECT c.relname AS name, bool_or(t.tgtype & 16 <> 0) AS no_update, bool_or(t.tgtype & 8 <> 0) AS no_delete
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgfoid IN ('refuse_change'::regproc, 'version_is_fixed'::regproc) GROUP BY c.relname ORDER BY c.relname
"""


def test_it_may_not_do_what_the_triggers_refuse(database: Database) -> None:
    with database.transaction() as tx:
        assert tx.value("SELECT session_user::text") == "xindai_app"
        rows = tx.rows(FIXED)
        assert {"audit_note", "ledger_line", "loan_fact", "decision", "model_version"} <= {row["name"] for row in rows}
        may = "SELECT has_table_privilege(current_user, CAST(:name AS text), CAST(:what AS text))"
        for row in rows:
            for what, is_refused in (("UPDATE", True), ("DELETE", row["no_delete"]), ("TRUNCATE", True)):
                assert not (is_refused and tx.value(may, name=row["name"], what=what)), (row["name"], what)
            assert tx.value(may, name=row["name"], what="INSERT")


def test_every_other_table_is_its_own_to_write_but_not_to_alter(database: Database) -> None:
    with database.transaction() as tx:
        tables = [row["name"] for row in tx.rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")]
        owned = tx.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        assert owned == 0
        cannot = [
            name
            for name in tables
            if not tx.value(
                "SELECT has_table_privilege(current_user, CAST(:name AS text), 'SELECT, INSERT')", name=name
            )
        ]
        assert cannot == []
        assert not tx.value("SELECT has_table_privilege(current_user, 'schema_version', 'INSERT')")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit_note DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DROP TABLE audit_link",
        "CREATE TABLE elsewhere (x int)",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "SET ROLE postgres",
        "SELECT grant_to_application()",
        "COPY audit_note TO '/tmp/taken'",
        "UPDATE model_version SET scorecard = '{}'",
        "UPDATE product_version SET document = '{}'",
        "UPDATE decision SET outcome = 'approve'",
        "UPDATE schema_version SET version_num = '0001'",
    ],
)
def test_what_would_loosen_it_is_refused(database: Database, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.transaction() as tx:
        tx.run(statement)


@pytest.mark.parametrize(
    "made",
    [
        ["CREATE ROLE xindai_app LOGIN", "CREATE ROLE lender LOGIN", "GRANT xindai_app TO lender"],
        ["CREATE ROLE lender LOGIN CREATEROLE"],
    ],
    ids=["an administrator made the role", "the owner makes it"],
)
def test_an_owner_who_is_no_superuser_works_as_well(tmp_path: Path, made: list[str]) -> None:
    """As at a hosted PostgreSQL, where the owner owns one database."""
    server = embedded.attach(tmp_path)
    engine = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in (*made, "CREATE DATABASE hosted OWNER lender"):
            connection.execute(sqlalchemy.text(statement))
    engine.dispose()
    hosted = server.replace("/postgres?", "/hosted?")
    db.migrate(hosted.replace("://postgres@", "://lender@"))
    works = Database(embedded.for_application(hosted))
    with works.transaction() as tx:
        assert tx.value("SELECT has_schema_privilege(current_user, 'dbos', 'CREATE')")
        assert tx.run("UPDATE clock SET business_day = business_day") == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege), works.transaction() as tx:
        tx.run("DELETE FROM audit_note")
    works.close()
    embedded.release(tmp_path)
