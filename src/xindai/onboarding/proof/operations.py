"""What is done about proof."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from xindai.base import audit
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.onboarding.consent.model import Grant, Scope
from xindai.onboarding.documents import checks
from xindai.onboarding.documents.model import Document, Kind
from xindai.onboarding.documents.papers import LONG_TERM
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity.model import Claim
from xindai.onboarding.proof import queries
from xindai.onboarding.proof.model import (
    FACE_CHECKS_A_DAY,
    STEP_UP_FROM,
    VALID_FOR,
    EvidenceId,
    EvidenceKind,
    FaceCheck,
    FaceCheckId,
    FaceStatus,
    StepUpNeeded,
    TooManyFaceChecks,
)
from xindai.values.ids import Id
from xindai.values.masked import Secret
from xindai.values.money import Money


def keep(
    tx: Tx,
    *,
    source: Id,
    person_id: str,
    kind: EvidenceKind,
    provider: str,
    reference: str,
    grant_id: str,
    valid_until: datetime | None = None,
) -> None:
    """Keep a proof that follows from `source`, once."""
    longest = tx.at + VALID_FOR[kind]
    tx.run(
        "INSERT INTO identity_evidence (id, person_id, kind, provider, reference, grant_id, at, valid_until)"
        " VALUES (:id, :person, :kind, :provider, :reference, :grant, :at, :until) ON CONFLICT (id) DO NOTHING",
        id=EvidenceId.derived(source, kind.value),
        person=person_id,
        kind=kind.value,
        provider=provider,
        reference=reference,
        grant=grant_id,
        at=tx.at,
        until=min(longest, valid_until) if valid_until else longest,
    )


def keep_papers(tx: Tx, *, person_id: str, claim: Claim, papers: dict[Kind, Document]) -> None:
    """Both sides of an ID card that fit each other and the claim are a proof, until the card's last day."""
    front, back = papers.get(Kind.ID_CARD_FRONT), papers.get(Kind.ID_CARD_BACK)
    if front is None or back is None or checks.misfits([front, back], on=tx.on):
        return
    if (front.fields["name"].said, front.fields["id_number"].said) != (claim.name.reveal(), claim.id_number.reveal()):
        return
    last = back.fields["valid_until"].said
    until = None if last == LONG_TERM else datetime.combine(date.fromisoformat(last), time.max, UTC)
    keep(
        tx,
        source=back.id,
        person_id=person_id,
        kind=EvidenceKind.ID_CARD,
        provider=back.read_by or "",
        reference=front.id,
        grant_id=front.grant_id,
        valid_until=until,
    )


def begin_face(
    tx: Tx, ring: KeyRing, *, check_id: FaceCheckId, grant: Grant, provider: str, token: Secret, url: str
) -> FaceCheck:
    """A face check that a provider has begun. Refuses: TooManyFaceChecks."""
    assert grant.scope is Scope.FACE
    refuse_many_faces(tx, person_id=grant.person_id)
    tx.run(
        "INSERT INTO face_check (id, person_id, grant_id, provider, token, url, status, begun_at)"
        " VALUES (:id, :person, :grant, :provider, :token, :url, 'begun', :at) ON CONFLICT (id) DO NOTHING",
        id=check_id,
        person=grant.person_id,
        grant=grant.id,
        provider=provider,
        token=ring.seal(token.reveal(), f"face_check.token|{check_id}"),
        url=ring.seal(url, f"face_check.url|{check_id}"),
        at=tx.at,
    )
    audit.note(
        tx,
        actor=grant.person_id,
        action="face_check_begun",
        subject=check_id,
        facts={"grant": grant.id, "by": provider},
    )
    return queries.face_check(tx, ring, check_id, person_id=grant.person_id)


def refuse_many_faces(tx: Tx, *, person_id: str) -> None:
    """Refuses: TooManyFaceChecks."""
    tx.run("SELECT 1 FROM person WHERE id = :person FOR NO KEY UPDATE", person=person_id)
    if queries.face_checks_today(tx, person_id=person_id) >= FACE_CHECKS_A_DAY:
        raise TooManyFaceChecks


def end_face(tx: Tx, ring: KeyRing, *, check_id: str, person_id: str, to: FaceStatus) -> FaceCheck:
    """What became of a face check; one that passed is a proof. What came first stays."""
    check = queries.face_check(tx, ring, check_id, person_id=person_id, lock=True)
    event = check.move(to)
    if event is None:
        return check
    tx.run("UPDATE face_check SET status = :to, ended_at = :at WHERE id = :id", to=to.value, at=tx.at, id=check_id)
    audit.note(tx, actor=f"{check.provider}", action=event, subject=check_id, facts={"grant": check.grant_id})
    if to is FaceStatus.PASSED:
        keep(
            tx,
            source=check.id,
            person_id=person_id,
            kind=EvidenceKind.FACE,
            provider=check.provider,
            reference=check.id,
            grant_id=check.grant_id,
        )
    return queries.face_check(tx, ring, check_id, person_id=person_id)


def ask_anew(tx: Tx, *, person_id: str, reason: str, by: str) -> int:
    """No proof of a person serves any more: each must be made anew (R-ID-01, when doubt arises). How many stood."""
    ended = tx.run(
        "UPDATE identity_evidence SET valid_until = :at WHERE person_id = :person AND valid_until > :at",
        at=tx.at,
        person=person_id,
    )
    identity.doubt(tx, person_id=person_id)
    audit.note(tx, actor=by, action="proof_asked_anew", subject=person_id, facts={"reason": reason, "ended": ended})
    return ended


def refuse_stale(tx: Tx, *, person_id: str, sum_out: Money | None = None) -> None:
    """Before something sensitive, such as a large sum that leaves us: a log-in or a face of the last half hour.

    Refuses: StepUpNeeded.
    """
    is_small = sum_out is not None and sum_out.minor < STEP_UP_FROM
    if not is_small and not queries.is_fresh(tx, person_id=person_id):
        raise StepUpNeeded
