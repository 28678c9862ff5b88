"""What was signed, and how it came to be: evidence for whoever must ask."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel

from xindai.base import audit, crypto, door
from xindai.edges.papers import MEDIA, PDF
from xindai.edges.staff.asking import who
from xindai.journeys import contract
from xindai.journeys.parts import parts
from xindai.lending.contracts import queries as contracted
from xindai.lending.contracts.model import Contract
from xindai.lending.loans import queries as lent

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["contracts"])


class SignedOut(BaseModel):
    """A contract without the names in it, and the evidence of its signing; `signature_holds` is checked on the spot."""

    id: str
    reference: str
    kind: str
    loan_id: str | None
    line_id: str | None
    signed_at: datetime
    statement: dict[str, Any]
    clauses_version: str
    evidence: dict[str, Any]
    signature: str
    signature_holds: bool
    file_hash: str | None

    @classmethod
    def of(cls, one: Contract) -> SignedOut:
        """As it is kept."""
        return cls(
            id=one.id,
            reference=one.reference,
            kind=one.document["kind"],
            loan_id=one.loan_id,
            line_id=one.line_id,
            signed_at=one.signed_at,
            statement=one.document["statement"],
            clauses_version=one.document["clauses_version"],
            evidence=one.evidence,
            signature=one.signature,
            signature_holds=crypto.is_signed(one.signed_text, one.signature, one.public_key),
            file_hash=one.file_hash,
        )


@router.get("/contracts")
def list_contracts(
    loan_id: Annotated[str, Query(max_length=64)], authorization: door.Authorization = None
) -> door.Page[SignedOut]:
    """The contracts of a loan, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = contracted.of_person(tx, parts().ring, lent.person_of(tx, loan_id), loan_id=loan_id)
    return door.Page[SignedOut](data=[SignedOut.of(one) for one in found], next=None)


@router.get("/contracts/{contract_id}")
def show_contract(contract_id: str, authorization: door.Authorization = None) -> SignedOut:
    """One contract."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        return SignedOut.of(contracted.contract(tx, parts().ring, contract_id))


@router.get("/contracts/{contract_id}/document.pdf", response_class=Response, responses=PDF)
def contract_pdf(contract_id: str, authorization: door.Authorization = None) -> Response:
    """The signed document itself, with the names in it; that it was read is on record."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        audit.note(tx, actor=member.name, action="contract_read", subject=contract_id, facts={})
    return Response(contract.file_of(contract_id, person_id=None), media_type=MEDIA)
