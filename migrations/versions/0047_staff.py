"""Staff are hired and leave by a command; passwords by Argon2, second factors sealed."""

from pathlib import Path

from alembic import op

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
