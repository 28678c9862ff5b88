"""Papers of applicants as staff may see them: fields as masks; the picture itself for a reason, which is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from xindai.base import door
from xindai.base.db import Tx
from xindai.edges.staff.asking import who
from xindai.journeys.parts import parts
from xindai.onboarding.application import queries as asked
from xindai.onboarding.documents import checks
from xindai.onboarding.documents import operations as documents
from xindai.onboarding.documents import queries as papers
from xindai.onboarding.documents.model import Document, DocumentMissing, Kind
from xindai.values.masked import masked_text

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"])
SHOWN = {
    "sex",
    "ethnicity",
    "authority",
    "valid_from",
    "valid_until",
    "business_name",
    "business_kind",
    "capital",
    "founded_on",
}
"""What names nobody; everything else is masked."""


class StaffDocumentOut(BaseModel):
    """A paper: what stands on it as masks, which fields its owner changed, what does not fit."""

    id: str
    kind: Kind
    status: str
    pages: int
    fields: dict[str, str]
    corrected: list[str]
    findings: list[str]
    read_by: str | None
    at: datetime

    @classmethod
    def of(cls, one: Document, tx: Tx) -> StaffDocumentOut:
        """Without what it says in the clear."""
        return cls(
            id=one.id,
            kind=one.kind,
            status=one.status.value,
            pages=one.pages,
            fields={
                name: field.said if name in SHOWN else masked_text(field.said) for name, field in one.fields.items()
            },
            corrected=[name for name, field in one.fields.items() if field.corrected is not None],
            findings=list(checks.findings(one.kind, one.fields, on=tx.on)),
            read_by=one.read_by,
            at=one.at,
        )


@router.get("/applications/{application_id}/documents")
def list_documents(application_id: str, authorization: door.Authorization = None) -> door.Page[StaffDocumentOut]:
    """The papers of an applicant, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        person_id = asked.get(tx, application_id).person_id
        data = [StaffDocumentOut.of(one, tx) for one in papers.of_person(tx, parts().ring, person_id)]
    return door.Page[StaffDocumentOut](data=data, next=None)


@router.get(
    "/documents/{document_id}/pages/{number}",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}},
)
def show_page(
    document_id: str,
    number: int,
    reason: Annotated[str, Query(min_length=3, max_length=200, description="Why it must be seen; it is kept.")],
    authorization: door.Authorization = None,
) -> Response:
    """A page as its owner photographed it; who looks, and why, is noted."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        pages = papers.prepared(tx, parts().ring, document_id).pages
        if not 1 <= number <= len(pages):
            raise DocumentMissing(field="number")
        documents.note_seen(tx, document_id=document_id, by=member.name, reason=reason)
    return Response(pages[number - 1].jpeg, media_type="image/jpeg")
