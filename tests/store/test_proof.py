"""Before something sensitive, a fresh proof: a log-in or a face of the last half hour."""

from datetime import timedelta

import pytest

from store.consents import given
from xindai.base.clock import new_id
from xindai.base.crypto import KeyRing
from xindai.base.db import Database, Tx
from xindai.onboarding.consent.model import Scope
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity.model import PersonId, SessionId
from xindai.onboarding.proof import operations as proofs
from xindai.onboarding.proof.model import STEP_UP_FROM, FaceCheckId, FaceStatus, StepUpNeeded
from xindai.values.masked import Phone, Secret
from xindai.values.money import Money


@pytest.fixture
def person_id(database: Database, ring: KeyRing) -> PersonId:
    """Somebody who logged in an hour ago."""
    with database.transaction() as tx:
        made = identity.welcome(tx, ring, phone=Phone("13900000001"), person_id=new_id(PersonId))
        log_in(tx, made)
        tx.run("UPDATE session SET began_at = began_at - :hour", hour=timedelta(hours=1))
    return made


def log_in(tx: Tx, person_id: str) -> None:
    identity.begin_session(tx, session_id=new_id(SessionId), door="borrower", holder=person_id)


def test_small_sums_need_no_fresh_proof_and_large_ones_do(database: Database, person_id: PersonId) -> None:
    with database.transaction() as tx:
        proofs.refuse_stale(tx, person_id=person_id, sum_out=Money(STEP_UP_FROM - 1))
        with pytest.raises(StepUpNeeded):
            proofs.refuse_stale(tx, person_id=person_id, sum_out=Money(STEP_UP_FROM))
        with pytest.raises(StepUpNeeded):
            proofs.refuse_stale(tx, person_id=person_id)


def test_a_new_log_in_is_fresh(database: Database, person_id: PersonId) -> None:
    with database.transaction() as tx:
        log_in(tx, person_id)
        proofs.refuse_stale(tx, person_id=person_id)


def test_wechat_alone_does_not_prove_that_the_phone_is_at_hand(database: Database, person_id: PersonId) -> None:
    with database.transaction() as tx:
        identity.begin_session(tx, session_id=new_id(SessionId), door="borrower", holder=person_id, proves_phone=False)
        with pytest.raises(StepUpNeeded):
            proofs.refuse_stale(tx, person_id=person_id)


@pytest.mark.parametrize(("to", "is_fresh"), [(FaceStatus.PASSED, True), (FaceStatus.FAILED, False)])
def test_a_face_is_fresh_where_it_passed(
    database: Database, ring: KeyRing, person_id: PersonId, to: FaceStatus, is_fresh: bool
) -> None:
    with database.transaction() as tx:
        check = proofs.begin_face(
            tx,
            ring,
            check_id=new_id(FaceCheckId),
            grant=given(tx, person_id, Scope.FACE),
            provider="house",
            token=Secret("t"),
            url="https://example.test/t",
        )
        for end in (to, FaceStatus.PASSED):  # what came first stays
            assert proofs.end_face(tx, ring, check_id=check.id, person_id=person_id, to=end).status is to
    with database.transaction() as tx:
        if is_fresh:
            proofs.refuse_stale(tx, person_id=person_id)
        else:
            with pytest.raises(StepUpNeeded):
                proofs.refuse_stale(tx, person_id=person_id)
