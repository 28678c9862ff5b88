"""Claims that are sold."""

from pathlib import Path

from alembic import op

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
