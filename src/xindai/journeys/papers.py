"""From an upload to a paper that was read: looked at, made anew, kept, read. Sent again, it goes on where it was cut off."""

from __future__ import annotations

import hashlib

from xindai.base.http import ProviderFault
from xindai.base.log import log
from xindai.journeys.parts import parts
from xindai.lending.loans import queries as loans
from xindai.onboarding.consent import queries as allowed
from xindai.onboarding.consent.model import ConsentMissing, Grant, Scope
from xindai.onboarding.documents import operations as documents
from xindai.onboarding.documents import queries as papers
from xindai.onboarding.documents.model import (
    FIELDS,
    LARGEST_UPLOAD,
    Document,
    DocumentHeld,
    DocumentId,
    Kind,
    Prepared,
    Reading,
    Status,
    unfit,
)
from xindai.values.refusal import Kind as RefusalKind
from xindai.values.refusal import Refusal


class ReaderSilent(Refusal):
    """Nobody opens pictures just now."""

    kind = RefusalKind.UNREADY
    code = "reading_unavailable"
    en = "Pictures cannot be taken just now; please try again in a moment, or type what stands on the paper."
    zh = "暂时无法处理图片，请稍后再试，或手工填写。"


def receive(person_id: str, *, document_id: DocumentId, kind: Kind, content: bytes) -> Document:
    """Take an upload and read it; one that no reader could look at waits as received.

    Refuses: ConsentMissing, PictureUnfit, TooManyUploads, ReaderSilent.
    """
    if len(content) > LARGEST_UPLOAD:
        raise unfit("too_large")
    with parts().db.transaction() as tx:
        grant = allowed.required(tx, person_id=person_id, scope=Scope.DOCUMENTS)
        known = papers.find(tx, parts().ring, document_id)
    if known is not None:
        return known if known.status is not Status.RECEIVED else read(person_id, document_id)
    prepared = _opened(grant, content)
    with parts().db.transaction("document kept") as tx:
        if not allowed.held(tx, grant):
            raise ConsentMissing(scope=grant.scope.value, field="consents")
        documents.keep(
            tx,
            parts().ring,
            document_id=document_id,
            grant=grant,
            kind=kind,
            upload_hash=hashlib.sha256(content).digest(),
            prepared=prepared,
        )
    return _read(grant, document_id, kind, prepared)


def read(person_id: str, document_id: str) -> Document:
    """Read a paper that waits; one that was read stays as it is. Refuses: DocumentMissing, ConsentMissing."""
    with parts().db.transaction() as tx:
        document = papers.get(tx, parts().ring, document_id, person_id=person_id)
        if document.status is not Status.RECEIVED:
            return document
        grant = allowed.required(tx, person_id=person_id, scope=Scope.DOCUMENTS)
        prepared = papers.prepared(tx, parts().ring, document_id)
    return _read(grant, document_id, document.kind, prepared)


def delete(person_id: str, document_id: str) -> None:
    """Forget a paper. Refuses: DocumentMissing, DocumentHeld."""
    with parts().db.transaction() as tx:
        papers.get(tx, parts().ring, document_id, person_id=person_id)
        if loans.has_borrowed(tx, person_id):
            raise DocumentHeld(field="document")
        documents.delete(tx, parts().ring, document_id=document_id, person_id=person_id)


def _opened(grant: Grant, content: bytes) -> Prepared:
    try:
        if parts().world.scanner.objects(content):
            raise unfit("infected")
        return parts().world.opener.prepare(grant, content)
    except ProviderFault as fault:
        log.warning("upload_unopened", why=str(fault))
        raise ReaderSilent(field="file") from None


def _read(grant: Grant, document_id: str, kind: Kind, prepared: Prepared) -> Document:
    reading = _asked(grant, kind, prepared)
    if reading is None:
        with parts().db.transaction() as tx:
            return papers.get(tx, parts().ring, document_id)
    with parts().db.transaction("document read") as tx:
        return documents.keep_reading(tx, parts().ring, document_id=document_id, reading=reading)


def _asked(grant: Grant, kind: Kind, prepared: Prepared) -> Reading | None:
    """The first reading that somebody gives; what has no fields is read by people."""
    if not FIELDS[kind]:
        return Reading({}, (), "nobody")
    try:
        answer = parts().world.readers.ask(lambda reader: reader.read(grant, kind, prepared))
    except ProviderFault:
        return None
    return answer[1] if answer else None
