"""Runs the migrations on the engine it is given, each in a transaction of its own, never waiting long for a lock."""

import sqlalchemy
from alembic import context

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    connection.execute(sqlalchemy.text("SET lock_timeout = '10s'"))
    connection.commit()
    context.configure(connection=connection, transaction_per_migration=True, version_table="schema_version")
    with context.begin_transaction():
        context.run_migrations()
