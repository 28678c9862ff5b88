"""Whoever changes, removes or slips in a note is found out, also when they forge the whole chain anew."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from xindai.base import audit
from xindai.base.anchors import Anchors, Unsigned
from xindai.base.audit import Anchor, Finding
from xindai.base.crypto import load_signer
from xindai.base.db import Database, Tx


@pytest.fixture
def anchors(tmp_path: Path) -> Anchors:
    return Anchors(tmp_path / "anchors" / "audit.jsonl", load_signer(tmp_path / "keys"))


def noted(tx: Tx, *subjects: str) -> None:
    for one in subjects:
        audit.note(tx, actor="somebody", action="did", subject=one)
    audit.forge(tx)


def tampered(tx: Tx, sql: str) -> None:
    """By whoever owns the database, and switches off what guards it."""
    tx.run("SET LOCAL session_replication_role = replica")
    tx.run(sql)


def anchored(tx: Tx, anchors: Anchors, on: date) -> None:
    stands = audit.head(tx)
    assert stands is not None
    anchors.append(on, *stands)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE audit_note SET actor = 'nobody' WHERE subject = 'b'", ("changed", "b")),
        ("UPDATE audit_note SET facts = '{\"a\": 1}' WHERE subject = 'a'", ("changed", "a")),
        ("DELETE FROM audit_note WHERE subject = 'b'", ("gone", "b")),
    ],
)
def test_a_note_that_was_changed_or_removed_is_named_and_only_that(
    owned: Database, sql: str, found: tuple[str, str]
) -> None:
    with owned.transaction() as tx:
        noted(tx, "a", "b", "c")
        number = tx.value("SELECT id FROM audit_note WHERE subject = :subject", subject=found[1])
        tampered(tx, sql)
        assert audit.verify(tx, ()) == (3, [Finding(found[0], number)])


def test_a_chain_that_was_forged_anew_does_not_fit_its_anchors(owned: Database, anchors: Anchors) -> None:
    with owned.transaction() as tx:
        noted(tx, "a", "b")
        anchored(tx, anchors, tx.on)
        noted(tx, "c")
        assert audit.verify(tx, anchors.read()) == (3, [])
        tampered(tx, "UPDATE audit_note SET actor = 'nobody' WHERE subject = 'a'")
        tx.run("DELETE FROM audit_link")
        tx.run("ALTER TABLE audit_link ALTER COLUMN position RESTART")
        assert audit.forge(tx) == 3
        assert audit.verify(tx, ()) == (3, [])
        second = tx.value("SELECT id FROM audit_note WHERE subject = 'b'")
        assert audit.verify(tx, anchors.read()) == (3, [Finding("forged_anew", second)])


def test_a_chain_that_was_cut_off_is_found_by_what_was_anchored(owned: Database, anchors: Anchors) -> None:
    with owned.transaction() as tx:
        noted(tx, "a", "b")
        anchored(tx, anchors, tx.on)
        tampered(tx, "DELETE FROM audit_link WHERE note_id = (SELECT max(id) FROM audit_note)")
        tx.run("DELETE FROM audit_note WHERE subject = 'b'")
        assert audit.verify(tx, ()) == (1, [])
        assert audit.verify(tx, anchors.read()) == (1, [Finding("cut_off", -1)])


def test_a_note_slipped_in_with_an_earlier_day_is_found(owned: Database, anchors: Anchors) -> None:
    with owned.transaction() as tx:
        noted(tx, "a")
        anchored(tx, anchors, tx.on)
        tampered(
            tx,
            "INSERT INTO audit_note (at, on_day, actor, action, subject, facts)"
            f" VALUES (now(), '{tx.on - timedelta(days=1)}', 'nobody', 'did', 'z', '{{}}')",
        )
        noted(tx, "b")
        number = tx.value("SELECT id FROM audit_note WHERE subject = 'z'")
        assert audit.verify(tx, anchors.read()) == (3, [Finding("slipped_in", number)])
        tampered(
            tx,
            "INSERT INTO audit_note (id, at, on_day, actor, action, subject, facts) OVERRIDING SYSTEM VALUE"
            f" VALUES (-5, now(), '{tx.on - timedelta(days=1)}', 'nobody', 'did', 'y', '{{}}')",
        )
        noted(tx, "c")  # looks no further back than the last day
        found = audit.verify(tx, anchors.read())
        assert found == (4, [Finding("slipped_in", number), Finding("slipped_in", -5)])


def test_days_are_chained_one_after_the_other_a_few_notes_at_a_time(owned: Database) -> None:
    for day in range(3):
        with owned.transaction() as tx:
            tx.run("UPDATE clock SET business_day = business_day + 1")
        with owned.transaction() as tx:
            for number in range(5):
                audit.note(tx, actor="somebody", action="did", subject=f"{day}|{number}")
            assert [audit.forge(tx, most=2) for _ in range(4)] == [2, 2, 1, 0]
    with owned.transaction() as tx:
        assert audit.verify(tx, ()) == (15, [])


def test_anchors_are_written_once_survive_a_cut_and_bear_our_signature(anchors: Anchors, tmp_path: Path) -> None:
    first, second = date(2026, 3, 2), date(2026, 3, 3)
    anchors.append(first, 7, "aa" * 32)
    anchors.append(first, 7, "aa" * 32)
    path = tmp_path / "anchors" / "audit.jsonl"
    with path.open("ab") as file:
        file.write(b'{"on": "2026-03-03", "posi')  # the power went
    anchors.append(second, 9, "bb" * 32)
    assert list(anchors.read()) == [Anchor(first, 7, "aa" * 32), Anchor(second, 9, "bb" * 32)]
    path.write_text(path.read_text(encoding="utf-8").replace("bb" * 32, "cc" * 32), encoding="utf-8")
    with pytest.raises(Unsigned):
        anchors.read()
    anchors.append(date(2026, 3, 4), 11, "dd" * 32)  # days close all the same; whoever verifies is told
    assert len(path.read_text(encoding="utf-8").splitlines()) == 4
    assert list(anchors.read(tmp_path / "nothing")) == []
