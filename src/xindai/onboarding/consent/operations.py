"""What is done about consent."""

from __future__ import annotations

from collections.abc import Mapping

from xindai.base import audit
from xindai.base.crypto import Signer
from xindai.base.db import Tx
from xindai.onboarding.consent import queries
from xindai.onboarding.consent.model import (
    ConsentTextChanged,
    Grant,
    GrantId,
    Scope,
    Text,
    TextsUnreadable,
    made,
    record,
)


def stock(tx: Tx, texts: Mapping[Scope, Text]) -> None:
    """Let these be today's texts; those that somebody agreed to stay as they were.

    Refuses: TextsUnreadable, where words changed and their version did not.
    """
    for text in texts.values():
        if queries.hash_of(tx, text.scope, text.version) not in {None, text.hash}:
            raise TextsUnreadable(
                why=f"{text.scope} {text.version} was shown in other words; give the new ones a version"
            )
        tx.run(
            "INSERT INTO consent_text (hash, scope, version, document, is_current, stands)"
            " VALUES (:hash, :scope, :version, :document, false, false)"
            " ON CONFLICT (hash) DO NOTHING",
            hash=text.hash,
            scope=text.scope.value,
            version=text.version,
            document=text.document(),
        )
        tx.run(
            "UPDATE consent_text SET is_current = false, stands = version >= :since AND version < :version"
            " WHERE scope = :scope AND hash <> :hash",
            hash=text.hash,
            scope=text.scope.value,
            since=text.stands_since,
            version=text.version,
        )
        tx.run("UPDATE consent_text SET is_current = true, stands = true WHERE hash = :hash", hash=text.hash)


def give(
    tx: Tx, signer: Signer, *, grant_id: GrantId, person_id: str, scope: Scope, text_hash: str, device: str
) -> Grant:
    """Keep a signed grant for as long as the text says; while one stands, it is the answer. Refuses ConsentTextChanged."""
    text = queries.text(tx, scope)
    if text_hash != text.hash:
        raise ConsentTextChanged(field="text_hash")
    known = queries.standing(tx, person_id=person_id, scope=scope)
    if known is not None:
        return known
    grant = made(grant_id, person_id=person_id, text=text, at=tx.at)
    signed = record(grant, text_hash=text_hash, device=device)
    tx.run(
        "INSERT INTO consent_grant (id, person_id, scope, text_hash, device, granted_at, valid_until, record, signature)"
        " VALUES (:id, :person, :scope, :text, :device, :at, :until, :record, :signature)",
        id=grant.id,
        person=person_id,
        scope=scope.value,
        text=text_hash,
        device=device,
        at=grant.granted_at,
        until=grant.valid_until,
        record=signed,
        signature=signer.sign(signed),
    )
    audit.note(tx, actor=person_id, action="consent_given", subject=grant_id, facts={"scope": scope.value})
    return grant


def withdraw(tx: Tx, *, person_id: str, scope: Scope) -> int:
    """Take back every standing grant of a scope; how many there were."""
    gone = tx.rows(
        "UPDATE consent_grant SET withdrawn_at = :at WHERE person_id = :person AND scope = :scope"
        " AND withdrawn_at IS NULL RETURNING id",
        at=tx.at,
        person=person_id,
        scope=scope.value,
    )
    for row in gone:
        audit.note(tx, actor=person_id, action="consent_withdrawn", subject=row["id"], facts={"scope": scope.value})
    return len(gone)
