"""What a person allows: who may read what, for what, until when. No grant, no pull: a pull takes the grant itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from xindai.base import audit
from xindai.base.db import Row, Tx
from xindai.values import ids
from xindai.values.refusal import Kind, Refusal

VALID_FOR = timedelta(days=365)
TEXT_VERSION = "2026-11"


class GrantId(ids.Id):
    """Names one grant."""

    prefix = "grant"


class Scope(StrEnum):
    """What may be read, each a separate consent (PIPL 23, 29)."""

    IDENTITY = "identity"
    BUREAU = "bureau"
    BEHAVIOUR = "behaviour"
    SOCIAL = "social"


NEEDED = (Scope.IDENTITY, Scope.BUREAU)
"""Without these no loan can be decided; the others are a person's choice, and a no is no reason to refuse (PIPL 16)."""


TEXTS: dict[Scope, tuple[str, str]] = {
    Scope.IDENTITY: (
        "We check your name, ID number, phone and bank card with the identity provider, once for this application.",
        "为本次申请，我们将向身份核验机构核验您的姓名、身份证号、手机号与银行卡。",
    ),
    Scope.BUREAU: (
        "We query your credit report at the credit bureau for loan approval. Each query is recorded there.",
        "为贷款审批，我们将向征信机构查询您的信用报告，每次查询均会留下记录。",
    ),
    Scope.BEHAVIOUR: (
        "We read a year of your payments, income, borrowing and device events, to judge this application. You may say no.",
        "为评估本次申请，我们将向支付平台读取您近一年的收支、借贷与设备事件。您可以拒绝，申请仍会受理。",
    ),
    Scope.SOCIAL: (
        "We read whom you are in touch with, as tokens without names or messages, to judge this application. You may say no.",
        "为评估本次申请，我们将读取您的社交关系（仅为不含姓名与内容的标识）。您可以拒绝；撤回后相关关系将被删除。",
    ),
}


class ConsentMissing(Refusal):
    """The person has not allowed this, or has taken it back."""

    kind = Kind.FORBIDDEN
    code = "consent_missing"
    en = "Your consent to “{scope}” is needed first."
    zh = "请先授权“{scope}”。"


@dataclass(frozen=True, slots=True)
class Grant:
    """Proof that a person allowed a scope; only this room makes one."""

    id: GrantId
    person_id: str
    scope: Scope
    granted_at: datetime
    valid_until: datetime


def give(tx: Tx, *, grant_id: GrantId, person_id: str, scope: Scope) -> GrantId:
    """Keep a grant for a year; while one stands, it is the answer."""
    known = standing(tx, person_id=person_id, scope=scope)
    if known is not None:
        return known.id
    tx.run(
        "INSERT INTO consent_grant (id, person_id, scope, text_version, granted_at, valid_until)"
        " VALUES (:id, :person, :scope, :text, :at, :until)",
        id=grant_id,
        person=person_id,
        scope=scope.value,
        text=TEXT_VERSION,
        at=tx.at,
        until=tx.at + VALID_FOR,
    )
    audit.note(tx, actor=person_id, action="consent_given", subject=grant_id, facts={"scope": scope.value})
    return grant_id


def withdraw(tx: Tx, *, person_id: str, scope: Scope) -> int:
    """Take back every standing grant of a scope; how many there were."""
    gone = tx.rows(
        "UPDATE consent_grant SET withdrawn_at = :at WHERE person_id = :person AND scope = :scope"
        " AND withdrawn_at IS NULL RETURNING id",
        at=tx.at,
        person=person_id,
        scope=scope.value,
    )
    for row in gone:
        audit.note(tx, actor=person_id, action="consent_withdrawn", subject=row["id"], facts={"scope": scope.value})
    return len(gone)


def required(tx: Tx, *, person_id: str, scope: Scope) -> Grant:
    """The grant that stands now. Refuses ConsentMissing."""
    grant = standing(tx, person_id=person_id, scope=scope)
    if grant is None:
        raise ConsentMissing(scope=scope.value, field="consents")
    return grant


def held(tx: Tx, grant: Grant) -> bool:
    """Whether a grant still stands; if so, it cannot be taken back before this transaction ends.

    What was read under it is kept in such a transaction, so that a withdrawal finds it and nothing comes after.
    """
    found = tx.value("SELECT 1 FROM consent_grant WHERE id = :id AND withdrawn_at IS NULL FOR SHARE", id=grant.id)
    return found is not None


def granted(tx: Tx, person_id: str) -> list[Grant]:
    """Every standing grant of a person, one a scope."""
    rows = tx.rows(
        "SELECT DISTINCT ON (scope) * FROM consent_grant WHERE person_id = :person AND withdrawn_at IS NULL"
        " AND valid_until > :at ORDER BY scope, granted_at DESC",
        person=person_id,
        at=tx.at,
    )
    found = {one.scope: one for one in map(_grant, rows)}
    return [found[scope] for scope in Scope if scope in found]


def standing(tx: Tx, *, person_id: str, scope: Scope) -> Grant | None:
    """The grant that stands now, or none."""
    row = tx.row(
        "SELECT * FROM consent_grant WHERE person_id = :person AND scope = :scope AND withdrawn_at IS NULL"
        " AND valid_until > :at ORDER BY granted_at DESC LIMIT 1",
        person=person_id,
        scope=scope.value,
        at=tx.at,
    )
    return _grant(row) if row else None


def _grant(row: Row) -> Grant:
    return Grant(GrantId(row["id"]), row["person_id"], Scope(row["scope"]), row["granted_at"], row["valid_until"])
