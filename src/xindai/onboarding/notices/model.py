"""Nouns of notices and their table of moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from xindai.values import ids
from xindai.values.refusal import Kind as RefusalKind
from xindai.values.refusal import Refusal


class NoticeId(ids.Id):
    """Names a notice; it is every sender's idempotency key."""

    prefix = "ntc"


class Kind(StrEnum):
    """Why somebody is told: to protect them, because something of theirs happened, of what they owe, or to sell."""

    SECURITY = "security"
    SERVICE = "service"
    REMINDER = "reminder"
    MARKETING = "marketing"


class Way(StrEnum):
    """How a message travels; the mailbox has every notice besides."""

    WECHAT = "wechat"
    SMS = "sms"


class Status(StrEnum):
    """Where a notice stands on its way. Dropped: it stands in the mailbox, and no message goes."""

    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


MOVES: dict[Status, dict[Status, str]] = {
    Status.WAITING: {
        Status.SENT: "notice_sent",
        Status.DELIVERED: "notice_delivered",
        Status.FAILED: "notice_failed",
        Status.DROPPED: "notice_dropped",
    },
    Status.SENT: {
        Status.DELIVERED: "notice_delivered",
        Status.WAITING: "notice_on_next_way",
        Status.FAILED: "notice_failed",
    },
    Status.DELIVERED: {},
    Status.FAILED: {},
    Status.DROPPED: {},
}
"""That it arrived may be told before its sender has answered us."""


class NoticeMissing(Refusal):
    """There is no such notice, or it is not the asker's."""

    kind = RefusalKind.MISSING
    code = "notice_not_found"
    en = "There is no such notice."
    zh = "没有该条通知。"


class TopicUnknown(Refusal):
    """Nobody is told of that."""

    code = "topic_unknown"
    en = "There are no notices about “{topic}”."
    zh = "没有关于“{topic}”的通知。"


class TextsUnreadable(Refusal):
    """The file of texts lacks something."""

    code = "notice_texts_unreadable"
    en = "The texts of notices cannot be used: {why}."
    zh = "通知文本不可用：{why}。"


@dataclass(frozen=True, slots=True)
class Topic:
    """What is told about something: title and text in both languages, the ways in the order in which they are tried.

    `template` is WeChat's, with the field of it that each of our facts stands in.
    """

    name: str
    kind: Kind
    ways: tuple[Way, ...]
    title: dict[str, str]
    text: dict[str, str]
    template: str | None = None
    fields: tuple[tuple[str, str], ...] = ()

    def said(self, language: str, facts: Mapping[str, Any]) -> tuple[str, str]:
        """(title, text) with the facts in it."""
        return self.title[language], self.text[language].format(**facts)


def parse_topics(document: Any) -> dict[str, Topic]:
    """The topics of a file. Refuses: TextsUnreadable."""
    try:
        return {name: _topic(name, one) for name, one in document["topics"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TextsUnreadable(why=repr(error)) from None


def _topic(name: str, one: dict[str, Any]) -> Topic:
    wechat = one.get("wechat") or {}
    return Topic(
        name=name,
        kind=Kind(one["kind"]),
        ways=tuple(Way(way) for way in one["ways"]),
        title={language: str(one["title"][language]) for language in ("zh", "en")},
        text={language: str(one["text"][language]) for language in ("zh", "en")},
        template=wechat.get("template"),
        fields=tuple((str(fact), str(field)) for fact, field in (wechat.get("fields") or {}).items()),
    )


@dataclass(frozen=True, slots=True)
class Preferences:
    """How somebody wants to be told: in which language, whether of offers, whether by text message."""

    language: str = "zh"
    marketing: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing somebody was told, with what is in it."""

    id: NoticeId
    person_id: str
    topic: str
    facts: dict[str, Any]
    status: Status
    way: Way | None
    why: str | None
    at: datetime
    read_at: datetime | None
