"""The application's own role."""

from pathlib import Path

from alembic import op

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
