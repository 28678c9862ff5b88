"""Agencies that ask for what is late on our behalf."""

from pathlib import Path

from alembic import op

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
