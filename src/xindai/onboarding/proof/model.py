"""Nouns of proof."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from xindai.values import ids
from xindai.values.masked import Secret
from xindai.values.refusal import Kind, Refusal

FACE_CHECKS_A_DAY = 5
FACE_CHECK_LIVES = timedelta(hours=2)
FRESH = timedelta(minutes=30)
"""A log-in or a face so young proves that the owner of the phone is there."""
STEP_UP_FROM = 20_000_00
"""Money that leaves us in one sum of so many fen or more asks for a fresh proof."""


class EvidenceId(ids.Id):
    """Names one proof."""

    prefix = "evi"


class FaceCheckId(ids.Id):
    """Names one look into the camera."""

    prefix = "face"


class EvidenceKind(StrEnum):
    """What was proven."""

    FOUR_ELEMENTS = "four_elements"
    ID_CARD = "id_card"
    FACE = "face"


VALID_FOR = {
    EvidenceKind.FOUR_ELEMENTS: timedelta(days=180),
    EvidenceKind.ID_CARD: timedelta(days=3653),
    EvidenceKind.FACE: timedelta(days=90),
}
"""How long a proof is used again before it is made anew; an ID card's at most until its own last day."""


class Level(IntEnum):
    """How well somebody is known."""

    PHONE = 0
    ELEMENTS = 1
    PAPERS = 2
    FACE = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """One proof: who said so, under which reference and grant, until when it is used."""

    id: EvidenceId
    kind: EvidenceKind
    provider: str
    reference: str
    grant_id: str
    at: datetime
    valid_until: datetime


def level(evidence: Iterable[Evidence], *, at: datetime) -> Level:
    """The highest level whose proofs all stand: elements, then papers, then face."""
    standing = {one.kind for one in evidence if one.valid_until > at}
    reached = Level.PHONE
    for kind, higher in (
        (EvidenceKind.FOUR_ELEMENTS, Level.ELEMENTS),
        (EvidenceKind.ID_CARD, Level.PAPERS),
        (EvidenceKind.FACE, Level.FACE),
    ):
        if kind not in standing:
            break
        reached = higher
    return reached


class FaceStatus(StrEnum):
    """Where a face check stands."""

    BEGUN = "begun"
    PASSED = "passed"
    FAILED = "failed"
    EXPIRED = "expired"


MOVES: dict[FaceStatus, dict[FaceStatus, str]] = {
    FaceStatus.BEGUN: {
        FaceStatus.PASSED: "face_check_passed",
        FaceStatus.FAILED: "face_check_failed",
        FaceStatus.EXPIRED: "face_check_expired",
    },
    FaceStatus.PASSED: {},
    FaceStatus.FAILED: {},
    FaceStatus.EXPIRED: {},
}


@dataclass(frozen=True, slots=True)
class FaceCheck:
    """One look into the camera, at a provider."""

    id: FaceCheckId
    person_id: str
    grant_id: str
    provider: str
    token: Secret
    url: str
    status: FaceStatus
    begun_at: datetime

    def move(self, to: FaceStatus) -> str | None:
        """The event that leads to `to`; none when it has ended already: what came first stays."""
        return MOVES[self.status].get(to)

    def is_over(self, *, at: datetime) -> bool:
        """Whether it is too late to look."""
        return at - self.begun_at > FACE_CHECK_LIVES


class FaceCheckMissing(Refusal):
    """There is no such check, or it is not the asker's."""

    kind = Kind.MISSING
    code = "face_check_not_found"
    en = "There is no such face check."
    zh = "没有该人脸核验。"


class TooManyFaceChecks(Refusal):
    """A few a day are enough."""

    kind = Kind.FORBIDDEN
    code = "too_many_face_checks"
    en = "Too many face checks today. You can prove yourself by phone code and bank card instead, or to a person."
    zh = "今日人脸核验次数过多。您可改用短信验证码与银行卡核验，或由人工核实。"


class NotClaimed(Refusal):
    """Nobody is known yet against whom a face could be compared."""

    kind = Kind.CONFLICT
    code = "identity_not_given"
    en = "Please give your name and ID number first."
    zh = "请先填写姓名与身份证号。"


class StepUpNeeded(Refusal):
    """A sensitive action, and the last proof is too old."""

    kind = Kind.FORBIDDEN
    code = "step_up_needed"
    en = "For this, please log in again by phone code, or pass a face check: your last proof is more than 30 minutes old."
    zh = "为保障资金安全，请重新通过短信验证码登录或完成人脸核验后再操作。"
