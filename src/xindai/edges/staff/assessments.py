"""What each processing of personal data does to people, as it stands now, and as a paper to file."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from xindai.base import door
from xindai.edges.staff.asking import who
from xindai.governance.rights.assessments import Assessment, Risk, Standing, Trigger
from xindai.journeys import assess
from xindai.journeys.parts import parts

router = APIRouter(prefix="/v1/staff/impact-assessments", responses=door.PROBLEMS, tags=["rights"])
MEDIA = "application/pdf"
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {MEDIA: {}}, "description": "The assessment."}}


class MeasureOut(BaseModel):
    """What is done against a risk: the rule that keeps it and whether that holds by the last look, or the test that shows it."""

    zh: str
    en: str
    rule: str | None
    test: str | None
    holds: bool | None

    @classmethod
    def of(cls, one: Standing) -> MeasureOut:
        """As it stands."""
        told = one.measure
        return cls(zh=told.zh, en=told.en, rule=told.rule, test=told.test, holds=one.holds)


class RiskOut(BaseModel):
    """What could happen to people; levels from 1 (low) to 3 (high), before anything is done and after."""

    zh: str
    en: str
    before: int
    left: int
    measures: list[MeasureOut]

    @classmethod
    def of(cls, one: Risk, found: Assessment) -> RiskOut:
        """With its measures as they stand."""
        measures = [MeasureOut.of(found.standing[each]) for each in one.measures]
        return cls(zh=one.zh, en=one.en, before=one.level, left=found.left_of(one), measures=measures)


class AssessmentOut(BaseModel):
    """A processing: why an assessment is due (PIPL 55), by which consent, who allows it, what is held, its risks and what is left of them."""

    id: str
    zh: str
    en: str
    day: date
    triggers: list[Trigger]
    scope: str | None
    consent_version: str | None
    standing: int | None
    withdrawn: int | None
    need_zh: str
    need_en: str
    tables: list[str]
    sensitive: list[str]
    risks: list[RiskOut]
    left: int

    @classmethod
    def of(cls, found: Assessment, day: date) -> AssessmentOut:
        """As it stands on a day."""
        one = found.processing
        return cls(
            id=one.id,
            zh=one.zh,
            en=one.en,
            day=day,
            triggers=list(one.triggers),
            scope=one.scope or None,
            consent_version=found.version,
            standing=found.allowed.standing if found.allowed else None,
            withdrawn=found.allowed.withdrawn if found.allowed else None,
            need_zh=one.need_zh,
            need_en=one.need_en,
            tables=[table.name for table in found.tables],
            sensitive=found.sensitive,
            risks=[RiskOut.of(risk, found) for risk in one.risks],
            left=found.left,
        )


@router.get("")
def list_assessments(authorization: door.Authorization = None) -> door.Page[AssessmentOut]:
    """Every processing that is assessed, as it stands today."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        data = [AssessmentOut.of(one, tx.on) for one in assess.assessments(tx)]
    return door.Page[AssessmentOut](data=data, next=None)


@router.get("/{processing}/report.pdf", response_class=Response, responses=PDF)
def report_pdf(processing: str, authorization: door.Authorization = None) -> Response:
    """One of them to file and to print; the law asks for three years (PIPL 56)."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
    return Response(assess.report(processing), media_type=MEDIA)
