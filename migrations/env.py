"""Runs the migrations on the engine it is given, each in a transaction of its own, never waiting long for a lock.

What the application may do with what a migration has made is granted in the same transaction (decision 0035).
"""

from typing import Any

import sqlalchemy
from alembic import context


def grant(ctx: Any, **_: Any) -> None:
    if ctx.connection.scalar(sqlalchemy.text("SELECT to_regproc('grant_to_application') IS NOT NULL")):
        ctx.connection.execute(sqlalchemy.text("SELECT grant_to_application()"))


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    connection.execute(sqlalchemy.text("SET lock_timeout = '10s'"))
    connection.commit()
    context.configure(
        connection=connection, transaction_per_migration=True, version_table="schema_version", on_version_apply=grant
    )
    with context.begin_transaction():
        context.run_migrations()
