"""The lender's capital."""

from pathlib import Path

from alembic import op

revision = "0058"
down_revision = "0057"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
