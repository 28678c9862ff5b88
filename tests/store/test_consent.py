"""Words that were agreed to are kept as they were; a grant stands on them, and only while they stand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from store.consents import SIGNER, given, shipped
from xindai.base.clock import new_id
from xindai.base.crypto import KeyRing, is_signed
from xindai.base.db import Database
from xindai.onboarding.consent import operations as consents
from xindai.onboarding.consent import queries as allowed
from xindai.onboarding.consent.model import ConsentTextChanged, GrantId, GrantMissing, Scope, TextsUnreadable, Words
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity.model import PersonId
from xindai.values.masked import Phone


@pytest.fixture
def person_id(database: Database, ring: KeyRing) -> PersonId:
    with database.transaction() as tx:
        return identity.welcome(tx, ring, phone=Phone("13900000001"), person_id=new_id(PersonId))


def test_a_grant_is_a_signed_record_of_words_time_and_device(database: Database, person_id: PersonId) -> None:
    with database.transaction() as tx:
        grant = given(tx, person_id, Scope.FACE, device="红米手机")
        kept = allowed.own(tx, grant.id, person_id=person_id)
    assert grant.valid_until - grant.granted_at == timedelta(days=90)
    assert kept.text_hash == shipped()[Scope.FACE].hash
    for part in (grant.id, person_id, "face", kept.text_hash, "红米手机", grant.granted_at.isoformat()):
        assert part in kept.record
    assert is_signed(kept.record, kept.signature, SIGNER.public_key)
    assert not is_signed(kept.record.replace("face", "bureau"), kept.signature, SIGNER.public_key)
    assert not is_signed(kept.record, "no signature", SIGNER.public_key)


def test_one_grant_stands_and_the_next_yes_is_the_same(database: Database, person_id: PersonId) -> None:
    with database.transaction() as tx:
        first, again = given(tx, person_id, Scope.BUREAU), given(tx, person_id, Scope.BUREAU)
        assert first == again
        assert consents.withdraw(tx, person_id=person_id, scope=Scope.BUREAU) == 1
        assert consents.withdraw(tx, person_id=person_id, scope=Scope.BUREAU) == 0
        assert allowed.standing(tx, person_id=person_id, scope=Scope.BUREAU) is None
        assert given(tx, person_id, Scope.BUREAU) != first
        assert len(allowed.history(tx, person_id)) == 2


def test_words_that_were_not_shown_are_not_agreed_to(database: Database, person_id: PersonId) -> None:
    with database.transaction() as tx:
        consents.stock(tx, shipped())
        with pytest.raises(ConsentTextChanged):
            consents.give(
                tx,
                SIGNER,
                grant_id=new_id(GrantId),
                person_id=person_id,
                scope=Scope.BUREAU,
                text_hash=shipped()[Scope.SOCIAL].hash,
                device="",
            )
        assert allowed.history(tx, person_id) == []


@pytest.mark.parametrize(("asks_for_more", "stands"), [(False, True), (True, False)])
def test_new_words_that_ask_for_more_need_a_new_yes(
    database: Database, person_id: PersonId, asks_for_more: bool, stands: bool
) -> None:
    texts = shipped()
    before = texts[Scope.BUREAU]
    newer = replace(
        before,
        version="2027-01",
        stands_since="2027-01" if asks_for_more else before.stands_since,
        data=Words("Your credit report and more.", "您的信用报告及其他信息。"),
    )
    with database.transaction() as tx:
        grant = given(tx, person_id, Scope.BUREAU)
        consents.stock(tx, {**texts, Scope.BUREAU: newer})
        assert (allowed.standing(tx, person_id=person_id, scope=Scope.BUREAU) == grant) is stands
        assert [one.scope for one in allowed.granted(tx, person_id)] == ([Scope.BUREAU] if stands else [])
        assert allowed.own(tx, grant.id, person_id=person_id).text_hash == before.hash
        consents.stock(tx, texts)  # the lender takes the new words back
        assert allowed.standing(tx, person_id=person_id, scope=Scope.BUREAU) == grant


def test_a_version_keeps_its_words(database: Database) -> None:
    texts = shipped()
    with database.transaction() as tx:
        consents.stock(tx, texts)
        other = replace(texts[Scope.FACE], days=10)
        with pytest.raises(TextsUnreadable, match="other words"):
            consents.stock(tx, {**texts, Scope.FACE: other})


def test_nobody_reads_the_grants_of_others(database: Database, ring: KeyRing, person_id: PersonId) -> None:
    with database.transaction() as tx:
        grant = given(tx, person_id, Scope.BUREAU)
        other = identity.welcome(tx, ring, phone=Phone("13900000002"), person_id=new_id(PersonId))
        with pytest.raises(GrantMissing):
            allowed.own(tx, grant.id, person_id=other)
