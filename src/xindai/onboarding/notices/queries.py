"""Questions about notices."""

from __future__ import annotations

from datetime import timedelta

from xindai.base.db import Row, Tx
from xindai.onboarding.notices.model import Notice, NoticeId, NoticeMissing, Preferences, Status, Way
from xindai.onboarding.notices.timing import Heard


def notice(tx: Tx, notice_id: str, *, person_id: str | None = None) -> Notice:
    """One notice, of that person if one is given. Refuses NoticeMissing."""
    row = tx.row("SELECT * FROM notice WHERE id = :id", id=notice_id)
    if row is None or person_id not in {None, row["person_id"]}:
        raise NoticeMissing(field="notice")
    return notice_of(row)


def page(tx: Tx, person_id: str, *, after: str | None, most: int) -> list[Notice]:
    """Up to `most` notices of a person, newest first, older than `after`."""
    rows = tx.rows(
        "SELECT * FROM notice WHERE person_id = :person AND (CAST(:after AS text) IS NULL OR id < :after)"
        " ORDER BY id DESC LIMIT :most",
        person=person_id,
        after=after,
        most=most,
    )
    return [notice_of(row) for row in rows]


def unread(tx: Tx, person_id: str) -> int:
    """How many somebody has not seen."""
    return int(tx.value("SELECT count(*) FROM notice WHERE person_id = :person AND read_at IS NULL", person=person_id))


def preferences(tx: Tx, person_id: str) -> Preferences:
    """What somebody wants."""
    row = tx.row("SELECT * FROM notice_preference WHERE person_id = :person", person=person_id)
    return Preferences(row["language"], row["marketing"]) if row else Preferences()


def heard(tx: Tx, person_id: str) -> Heard:
    """How many messages somebody was, or is about to be, sent: within a day, and of offers within a week."""
    row = tx.rows(
        "SELECT count(*) FILTER (WHERE at > :day AND kind <> 'security') AS today,"
        " count(*) FILTER (WHERE kind = 'marketing') AS offers FROM notice"
        " WHERE person_id = :person AND at > :week AND status <> 'dropped'",
        person=person_id,
        day=tx.at - timedelta(days=1),
        week=tx.at - timedelta(days=7),
    )[0]
    return Heard(int(row["today"]), int(row["offers"]))


def subscriptions(tx: Tx, person_id: str) -> dict[str, int]:
    """How many WeChat messages of each template somebody has allowed and not had."""
    rows = tx.rows("SELECT template, left_over FROM wechat_subscription WHERE person_id = :person", person=person_id)
    return {row["template"]: row["left_over"] for row in rows}


def notice_of(row: Row) -> Notice:
    """A row as the noun."""
    return Notice(
        id=NoticeId(row["id"]),
        person_id=row["person_id"],
        topic=row["topic"],
        facts=row["facts"],
        status=Status(row["status"]),
        way=Way(row["way"]) if row["way"] else None,
        why=row["why"],
        at=row["at"],
        read_at=row["read_at"],
    )
