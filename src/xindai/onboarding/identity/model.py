"""Nouns of identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from xindai.values import ids
from xindai.values.masked import CardNumber, IdNumber, PersonName, Phone, Secret
from xindai.values.refusal import Kind, Refusal

CODE_LIVES = timedelta(minutes=5)
CODE_TRIES = 5
CODES_AN_HOUR = 6
CODES_A_DAY = 12
CODES_FROM_ONE_SOURCE = 60
"""Within an hour, to whatever phones."""
WRONG_CODES_AN_HOUR = 15
"""After so many wrong tries a phone is locked for the rest of the hour, right codes included."""
SESSION_LIVES = timedelta(days=30)
STAFF_SESSION_LIVES = timedelta(hours=12)


class PersonId(ids.Id):
    """Names a person."""

    prefix = "per"


class CodeId(ids.Id):
    """Names one code sent to a phone."""

    prefix = "otp"


class SessionId(ids.Id):
    """Names a session; what opens it is its token."""

    prefix = "ses"


class PhoneStatus(StrEnum):
    """Whether a phone number is in use, as its network says."""

    UNKNOWN = "unknown"
    IN_SERVICE = "in_service"
    OUT_OF_SERVICE = "out_of_service"


class Proof(StrEnum):
    """What is known about an identity."""

    UNPROVEN = "unproven"
    PROVEN = "proven"
    REFUTED = "refuted"


@dataclass(frozen=True, slots=True)
class Person:
    """A person; the masked parts appear once they have been given."""

    id: PersonId
    phone: Phone
    name: PersonName | None
    id_number: IdNumber | None
    card_number: CardNumber | None
    proof: Proof
    phone_status: PhoneStatus = PhoneStatus.UNKNOWN


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says to be."""

    name: PersonName
    id_number: IdNumber
    card_number: CardNumber


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody logs in: what they call it, and what its app calls itself for good, where it does."""

    name: str = ""
    id: Secret | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody logged in on a device, which the app names."""

    id: str
    holder: str
    device: str
    began_at: datetime
    ends_at: datetime


class SessionMissing(Refusal):
    """There is no such session, or it is not the asker's."""

    kind = Kind.MISSING
    code = "session_not_found"
    en = "There is no such session."
    zh = "没有该登录会话。"


class TooManyCodes(Refusal):
    """Codes are sent at most six times an hour."""

    kind = Kind.FORBIDDEN
    code = "too_many_codes"
    en = "Too many codes were sent to this phone; please try again in an hour."
    zh = "验证码发送过于频繁，请一小时后再试。"


class PhoneNeeded(Refusal):
    """WeChat's account is not known here yet."""

    kind = Kind.CONFLICT
    code = "phone_needed"
    en = "Please allow your phone number as well: this WeChat account is new here."
    zh = "首次使用请授权手机号。"


class CodeWrong(Refusal):
    """Wrong, used, tried too often, or too old; which of them is not said."""

    kind = Kind.UNPROVEN
    code = "code_wrong"
    en = "The code is wrong or no longer valid."
    zh = "验证码错误或已失效。"


class LogInWrong(Refusal):
    """Name, password or second factor is wrong, or the door is locked for a while; which of them is not said."""

    kind = Kind.UNPROVEN
    code = "log_in_wrong"
    en = "Name, password or code is wrong, or the account is locked for a few minutes."
    zh = "用户名、密码或动态码错误，或账户暂时锁定。"


class NotLoggedIn(Refusal):
    """No session, or one that has ended."""

    kind = Kind.UNPROVEN
    code = "not_logged_in"
    en = "Please log in."
    zh = "请先登录。"


class PersonMissing(Refusal):
    """Nobody of that id is with us."""

    kind = Kind.MISSING
    code = "person_missing"
    en = "There is no such person with us."
    zh = "没有此人的记录。"


class IdentityTaken(Refusal):
    """The ID number belongs to another person here, or this person is known by another number."""

    kind = Kind.CONFLICT
    code = "identity_taken"
    en = "This ID number cannot be used with this phone; please contact us."
    zh = "该证件号码与当前手机号不匹配，请联系客服。"


@dataclass(frozen=True, slots=True)
class CodesAsked:
    """What a phone, and where its code is asked for, has had: within an hour, a day; and wrong tries within the hour."""

    an_hour: int
    a_day: int
    from_source: int
    wrong: int


def too_many_codes(asked: CodesAsked) -> bool:
    """Whether no further code is sent for now."""
    return (
        asked.an_hour >= CODES_AN_HOUR
        or asked.a_day >= CODES_A_DAY
        or asked.from_source >= CODES_FROM_ONE_SOURCE
        or asked.wrong >= WRONG_CODES_AN_HOUR
    )


def code_refused(*, used_at: datetime | None, tries: int, sent_at: datetime, at: datetime) -> bool:
    """Whether a code can no longer prove anything."""
    return used_at is not None or tries >= CODE_TRIES or at - sent_at > CODE_LIVES
