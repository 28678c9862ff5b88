"""Versions of models: put forward by who made them, measured and tested by another, let in or turned down, retired."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body
from xindai.base.repeat import Seed
from xindai.credit.models import operations as models
from xindai.credit.models import queries as kept
from xindai.credit.models.model import Status, Submission, Use, Version
from xindai.credit.scoring import ModelUnreadable
from xindai.edges.papers import MEDIA, PDF
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys import vet
from xindai.journeys.parts import parts
from xindai.values import json_text

router = APIRouter(prefix="/v1/staff/models", responses=door.PROBLEMS, tags=["models"], route_class=RepeatableRoute)
FileText = Annotated[str, Field(max_length=door.LARGEST_BODY)]
Number = Annotated[int, Path(ge=1, le=1_000_000)]


class ModelIn(Body):
    """What `xindai train` wrote (`scorecard.json`, `card.json`), who answers for it, and what it must not be used for.

    Each document as it is, or as the text of its file: a browser that reads numbers and writes them again breaks the hash.
    """

    scorecard: dict[str, Any] | FileText
    card: dict[str, Any] | FileText
    owner: str = Field(min_length=2, max_length=80)
    limits: str = Field(max_length=1000)
    effective_from: date


class FindingsIn(Body):
    """What somebody who did not make it has found of it."""

    findings: str = Field(min_length=10, max_length=4000)


class VersionOut(BaseModel):
    """A version, and how far it has come. `measures` are of our own past, taken when it was validated."""

    id: str
    use: str
    number: int
    name: str
    hash: str
    owner: str
    limits: str
    status: str
    judges: bool
    effective_from: date
    submitted_by: str
    submitted_on: date
    validated_by: str | None
    validated_on: date | None
    findings: str | None
    measures: dict[str, Any] | None
    decided_by: str | None

    @classmethod
    def of(cls, one: Version, judging: Version) -> VersionOut:
        """As it is kept, beside the one that judges today."""
        return cls(
            id=one.ref,
            use=one.use.value,
            number=one.number,
            name=one.name,
            hash=one.hash,
            owner=one.owner,
            limits=one.limits,
            status=one.status.value,
            judges=one.number == judging.number,
            effective_from=one.effective_from,
            submitted_by=one.submitted_by,
            submitted_on=one.submitted_on,
            validated_by=one.validated_by,
            validated_on=one.validated_on,
            findings=one.findings,
            measures=dict(one.measures) if one.measures is not None else None,
            decided_by=one.decided_by,
        )


class VersionPageOut(BaseModel):
    """A version with its card and its scorecard."""

    version: VersionOut
    card: dict[str, Any]
    scorecard: dict[str, Any]


@router.get("/{use}/versions")
def list_versions(use: Use, authorization: door.Authorization = None) -> door.Page[VersionOut]:
    """All versions of what judges a use, the newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        judging = kept.judging(tx, use)
        found = kept.versions(tx, use)
    return door.Page[VersionOut](data=[VersionOut.of(one, judging) for one in found], next=None)


@router.get("/{use}/versions/{number}")
def show_version(use: Use, number: Number, authorization: door.Authorization = None) -> VersionPageOut:
    """One version with its documents."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        one = kept.get(tx, use, number)
        documents = kept.documents(tx, use, number)
        judging = kept.judging(tx, use)
    return VersionPageOut(version=VersionOut.of(one, judging), **documents)


@router.get("/{use}/versions/{number}/report.pdf", response_class=Response, responses=PDF)
def report_pdf(use: Use, number: Number, authorization: door.Authorization = None) -> Response:
    """What is known of a version and what its validation found, to file and to print."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
    return Response(vet.report(use, number), media_type=MEDIA)


@router.post("/{use}/versions", status_code=201, response_model=VersionOut)
def submit_version(
    use: Use, body: ModelIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Put a model forward; somebody else tests it before it can be let in."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)

    def submit(seed: Seed) -> VersionOut:
        new = Submission(
            use,
            scorecard=_document(body.scorecard),
            card=_document(body.card),
            owner=body.owner,
            limits=body.limits,
            effective_from=body.effective_from,
            by=member.name,
            request=str(seed),
        )
        with parts().db.transaction() as tx:
            return VersionOut.of(models.submit(tx, new), kept.judging(tx, use))

    request = {"route": f"models/{use.value}", "body": body.model_dump(mode="json")}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{member.name}", key=key, request=request, do=submit)


@router.post("/{use}/versions/{number}/validations", status_code=201)
def validate_version(
    use: Use, number: Number, body: FindingsIn, authorization: door.Authorization = None
) -> VersionOut:
    """Measure a version on our past, and say what was found; whoever made it cannot."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
    one = vet.validate(use, number, findings=body.findings, by=member.name)
    with parts().db.transaction() as tx:
        return VersionOut.of(one, kept.judging(tx, use))


@router.post("/{use}/versions/{number}/approvals", status_code=201)
def approve_version(use: Use, number: Number, authorization: door.Authorization = None) -> VersionOut:
    """Let a tested version judge from its day on; whoever made it cannot."""
    return _decide(use, number, Status.APPROVED, authorization)


@router.post("/{use}/versions/{number}/rejections", status_code=201)
def reject_version(use: Use, number: Number, authorization: door.Authorization = None) -> VersionOut:
    """Turn a version down; whoever made it cannot."""
    return _decide(use, number, Status.REJECTED, authorization)


@router.post("/{use}/versions/{number}/retirements", status_code=201)
def retire_version(use: Use, number: Number, authorization: door.Authorization = None) -> VersionOut:
    """Take a version out of use at once: the one before it judges again."""
    return _decide(use, number, Status.RETIRED, authorization)


def _document(told: dict[str, Any] | str) -> dict[str, Any]:
    """What a file holds. Refuses ModelUnreadable."""
    try:
        found = json_text.read(told if isinstance(told, str) else json.dumps(told))
    except ValueError as error:
        raise ModelUnreadable(why=str(error)) from None
    if not isinstance(found, dict):
        raise ModelUnreadable(why="it is not a document")
    return found


def _decide(use: Use, number: int, to: Status, authorization: str | None) -> VersionOut:
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        one = models.decide(tx, use, number, to=to, by=member.name)
        return VersionOut.of(one, kept.judging(tx, use))
