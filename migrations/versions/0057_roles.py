"""Roles of the lender's own."""

from pathlib import Path

from alembic import op

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
