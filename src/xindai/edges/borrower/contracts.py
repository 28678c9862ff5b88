"""The whole cost, read and confirmed; what was signed, and its document."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body, MoneyBody
from xindai.base.repeat import Seed
from xindai.edges.borrower.asking import repeatable, who
from xindai.edges.papers import MEDIA, PDF
from xindai.journeys import contract
from xindai.journeys.parts import parts
from xindai.lending.contracts import queries as contracted
from xindai.lending.contracts.model import Contract, Disclosure, DisclosureId, Subject

router = APIRouter(prefix="/v1", responses=door.PROBLEMS, tags=["contracts"])


class DisclosureIn(Body):
    """What the cost is asked of; of an offer or line all of it, over its own or longest term, where nothing is said."""

    subject: Literal["offer", "line", "purchase", "statement"]
    subject_id: str = Field(max_length=64)
    amount: MoneyBody | None = None
    months: int | None = Field(None, ge=1, le=120)


class DisclosureOut(BaseModel):
    """The statement of the whole annual cost, to be shown as it is; `confirm_from` is when it can be confirmed."""

    id: str
    status: str
    statement: dict[str, Any]
    text_hash: str
    shown_at: datetime
    confirm_from: datetime
    confirmed_at: datetime | None

    @classmethod
    def of(cls, one: Disclosure) -> DisclosureOut:
        """As it was shown."""
        return cls(
            id=one.id,
            status=one.status.value,
            statement=one.statement,
            text_hash=one.text_hash,
            shown_at=one.shown_at,
            confirm_from=one.shown_at + timedelta(seconds=parts().reading_seconds),
            confirmed_at=one.confirmed_at,
        )


class ConfirmationIn(Body):
    """The hash of what was read."""

    text_hash: str = Field(min_length=64, max_length=64)


class ContractOut(BaseModel):
    """A contract: what was agreed, our signature over it, and the SHA-256 of its document once that is made."""

    id: str
    reference: str
    kind: str
    title: dict[str, str]
    loan_id: str | None
    line_id: str | None
    signed_at: datetime
    statement: dict[str, Any]
    signature: str
    public_key: str
    file_hash: str | None

    @classmethod
    def of(cls, one: Contract) -> ContractOut:
        """Without who signed: whoever asks knows."""
        return cls(
            id=one.id,
            reference=one.reference,
            kind=one.document["kind"],
            title=one.document["title"],
            loan_id=one.loan_id,
            line_id=one.line_id,
            signed_at=one.signed_at,
            statement=one.document["statement"],
            signature=one.signature,
            public_key=one.public_key,
            file_hash=one.file_hash,
        )


@router.post("/disclosures", status_code=201, response_model=DisclosureOut)
def show_cost(body: DisclosureIn, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """The whole cost of an offer, a draw or instalments as they would be agreed today: read before anything is signed."""
    person_id = who(authorization)
    amount = body.amount.money("amount") if body.amount else None

    def show(seed: Seed) -> DisclosureOut:
        return DisclosureOut.of(
            contract.disclose(
                person_id,
                disclosure_id=DisclosureId.derived(seed),
                subject=Subject(body.subject),
                subject_id=body.subject_id,
                amount=amount,
                months=body.months,
            )
        )

    return repeatable(person_id, "disclosures", key, body.model_dump(exclude_none=True), show)


@router.get("/disclosures/{disclosure_id}")
def show_disclosure(disclosure_id: str, authorization: door.Authorization = None) -> DisclosureOut:
    """One statement, as it was shown."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        return DisclosureOut.of(contracted.disclosure(tx, disclosure_id, person_id=person_id))


@router.post("/disclosures/{disclosure_id}/confirmations", status_code=201, response_model=DisclosureOut)
def confirm_cost(
    disclosure_id: str, body: ConfirmationIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Confirm having read it; not before the least reading time is over (`reading_too_short`)."""
    person_id = who(authorization)

    def confirm(_: Seed) -> DisclosureOut:
        return DisclosureOut.of(contract.confirm(disclosure_id, person_id, text_hash=body.text_hash))

    return repeatable(person_id, f"confirmations|{disclosure_id}", key, body.model_dump(), confirm)


@router.get("/contracts")
def list_contracts(authorization: door.Authorization = None, loan_id: str | None = None) -> door.Page[ContractOut]:
    """The person's contracts, newest first; of one loan if one is named."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        found = contracted.of_person(tx, parts().ring, person_id, loan_id=loan_id)
    return door.Page[ContractOut](data=[ContractOut.of(one) for one in found], next=None)


@router.get("/contracts/{contract_id}")
def show_contract(contract_id: str, authorization: door.Authorization = None) -> ContractOut:
    """One contract."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        return ContractOut.of(contracted.contract(tx, parts().ring, contract_id, person_id=person_id))


@router.get("/contracts/{contract_id}/document.pdf", response_class=Response, responses=PDF)
def contract_pdf(contract_id: str, authorization: door.Authorization = None) -> Response:
    """The document that was signed, with the signatures in it (PAdES)."""
    person_id = who(authorization)
    return Response(contract.file_of(contract_id, person_id=person_id), media_type=MEDIA)
