"""Questions about consent. A grant of words that no longer stand, or of a term that is over, is none."""

from __future__ import annotations

import json
from collections.abc import Sequence

from xindai.base.db import Row, Tx, array
from xindai.onboarding.consent.model import ConsentMissing, Grant, GrantId, GrantMissing, Kept, Scope, Text, text_of

_STANDING = (
    "SELECT g.* FROM consent_grant g JOIN consent_text t ON t.hash = g.text_hash AND t.stands"
    " WHERE g.person_id = :person AND g.withdrawn_at IS NULL AND g.valid_until > :at"
)


def required(tx: Tx, *, person_id: str, scope: Scope) -> Grant:
    """The grant that stands now. Refuses ConsentMissing."""
    grant = standing(tx, person_id=person_id, scope=scope)
    if grant is None:
        raise ConsentMissing(scope=scope.value, field="consents")
    return grant


def standing(tx: Tx, *, person_id: str, scope: Scope) -> Grant | None:
    """The grant that stands now, or none."""
    row = tx.row(
        f"{_STANDING} AND g.scope = :scope ORDER BY g.granted_at DESC LIMIT 1",
        person=person_id,
        scope=scope.value,
        at=tx.at,
    )
    return _grant(row) if row else None


def granted(tx: Tx, person_id: str) -> list[Grant]:
    """Every standing grant of a person, one a scope."""
    rows = tx.rows(f"{_STANDING} ORDER BY g.granted_at", person=person_id, at=tx.at)
    found = {one.scope: one for one in map(_grant, rows)}
    return [found[scope] for scope in Scope if scope in found]


def granting(tx: Tx, people: Sequence[str], scope: Scope) -> list[Grant]:
    """The standing grants of a scope that these people have given, one each at most."""
    rows = tx.rows(
        "SELECT DISTINCT ON (g.person_id) g.* FROM consent_grant g JOIN consent_text t ON t.hash = g.text_hash AND t.stands"
        " WHERE g.person_id = ANY(CAST(:people AS text[])) AND g.scope = :scope AND g.withdrawn_at IS NULL"
        " AND g.valid_until > :at ORDER BY g.person_id, g.granted_at DESC",
        people=array(people),
        scope=scope.value,
        at=tx.at,
    )
    return [_grant(row) for row in rows]


def held(tx: Tx, grant: Grant) -> bool:
    """Whether a grant still stands; if so, it cannot be taken back before this transaction ends.

    What was read under it is kept in such a transaction, so that a withdrawal finds it and nothing comes after.
    """
    found = tx.value("SELECT 1 FROM consent_grant WHERE id = :id AND withdrawn_at IS NULL FOR SHARE", id=grant.id)
    return found is not None


def history(tx: Tx, person_id: str) -> list[Kept]:
    """Every grant that a person ever gave, newest first."""
    return [
        Kept(
            grant=_grant(row),
            text_hash=row["text_hash"],
            device=row["device"],
            withdrawn_at=row["withdrawn_at"],
            record=row["record"],
            signature=row["signature"],
        )
        for row in tx.rows(
            "SELECT * FROM consent_grant WHERE person_id = :person ORDER BY granted_at DESC, id DESC", person=person_id
        )
    ]


def own(tx: Tx, grant_id: str, *, person_id: str) -> Kept:
    """One grant of a person. Refuses GrantMissing."""
    found = next((one for one in history(tx, person_id) if one.grant.id == grant_id), None)
    if found is None:
        raise GrantMissing(field="consent")
    return found


def text(tx: Tx, scope: Scope) -> Text:
    """Today's words of a scope."""
    return _text(tx.value("SELECT document FROM consent_text WHERE scope = :scope AND is_current", scope=scope.value))


def hash_of(tx: Tx, scope: Scope, version: str) -> str | None:
    """The hash of a version's words, if it was ever shown."""
    found: str | None = tx.value(
        "SELECT hash FROM consent_text WHERE scope = :scope AND version = :version", scope=scope.value, version=version
    )
    return found


def counts(tx: Tx) -> dict[Scope, tuple[int, int]]:
    """By scope, how many people allow it now, and how many have taken it back and not allowed it again."""
    rows = tx.rows(
        "SELECT scope, count(*) FILTER (WHERE stands) AS standing, count(*) FILTER (WHERE NOT stands AND withdrawn) AS withdrawn"
        " FROM (SELECT scope, person_id, bool_or(withdrawn_at IS NULL AND valid_until > :at) AS stands,"
        " bool_or(withdrawn_at IS NOT NULL) AS withdrawn FROM consent_grant GROUP BY scope, person_id) people GROUP BY scope",
        at=tx.at,
    )
    return {Scope(row["scope"]): (row["standing"], row["withdrawn"]) for row in rows}


def texts(tx: Tx) -> list[Text]:
    """Today's words, one a scope."""
    found = {one.scope: one for one in map(_text_row, tx.rows("SELECT document FROM consent_text WHERE is_current"))}
    return [found[scope] for scope in Scope]


def _text_row(row: Row) -> Text:
    return _text(row["document"])


def _text(document: str) -> Text:
    return text_of(json.loads(document))


def _grant(row: Row) -> Grant:
    return Grant(GrantId(row["id"]), row["person_id"], Scope(row["scope"]), row["granted_at"], row["valid_until"])
