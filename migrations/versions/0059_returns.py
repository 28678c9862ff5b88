"""What a regulator is told of a month."""

from pathlib import Path

from alembic import op

revision = "0059"
down_revision = "0058"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
