"""What is done about identity."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

from xindai.base import audit
from xindai.base.crypto import KeyRing
from xindai.base.db import Row, Tx
from xindai.onboarding.identity import factors, queries
from xindai.onboarding.identity.model import (
    EMERGENCY_LASTS,
    IN_EMERGENCY,
    SESSION_LIVES,
    STAFF_LOCK,
    STAFF_SESSION_LIVES,
    STAFF_TRIES,
    WRONG_CODES_AN_HOUR,
    Claim,
    CodeId,
    CodeWrong,
    Device,
    Emergency,
    EmergencyId,
    EmergencyRefused,
    EmergencyRunning,
    IdentityTaken,
    LogInWrong,
    MemberMissing,
    PersonId,
    PhoneStatus,
    Proof,
    SessionId,
    SessionMissing,
    StaffMember,
    TooManyCodes,
    checked_member,
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


def hire(
    tx: Tx, ring: KeyRing, *, name: str, role: str, password: Secret, totp_secret: Secret, agency: str | None = None
) -> None:
    """A member of staff, or an agent of an agency; the same name again gets a new password and second factor, and is logged out everywhere.

    Refuses: Invalid, for a role that there is not, or a name that is none.
    """
    checked_member(name, role, agency)
    tx.run(
        "INSERT INTO staff_member (name, role, agency, password_phc, totp_sealed, hired_at)"
        " VALUES (:name, :role, :agency, :phc, :totp, :at)"
        " ON CONFLICT (name) DO UPDATE SET role = :role, agency = :agency, password_phc = :phc,"
        " totp_sealed = :totp, password_hash = NULL, salt = NULL, totp_secret = NULL, failures = 0, last_step = 0,"
        " locked_until = 'epoch', hired_at = :at, left_at = NULL",
        name=name,
        role=role,
        agency=agency,
        phc=factors.hashed(password, secrets.token_bytes(16)),
        totp=ring.seal(totp_secret.reveal(), _factor_of(name)),
        at=tx.at,
    )
    _end_staff_sessions(tx, name)
    audit.note(tx, actor="operator", action="staff_hired", subject=name, facts={"role": role})


def let_go(tx: Tx, *, name: str) -> None:
    """Somebody does not work here any more; what they did stays theirs. Twice is once. Refuses: MemberMissing."""
    gone = tx.run(
        "UPDATE staff_member SET left_at = coalesce(left_at, :at), password_phc = NULL, totp_sealed = NULL,"
        " password_hash = NULL, salt = NULL, totp_secret = NULL WHERE name = :name",
        at=tx.at,
        name=name,
    )
    if not gone:
        raise MemberMissing(field="name")
    _end_staff_sessions(tx, name)
    audit.note(tx, actor="operator", action="staff_left", subject=name)


def _end_staff_sessions(tx: Tx, name: str) -> None:
    """Logged out everywhere, and in no other role any more."""
    give_role_back(tx, name)
    tx.run(
        "UPDATE session SET ended_at = clock_timestamp() WHERE holder = :name AND door = 'staff' AND ended_at IS NULL",
        name=name,
    )


def take_role(tx: Tx, *, emergency_id: EmergencyId, member: StaffMember, role: str, reason: str) -> Emergency:
    """Another role for an hour, noted before anything is done under it; the same one again while it runs is that one.

    Refuses: EmergencyRefused, EmergencyRunning.
    """
    if role not in IN_EMERGENCY.get(member.role, ()):
        raise EmergencyRefused(own=member.role, wanted=role, field="role")
    tx.run("SELECT 1 FROM staff_member WHERE name = :name FOR NO KEY UPDATE", name=member.name)
    if (running := queries.emergency(tx, member.name)) is not None:
        if running.role != role:
            raise EmergencyRunning(role=running.role, field="role")
        return running
    tx.run(
        "INSERT INTO emergency_access (id, member, role, reason, on_day, ends_at)"
        " VALUES (:id, :member, :role, :reason, :on, clock_timestamp() + :lasts)",
        id=emergency_id,
        member=member.name,
        role=role,
        reason=reason,
        on=tx.on,
        lasts=EMERGENCY_LASTS,
    )
    audit.note(tx, actor=member.name, action="emergency_begun", subject=emergency_id, facts={"role": role})
    found = queries.emergency(tx, member.name)
    assert found is not None
    return found


def give_role_back(tx: Tx, name: str) -> int:
    """End it before its hour; how many ended: none, where none runs."""
    running = queries.emergency(tx, name)
    if running is None:
        return 0
    audit.note(tx, actor=name, action="emergency_ended", subject=running.id)
    return tx.run("UPDATE emergency_access SET ended_at = clock_timestamp() WHERE id = :id", id=running.id)


def admit(tx: Tx, ring: KeyRing, *, name: str, password: Secret, code: Secret, now: datetime) -> StaffMember | None:
    """The member of staff that password and one-time code (RFC 6238, used once) prove; none otherwise, and counted.

    `now` is real time, which the second factor keeps, whatever the sandbox's clock says.
    """
    row = tx.row("SELECT * FROM staff_member WHERE name = :name FOR NO KEY UPDATE", name=name)
    if row is None or row["left_at"] is not None:
        factors.is_right(password, factors.NOBODY)
        return None
    if row["locked_until"] > now:
        return None
    step = None
    if _password_is_right(row, password):
        step = factors.step_of(_second_factor(ring, row), code.reveal(), now, after=row["last_step"])
    if step is None:
        tx.run(
            "UPDATE staff_member SET failures = failures + 1,"
            " locked_until = CASE WHEN (failures + 1) % :tries = 0 THEN CAST(:until AS timestamptz) ELSE locked_until END"
            " WHERE name = :name",
            tries=STAFF_TRIES,
            until=now + STAFF_LOCK,
            name=name,
        )
        return None
    tx.run("UPDATE staff_member SET failures = 0, last_step = :step WHERE name = :name", step=step, name=name)
    if row["password_phc"] is None:
        tx.run(
            "UPDATE staff_member SET password_phc = :phc, totp_sealed = :totp, password_hash = NULL, salt = NULL,"
            " totp_secret = NULL WHERE name = :name",
            phc=factors.hashed(password, secrets.token_bytes(16)),
            totp=ring.seal(bytes(row["totp_secret"]).hex(), _factor_of(name)),
            name=name,
        )
    return StaffMember(row["name"], row["role"])


def _factor_of(name: str) -> str:
    return f"staff_member.totp_sealed|{name}"


def _password_is_right(row: Row, password: Secret) -> bool:
    if row["password_phc"] is not None:
        return factors.is_right(password, row["password_phc"])
    return factors.was_right(password, bytes(row["salt"]), bytes(row["password_hash"]))


def _second_factor(ring: KeyRing, row: Row) -> bytes:
    if row["totp_sealed"] is not None:
        return bytes.fromhex(ring.unseal(bytes(row["totp_sealed"]), _factor_of(row["name"])))
    return bytes(row["totp_secret"])


def refuse_code() -> CodeWrong:
    """The refusal for a code that proves nothing."""
    return CodeWrong(field="code")


def refuse_log_in() -> LogInWrong:
    """The refusal for a member of staff who is not proven."""
    return LogInWrong()


def _code_hash(ring: KeyRing, code_id: str, code: str) -> bytes:
    return ring.blind_index(f"{code_id}|{code}", "phone_code")
