"""Papers of a person: sent as a picture, read, set right, deleted."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, File, Form, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.db import Tx
from xindai.base.door import Body
from xindai.base.repeat import Seed
from xindai.edges.borrower.asking import repeatable, who
from xindai.journeys import papers as reading
from xindai.journeys.parts import parts
from xindai.onboarding.documents import checks
from xindai.onboarding.documents import operations as documents
from xindai.onboarding.documents import queries as papers
from xindai.onboarding.documents.model import LARGEST_UPLOAD, CorrectionId, Document, DocumentId, Kind

router = APIRouter(prefix="/v1/documents", responses=door.PROBLEMS, tags=["documents"])


class FieldOut(BaseModel):
    """What stands in one place: what counts, what was read, how surely (0 to 1)."""

    name: str
    value: str
    read: str
    sure: float
    is_corrected: bool


class HintOut(BaseModel):
    """How to take a better picture."""

    code: str
    en: str
    zh: str


class DocumentOut(BaseModel):
    """A paper. `findings` names what does not fit, such as `id_number_wrong`, `born_on_differs`, `expired`, `name_unsure`."""

    id: str
    kind: Kind
    status: str
    pages: int
    fields: list[FieldOut]
    hints: list[HintOut]
    findings: list[str]
    read_by: str | None
    at: datetime

    @classmethod
    def of(cls, one: Document, tx: Tx) -> DocumentOut:
        """As its owner sees it."""
        return cls(
            id=one.id,
            kind=one.kind,
            status=one.status.value,
            pages=one.pages,
            fields=[
                FieldOut(
                    name=name,
                    value=field.said,
                    read=field.value,
                    sure=field.sure_bps / 10_000,
                    is_corrected=field.corrected is not None,
                )
                for name, field in one.fields.items()
            ],
            hints=[HintOut(code=code, en=checks.HINTS[code][0], zh=checks.HINTS[code][1]) for code in one.hints],
            findings=list(checks.findings(one.kind, one.fields, on=tx.on)),
            read_by=one.read_by,
            at=one.at,
        )


class CorrectionIn(Body):
    """A field as its owner sets it right."""

    field: str = Field(max_length=40)
    value: str = Field(max_length=200)


@router.post("", status_code=201, response_model=DocumentOut)
def send_document(
    kind: Annotated[Kind, Form(description="What the paper is.")],
    file: Annotated[UploadFile, File(description="JPEG, PNG, HEIC or PDF, at most 10 MB.")],
    authorization: door.Authorization = None,
    key: door.Key = None,
) -> JSONResponse:
    """Send a picture of a paper; it is read at once. Needs the consent `documents`."""
    person_id = who(authorization)
    content = file.file.read(LARGEST_UPLOAD + 1)

    def receive(seed: Seed) -> DocumentOut:
        document_id = DocumentId.derived(seed)
        return _shown(reading.receive(person_id, document_id=document_id, kind=kind, content=content))

    asked = {"kind": kind.value, "sha256": hashlib.sha256(content).hexdigest()}
    return repeatable(person_id, "documents", key, asked, receive)


@router.get("")
def list_documents(authorization: door.Authorization = None) -> door.Page[DocumentOut]:
    """The person's papers, newest first."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        data = [DocumentOut.of(one, tx) for one in papers.of_person(tx, parts().ring, person_id)]
    return door.Page[DocumentOut](data=data, next=None)


@router.get("/{document_id}")
def show_document(document_id: str, authorization: door.Authorization = None) -> DocumentOut:
    """One paper."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        return DocumentOut.of(papers.get(tx, parts().ring, document_id, person_id=person_id), tx)


@router.get("/{document_id}/thumbnail", response_class=Response, responses={200: {"content": {"image/jpeg": {}}}})
def show_thumbnail(document_id: str, authorization: door.Authorization = None) -> Response:
    """A small picture of the first page."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        papers.get(tx, parts().ring, document_id, person_id=person_id)
        small = papers.prepared(tx, parts().ring, document_id).thumbnail
    return Response(small, media_type="image/jpeg")


@router.post("/{document_id}/readings", status_code=201, response_model=DocumentOut)
def read_document(document_id: str, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Have a paper read that waits because no reader answered."""
    person_id = who(authorization)

    def read(_: Seed) -> DocumentOut:
        return _shown(reading.read(person_id, document_id))

    return repeatable(person_id, f"readings|{document_id}", key, {}, read)


@router.post("/{document_id}/corrections", status_code=201, response_model=DocumentOut)
def correct_document(
    document_id: str, body: CorrectionIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Set right what was misread; what was read is kept beside it."""
    person_id = who(authorization)

    def correct(seed: Seed) -> DocumentOut:
        with parts().db.transaction("document corrected") as tx:
            document = documents.correct(
                tx,
                parts().ring,
                correction_id=CorrectionId.derived(seed),
                document_id=document_id,
                person_id=person_id,
                name=body.field,
                value=body.value,
            )
            return DocumentOut.of(document, tx)

    return repeatable(person_id, f"corrections|{document_id}", key, body.model_dump(), correct)


@router.delete("/{document_id}", status_code=204)
def delete_document(document_id: str, authorization: door.Authorization = None) -> Response:
    """Delete a paper, its picture and what was read; refused while a loan rests on it."""
    reading.delete(who(authorization), document_id)
    return Response(status_code=204)


def _shown(document: Document) -> DocumentOut:
    with parts().db.transaction() as tx:
        return DocumentOut.of(document, tx)
