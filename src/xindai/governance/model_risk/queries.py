"""What was known of those whom our models judged lately."""

from __future__ import annotations

from datetime import date
from typing import Any

from xindai.base.db import Tx

JUDGED = {
    "application": "SELECT inputs -> 'features' AS features FROM decision WHERE on_day >= :since AND inputs <> '{}' ORDER BY id DESC LIMIT :most",
    "behaviour": "SELECT features FROM line_review WHERE on_day >= :since AND features <> '{}' ORDER BY id DESC LIMIT :most",
    "collection_score": "SELECT features FROM collection_case WHERE opened_on >= :since AND features IS NOT NULL ORDER BY id DESC LIMIT :most",
}
JUDGED["fraud"] = JUDGED["application"]


def judged(tx: Tx, use: str, *, since: date, most: int) -> list[dict[str, Any]]:
    """The features of up to `most` applicants (or lines) that a model judged from a day on, the newest first."""
    return [row["features"] for row in tx.rows(JUDGED[use], since=since, most=most)]
