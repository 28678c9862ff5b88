"""What decisions are made of, as analysts see it: the features, and who is known for fraud."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel, Field

from xindai.base import audit, door
from xindai.base.door import Body
from xindai.credit.features import EVERY
from xindai.credit.features.registry import Feature
from xindai.credit.graph import operations as graph
from xindai.credit.sources.ties import MarkKind
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys import watch
from xindai.journeys.parts import parts
from xindai.onboarding.application import queries as asked

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"], route_class=RepeatableRoute)


class FeatureOut(BaseModel):
    """A feature as it is declared: `risk` above zero says that more of it should mean more risk."""

    name: str
    en: str
    zh: str
    source: str
    unit: str
    risk: int
    window_days: int | None

    @classmethod
    def of(cls, one: Feature) -> FeatureOut:
        """As declared."""
        return cls(
            name=one.name,
            en=one.en,
            zh=one.zh,
            source=one.source.value,
            unit=one.unit,
            risk=one.risk,
            window_days=one.window,
        )


class FraudIn(Body):
    """Why it is fraud."""

    reason: str = Field(min_length=1, max_length=500)


class FraudOut(BaseModel):
    """Since when the applicant is known for it."""

    application_id: str
    person_id: str
    on: date


@router.get("/features")
def list_features(authorization: door.Authorization = None) -> door.Page[FeatureOut]:
    """Every feature that a decision may rest on, and the consent (its source) that it needs."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
    return door.Page[FeatureOut](data=[FeatureOut.of(one) for one in EVERY], next=None)


@router.post("/applications/{application_id}/fraud-marks", status_code=201)
def mark_fraud(application_id: str, body: FraudIn, authorization: door.Authorization = None) -> FraudOut:
    """The applicant is known for fraud from now on: whoever is tied to them is looked at by a person."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        person_id = asked.get(tx, application_id).person_id
        if graph.mark(tx, person_ids=[person_id], kind=MarkKind.FRAUD, on=tx.on, cause=application_id):
            watch.marked(tx, person_id, kind=MarkKind.FRAUD, cause=application_id)
            audit.note(
                tx, actor=member.name, action="marked_as_fraud", subject=application_id, facts={"reason": body.reason}
            )
        return FraudOut(application_id=application_id, person_id=person_id, on=tx.on)
