"""What was known of those whom our models judged lately, who answered about them, and how often people judged otherwise."""

from __future__ import annotations

from datetime import date
from typing import Any

from xindai.base.db import Tx
from xindai.governance.model_risk.outcomes import Answered, Overrides

_APPLICANTS = "SELECT inputs -> 'features' AS features FROM decision WHERE on_day >= :since AND inputs <> '{{}}' {} ORDER BY id DESC LIMIT :most"
JUDGED = {
    "application": _APPLICANTS.format("AND inputs #>> '{file,business_months}' IS NULL"),
    "business": _APPLICANTS.format("AND inputs #>> '{file,business_months}' IS NOT NULL"),
    "fraud": _APPLICANTS.format(""),
    "behaviour": "SELECT features FROM line_review WHERE on_day >= :since AND features <> '{}' ORDER BY id DESC LIMIT :most",
    "collection_score": "SELECT features FROM collection_case WHERE opened_on >= :since AND features IS NOT NULL ORDER BY id DESC LIMIT :most",
}


def judged(tx: Tx, use: str, *, since: date, most: int) -> list[dict[str, Any]]:
    """The features of up to `most` applicants (or lines) that a model judged from a day on, the newest first."""
    return [row["features"] for row in tx.rows(JUDGED[use], since=since, most=most)]


def answered(tx: Tx, *, since: date) -> list[Answered]:
    """Who answered about those who were judged from a day on, by day."""
    rows = tx.rows(
        "SELECT on_day, count(*) AS judged, count(*) FILTER (WHERE inputs ->> 'bureau_answered' = 'true') AS bureau,"
        " count(*) FILTER (WHERE inputs ->> 'behaviour_answered' = 'true') AS behaviour,"
        " count(*) FILTER (WHERE inputs ->> 'social_answered' = 'true') AS social"
        " FROM decision WHERE on_day >= :since AND inputs <> '{}' GROUP BY on_day ORDER BY on_day",
        since=since,
    )
    sources = ("bureau", "behaviour", "social")
    return [Answered(row["on_day"], row["judged"], {name: row[name] for name in sources}) for row in rows]


def overrides(tx: Tx, *, since: date) -> Overrides:
    """How often people judged otherwise than a strategy that declined, from a day on."""
    row = tx.row(
        "SELECT count(*) AS declined, count(r.id) AS looked_at, count(r.id) FILTER (WHERE r.status = 'approved') AS let_in"
        " FROM decision d LEFT JOIN LATERAL (SELECT id, status FROM review WHERE application_id = d.application_id"
        " ORDER BY status = 'approved' DESC LIMIT 1) r ON true WHERE d.on_day >= :since AND d.outcome = 'decline'",
        since=since,
    )
    assert row is not None
    return Overrides(row["declined"], row["looked_at"], row["let_in"])
