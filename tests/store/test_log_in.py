"""How many codes a phone gets, and how many phones one address may ring."""

from datetime import timedelta

import pytest

from xindai.base.clock import new_id
from xindai.base.crypto import KeyRing
from xindai.base.db import Database, Tx
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import (
    CODES_A_DAY,
    CODES_AN_HOUR,
    CODES_FROM_ONE_SOURCE,
    CodeId,
    PersonId,
    TooManyCodes,
)
from xindai.values.masked import Phone, Secret


def ask(tx: Tx, ring: KeyRing, number: int, source: str | None) -> None:
    identity.begin_code(tx, ring, code_id=new_id(CodeId), phone=Phone(f"139{number:08d}"), source=source)


def test_nobody_rings_a_thousand_phones_from_one_address(database: Database, ring: KeyRing) -> None:
    with database.transaction() as tx:
        for number in range(CODES_FROM_ONE_SOURCE):
            ask(tx, ring, number, "203.0.113.9")
        with pytest.raises(TooManyCodes):
            ask(tx, ring, 999, "203.0.113.9")
        ask(tx, ring, 999, "203.0.113.10")
        ask(tx, ring, 998, None)


def test_a_phone_is_rung_so_often_an_hour_and_a_day(database: Database, ring: KeyRing) -> None:
    sent = 0
    for _ in range(4):
        for _ in range(CODES_AN_HOUR):
            with database.transaction() as tx:
                if sent >= CODES_A_DAY:
                    with pytest.raises(TooManyCodes):
                        ask(tx, ring, 1, None)
                    return
                ask(tx, ring, 1, None)
                sent += 1
        with database.transaction() as tx:
            with pytest.raises(TooManyCodes):
                ask(tx, ring, 1, None)
            tx.run("UPDATE phone_code SET sent_at = sent_at - :while", **{"while": timedelta(minutes=61)})
    pytest.fail("the day has no limit")


def test_a_wechat_account_opens_one_door_and_a_person_has_one_account(database: Database, ring: KeyRing) -> None:
    with database.transaction() as tx:
        one, other = (
            identity.welcome(tx, ring, phone=Phone(number), person_id=new_id(PersonId))
            for number in ("13900000001", "13900000002")
        )
        first, second = Secret("o-first"), Secret("o-second")
        identity.know_by_wechat(tx, ring, person_id=one, openid=first)
        identity.know_by_wechat(tx, ring, person_id=one, openid=first)
        assert people.of_wechat(tx, ring, first) == one
        identity.know_by_wechat(tx, ring, person_id=one, openid=second)
        assert (people.of_wechat(tx, ring, first), people.of_wechat(tx, ring, second)) == (None, one)
        identity.know_by_wechat(tx, ring, person_id=other, openid=second)
        assert people.of_wechat(tx, ring, second) == other
