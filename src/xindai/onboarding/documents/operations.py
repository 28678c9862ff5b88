"""What is done about papers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

from xindai.base import audit
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.onboarding.consent.model import Grant, Scope
from xindai.onboarding.documents import checks, queries
from xindai.onboarding.documents.model import (
    KEPT_FOR,
    UPLOADS_A_DAY,
    CorrectionId,
    Document,
    DocumentId,
    Field,
    Kind,
    PageId,
    Prepared,
    Reading,
    Status,
    TooManyUploads,
    fields_document,
)


def keep(
    tx: Tx, ring: KeyRing, *, document_id: DocumentId, grant: Grant, kind: Kind, upload_hash: bytes, prepared: Prepared
) -> Document:
    """Keep an upload as it was made anew, sealed; the same id again is the same paper. Refuses: TooManyUploads."""
    assert grant.scope is Scope.DOCUMENTS
    tx.run("SELECT 1 FROM person WHERE id = :person FOR NO KEY UPDATE", person=grant.person_id)
    known = queries.find(tx, ring, document_id)
    if known is not None:
        return known
    if queries.uploads_since(tx, person_id=grant.person_id) >= UPLOADS_A_DAY:
        raise TooManyUploads(field="file")
    tx.run(
        "INSERT INTO document (id, person_id, grant_id, kind, status, upload_hash, pages, thumbnail, sharpness, glare_bps,"
        " brightness, at) VALUES (:id, :person, :grant, :kind, 'received', :hash, :pages, :thumbnail, :sharpness, :glare,"
        " :brightness, :at)",
        id=document_id,
        person=grant.person_id,
        grant=grant.id,
        kind=kind.value,
        hash=upload_hash,
        pages=len(prepared.pages),
        thumbnail=ring.seal_bytes(prepared.thumbnail, f"document.thumbnail|{document_id}"),
        sharpness=prepared.sharpness,
        glare=prepared.glare_bps,
        brightness=prepared.brightness,
        at=tx.at,
    )
    for number, page in enumerate(prepared.pages, 1):
        page_id = PageId.derived(document_id, str(number))
        tx.run(
            "INSERT INTO document_page (id, document_id, number, width, height, picture)"
            " VALUES (:id, :document, :number, :width, :height, :picture)",
            id=page_id,
            document=document_id,
            number=number,
            width=page.width,
            height=page.height,
            picture=ring.seal_bytes(page.jpeg, f"document_page.picture|{page_id}"),
        )
    audit.note(
        tx,
        actor=grant.person_id,
        action="document_received",
        subject=document_id,
        facts={"grant": grant.id, "kind": kind.value},
    )
    return queries.get(tx, ring, document_id)


def keep_reading(tx: Tx, ring: KeyRing, *, document_id: str, reading: Reading) -> Document:
    """Keep what a reader found; the first reading stays. Refuses: DocumentMissing, DocumentMoved."""
    document = queries.get(tx, ring, document_id, lock=True)
    if document.status in {Status.READ, Status.UNREADABLE}:
        return document
    to = checks.status(document.kind, reading.fields)
    event = document.move(to)
    assert event is not None
    tx.run(
        "UPDATE document SET status = :to, fields = :fields, hints = CAST(:hints AS jsonb), read_by = :by WHERE id = :id",
        to=to.value,
        fields=_sealed(ring, document_id, reading.fields),
        hints=list(reading.hints),
        by=reading.by,
        id=document_id,
    )
    audit.note(
        tx,
        actor=f"{reading.by} reader",
        action=event,
        subject=document_id,
        facts={"grant": document.grant_id, "hints": list(reading.hints)},
    )
    return queries.get(tx, ring, document_id)


def correct(
    tx: Tx, ring: KeyRing, *, correction_id: CorrectionId, document_id: str, person_id: str, name: str, value: str
) -> Document:
    """A field as its owner sets it right; what was read, and each change, are kept.

    Refuses: DocumentMissing, DocumentMoved, FieldUnknown.
    """
    before = queries.get(tx, ring, document_id, person_id=person_id, lock=True)
    after = before.corrected(name, value)
    said = before.fields[name].said if name in before.fields else ""
    if said == value or tx.value("SELECT 1 FROM document_correction WHERE id = :id", id=correction_id):
        return before
    tx.run(
        "UPDATE document SET fields = :fields WHERE id = :id",
        fields=_sealed(ring, document_id, after.fields),
        id=document_id,
    )
    tx.run(
        "INSERT INTO document_correction (id, document_id, field, before, after, at)"
        " VALUES (:id, :document, :field, :before, :after, :at)",
        id=correction_id,
        document=document_id,
        field=name,
        before=ring.seal(said, f"document_correction.before|{correction_id}"),
        after=ring.seal(value, f"document_correction.after|{correction_id}"),
        at=tx.at,
    )
    audit.note(tx, actor=person_id, action="document_corrected", subject=document_id, facts={"field": name})
    return after


def delete(tx: Tx, ring: KeyRing, *, document_id: str, person_id: str) -> None:
    """Forget a paper: pictures, fields and corrections; that it was there stays. Refuses: DocumentMissing."""
    document = queries.get(tx, ring, document_id, person_id=person_id, lock=True)
    event = document.move(Status.DELETED)
    if event is None:
        return
    tx.run("DELETE FROM document_page WHERE document_id = :id", id=document_id)
    tx.run("DELETE FROM document_correction WHERE document_id = :id", id=document_id)
    tx.run("UPDATE document SET status = 'deleted', thumbnail = NULL, fields = NULL WHERE id = :id", id=document_id)
    audit.note(tx, actor=person_id, action=event, subject=document_id)


def delete_all(tx: Tx, ring: KeyRing, *, person_id: str) -> int:
    """Forget every paper of a person; how many there were."""
    found = [one for one in queries.of_person(tx, ring, person_id) if one.status is not Status.DELETED]
    for one in found:
        delete(tx, ring, document_id=one.id, person_id=person_id)
    return len(found)


def hold_or_forget(tx: Tx, ring: KeyRing, *, has_borrowed: Callable[[str], bool]) -> int:
    """Papers that grew older than ninety days are held for whom `has_borrowed`, and forgotten for others; how many were.

    Each is looked at once.
    """
    old = tx.rows(
        "SELECT id, person_id FROM document WHERE status <> 'deleted' AND NOT is_held AND at < CAST(:day AS date) ORDER BY id",
        day=tx.on - KEPT_FOR + timedelta(days=1),
    )
    held = {person_id for person_id in {row["person_id"] for row in old} if has_borrowed(person_id)}
    for row in old:
        if row["person_id"] in held:
            tx.run("UPDATE document SET is_held = true WHERE id = :id", id=row["id"])
        else:
            delete(tx, ring, document_id=row["id"], person_id=row["person_id"])
    return sum(row["person_id"] not in held for row in old)


def note_seen(tx: Tx, *, document_id: str, by: str, reason: str) -> None:
    """A member of staff looks at the picture itself, for a reason."""
    audit.note(tx, actor=by, action="document_seen", subject=document_id, facts={"reason": reason})


def _sealed(ring: KeyRing, document_id: str, fields: dict[str, Field]) -> bytes:
    text = json.dumps(fields_document(fields), ensure_ascii=False)
    return ring.seal(text, f"document.fields|{document_id}")
