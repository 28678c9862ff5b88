"""Nouns of consent."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from xindai.values import ids
from xindai.values.refusal import Kind, Refusal


class GrantId(ids.Id):
    """Names one grant."""

    prefix = "grant"


class Scope(StrEnum):
    """What may be read or done, each a separate consent (PIPL 23, 24, 29)."""

    IDENTITY = "identity"
    BUREAU = "bureau"
    BEHAVIOUR = "behaviour"
    SOCIAL = "social"
    DOCUMENTS = "documents"
    FACE = "face"
    AUTOMATED_DECISION = "automated_decision"
    WATCHING = "watching"


NEEDED = (Scope.IDENTITY, Scope.BUREAU)
"""Without these no loan can be decided; the others are a person's choice, and a no is no reason to refuse (PIPL 16)."""


class ConsentMissing(Refusal):
    """The person has not allowed this, or has taken it back."""

    kind = Kind.FORBIDDEN
    code = "consent_missing"
    en = "Your consent to “{scope}” is needed first."
    zh = "请先授权“{scope}”。"


class GrantMissing(Refusal):
    """There is no such grant, or it is not the asker's."""

    kind = Kind.MISSING
    code = "consent_not_found"
    en = "There is no such consent."
    zh = "没有该授权记录。"


class ConsentTextChanged(Refusal):
    """Other words than those that are asked for today."""

    kind = Kind.CONFLICT
    code = "consent_text_changed"
    en = "This is not the text that stands today; please read it again."
    zh = "授权文本已更新，请重新阅读后再确认。"


class TextsUnreadable(Refusal):
    """A file of consent texts that is not one."""

    code = "consent_texts_unreadable"
    en = "The consent texts cannot be used: {why}."
    zh = "授权文本文件无效：{why}。"


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Text:
    """What is shown before somebody is asked for a scope.

    `stands_since` is the oldest version whose grants still stand: one that asks for more than the one before it is its own.
    """

    scope: Scope
    version: str
    stands_since: str
    is_sensitive: bool
    days: int
    purpose: Words
    data: Words
    recipient: Words
    without: Words
    withdrawn: Words

    @property
    def is_needed(self) -> bool:
        """Whether no loan can be decided without it."""
        return self.scope in NEEDED

    def document(self) -> str:
        """The text as it is kept and hashed: JSON with sorted keys, nothing else changes it."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def hash(self) -> str:
        """Hexadecimal SHA-256 of the document."""
        return hashlib.sha256(self.document().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Grant:
    """Proof that a person allowed a scope; only this room makes one."""

    id: GrantId
    person_id: str
    scope: Scope
    granted_at: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A grant as it was recorded: `record` is the very text that `signature` (Ed25519, hexadecimal) was made over."""

    grant: Grant
    text_hash: str
    device: str
    withdrawn_at: datetime | None
    record: str
    signature: str


def record(grant: Grant, *, text_hash: str, device: str) -> str:
    """What is signed: who allowed what in which words, when, on which device."""
    return json.dumps(
        {
            "grant": grant.id,
            "person": grant.person_id,
            "scope": grant.scope.value,
            "text_sha256": text_hash,
            "granted_at": grant.granted_at.isoformat(),
            "valid_until": grant.valid_until.isoformat(),
            "device": device,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def made(grant_id: GrantId, *, person_id: str, text: Text, at: datetime) -> Grant:
    """A grant from now on, for as long as its text says."""
    return Grant(grant_id, person_id, text.scope, at, at + timedelta(days=text.days))


def parse_texts(document: Any) -> dict[Scope, Text]:
    """Today's texts, one a scope. Refuses TextsUnreadable."""
    try:
        found = {Scope(one["scope"]): text_of(one) for one in document["texts"]}
    except (KeyError, TypeError, ValueError) as error:
        raise TextsUnreadable(why=f"{type(error).__name__}: {error}") from None
    if missing := [scope.value for scope in Scope if scope not in found]:
        raise TextsUnreadable(why=f"no text for {', '.join(missing)}")
    for text in found.values():
        if text.stands_since > text.version or not 1 <= text.days <= 3650:
            raise TextsUnreadable(why=f"{text.scope}: a version before its own beginning, or no term")
    return found


def text_of(document: dict[str, Any]) -> Text:
    """One text from its document."""

    def words(name: str) -> Words:
        en, zh = document[name]["en"], document[name]["zh"]
        if not (isinstance(en, str) and isinstance(zh, str) and en.strip() and zh.strip()):
            raise ValueError(f"{name} lacks words in a language")
        return Words(en, zh)

    return Text(
        scope=Scope(document["scope"]),
        version=str(document["version"]),
        stands_since=str(document["stands_since"]),
        is_sensitive=bool(document["is_sensitive"]),
        days=int(document["days"]),
        purpose=words("purpose"),
        data=words("data"),
        recipient=words("recipient"),
        without=words("without"),
        withdrawn=words("withdrawn"),
    )
