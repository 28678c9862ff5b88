"""Questions about papers."""

from __future__ import annotations

import json
from datetime import timedelta

from xindai.base.crypto import KeyRing
from xindai.base.db import Row, Tx
from xindai.onboarding.documents.model import (
    Document,
    DocumentId,
    DocumentMissing,
    Field,
    Kind,
    Page,
    Prepared,
    Status,
    fields_of,
)


def get(tx: Tx, ring: KeyRing, document_id: str, *, person_id: str | None = None, lock: bool = False) -> Document:
    """One paper, of that person if one is given. Refuses: DocumentMissing."""
    found = find(tx, ring, document_id, lock=lock)
    if found is None or (person_id is not None and found.person_id != person_id):
        raise DocumentMissing(field="document")
    return found


def find(tx: Tx, ring: KeyRing, document_id: str, *, lock: bool = False) -> Document | None:
    """One paper, if there is one."""
    row = tx.row("SELECT * FROM document WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=document_id)
    return _document(ring, row) if row else None


def of_person(tx: Tx, ring: KeyRing, person_id: str) -> list[Document]:
    """Every paper of a person, the newest first."""
    rows = tx.rows("SELECT * FROM document WHERE person_id = :person ORDER BY id DESC", person=person_id)
    return [_document(ring, row) for row in rows]


def newest_read(tx: Tx, ring: KeyRing, person_id: str) -> dict[Kind, Document]:
    """The newest paper of each kind that was read."""
    found: dict[Kind, Document] = {}
    for one in of_person(tx, ring, person_id):
        if one.status is Status.READ:
            found.setdefault(one.kind, one)
    return found


def uploads_since(tx: Tx, *, person_id: str) -> int:
    """How many papers a person has sent within a day."""
    return int(
        tx.value(
            "SELECT count(*) FROM document WHERE person_id = :person AND at > :since",
            person=person_id,
            since=tx.at - timedelta(days=1),
        )
    )


def prepared(tx: Tx, ring: KeyRing, document_id: str) -> Prepared:
    """A paper's pages and measurements, to be read. Refuses: DocumentMissing."""
    row = tx.row("SELECT * FROM document WHERE id = :id AND status <> 'deleted'", id=document_id)
    if row is None:
        raise DocumentMissing(field="document")
    pages = tx.rows("SELECT * FROM document_page WHERE document_id = :id ORDER BY number", id=document_id)
    return Prepared(
        tuple(_page(ring, one) for one in pages),
        ring.unseal_bytes(bytes(row["thumbnail"]), f"document.thumbnail|{document_id}"),
        row["sharpness"],
        row["glare_bps"],
        row["brightness"],
    )


def _page(ring: KeyRing, row: Row) -> Page:
    jpeg = ring.unseal_bytes(bytes(row["picture"]), f"document_page.picture|{row['id']}")
    return Page(jpeg, row["width"], row["height"])


def _document(ring: KeyRing, row: Row) -> Document:
    return Document(
        id=DocumentId(row["id"]),
        person_id=row["person_id"],
        grant_id=row["grant_id"],
        kind=Kind(row["kind"]),
        status=Status(row["status"]),
        pages=row["pages"],
        fields=_fields(ring, row),
        hints=tuple(row["hints"]),
        read_by=row["read_by"],
        at=row["at"],
    )


def _fields(ring: KeyRing, row: Row) -> dict[str, Field]:
    if row["fields"] is None:
        return {}
    return fields_of(json.loads(ring.unseal(bytes(row["fields"]), f"document.fields|{row['id']}")))
