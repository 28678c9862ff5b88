"""What the machines under the house promise, on a real PostgreSQL."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from cryptography.hazmat.primitives.ciphers import Cipher as Encryption
from cryptography.hazmat.primitives.ciphers import modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from dbos._utils import retriable_postgres_exception
from sqlalchemy.exc import DBAPIError

from xindai.base import audit, clock, crypto, db, events, repeat, workflow
from xindai.base.crypto import Cipher, KeyRing, Place, SealBroken
from xindai.base.db import Database
from xindai.base.events import Event
from xindai.base.wrapping import KeyFile, KeysUnreachable
from xindai.lending.ledger import operations as ledger
from xindai.lending.ledger.model import Account, Entry
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import Claim, CodeId, PersonId
from xindai.values.masked import CardNumber, IdNumber, PersonName, Phone, Secret

REFUSED_BY_THE_DATABASE = (psycopg.Error, DBAPIError)
"""A statement is refused by the driver, a commit by the layer that manages connections."""


def test_processes_that_start_together_migrate_once(server: str) -> None:
    engine = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text("CREATE DATABASE together"))
    url = server.replace("/postgres?", "/together?")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(db.migrate, [url] * 4))
    with sqlalchemy.create_engine(url).connect() as connection:
        assert connection.execute(sqlalchemy.text("SELECT count(*) FROM clock")).scalar() == 1


@pytest.mark.parametrize(
    "table", ["audit_note", "audit_link", "decision", "loan_fact", "payment_move", "ledger_entry", "ledger_line"]
)
def test_what_is_append_only_cannot_be_changed_or_emptied(database: Database, owned: Database, table: str) -> None:
    for sql in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(REFUSED_BY_THE_DATABASE, match="append-only"), owned.transaction() as tx:
            tx.run(sql)
        with pytest.raises(REFUSED_BY_THE_DATABASE, match="permission denied"), database.transaction() as tx:
            tx.run(sql)


def test_the_database_refuses_an_entry_that_does_not_balance(database: Database) -> None:
    with pytest.raises(REFUSED_BY_THE_DATABASE, match="does not balance"), database.transaction() as tx:
        tx.run("INSERT INTO ledger_entry (cause, kind, on_day, at) VALUES ('x', 'x', :on, :at)", on=tx.on, at=tx.at)
        tx.run("INSERT INTO ledger_line SELECT id, 'cash', 5, 'CNY' FROM ledger_entry")


def test_a_cause_is_posted_once(database: Database) -> None:
    entry = Entry("cause", "test", date(2026, 1, 1), "CNY", ((Account.CASH, 5), (Account.OVERPAID, -5)))
    with database.transaction() as tx:
        ledger.post(tx, [entry])
    with pytest.raises(REFUSED_BY_THE_DATABASE), database.transaction() as tx:
        ledger.post(tx, [entry])


def test_events_arrive_in_order_per_subject_and_a_failing_one_holds_back_only_its_own(database: Database) -> None:
    with database.transaction() as tx:
        for number in range(3):
            for subject in ("a", "b"):
                events.publish(tx, Event(f"event_{number}", subject, {}))
    seen: list[tuple[str, str]] = []

    def react(event: Event) -> None:
        if event.subject == "a" and event.kind == "event_1" and ("a", "tried") not in seen:
            seen.append(("a", "tried"))
            raise ValueError("not today")
        seen.append((event.subject, event.kind))

    for _ in range(6):
        events.deliver_some(database, react)
    assert [kind for subject, kind in seen if subject == "b"] == ["event_0", "event_1", "event_2"]
    assert [kind for subject, kind in seen if subject == "a"] == ["event_0", "tried"]
    with database.transaction() as tx:
        tx.run("UPDATE event SET next_try_at = 'epoch'")
    while events.deliver_some(database, react):
        pass
    assert [kind for subject, kind in seen if subject == "a"] == ["event_0", "tried", "event_1", "event_2"]


def test_an_event_is_gone_with_the_data_it_speaks_of(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as tx:
        events.publish(tx, Event("never", "a", {}))
        raise ZeroDivisionError
    assert events.deliver_some(database, lambda _: None) == 0


def test_the_audit_chain_shows_a_changed_and_a_removed_note(owned: Database) -> None:
    with owned.transaction() as tx:
        for number in range(5):
            audit.note(tx, actor="test", action="did", subject=str(number))
        assert audit.forge(tx) == 5
        assert audit.forge(tx) == 0
    with owned.transaction() as tx:
        assert audit.prove(tx) == (5, None)
    for tampering, found in (
        ("UPDATE audit_note SET actor = 'other' WHERE id = 3", 3),
        ("DELETE FROM audit_note WHERE id = 2", 2),
    ):
        with owned.transaction() as tx:
            tx.run("ALTER TABLE audit_note DISABLE TRIGGER ALL")
            tx.run(tampering)
            assert audit.prove(tx)[1] == found


def test_the_same_key_gives_the_same_seed_and_another_body_is_refused(database: Database, ring: KeyRing) -> None:
    with database.transaction() as tx:
        first = repeat.begin(tx, ring, door="d", key="k", request={"a": 1})
        assert first.answer is None
        repeat.finish(tx, ring, door="d", key="k", seed=first.seed, answer={"n": 1})
    with database.transaction() as tx:
        again = repeat.begin(tx, ring, door="d", key="k", request={"a": 1})
        assert (again.seed, again.answer) == (first.seed, {"n": 1})
        assert repeat.begin(tx, ring, door="other", key="k", request={"b": 2}).seed != first.seed
        with pytest.raises(repeat.KeyReused):
            repeat.begin(tx, ring, door="d", key="k", request={"a": 2})


def person(database: Database, ring: KeyRing, number: int) -> PersonId:
    with database.transaction() as tx:
        code_id = clock.new_id(CodeId)
        phone = Phone.parse(f"1380000{number:04d}")
        code = identity.begin_code(tx, ring, code_id=code_id, phone=phone)
        assert (
            identity.prove_phone(
                tx, ring, code_id=code_id, phone=phone, code=Secret("wrong"), person_id=PersonId("per_x")
            )
            is None
        )
        person_id = identity.prove_phone(
            tx, ring, code_id=code_id, phone=phone, code=code, person_id=clock.new_id(PersonId)
        )
        assert person_id is not None
        assert (
            identity.prove_phone(tx, ring, code_id=code_id, phone=phone, code=code, person_id=PersonId("per_x")) is None
        )
    return person_id


CLAIM = Claim(PersonName.parse("李小龙"), IdNumber.parse("11010519491231002X"), CardNumber.parse("6222021234567890128"))


def walked(database: Database, ring: KeyRing, *, most: int) -> int:
    """How many fields a walk over all tables seals anew, so many rows at a time."""
    moved, place = 0, Place()
    while place is not None:
        with database.transaction() as tx:
            some, place = crypto.reseal(tx, ring, place, most=most)
        moved += some
    return moved


def test_a_walk_by_small_steps_misses_no_row(database: Database, ring: KeyRing) -> None:
    people_ = [person(database, ring, number) for number in range(1, 8)]
    newer = ring.rotated()
    assert walked(database, newer, most=2) == len(people_)
    assert walked(database, newer, most=3) == 0
    only = KeyRing({newer.newest: newer.keys[newer.newest]}, newer.index_key)
    with database.transaction() as tx:
        assert len(people.persons(tx, only, people_)) == len(people_)
        assert crypto.older(tx, newer) == 0


def test_keys_rotate_and_every_field_still_opens(database: Database, ring: KeyRing, tmp_path: Path) -> None:
    person_id = person(database, ring, 1)
    with database.transaction() as tx:
        identity.claim(tx, ring, person_id=person_id, claim=CLAIM)
    newer = ring.rotated()
    crypto.save_ring(newer, tmp_path / "keys")
    assert walked(database, newer, most=500) == 4
    assert walked(database, newer, most=500) == 0
    newest_only = KeyRing({newer.newest: newer.keys[newer.newest]}, newer.index_key)
    with database.transaction() as tx:
        assert people.person(tx, newest_only, person_id).id_number == CLAIM.id_number
    assert crypto.load_ring(tmp_path / "keys") == newer
    assert (tmp_path / "keys" / "fields.json").stat().st_mode & 0o077 == 0


def test_a_copy_from_before_opens_never_again_once_its_key_is_destroyed(tmp_path: Path) -> None:
    ring = crypto.load_ring(tmp_path)
    copy = ring.seal("李秀英", "person.name|x")
    index = ring.blind_index("13800000000", "phone")
    crypto.grown(ring, 3)
    assert ring.newest == 2, "one key at a time"
    crypto.grown(ring, 3)
    kept = ring.seal("李秀英", "person.name|x")
    assert crypto.without_older(ring) == [1, 2]
    assert crypto.without_older(ring) == []
    fresh = crypto.load_ring(tmp_path)
    assert (list(fresh.keys), fresh.unseal(kept, "person.name|x")) == ([3], "李秀英")
    assert fresh.blind_index("13800000000", "phone") == index, "who is here is found as before"
    for one in (ring, fresh):
        with pytest.raises(SealBroken):
            one.unseal(copy, "person.name|x")


def test_older_keys_wait_for_every_process_that_lives_to_have_sealed_by_the_newest_for_a_while(
    database: Database,
) -> None:
    def others(newest: int, seconds: int) -> int:
        with database.transaction() as tx:
            return workflow.sealing_by_others(tx, newest=newest, seconds=seconds)

    with database.transaction() as tx:
        tx.run("DELETE FROM executor")
    workflow.beat(database, "one", newest_key=2)
    workflow.beat(database, "two", newest_key=1)
    assert (others(2, 0), others(2, 60)) == (1, 2)
    workflow.beat(database, "two", newest_key=2)
    assert (others(2, 0), others(2, 60)) == (0, 2)
    with database.transaction() as tx:
        tx.run("UPDATE executor SET knows_since = knows_since - interval '2 minutes'")
    workflow.beat(database, "one", newest_key=2)
    assert others(2, 60) == 0, "what it has known for long it goes on knowing"
    workflow.beat(database, "one", newest_key=3)
    assert others(3, 0) == 1
    with database.transaction() as tx:
        tx.run("UPDATE executor SET seen_at = seen_at - interval '1 minute' WHERE id = 'two'")
    assert others(3, 0) == 0, "whoever is gone seals nothing"


def test_a_sealed_field_opens_in_its_own_place_only(ring: KeyRing) -> None:
    sealed = ring.seal("李小龙", "person.name|per_1")
    assert ring.unseal(sealed, "person.name|per_1") == "李小龙"
    for broken, place in ((sealed, "person.name|per_2"), (sealed[:-1] + b"\0", "person.name|per_1"), (b"", "x")):
        with pytest.raises((SealBroken, IndexError)):
            ring.unseal(broken, place)


def test_fields_move_to_another_cipher_when_keys_rotate_and_open_meanwhile(
    database: Database, ring: KeyRing, tmp_path: Path
) -> None:
    person_id = person(database, ring, 1)
    crypto.save_ring(ring.rotated(), tmp_path / "keys")
    moved = crypto.load_ring(tmp_path / "keys", Cipher.SM4)
    with database.transaction() as tx:
        assert people.person(tx, moved, person_id).phone == people.person(tx, ring, person_id).phone
        assert crypto.older(tx, moved) == 1
    assert walked(database, moved, most=500) == 1
    with database.transaction() as tx:
        sealed = bytes(tx.value("SELECT phone FROM person WHERE id = :id", id=person_id))
        assert (sealed[0], crypto.older(tx, moved)) == (Cipher.SM4.value, 0)
        assert people.person(tx, crypto.load_ring(tmp_path / "keys"), person_id).phone.reveal().startswith("1")


def test_keys_are_wrapped_where_they_are_kept(database: Database, ring: KeyRing, tmp_path: Path) -> None:
    sealed, keys = ring.seal("李小龙", "person.name|per_1"), tmp_path / "keys"
    (tmp_path / "one.key").write_text("ab" * 32)
    under = (KeyFile(tmp_path / "one.key"),)
    wrapped = crypto.load_ring(keys, under=under)
    kept = (keys / "fields.json").read_text()
    assert ring.keys[1].hex() not in kept and ring.index_key.hex() not in kept
    assert wrapped.unseal(sealed, "person.name|per_1") == "李小龙"
    assert crypto.grown(wrapped, 2).newest == 2
    again = crypto.load_ring(keys, under=under)
    assert again == wrapped
    assert again.unseal(wrapped.seal("王五", "x"), "x") == "王五"
    behind = replace(crypto.load_ring(keys, under=under), keys={1: wrapped.keys[1]})
    assert behind.unseal(wrapped.seal("赵六", "x"), "x") == "赵六", (
        "a process that knows an older ring finds the newer key"
    )
    (tmp_path / "two.key").write_text("cd" * 32)
    for wrong in ((), (KeyFile(tmp_path / "two.key"),), (KeyFile(tmp_path / "none.key"),)):
        with pytest.raises(KeysUnreachable):
            crypto.load_ring(keys, under=wrong)
    assert crypto.load_ring(keys, under=under) == wrapped, "nothing was lost by trying"
    document = json.loads((keys / "fields.json").read_text())
    (keys / "fields.json").write_text(json.dumps({**document, "content": document["content"][:-8] + "AAAAAAA="}))
    with pytest.raises(KeysUnreachable, match="altered"):
        crypto.load_ring(keys, under=under)


def test_no_key_is_lost_when_many_wrap_and_rotate_at_once(ring: KeyRing, tmp_path: Path) -> None:
    (tmp_path / "one.key").write_text("ab" * 32)
    under = (KeyFile(tmp_path / "one.key"),)

    def start(number: int) -> KeyRing:
        one = crypto.load_ring(tmp_path / "keys", under=under)
        return crypto.grown(one, 2 + number % 3)

    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(start, range(24)))
    last = crypto.load_ring(tmp_path / "keys", under=under)
    assert all(last.keys[number] == key for one in rings for number, key in one.keys.items())
    assert last.keys[1] == ring.keys[1]


@pytest.mark.parametrize("cipher", Cipher)
def test_what_was_altered_or_moved_does_not_open(ring: KeyRing, cipher: Cipher) -> None:
    one = replace(ring, cipher=cipher)
    sealed = one.seal("李小龙", "person.name|per_1")
    assert ring.unseal(sealed, "person.name|per_1") == "李小龙"
    assert one.seal("李小龙", "person.name|per_1") != sealed, "each sealing has a nonce of its own"
    other = bytes([3 - sealed[0]]) + sealed[1:]
    for broken in (sealed[:-1], sealed[:-1] + bytes([sealed[-1] ^ 1]), b"\x07" + sealed[1:], other, sealed[:20]):
        with pytest.raises(SealBroken):
            ring.unseal(broken, "person.name|per_1")


def test_sm4_seals_as_its_standard_says() -> None:
    """RFC 8998, appendix A.1."""
    key, nonce = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"), bytes.fromhex("00001234567800000000ABCD")
    plain = bytes.fromhex("".join(digit * 16 for digit in "ABCDEFEA"))
    sealing = Encryption(SM4(key), modes.GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"))
    sealed = sealing.update(plain) + sealing.finalize()
    assert (sealed[:8].hex(), sealing.tag.hex()) == ("17f399f08c67d5ee", "83de3541e4c2b58177e065a9bf7b62ec")


def test_an_id_number_belongs_to_one_person(database: Database, ring: KeyRing) -> None:
    first, second = person(database, ring, 2), person(database, ring, 3)
    with database.transaction() as tx:
        identity.claim(tx, ring, person_id=first, claim=CLAIM)
    with pytest.raises(Exception, match="cannot be used") as refused, database.transaction() as tx:
        identity.claim(tx, ring, person_id=second, claim=CLAIM)
    assert getattr(refused.value, "code", "") == "identity_taken"


def test_nothing_in_the_person_table_is_in_the_clear(database: Database, ring: KeyRing) -> None:
    person_id = person(database, ring, 4)
    with database.transaction() as tx:
        identity.claim(tx, ring, person_id=person_id, claim=CLAIM)
        dump = tx.rows("SELECT * FROM person, phone_code")
    for row in dump:
        for value in row.values():
            raw = bytes(value) if isinstance(value, memoryview | bytes) else str(value).encode()
            for secret in ("李小龙", "11010519491231002X", "6222021234567890128", "13800000004"):
                assert secret.encode() not in raw


def test_the_clock_moves_a_day_once(database: Database) -> None:
    with database.transaction() as tx:
        today = tx.on
        clock.begin_sandbox(tx)
    for _ in range(2):
        with database.transaction() as tx:
            following = clock.to_next_day(tx, closed=today, move_time=True)
    with database.transaction() as tx:
        assert tx.on == following
        assert tx.at.astimezone(clock.SHANGHAI).date() == following
        assert clock.local_hour(tx.at) == 10


def test_the_day_turns_after_what_began_on_it_and_before_what_comes(database: Database) -> None:
    """Four begin before the turn and end after it is asked for; four begin while it waits: each posts on its own day."""
    with database.transaction() as tx:
        today = tx.on
    began, asked, ended, days = threading.Barrier(5), threading.Event(), threading.Event(), list[date]()

    def early() -> None:
        with database.transaction() as tx:
            began.wait(20)
            assert asked.wait(20)
            days.append(tx.on)
            assert tx.value("SELECT business_day FROM clock") == today

    def turn() -> None:
        with database.transaction(alone=True) as tx:
            clock.to_next_day(tx, closed=today, move_time=False)
        ended.set()

    def late() -> None:
        with database.transaction() as tx:
            assert ended.is_set() or tx.value("SELECT business_day FROM clock") != today
            days.append(tx.on)

    with ThreadPoolExecutor(9) as pool:
        first = [pool.submit(early) for _ in range(4)]
        began.wait(20)
        turning = pool.submit(turn)
        _wait_until_waiting(database, locks=1)
        after = [pool.submit(late) for _ in range(4)]
        _wait_until_waiting(database, locks=5)
        assert not ended.is_set()
        asked.set()
        for done in (*first, turning, *after):
            done.result(20)
    assert sorted(days) == [today] * 4 + [today + timedelta(days=1)] * 4


def _wait_until_waiting(database: Database, *, locks: int) -> None:
    while True:
        with database.engine.connect() as plain:
            waiting = plain.exec_driver_sql(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            if waiting.scalar_one() == locks:
                return


@pytest.mark.parametrize(
    "away",
    [
        "postgresql+psycopg://nobody@/xindai?host={folder}",
        "postgresql+psycopg://nobody@127.0.0.1:9/xindai",
    ],
)
def test_journeys_wait_for_a_database_that_is_away_however_that_shows(away: str, tmp_path: Path) -> None:
    """A socket that is gone while the server restarts was an error that ended journeys half way, until their process was started again."""
    engine = sqlalchemy.create_engine(away.format(folder=tmp_path))
    with pytest.raises(DBAPIError) as found:
        engine.connect()
    assert retriable_postgres_exception(found.value)
