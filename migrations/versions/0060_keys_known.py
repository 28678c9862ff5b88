"""Which key each process seals by."""

from pathlib import Path

from alembic import op

revision = "0060"
down_revision = "0059"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
