"""A phone, a WeChat account or a member of staff proven, a session begun."""

from __future__ import annotations

from datetime import UTC, datetime

from xindai.access.members import operations as members
from xindai.access.members.model import Emergency, EmergencyId
from xindai.base.clock import new_id
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.base.http import ProviderFault
from xindai.base.log import log
from xindai.governance.alarms import operations as alarms
from xindai.governance.alarms.model import What
from xindai.journeys.parts import parts
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import (
    CODE_LIVES,
    CodeId,
    Device,
    PersonId,
    PhoneNeeded,
    SessionId,
)
from xindai.values.masked import Phone, Secret
from xindai.values.refusal import Kind, Refusal


class SmsUnsent(Refusal):
    """The provider did not take the message."""

    kind = Kind.UNREADY
    code = "sms_unavailable"
    en = "The code could not be sent; please try again in a moment."
    zh = "验证码暂时无法发送，请稍后再试。"


class WechatSilent(Refusal):
    """WeChat does not answer."""

    kind = Kind.UNREADY
    code = "wechat_unavailable"
    en = "WeChat does not answer just now; please try again, or log in by phone code."
    zh = "微信暂时无响应，请稍后再试，或使用短信验证码登录。"


def send_code(phone: Phone, *, source: str | None) -> CodeId:
    """Send a code to a phone; `source` is the address that asks. Refuses: TooManyCodes, SmsUnsent."""
    code_id = new_id(CodeId)
    with parts().db.transaction() as tx:
        code = identity.begin_code(tx, parts().ring, code_id=code_id, phone=phone, source=source)
    minutes = int(CODE_LIVES.total_seconds() // 60)
    try:
        parts().world.codes.ask(
            lambda sender: sender.send_code(message_id=code_id, phone=phone, code=code, minutes=minutes)
        )
    except ProviderFault as fault:
        log.warning("code_unsent", code=code_id, why=str(fault))
        raise SmsUnsent from None
    return code_id


def log_in(*, code_id: CodeId, phone: Phone, code: Secret, device: Device) -> tuple[PersonId, Secret]:
    """(person, token) for a phone that the code proves. Refuses: CodeWrong; the failed try is counted all the same."""
    with parts().db.transaction() as tx:
        person_id = identity.prove_phone(
            tx, parts().ring, code_id=code_id, phone=phone, code=code, person_id=new_id(PersonId)
        )
        token = _begun(tx, person_id, device, proves_phone=True) if person_id else None
    if person_id is None or token is None:
        raise identity.refuse_code()
    return person_id, token


def log_in_by_wechat(*, code: Secret, phone_code: Secret | None, device: Device) -> tuple[PersonId, Secret]:
    """(person, token) for whom WeChat vouches; somebody it has not brought here before needs the phone's code too.

    Refuses: WechatCodeWrong, PhoneNeeded, PhoneWrong, WechatSilent.
    """
    wechat = parts().world.wechat
    try:
        openid = wechat.who_opens(code)
        phone = wechat.phone_of(phone_code) if phone_code else None
    except ProviderFault as fault:
        log.warning("wechat_silent", why=str(fault))
        raise WechatSilent from None
    with parts().db.transaction() as tx:
        if phone is not None:
            person_id = identity.welcome(tx, parts().ring, phone=phone, person_id=new_id(PersonId))
            identity.know_by_wechat(tx, parts().ring, person_id=person_id, openid=openid)
        else:
            known = people.of_wechat(tx, parts().ring, openid)
            if known is None:
                raise PhoneNeeded(field="phone_code")
            person_id = known
        token = _begun(tx, person_id, device, proves_phone=phone is not None)
    return person_id, token


def _begun(tx: Tx, person_id: PersonId, device: Device, *, proves_phone: bool) -> Secret:
    """A session; on a new device of somebody who has others, they are told."""
    if identity.meet_device(tx, parts().ring, person_id=person_id, device=device):
        publish(tx, Event("new_device", person_id, {"person": person_id}))
    return identity.begin_session(
        tx,
        session_id=new_id(SessionId),
        door="borrower",
        holder=person_id,
        device=device.name,
        device_index=people.device_index(parts().ring, device.id.reveal() if device.id else None),
        proves_phone=proves_phone,
    )


def take_role(*, name: str, password: Secret, code: Secret, role: str, reason: str) -> Emergency:
    """Another role for an hour, for whoever proves again who they are; the auditor hears of it at once.

    Refuses: LogInWrong (the failed try is counted all the same), EmergencyRefused, EmergencyRunning.
    """
    with parts().db.transaction() as tx:
        member = members.admit(tx, parts().ring, name=name, password=password, code=code, now=datetime.now(UTC))
        taken = None
        if member is not None:
            taken = members.take_role(tx, emergency_id=new_id(EmergencyId), member=member, role=role, reason=reason)
            alarms.sound(tx, What.EMERGENCY, taken.id, {"member": name, "role": role})
    if taken is None:
        raise identity.refuse_log_in()
    return taken


def admit_staff(*, name: str, password: Secret, code: Secret) -> tuple[str, Secret]:
    """(role, token) for a member of staff. Refuses: LogInWrong; the failed try is counted all the same."""
    with parts().db.transaction() as tx:
        member = members.admit(tx, parts().ring, name=name, password=password, code=code, now=datetime.now(UTC))
        token = identity.begin_session(tx, session_id=new_id(SessionId), door="staff", holder=name) if member else None
    if member is None or token is None:
        raise identity.refuse_log_in()
    return member.role, token
