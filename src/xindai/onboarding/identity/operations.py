"""What is done about identity."""

from __future__ import annotations

import hmac
import secrets

from xindai.base import audit
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.onboarding.identity import queries
from xindai.onboarding.identity.model import (
    SESSION_LIVES,
    STAFF_SESSION_LIVES,
    WRONG_CODES_AN_HOUR,
    Claim,
    CodeId,
    CodeWrong,
    Device,
    IdentityTaken,
    LogInWrong,
    PersonId,
    PhoneStatus,
    Proof,
    SessionId,
    SessionMissing,
    TooManyCodes,
    code_refused,
    too_many_codes,
)
from xindai.values.masked import Phone, Secret


def begin_code(tx: Tx, ring: KeyRing, *, code_id: CodeId, phone: Phone, source: str | None = None) -> Secret:
    """A fresh code of six digits for a phone, to be sent by the caller; `source` is where it is asked for.

    Refuses: TooManyCodes.
    """
    index = ring.blind_index(phone.reveal(), "phone")
    source_index = ring.blind_index(source, "source") if source else None
    if too_many_codes(queries.codes_asked(tx, phone_index=index, source_index=source_index)):
        raise TooManyCodes(field="phone")
    code = f"{secrets.randbelow(10**6):06d}"
    tx.run(
        "INSERT INTO phone_code (id, phone_index, source_index, code_hash, sent_at)"
        " VALUES (:id, :index, :source, :hash, :at)",
        source=source_index,
        id=code_id,
        index=index,
        hash=_code_hash(ring, code_id, code),
        at=tx.at,
    )
    return Secret(code)


def prove_phone(
    tx: Tx, ring: KeyRing, *, code_id: CodeId, phone: Phone, code: Secret, person_id: PersonId
) -> PersonId | None:
    """The person whose phone the code proves, kept under `person_id` if new; none if it proves nothing.

    The failed try is counted, so the caller commits before it refuses.
    """
    index = ring.blind_index(phone.reveal(), "phone")
    row = tx.row(
        "SELECT * FROM phone_code WHERE id = :id AND phone_index = :index FOR NO KEY UPDATE", id=code_id, index=index
    )
    wrong = queries.codes_asked(tx, phone_index=index).wrong
    if (
        row is None
        or wrong >= WRONG_CODES_AN_HOUR
        or code_refused(used_at=row["used_at"], tries=row["tries"], sent_at=row["sent_at"], at=tx.at)
    ):
        return None
    if not hmac.compare_digest(bytes(row["code_hash"]), _code_hash(ring, code_id, code.reveal())):
        tx.run("UPDATE phone_code SET tries = tries + 1 WHERE id = :id", id=code_id)
        return None
    tx.run("UPDATE phone_code SET used_at = :at WHERE id = :id", at=tx.at, id=code_id)
    return welcome(tx, ring, phone=phone, person_id=person_id)


def welcome(tx: Tx, ring: KeyRing, *, phone: Phone, person_id: PersonId) -> PersonId:
    """The person whose phone it proved to be, kept under `person_id` if new."""
    index = ring.blind_index(phone.reveal(), "phone")
    tx.run(
        "INSERT INTO person (id, phone, phone_index, at) VALUES (:id, :phone, :index, :at)"
        " ON CONFLICT (phone_index) DO NOTHING",
        id=person_id,
        phone=ring.seal(phone.reveal(), f"person.phone|{person_id}"),
        index=index,
        at=tx.at,
    )
    return PersonId(tx.value("SELECT id FROM person WHERE phone_index = :index", index=index))


def know_by_wechat(tx: Tx, ring: KeyRing, *, person_id: str, openid: Secret) -> None:
    """From now on the person comes in by this WeChat account, and by no other; an account opens one person's door."""
    index = ring.blind_index(openid.reveal(), "openid")
    tx.run("SELECT 1 FROM person WHERE id = :person FOR NO KEY UPDATE", person=person_id)
    tx.run(
        "DELETE FROM wechat_account WHERE (openid_index = :index) <> (person_id = :person)",
        index=index,
        person=person_id,
    )
    added = tx.run(
        "INSERT INTO wechat_account (openid_index, person_id, openid, at) VALUES (:index, :person, :openid, :at)"
        " ON CONFLICT (openid_index) DO NOTHING",
        index=index,
        person=person_id,
        openid=ring.seal(openid.reveal(), f"wechat_account.openid|{person_id}"),
        at=tx.at,
    )
    if added:
        audit.note(tx, actor=person_id, action="wechat_account_known", subject=person_id)


def meet_device(tx: Tx, ring: KeyRing, *, person_id: str, device: Device) -> bool:
    """Remember the device that somebody logs in on; whether it is a new one of a person who has others."""
    if device.id is None:
        return False
    others = tx.value("SELECT count(*) FROM person_device WHERE person_id = :person", person=person_id)
    added = tx.value(
        "INSERT INTO person_device (person_id, device_index, name, first_seen_at, last_seen_at)"
        " VALUES (:person, :index, :name, :at, :at) ON CONFLICT (person_id, device_index)"
        " DO UPDATE SET last_seen_at = :at, name = :name RETURNING first_seen_at = last_seen_at",
        person=person_id,
        index=ring.blind_index(device.id.reveal(), "device"),
        name=device.name,
        at=tx.at,
    )
    if added and others:
        audit.note(tx, actor=person_id, action="new_device", subject=person_id)
    return bool(added and others)


def begin_session(
    tx: Tx,
    *,
    session_id: SessionId,
    door: str,
    holder: str,
    device: str = "",
    device_index: bytes | None = None,
    proves_phone: bool = True,
) -> Secret:
    """A token that opens `door` for its holder on a device; only its hash is kept. With an index, on that device alone.

    Sessions last by real time: moving the sandbox's clock logs nobody out.
    """
    token = secrets.token_urlsafe(32)
    lives = STAFF_SESSION_LIVES if door == "staff" else SESSION_LIVES
    tx.run(
        "INSERT INTO session (id, token_hash, door, holder, device, device_index, proves_phone, began_at, ends_at)"
        " VALUES (:id, :hash, :door, :holder, :device, :index, :proves, clock_timestamp(), clock_timestamp() + :lives)",
        proves=proves_phone,
        index=device_index,
        id=session_id,
        device=device,
        hash=queries.token_hash(token),
        door=door,
        holder=holder,
        lives=lives,
    )
    audit.note(tx, actor=holder, action="logged_in", subject=holder, facts={"door": door})
    return Secret(token)


def end_session(tx: Tx, *, token: str) -> None:
    """Log out."""
    tx.run(
        "UPDATE session SET ended_at = clock_timestamp() WHERE token_hash = :hash AND ended_at IS NULL",
        hash=queries.token_hash(token),
    )


def end_session_of(tx: Tx, *, session_id: str, holder: str) -> None:
    """End one of the holder's sessions, on whatever device; twice is once. Refuses: SessionMissing."""
    found = tx.run(
        "UPDATE session SET ended_at = coalesce(ended_at, clock_timestamp()) WHERE id = :id AND holder = :holder",
        id=session_id,
        holder=holder,
    )
    if not found:
        raise SessionMissing(field="session")
    audit.note(tx, actor=holder, action="session_ended", subject=holder, facts={"session": session_id})


def claim(tx: Tx, ring: KeyRing, *, person_id: str, claim: Claim, again: bool = False) -> bool:
    """Who the person says to be, kept sealed until it is proven, and `again` where the last proof is too old.

    Whether somebody who is proven names another card. Refuses: IdentityTaken.
    """
    person = queries.person(tx, ring, person_id)
    if person.proof is Proof.PROVEN and (person.id_number != claim.id_number or person.name != claim.name):
        raise IdentityTaken(field="id_number")
    index = ring.blind_index(claim.id_number.reveal(), "id_number")
    if tx.value("SELECT id FROM person WHERE id_number_index = :index AND id <> :id", index=index, id=person_id):
        raise IdentityTaken(field="id_number")
    sealed = {
        name: ring.seal(value.reveal(), f"person.{name}|{person_id}")
        for name, value in (("name", claim.name), ("id_number", claim.id_number), ("card_number", claim.card_number))
    }
    tx.run(
        "UPDATE person SET name = :name, id_number = :id_number, id_number_index = :index, card_number = :card_number,"
        " card_since = CASE WHEN card_index IS NOT NULL AND card_index <> :card_index THEN :at ELSE card_since END,"
        " card_index = :card_index, identity = CASE WHEN identity = 'proven' AND card_index = :card_index AND NOT :again THEN 'proven' ELSE 'unproven' END"
        " WHERE id = :id",
        index=index,
        again=again,
        at=tx.at,
        card_index=ring.blind_index(claim.card_number.reveal(), "card_number"),
        id=person_id,
        **sealed,
    )
    return person.proof is Proof.PROVEN and person.card_number != claim.card_number


def doubt(tx: Tx, *, person_id: str) -> None:
    """Somebody who was proven is not any more, and is logged out everywhere."""
    tx.run("UPDATE person SET identity = 'unproven' WHERE id = :id AND identity = 'proven'", id=person_id)
    tx.run(
        "UPDATE session SET ended_at = clock_timestamp() WHERE holder = :id AND door = 'borrower' AND ended_at IS NULL",
        id=person_id,
    )


def take_over_phone(tx: Tx, ring: KeyRing, *, person_id: str, from_id: str) -> None:
    """The person is reached by somebody else's phone from now on, who is nobody any more.

    Both are logged out and no WeChat account is known, so that whoever held the older phone is out as well.
    """
    phone = queries.person(tx, ring, from_id).phone
    index = ring.blind_index(phone.reveal(), "phone")
    tx.run(
        "UPDATE person SET merged_into = :person, phone_index = :none WHERE id = :from",
        person=person_id,
        none=ring.blind_index(from_id, "merged"),
        **{"from": from_id},
    )
    tx.run(
        "UPDATE person SET phone = :phone, phone_index = :index WHERE id = :person",
        phone=ring.seal(phone.reveal(), f"person.phone|{person_id}"),
        index=index,
        person=person_id,
    )
    tx.run("DELETE FROM wechat_account WHERE person_id IN (:person, :from)", person=person_id, **{"from": from_id})
    tx.run(
        "UPDATE session SET ended_at = clock_timestamp() WHERE holder IN (:person, :from) AND door = 'borrower'"
        " AND ended_at IS NULL",
        person=person_id,
        **{"from": from_id},
    )


def settle_proof(
    tx: Tx, *, person_id: str, proof: Proof, phone: PhoneStatus, grant_id: str, provider_reference: str
) -> None:
    """What the identity provider said, of the person and of the phone."""
    tx.run(
        "UPDATE person SET identity = :proof, phone_status = :phone WHERE id = :id",
        proof=proof.value,
        phone=phone.value,
        id=person_id,
    )
    audit.note(
        tx,
        actor="identity_provider",
        action=f"identity_{proof.value}",
        subject=person_id,
        facts={"grant": grant_id, "reference": provider_reference, "phone": phone.value},
    )


def refuse_code() -> CodeWrong:
    """The refusal for a code that proves nothing."""
    return CodeWrong(field="code")


def refuse_log_in() -> LogInWrong:
    """The refusal for a member of staff who is not proven."""
    return LogInWrong()


def _code_hash(ring: KeyRing, code_id: str, code: str) -> bytes:
    return ring.blind_index(f"{code_id}|{code}", "phone_code")
