"""What a person allows: the words, the grants, what was done under each of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.base import audit, door
from xindai.base.door import Body
from xindai.base.repeat import Seed
from xindai.edges.borrower.asking import repeatable, session, who
from xindai.journeys import forget
from xindai.journeys.parts import parts
from xindai.onboarding.consent import operations as consents
from xindai.onboarding.consent import queries as allowed
from xindai.onboarding.consent.model import GrantId, Kept, Scope, Text, Words

router = APIRouter(prefix="/v1", responses=door.PROBLEMS, tags=["consents"])


class WordsOut(BaseModel):
    """A sentence in both languages."""

    en: str
    zh: str

    @classmethod
    def of(cls, words: Words) -> WordsOut:
        """As it is shown."""
        return cls(en=words.en, zh=words.zh)


class ConsentTextOut(BaseModel):
    """What must be shown before a scope is asked for; `hash` goes back with the yes."""

    scope: Scope
    version: str
    hash: str
    is_needed: bool
    is_sensitive: bool
    days: int
    purpose: WordsOut
    data: WordsOut
    recipient: WordsOut
    without: WordsOut
    withdrawn: WordsOut

    @classmethod
    def of(cls, text: Text) -> ConsentTextOut:
        """Today's words."""
        return cls(
            scope=text.scope,
            version=text.version,
            hash=text.hash,
            is_needed=text.is_needed,
            is_sensitive=text.is_sensitive,
            days=text.days,
            purpose=WordsOut.of(text.purpose),
            data=WordsOut.of(text.data),
            recipient=WordsOut.of(text.recipient),
            without=WordsOut.of(text.without),
            withdrawn=WordsOut.of(text.withdrawn),
        )


class ConsentIn(Body):
    """What is allowed, and the hash of the words that were shown for it."""

    scope: Scope
    text_hash: str = Field(pattern="^[0-9a-f]{64}$")


class ConsentOut(BaseModel):
    """A grant: `record` is what was signed, `signature` (Ed25519) made over it."""

    id: str
    scope: Scope
    text_hash: str
    granted_at: datetime
    valid_until: datetime
    withdrawn_at: datetime | None
    device: str
    record: str
    signature: str
    public_key: str

    @classmethod
    def of(cls, kept: Kept, public_key: str) -> ConsentOut:
        """As it was recorded."""
        return cls(
            id=kept.grant.id,
            scope=kept.grant.scope,
            text_hash=kept.text_hash,
            granted_at=kept.grant.granted_at,
            valid_until=kept.grant.valid_until,
            withdrawn_at=kept.withdrawn_at,
            device=kept.device,
            record=kept.record,
            signature=kept.signature,
            public_key=public_key,
        )


class UseOut(BaseModel):
    """Something that was read or done under a grant."""

    at: datetime
    by: str
    what: str
    subject: str
    facts: dict[str, Any]


class WithdrawalOut(BaseModel):
    """What follows from a withdrawal."""

    scope: Scope
    withdrawn: int
    follows: WordsOut


@router.get("/consent-texts")
def list_texts() -> door.Page[ConsentTextOut]:
    """Today's words for each scope, to be shown before it is asked for; nothing is ticked beforehand."""
    with parts().db.transaction() as tx:
        return door.Page[ConsentTextOut](data=[ConsentTextOut.of(one) for one in allowed.texts(tx)], next=None)


@router.get("/consents")
def list_consents(authorization: door.Authorization = None, *, ended: bool = False) -> door.Page[ConsentOut]:
    """What the person allows now; with `ended`, everything they ever allowed."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        standing = {grant.id for grant in allowed.granted(tx, person_id)}
        found = [one for one in allowed.history(tx, person_id) if ended or one.grant.id in standing]
    order = list(Scope)
    found.sort(key=lambda one: order.index(one.grant.scope))
    return door.Page[ConsentOut](data=[ConsentOut.of(one, parts().signer.public_key) for one in found], next=None)


@router.get("/consents/{grant_id}/uses")
def list_uses(grant_id: str, authorization: door.Authorization = None) -> door.Page[UseOut]:
    """Everything that was read or done under a grant of the person, oldest first."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        allowed.own(tx, grant_id, person_id=person_id)
        notes = audit.under_grant(tx, grant_id)
    data = [UseOut(at=one.at, by=one.actor, what=one.action, subject=one.subject, facts=one.facts) for one in notes]
    return door.Page[UseOut](data=data, next=None)


@router.post("/consents", status_code=201, response_model=ConsentOut)
def give_consent(body: ConsentIn, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Allow something, in the words that were shown; each scope is a consent of its own."""
    asking = session(authorization)

    def give(seed: Seed) -> ConsentOut:
        with parts().db.transaction("consent") as tx:
            grant = consents.give(
                tx,
                parts().signer,
                grant_id=GrantId.derived(seed),
                person_id=asking.holder,
                scope=body.scope,
                text_hash=body.text_hash,
                device=asking.device,
            )
            kept = allowed.own(tx, grant.id, person_id=asking.holder)
        return ConsentOut.of(kept, parts().signer.public_key)

    return repeatable(asking.holder, "consents", key, body.model_dump(), give)


@router.delete("/consents/{scope}")
def withdraw_consent(scope: Scope, authorization: door.Authorization = None) -> WithdrawalOut:
    """Take a consent back, as easily as it was given; says what follows from it."""
    gone, text = forget.withdraw(who(authorization), scope)
    return WithdrawalOut(scope=scope, withdrawn=gone, follows=WordsOut.of(text.withdrawn))
