"""How well a person is known here, and the look into the camera."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from xindai.base import door
from xindai.base.repeat import Seed
from xindai.edges.borrower.asking import repeatable, who
from xindai.journeys import faces
from xindai.journeys.parts import parts
from xindai.onboarding.identity import queries as people
from xindai.onboarding.proof import queries as proven
from xindai.onboarding.proof.model import EvidenceKind, FaceCheck, FaceCheckId, FaceStatus, level

router = APIRouter(prefix="/v1", responses=door.PROBLEMS, tags=["identity"])


class EvidenceOut(BaseModel):
    """A proof: by whom, under which consent, until when it is used again."""

    kind: EvidenceKind
    provider: str
    grant_id: str
    at: datetime
    valid_until: datetime


class IdentityOut(BaseModel):
    """Who the person is here, as masks; `level` 0 phone, 1 four elements, 2 and ID card, 3 and face."""

    person_id: str
    phone: str
    name: str | None
    id_number: str | None
    card_number: str | None
    status: str
    level: int
    evidence: list[EvidenceOut]


class FaceCheckOut(BaseModel):
    """A look into the camera: `url` is where; its result is asked for afterwards."""

    id: str
    status: FaceStatus
    url: str | None
    begun_at: datetime

    @classmethod
    def of(cls, one: FaceCheck) -> FaceCheckOut:
        """As it stands."""
        url = one.url if one.status is FaceStatus.BEGUN else None
        return cls(id=one.id, status=one.status, url=url, begun_at=one.begun_at)


@router.get("/identity")
def show_identity(authorization: door.Authorization = None) -> IdentityOut:
    """How well the person is known here."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        person = people.person(tx, parts().ring, person_id)
        evidence = proven.of_person(tx, person_id)
        reached = level(evidence, at=tx.at)
    return IdentityOut(
        person_id=person_id,
        phone=str(person.phone),
        name=str(person.name) if person.name else None,
        id_number=str(person.id_number) if person.id_number else None,
        card_number=str(person.card_number) if person.card_number else None,
        status=person.proof.value,
        level=int(reached),
        evidence=[
            EvidenceOut(
                kind=one.kind,
                provider=one.provider,
                grant_id=one.grant_id,
                at=one.at,
                valid_until=one.valid_until,
            )
            for one in evidence
        ],
    )


@router.post("/face-checks", status_code=201, response_model=FaceCheckOut)
def begin_face_check(authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Begin a look into the camera. Needs the consent `face`; nobody has to, another way of proof is open."""
    person_id = who(authorization)

    def begin(seed: Seed) -> FaceCheckOut:
        return FaceCheckOut.of(faces.begin(person_id, check_id=FaceCheckId.derived(seed)))

    return repeatable(person_id, "face-checks", key, {}, begin)


@router.post("/face-checks/{check_id}/results", status_code=201, response_model=FaceCheckOut)
def ask_face_result(check_id: str, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Ask what became of it; `begun` while it is under way, and then to be asked again under another key."""
    person_id = who(authorization)

    def ask(_: Seed) -> FaceCheckOut:
        return FaceCheckOut.of(faces.result(person_id, check_id))

    return repeatable(person_id, f"face results|{check_id}", key, {}, ask)
