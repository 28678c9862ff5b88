"""What is held of people ends on its day, in the real schema, and nothing else does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from importlib import resources

import psycopg
import pytest

from xindai.base.crypto import KeyRing
from xindai.base.db import Database, Tx
from xindai.governance.rights import holdings, queries, retention
from xindai.governance.rights import operations as rights
from xindai.governance.rights.model import RequestId, Right
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import Claim, Device, PersonId, SessionId
from xindai.values.masked import CardNumber, IdNumber, PersonName, Phone, Secret

TABLES = holdings.parse(
    json.loads(resources.files("xindai.governance.rights").joinpath("holdings.json").read_text(encoding="utf-8"))
)
GROUPS = retention.groups_of(TABLES)
EVERY = {name for name, group in GROUPS.items() if group.terms}
WHO = Claim(PersonName("王小明"), IdNumber("11010519491231002X"), CardNumber("6217000000000000018"))


@contextmanager
def later(database: Database, on: date) -> Iterator[Tx]:
    """A transaction of a later business day."""
    with database.transaction() as tx:
        tx.run("UPDATE clock SET business_day = :on", on=on)
    with database.transaction() as tx:
        yield tx


def met(tx: Tx, ring: KeyRing, number: int = 1) -> PersonId:
    """Somebody who has logged in, said who they are, and applied once in vain."""
    person = PersonId(f"per_0{number}")
    identity.welcome(tx, ring, phone=Phone(f"1380013800{number}"), person_id=person)
    if number == 1:
        identity.claim(tx, ring, person_id=person, claim=WHO)
    identity.meet_device(tx, ring, person_id=person, device=Device("a phone", Secret(f"device {number}")))
    identity.begin_session(tx, session_id=SessionId(f"ses_0{number}"), door="borrower", holder=person)
    tx.run(
        "INSERT INTO application (id, reference, person_id, product, amount, months, purpose, monthly_income, status, at)"
        " VALUES (:id, :id, :person, 'p@1', 100000, 12, 'study', 800000, 'declined', :at)",
        id=f"app_0{number}", person=person, at=tx.at,
    )  # fmt: skip
    tx.run(
        "INSERT INTO decision (id, application_id, outcome, strategy, strategy_hash, model_hash, inputs, verdicts, result,"
        " trace, on_day, at) VALUES (:id, :application, 'decline', 's@1', 'h', 'h', '{\"age\": 30}', '[]', '{\"score\": 500}',"
        " '{\"a\": 1}', :on, :at)",
        id=f"dec_0{number}", application=f"app_0{number}", on=tx.on, at=tx.at,
    )  # fmt: skip
    return person


def test_every_statement_is_one_of_the_schema(database: Database) -> None:
    statements = retention.erasing(TABLES, EVERY)
    assert len(statements) > 40
    with database.transaction() as tx:
        for statement, values in statements:
            assert tx.run(statement, people="{nobody}", **values) == 0
        for one in TABLES.values():
            if one.aged is not None:
                assert rights.erase_old(tx, one, most=10) == 0


def test_whoever_never_owed_is_forgotten_after_two_years_and_the_outcome_stays(
    database: Database, ring: KeyRing
) -> None:
    with database.transaction() as tx:
        person, began = met(tx, ring), tx.on
    for days, looked, ended in ((1, 1, 0), (40, 1, 1), (729, 1, 0), (730, 1, 1)):  # after thirty days the watch ends
        with later(database, began + timedelta(days=days)) as tx:
            assert rights.erase_over(tx, TABLES, most=10) == (looked, ended), days
            assert rights.erase_over(tx, TABLES, most=10) == (0, 0)
            assert (people.of_id_number(tx, ring, WHO.id_number) is None) == (days >= 730)
    with database.transaction() as tx:
        one = people.person(tx, ring, person)
        assert (one.name, one.id_number, one.card_number, one.phone) == (None, None, None, Phone(""))
        assert tx.value("SELECT count(*) FROM session") == 0
        assert tx.value("SELECT count(*) FROM person_device") == 0
        assert tx.row("SELECT monthly_income, status FROM application") == {"monthly_income": 0, "status": "declined"}
        assert tx.row("SELECT inputs, trace, outcome, result FROM decision") == {
            "inputs": {},
            "trace": {},
            "outcome": "decline",
            "result": {"score": 500},
        }
        notes = tx.rows("SELECT facts FROM audit_note WHERE action = 'data_erased' AND subject = :id", id=person)
        assert "identity" in notes[-1]["facts"]["groups"]
        met_again = identity.welcome(tx, ring, phone=Phone("13800138001"), person_id=PersonId("per_02"))
        assert met_again == "per_02"  # nobody knows that they were here before


def test_whoever_owes_is_kept_and_ten_years_after_nobody_is_named(database: Database, ring: KeyRing) -> None:
    with database.transaction() as tx:
        person, began = met(tx, ring), tx.on
        tx.run(
            "INSERT INTO offer (id, application_id, person_id, decision_id, product, principal, annual_rate, months, status,"
            " expires_on, handed_over, at) VALUES ('offer_01', 'app_01', :person, 'dec_01', 'p@1', 100000, '0.1', 12,"
            " 'accepted', :on, '{}', :at)",
            person=person, on=tx.on, at=tx.at,
        )  # fmt: skip
        tx.run(
            "INSERT INTO loan (id, reference, offer_id, person_id, product, principal, annual_rate, months, status,"
            " disbursed_on, terms, at, paid_out_of) VALUES ('loan_01', 'L1', 'offer_01', :person, 'p@1', 100000, '0.1', 12,"
            " 'current', :on, '{}', :at, 'cash')",
            person=person, on=tx.on, at=tx.at,
        )  # fmt: skip
    with later(database, began + timedelta(days=800)) as tx:
        assert rights.erase_over(tx, TABLES, most=10) == (1, 0)
        assert people.of_id_number(tx, ring, WHO.id_number) == person
        tx.run("UPDATE loan SET status = 'closed'")
    with later(database, began + timedelta(days=1827 + 31)) as tx:
        assert rights.erase_over(tx, TABLES, most=10) == (1, 1)
        assert tx.value("SELECT inputs FROM decision") == {}
        assert people.of_id_number(tx, ring, WHO.id_number) == person
    with later(database, began + timedelta(days=3653 + 31)) as tx:
        assert rights.erase_over(tx, TABLES, most=10) == (1, 1)
        assert people.of_id_number(tx, ring, WHO.id_number) is None
        assert tx.value("SELECT principal FROM loan") == 100000
        assert tx.value("SELECT look_on FROM person") is None


def test_an_append_only_table_may_be_emptied_and_nothing_else(
    database: Database, owned: Database, ring: KeyRing
) -> None:
    with database.transaction() as tx:
        met(tx, ring)
    for statement in (
        "UPDATE decision SET outcome = 'approve'",
        "UPDATE decision SET inputs = '{\"age\": 31}'",
        "UPDATE decision SET result = '{}'",
        "DELETE FROM decision",
        "TRUNCATE decision CASCADE",
    ):
        with pytest.raises(psycopg.errors.RaiseException), owned.transaction() as tx:
            tx.run(statement)
        refused = (psycopg.errors.RaiseException, psycopg.errors.InsufficientPrivilege)
        with pytest.raises(refused), database.transaction() as tx:
            tx.run(statement)
    with database.transaction() as tx:
        assert tx.run("UPDATE decision SET inputs = '{}', trace = '{}'") == 1


def test_rows_that_grow_old_go_a_few_at_a_time_and_the_young_stay(database: Database, ring: KeyRing) -> None:
    with database.transaction() as tx:
        for number in range(7):
            age = timedelta(days=401 if number < 5 else 399)
            tx.run(
                "INSERT INTO idempotency_key (door, key, request, seed, at) VALUES ('d', :key, '', :key, :at)",
                key=f"key_{number}",
                at=tx.at - age,
            )
        table = TABLES["idempotency_key"]
        assert [rights.erase_old(tx, table, most=3) for _ in range(3)] == [3, 2, 0]
        assert tx.value("SELECT count(*) FROM idempotency_key") == 2


def test_a_session_ends_by_real_time_whatever_the_sandboxs_clock_says(database: Database, ring: KeyRing) -> None:
    with database.transaction() as tx:
        person = met(tx, ring)
        tx.run("UPDATE clock SET shift_seconds = 86400 * 1000")
    with database.transaction() as tx:
        assert rights.erase_old(tx, TABLES["session"], most=10) == 0
        tx.run("UPDATE session SET ends_at = clock_timestamp() - interval '181 days' WHERE holder = :id", id=person)
        assert rights.erase_old(tx, TABLES["session"], most=10) == 1


def asked_and_granted(tx: Tx, ring: KeyRing, person: str) -> RequestId:
    request = RequestId("rgt_01")
    rights.ask(tx, ring, request_id=request, person_id=person, right=Right.DELETION, words="请删除我的资料")
    rights.answer(tx, ring, request_id=request, granted=True, text="已受理", by="somebody")
    return request


def test_who_was_merged_into_somebody_is_erased_with_them(database: Database, ring: KeyRing) -> None:
    with database.transaction() as tx:
        person, shell = met(tx, ring), met(tx, ring, 2)
        identity.take_over_phone(tx, ring, person_id=person, from_id=shell)
        request = asked_and_granted(tx, ring, person)
        assert rights.erase_asked(tx, TABLES, request_id=request, person_id=person)
        assert tx.value("SELECT count(*) FROM person WHERE phone IS NULL AND forgotten_on IS NOT NULL") == 2
        assert tx.value("SELECT count(*) FROM decision WHERE inputs = '{}'") == 2
        assert queries.to_carry_out(tx, before=tx.on + timedelta(days=2)) == []


def test_whoever_is_marked_for_fraud_is_not_forgotten_because_they_ask(database: Database, ring: KeyRing) -> None:
    with database.transaction() as tx:
        person, began = met(tx, ring), tx.on
        tx.run(
            "INSERT INTO social_mark (person_id, kind, on_day, cause, at) VALUES (:person, 'fraud', :on, 'seen', :at),"
            " (:person, 'refused', :on, 'app_01', :at)",
            person=person,
            on=tx.on,
            at=tx.at,
        )
        assert rights.erase_asked(tx, TABLES, request_id=asked_and_granted(tx, ring, person), person_id=person)
        assert [row["kind"] for row in tx.rows("SELECT kind FROM social_mark")] == ["fraud"]
    for days in (800, 3000):
        with later(database, began + timedelta(days=days)) as tx:
            rights.erase_over(tx, TABLES, most=10)
            assert people.of_id_number(tx, ring, WHO.id_number) == person


def test_at_whom_somebody_is_just_now_is_left_to_another_evening(database: Database, ring: KeyRing) -> None:
    with database.transaction() as tx:
        person = met(tx, ring)
        request = asked_and_granted(tx, ring, person)
    other = psycopg.connect(database.url.replace("postgresql+psycopg", "postgresql"))
    try:
        other.execute("SELECT 1 FROM person FOR KEY SHARE")  # as a new row that refers to them would
        with database.transaction() as tx:
            assert not rights.erase_asked(tx, TABLES, request_id=request, person_id=person)
        with later(database, database_day(database) + timedelta(days=731)) as tx:
            assert rights.erase_over(tx, TABLES, most=10) == (1, 0)
            tomorrow = tx.on + timedelta(days=1)
            assert tx.value("SELECT look_on FROM person") == tomorrow
    finally:
        other.close()
    with later(database, tomorrow) as tx:
        assert rights.erase_over(tx, TABLES, most=10) == (1, 1)


def database_day(database: Database) -> date:
    with database.transaction() as tx:
        return tx.on
