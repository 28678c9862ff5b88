"""Questions about identity."""

from __future__ import annotations

import hashlib

from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.onboarding.identity.model import NotLoggedIn, Person, PersonId, Proof, StaffMember
from xindai.values.masked import CardNumber, IdNumber, PersonName, Phone


def token_hash(token: str) -> bytes:
    """What is kept of a session's token."""
    return hashlib.sha256(token.encode()).digest()


def holder(tx: Tx, *, door: str, token: str | None) -> str:
    """Who holds this token at this door. Refuses: NotLoggedIn."""
    found = tx.value(
        "SELECT holder FROM session WHERE token_hash = :hash AND door = :door AND ended_at IS NULL AND ends_at > clock_timestamp()",
        hash=token_hash(token or ""),
        door=door,
    )
    if found is None:
        raise NotLoggedIn
    return str(found)


def staff_member(tx: Tx, *, token: str | None) -> StaffMember:
    """The member of staff who holds this token. Refuses: NotLoggedIn."""
    name = holder(tx, door="staff", token=token)
    return StaffMember(name, tx.value("SELECT role FROM staff_member WHERE name = :name", name=name))


def person(tx: Tx, ring: KeyRing, person_id: str) -> Person:
    """One person, unsealed into masked values."""
    row = tx.row("SELECT * FROM person WHERE id = :id", id=person_id)
    assert row is not None, person_id

    def opened(column: str) -> str | None:
        sealed = row[column]
        return None if sealed is None else ring.unseal(bytes(sealed), f"person.{column}|{person_id}")

    name, id_number, card = opened("name"), opened("id_number"), opened("card_number")
    return Person(
        id=PersonId(row["id"]),
        phone=Phone(opened("phone") or ""),
        name=PersonName(name) if name else None,
        id_number=IdNumber(id_number) if id_number else None,
        card_number=CardNumber(card) if card else None,
        proof=Proof(row["identity"]),
    )
