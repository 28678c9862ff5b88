"""How well somebody is known follows from the proofs that stand."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.onboarding.proof.model import (
    MOVES,
    Evidence,
    EvidenceId,
    EvidenceKind,
    FaceStatus,
    Level,
    level,
)

AT = datetime(2026, 6, 1, tzinfo=UTC)
ELEMENTS, CARD, FACE = EvidenceKind.FOUR_ELEMENTS, EvidenceKind.ID_CARD, EvidenceKind.FACE


def proof(kind: EvidenceKind, *, days_left: float = 10) -> Evidence:
    until = AT + timedelta(days=days_left)
    return Evidence(EvidenceId("evi_1"), kind, "house", "ref", "grant_1", until - timedelta(days=90), until)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((), Level.PHONE),
        ((ELEMENTS,), Level.ELEMENTS),
        ((CARD, ELEMENTS), Level.PAPERS),
        ((FACE, CARD, ELEMENTS), Level.FACE),
        ((FACE,), Level.PHONE),  # a face alone is never the way (R-ID-03)
        ((FACE, ELEMENTS), Level.ELEMENTS),
        ((CARD, FACE), Level.PHONE),
    ],
)
def test_a_level_needs_all_that_lie_below_it(kinds: tuple[EvidenceKind, ...], expected: Level) -> None:
    assert level([proof(kind) for kind in kinds], at=AT) is expected


@given(st.lists(st.tuples(st.sampled_from(list(EvidenceKind)), st.floats(-100, 100)), max_size=8))
def test_more_proof_never_lowers_and_time_never_raises(proofs: list[tuple[EvidenceKind, float]]) -> None:
    held = [proof(kind, days_left=left) for kind, left in proofs]
    for one in held:
        assert level([two for two in held if two is not one], at=AT) <= level(held, at=AT)
    assert level(held, at=AT + timedelta(days=30)) <= level(held, at=AT)
    assert level(held, at=AT + timedelta(days=101)) is Level.PHONE


def test_a_face_check_ends_once() -> None:
    assert set(MOVES[FaceStatus.BEGUN]) == {FaceStatus.PASSED, FaceStatus.FAILED, FaceStatus.EXPIRED}
    assert all(not MOVES[one] for one in (FaceStatus.PASSED, FaceStatus.FAILED, FaceStatus.EXPIRED))
