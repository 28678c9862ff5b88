"""A phone or a member of staff proven, a session begun."""

from __future__ import annotations

from datetime import UTC, datetime

from xindai.base.clock import new_id
from xindai.base.http import ProviderFault
from xindai.base.log import log
from xindai.journeys.parts import parts
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity.model import CodeId, PersonId
from xindai.values.masked import Phone, Secret
from xindai.values.refusal import Kind, Refusal


class SmsUnsent(Refusal):
    """The provider did not take the message."""

    kind = Kind.UNREADY
    code = "sms_unavailable"
    en = "The code could not be sent; please try again in a moment."
    zh = "验证码暂时无法发送，请稍后再试。"


def send_code(phone: Phone) -> CodeId:
    """Send a code to a phone. Refuses: TooManyCodes, SmsUnsent."""
    code_id = new_id(CodeId)
    with parts().db.transaction() as tx:
        code = identity.begin_code(tx, parts().ring, code_id=code_id, phone=phone)
    text = f"【信贷】您的验证码是 {code.reveal()}，5 分钟内有效，请勿告知他人。"
    try:
        parts().world.sms.send(message_id=code_id, phone=phone, text=text)
    except ProviderFault as fault:
        log.warning("code_unsent", code=code_id, why=str(fault))
        raise SmsUnsent from None
    return code_id


def log_in(*, code_id: CodeId, phone: Phone, code: Secret) -> tuple[PersonId, Secret]:
    """(person, token) for a phone that the code proves. Refuses: CodeWrong; the failed try is counted all the same."""
    with parts().db.transaction() as tx:
        person_id = identity.prove_phone(
            tx, parts().ring, code_id=code_id, phone=phone, code=code, person_id=new_id(PersonId)
        )
        token = identity.begin_session(tx, door="borrower", holder=person_id) if person_id else None
    if person_id is None or token is None:
        raise identity.refuse_code()
    return person_id, token


def admit_staff(*, name: str, password: Secret, code: Secret) -> tuple[str, Secret]:
    """(role, token) for a member of staff. Refuses: LogInWrong; the failed try is counted all the same."""
    with parts().db.transaction() as tx:
        member = identity.admit(tx, name=name, password=password, code=code, now=datetime.now(UTC))
        token = identity.begin_session(tx, door="staff", holder=name) if member else None
    if member is None or token is None:
        raise identity.refuse_log_in()
    return member.role, token
