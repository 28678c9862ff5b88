"""Writing notices, sending them on, and what people want."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from xindai.base import audit, clock
from xindai.base.db import Tx
from xindai.onboarding.notices import queries, timing
from xindai.onboarding.notices.model import MOVES, Notice, NoticeId, Preferences, Status, Topic, Way

LEASE = timedelta(seconds=60)


def write(tx: Tx, *, person_id: str, topic: Topic, key: str, facts: Mapping[str, Any]) -> NoticeId | None:
    """Tell somebody something, once for each key: into the mailbox now, as a message when it may go.

    None where that key was told before.
    """
    preferences = queries.preferences(tx, person_id)
    why = None if topic.ways else "mailbox_only"
    why = why or timing.dropped(topic.kind, preferences, queries.heard(tx, person_id))
    written = tx.value(
        "INSERT INTO notice (id, person_id, topic, kind, key, facts, status, why, not_before, at)"
        " VALUES (:id, :person, :topic, :kind, :key, CAST(:facts AS jsonb), :status, :why, :not_before, :at)"
        " ON CONFLICT (key) DO NOTHING RETURNING id",
        id=clock.new_id(NoticeId),
        person=person_id,
        topic=topic.name,
        kind=topic.kind.value,
        key=key,
        facts=dict(facts),
        status=(Status.DROPPED if why else Status.WAITING).value,
        why=why,
        not_before=timing.not_before(topic.kind, clock.local_time(tx.at)),
        at=tx.at,
    )
    return NoticeId(written) if written else None


def lease(tx: Tx, *, most: int) -> list[Notice]:
    """Up to `most` messages that may go now, ours for a minute: what dies in our hands is taken up after it."""
    rows = tx.rows(
        "UPDATE notice SET tries = tries + 1, not_before = :later WHERE id IN (SELECT id FROM notice WHERE status = 'waiting'"
        " AND not_before <= :at ORDER BY not_before LIMIT :most FOR NO KEY UPDATE SKIP LOCKED) RETURNING *",
        later=tx.at + LEASE,
        at=tx.at,
        most=most,
    )
    return [queries.notice_of(row) for row in rows]


def sent(tx: Tx, *, notice_id: str, way: Way) -> None:
    """A sender has taken it; one of which it is known already what became of it stays so."""
    if _status(tx, notice_id) is Status.WAITING:
        _move(tx, notice_id, Status.SENT, way=way)


def postpone(tx: Tx, *, notice_id: str, to: datetime) -> None:
    """It does not go before then; that was no try."""
    tx.run("UPDATE notice SET not_before = :to, tries = tries - 1 WHERE id = :id", to=to, id=notice_id)


def give_up(tx: Tx, *, notice_id: str, why: str) -> None:
    """No message goes: it stands in the mailbox."""
    _move(tx, notice_id, Status.DROPPED, why=why)


def unsent(tx: Tx, *, notice_id: str, why: str) -> None:
    """No sender took it now: it is tried again, later each time, and given up after some tries."""
    row = tx.row("SELECT tries, status FROM notice WHERE id = :id FOR NO KEY UPDATE", id=notice_id)
    assert row is not None, notice_id
    if row["tries"] >= timing.TRIES:
        _move(tx, notice_id, Status.FAILED, why=why)
    else:
        tx.run(
            "UPDATE notice SET not_before = :later, why = :why WHERE id = :id",
            later=tx.at + timing.wait(row["tries"]),
            why=why,
            id=notice_id,
        )


def report(tx: Tx, *, notice_id: str, way: Way, delivered: bool, why: str | None, others: bool) -> None:
    """What its sender says became of it; one that did not arrive goes by the next way, if there are `others`.

    What is reported twice, or late, changes nothing.
    """
    if _status(tx, notice_id) not in {Status.WAITING, Status.SENT}:
        return
    if delivered:
        _move(tx, notice_id, Status.DELIVERED, way=way)
    elif others:
        tx.run(
            "UPDATE notice SET status = 'waiting', way = :way, why = :why, tries = 0, not_before = :at WHERE id = :id",
            way=way.value,
            why=why,
            at=tx.at,
            id=notice_id,
        )
    else:
        _move(tx, notice_id, Status.FAILED, way=way, why=why)


def read(tx: Tx, *, notice_id: str, person_id: str) -> Notice:
    """The person has seen it; twice is once. Refuses NoticeMissing."""
    queries.notice(tx, notice_id, person_id=person_id)
    tx.run("UPDATE notice SET read_at = :at WHERE id = :id AND read_at IS NULL", at=tx.at, id=notice_id)
    return queries.notice(tx, notice_id, person_id=person_id)


def prefer(tx: Tx, *, person_id: str, preferences: Preferences, by: str) -> Preferences:
    """What somebody wants from now on; offers are asked for, and refused, on record (R-MSG-01)."""
    before = queries.preferences(tx, person_id)
    tx.run(
        "INSERT INTO notice_preference (person_id, language, marketing, at) VALUES (:person, :language, :marketing, :at)"
        " ON CONFLICT (person_id) DO UPDATE SET language = :language, marketing = :marketing, at = :at",
        person=person_id,
        language=preferences.language,
        marketing=preferences.marketing,
        at=tx.at,
    )
    if before.marketing != preferences.marketing:
        action = "marketing_allowed" if preferences.marketing else "marketing_refused"
        audit.note(tx, actor=by, action=action, subject=person_id, facts={})
    return preferences


def subscribe(tx: Tx, *, person_id: str, template: str) -> None:
    """The person has allowed one more WeChat message of a template."""
    tx.run(
        "INSERT INTO wechat_subscription (person_id, template, left_over) VALUES (:person, :template, 1)"
        " ON CONFLICT (person_id, template) DO UPDATE SET left_over = wechat_subscription.left_over + 1",
        person=person_id,
        template=template,
    )


def spend(tx: Tx, *, person_id: str, template: str) -> bool:
    """Use one of the WeChat messages that were allowed; false if none is left."""
    return bool(
        tx.run(
            "UPDATE wechat_subscription SET left_over = left_over - 1"
            " WHERE person_id = :person AND template = :template AND left_over > 0",
            person=person_id,
            template=template,
        )
    )


def _move(tx: Tx, notice_id: str, to: Status, *, way: Way | None = None, why: str | None = None) -> None:
    before = _status(tx, notice_id)
    if before is to:
        return
    assert to in MOVES[before], (notice_id, before, to)
    tx.run(
        "UPDATE notice SET status = :to, way = coalesce(:way, way), why = coalesce(:why, why),"
        " sent_at = CASE :to WHEN 'sent' THEN :at WHEN 'delivered' THEN coalesce(sent_at, :at) ELSE sent_at END"
        " WHERE id = :id",  # that it arrived may be told before its sender has answered us
        to=to.value,
        way=way.value if way else None,
        why=why,
        at=tx.at,
        id=notice_id,
    )


def _status(tx: Tx, notice_id: str) -> Status:
    return Status(tx.value("SELECT status FROM notice WHERE id = :id FOR NO KEY UPDATE", id=notice_id))
