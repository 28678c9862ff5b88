"""What a person has agreed to: that their card may be debited through a gateway that asks for it."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body
from xindai.base.repeat import Seed
from xindai.edges.borrower.asking import repeatable, who
from xindai.journeys import agree
from xindai.journeys.parts import parts
from xindai.payments.agreements import queries as agreed
from xindai.payments.agreements.model import Agreement, AgreementId
from xindai.values.masked import Secret

router = APIRouter(prefix="/v1/debit-agreements", responses=door.PROBLEMS, tags=["loans"])


class AgreementOut(BaseModel):
    """An agreement to be debited: `asked` until the code of the bank is typed, `active`, or `ended`."""

    id: str
    rail: str
    status: str
    at: datetime

    @classmethod
    def of(cls, one: Agreement) -> AgreementOut:
        """As it stands."""
        return cls(id=one.id, rail=one.rail, status=one.status.value, at=one.at)


class AgreementCodeIn(Body):
    """The code that the bank sent."""

    code: str = Field(min_length=4, max_length=8, pattern=r"^[0-9]+$")


@router.get("")
def list_agreements(authorization: door.Authorization = None) -> door.Page[AgreementOut]:
    """Those that were made and not ended."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        return door.Page[AgreementOut](
            data=[AgreementOut.of(one) for one in agreed.of_person(tx, person_id)], next=None
        )


@router.post("", status_code=201, response_model=AgreementOut)
def ask_for_agreement(authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Begin one for the card that the person has; the bank sends a code to the phone it knows."""
    person_id = who(authorization)

    def ask(seed: Seed) -> AgreementOut:
        return AgreementOut.of(agree.ask(person_id, agreement_id=AgreementId.derived(seed)))

    return repeatable(person_id, "debit-agreements", key, {}, ask)


@router.post("/{agreement_id}/confirmations", status_code=201, response_model=AgreementOut)
def confirm_agreement(
    agreement_id: str, body: AgreementCodeIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Type the code; from then on what is due is debited by this agreement, and the one before it ends."""
    person_id = who(authorization)

    def confirm(_: Seed) -> AgreementOut:
        return AgreementOut.of(agree.confirm(person_id, agreement_id, Secret(body.code)))

    return repeatable(person_id, f"debit-agreements|{agreement_id}|confirmations", key, body.model_dump(), confirm)


@router.post("/{agreement_id}/endings", status_code=201, response_model=AgreementOut)
def end_agreement(agreement_id: str, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Take it back; what is due is paid in another way from now on."""
    person_id = who(authorization)

    def end(_: Seed) -> AgreementOut:
        return AgreementOut.of(agree.take_back(person_id, agreement_id))

    return repeatable(person_id, f"debit-agreements|{agreement_id}|endings", key, {}, end)
