"""The form that is filled in over several sittings, on several devices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.db import Tx
from xindai.base.door import Body, MoneyBody
from xindai.edges.borrower.asking import session, who
from xindai.edges.borrower.bodies import BusinessIn, ContactIn
from xindai.journeys.parts import parts
from xindai.onboarding.application import form as filling
from xindai.onboarding.application import operations as applications
from xindai.onboarding.application import queries as asked
from xindai.onboarding.application.form import Draft, DraftMissing
from xindai.onboarding.consent import queries as allowed
from xindai.onboarding.documents import queries as papers

router = APIRouter(prefix="/v1/application-draft", responses=door.PROBLEMS, tags=["applications"])


class FormBody(Body):
    """The fields of an application, each as far as it is filled in; nothing is checked yet but its size."""

    product: str | None = Field(None, max_length=60)
    amount: MoneyBody | None = None
    months: int | None = None
    purpose: str | None = Field(None, max_length=40)
    monthly_income: MoneyBody | None = None
    is_student: bool | None = None
    name: str | None = Field(None, max_length=60)
    id_number: str | None = Field(None, max_length=18)
    card_number: str | None = Field(None, max_length=19)
    business: BusinessIn | None = None
    contacts: list[ContactIn] | None = Field(None, max_length=2)


class DraftIn(Body):
    """A save: `version` is the one that this device has seen, zero for none."""

    version: int = Field(ge=0)
    form: FormBody


class DraftOut(BaseModel):
    """The form as it was saved last, and what is still lacking, in the order in which it is asked for."""

    version: int
    device: str
    form: FormBody
    lacking: list[str]
    saved_at: datetime
    expires_at: datetime


@router.get("")
def show_form(authorization: door.Authorization = None) -> DraftOut:
    """The saved form."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        draft = asked.form(tx, parts().ring, person_id)
        if draft is None:
            raise DraftMissing
        return _shown(tx, draft, person_id)


@router.put("")
def save_form(body: DraftIn, authorization: door.Authorization = None) -> DraftOut:
    """Save the form; refused where another device has saved it meanwhile (`draft_conflict`)."""
    asking = session(authorization)
    form: dict[str, Any] = body.form.model_dump(mode="json", exclude_none=True)
    with parts().db.transaction() as tx:
        draft = applications.save_form(
            tx,
            parts().ring,
            person_id=asking.holder,
            expects=body.version,
            form=form,
            device=asking.device,
        )
        return _shown(tx, draft, asking.holder)


@router.delete("", status_code=204)
def forget_form(authorization: door.Authorization = None) -> Response:
    """Throw the saved form away."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        applications.forget_form(tx, person_id=person_id)
    return Response(status_code=204)


def _shown(tx: Tx, draft: Draft, person_id: str) -> DraftOut:
    lacking = filling.lacking(
        draft.form,
        papers=papers.newest_read(tx, parts().ring, person_id),
        allowed={grant.scope for grant in allowed.granted(tx, person_id)},
    )
    return DraftOut(
        version=draft.version,
        device=draft.device,
        form=FormBody.model_validate(draft.form),
        lacking=lacking,
        saved_at=draft.saved_at,
        expires_at=draft.expires_at,
    )
