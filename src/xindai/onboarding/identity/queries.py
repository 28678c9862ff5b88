"""Questions about identity."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from xindai.base.crypto import KeyRing
from xindai.base.db import Row, Tx, array
from xindai.onboarding.identity.model import (
    CodesAsked,
    NotLoggedIn,
    Person,
    PersonId,
    PersonMissing,
    PhoneStatus,
    Proof,
    Session,
)
from xindai.values.masked import CardNumber, IdNumber, PersonName, Phone, Secret

_HERE = "(device_index IS NULL OR device_index = :device)"
_LIVES = "ended_at IS NULL AND ends_at > clock_timestamp()"


def token_hash(token: str) -> bytes:
    """What is kept of a session's token."""
    return hashlib.sha256(token.encode()).digest()


def device_index(ring: KeyRing, device_id: str | None) -> bytes | None:
    """What is kept of the name that an app has for itself."""
    return ring.blind_index(device_id, "device") if device_id else None


def holder(tx: Tx, *, door: str, token: str | None, device: bytes | None = None) -> str:
    """Who holds this token at this door, on this device where the session is bound to one. Refuses: NotLoggedIn."""
    found = tx.value(
        f"SELECT holder FROM session WHERE token_hash = :hash AND door = :door AND {_LIVES} AND {_HERE}",
        device=device,
        hash=token_hash(token or ""),
        door=door,
    )
    if found is None:
        raise NotLoggedIn
    return str(found)


def codes_asked(tx: Tx, *, phone_index: bytes, source_index: bytes | None = None) -> CodesAsked:
    """How many codes a phone, and a source, have had, and how many wrong ones were tried."""
    hour, day = tx.at - timedelta(hours=1), tx.at - timedelta(days=1)
    row = tx.row(
        "SELECT count(*) FILTER (WHERE sent_at > :hour) AS an_hour, count(*) AS a_day,"
        " coalesce(sum(tries) FILTER (WHERE sent_at > :hour), 0) AS wrong"
        " FROM phone_code WHERE phone_index = :index AND sent_at > :day",
        index=phone_index,
        hour=hour,
        day=day,
    )
    assert row is not None
    from_source = (
        0
        if source_index is None
        else tx.value(
            "SELECT count(*) FROM phone_code WHERE source_index = :source AND sent_at > :hour",
            source=source_index,
            hour=hour,
        )
    )
    return CodesAsked(row["an_hour"], row["a_day"], from_source, row["wrong"])


def of_id_number(tx: Tx, ring: KeyRing, id_number: IdNumber) -> PersonId | None:
    """Who is known by an ID number, if anybody is."""
    found = tx.value(
        "SELECT id FROM person WHERE id_number_index = :index",
        index=ring.blind_index(id_number.reveal(), "id_number"),
    )
    return PersonId(found) if found else None


def of_wechat(tx: Tx, ring: KeyRing, openid: Secret) -> PersonId | None:
    """Whom a WeChat account belongs to, if it is known here."""
    found = tx.value(
        "SELECT person_id FROM wechat_account WHERE openid_index = :index",
        index=ring.blind_index(openid.reveal(), "openid"),
    )
    return PersonId(found) if found else None


COOLING = timedelta(hours=24)


def doubt_about_account(tx: Tx, person_id: str) -> str | None:
    """Why money should not go to a person's bank card just now: nobody has proven it theirs, or it was changed a short while ago."""
    row = tx.row("SELECT identity, card_since FROM person WHERE id = :person", person=person_id)
    if row is None:
        return None
    if row["identity"] != Proof.PROVEN.value:
        return "account_unproven"
    changed = row["card_since"] is not None and tx.at - row["card_since"] < COOLING
    return "account_changed" if changed else None


def has_wallet(tx: Tx, person_id: str) -> bool:
    """Whether it is known which WeChat account is theirs."""
    return bool(tx.value("SELECT 1 FROM wechat_account WHERE person_id = :person", person=person_id))


def openid_of(tx: Tx, ring: KeyRing, person_id: str) -> Secret | None:
    """The WeChat account of a person, if one is known."""
    sealed = tx.value("SELECT openid FROM wechat_account WHERE person_id = :person", person=person_id)
    return Secret(ring.unseal(sealed, f"wechat_account.openid|{person_id}")) if sealed is not None else None


def of_phone(tx: Tx, ring: KeyRing, phone: Phone) -> PersonId | None:
    """Whose phone this is, if it is known here."""
    found = tx.value(
        "SELECT id FROM person WHERE phone_index = :index", index=ring.blind_index(phone.reveal(), "phone")
    )
    return PersonId(found) if found else None


def session(tx: Tx, *, door: str, token: str | None, device: bytes | None = None) -> Session:
    """The session that this token opens. Refuses: NotLoggedIn."""
    row = tx.row(
        f"SELECT * FROM session WHERE token_hash = :hash AND door = :door AND {_LIVES} AND {_HERE}",
        device=device,
        hash=token_hash(token or ""),
        door=door,
    )
    if row is None:
        raise NotLoggedIn
    return _session(row)


def sessions(tx: Tx, *, door: str, holder: str) -> list[Session]:
    """Every session of somebody that has not ended, the newest first."""
    rows = tx.rows(
        f"SELECT * FROM session WHERE holder = :holder AND door = :door AND {_LIVES} ORDER BY began_at DESC, id LIMIT 100",
        holder=holder,
        door=door,
    )
    return [_session(row) for row in rows]


def _session(row: Row) -> Session:
    return Session(row["id"], row["holder"], row["device"], row["began_at"], row["ends_at"])


def person(tx: Tx, ring: KeyRing, person_id: str) -> Person:
    """One person, unsealed into masked values."""
    found = persons(tx, ring, [person_id])
    assert found, person_id
    return found[0]


def known(tx: Tx, ring: KeyRing, person_id: str) -> Person:
    """The person that somebody asks about. Refuses PersonMissing."""
    found = persons(tx, ring, [person_id])
    if not found:
        raise PersonMissing(field="person")
    return found[0]


def persons(tx: Tx, ring: KeyRing, ids: Sequence[str]) -> list[Person]:
    """Those of these people whom we know, unsealed into masked values."""
    rows = tx.rows("SELECT * FROM person WHERE id = ANY(CAST(:ids AS text[])) ORDER BY id", ids=array(ids))
    return [_person(row, ring) for row in rows]


def _person(row: Row, ring: KeyRing) -> Person:
    def opened(column: str) -> str | None:
        sealed = row[column]
        return None if sealed is None else ring.unseal(bytes(sealed), f"person.{column}|{row['id']}")

    name, id_number, card = opened("name"), opened("id_number"), opened("card_number")
    return Person(
        id=PersonId(row["id"]),
        phone=Phone(opened("phone") or ""),
        name=PersonName(name) if name else None,
        id_number=IdNumber(id_number) if id_number else None,
        card_number=CardNumber(card) if card else None,
        proof=Proof(row["identity"]),
        phone_status=PhoneStatus(row["phone_status"]),
    )
