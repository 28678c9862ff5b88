"""Questions about proof."""

from __future__ import annotations

from datetime import timedelta

from xindai.base.crypto import KeyRing
from xindai.base.db import Row, Tx
from xindai.onboarding.proof.model import (
    FRESH,
    Evidence,
    EvidenceId,
    EvidenceKind,
    FaceCheck,
    FaceCheckId,
    FaceCheckMissing,
    FaceStatus,
)
from xindai.values.masked import Secret


def of_person(tx: Tx, person_id: str) -> list[Evidence]:
    """Every proof of a person, newest first."""
    return [
        Evidence(
            id=EvidenceId(row["id"]),
            kind=EvidenceKind(row["kind"]),
            provider=row["provider"],
            reference=row["reference"],
            grant_id=row["grant_id"],
            at=row["at"],
            valid_until=row["valid_until"],
        )
        for row in tx.rows(
            "SELECT * FROM identity_evidence WHERE person_id = :person ORDER BY at DESC, id DESC", person=person_id
        )
    ]


def face_check(tx: Tx, ring: KeyRing, check_id: str, *, person_id: str, lock: bool = False) -> FaceCheck:
    """One face check of a person. Refuses: FaceCheckMissing."""
    row = tx.row(
        "SELECT * FROM face_check WHERE id = :id AND person_id = :person" + (" FOR NO KEY UPDATE" if lock else ""),
        id=check_id,
        person=person_id,
    )
    if row is None:
        raise FaceCheckMissing(field="face_check")
    return _face_check(ring, row)


def face_checks_today(tx: Tx, *, person_id: str) -> int:
    """How many a person has begun within a day."""
    return int(
        tx.value(
            "SELECT count(*) FROM face_check WHERE person_id = :person AND begun_at > :since",
            person=person_id,
            since=tx.at - timedelta(days=1),
        )
    )


def is_fresh(tx: Tx, *, person_id: str) -> bool:
    """Whether the person has proven their phone, or passed a face check, a short while ago (log-ins keep real time)."""
    return bool(
        tx.value(
            "SELECT EXISTS (SELECT 1 FROM session WHERE holder = :person AND door = 'borrower' AND ended_at IS NULL"
            " AND proves_phone AND began_at > clock_timestamp() - :fresh)"
            " OR EXISTS (SELECT 1 FROM face_check WHERE person_id = :person AND status = 'passed' AND ended_at > :since)",
            person=person_id,
            fresh=FRESH,
            since=tx.at - FRESH,
        )
    )


def _face_check(ring: KeyRing, row: Row) -> FaceCheck:
    def opened(column: str) -> str:
        return ring.unseal(bytes(row[column]), f"face_check.{column}|{row['id']}")

    return FaceCheck(
        id=FaceCheckId(row["id"]),
        person_id=row["person_id"],
        grant_id=row["grant_id"],
        provider=row["provider"],
        token=Secret(opened("token")),
        url=opened("url"),
        status=FaceStatus(row["status"]),
        begun_at=row["begun_at"],
    )
