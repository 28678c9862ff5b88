"""Text messages (wire: `contracts/sms.md`); the message id makes a repeated send harmless. Codes go by whoever takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx

from xindai.base.http import ProviderFault, SignedClient, signed_by
from xindai.outside.rails import NOTICES_UNDER, NoticeUnproven
from xindai.values import json_text
from xindai.values.masked import Phone, PhoneWrong, Secret

NOTICE_PATH = f"{NOTICES_UNDER}sms"


class Codes(Protocol):
    """Who sends codes to phones: each once, and nobody else's words."""

    @property
    def name(self) -> str:
        """Under which it is counted."""

    @property
    def fen(self) -> int:
        """What a message costs."""

    def send_code(self, *, message_id: str, phone: Phone, code: Secret, minutes: int) -> bool:
        """Hand a code over. Raises ProviderFault."""


class Texts(Protocol):
    """Who sends our notices to phones."""

    @property
    def name(self) -> str:
        """Under which it is counted."""

    @property
    def fen(self) -> int:
        """What a message costs."""

    def send_text(self, *, message_id: str, phone: Phone, text: str, named: str) -> bool | None:
        """Hand a text over, `named` by topic and language; none where it may not send this one. Raises ProviderFault."""

    def pull(self) -> Sequence[Delivered | Reply]:
        """What it tells only when it is asked. Raises ProviderFault."""


@dataclass(frozen=True, slots=True)
class SandboxPhones:
    """The sandbox's world from behind: what came to its phones may be read, and failures may be ordered of its providers."""

    world: str

    def messages(self, phone: Phone) -> list[str]:
        """What a phone has received, newest first. Raises ProviderFault."""
        try:
            answer = httpx.get(
                f"{self.world}/_control/messages", params={"phone": phone.reveal()}, timeout=5.0, trust_env=False
            )
            return [str(one["text"]) for one in answer.raise_for_status().json()]
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise ProviderFault("sandbox", "messages", str(error)) from None

    def fail(self, provider: str, operation: str, kind: str, *, times: int) -> None:
        """The next so many calls of an operation go wrong. Raises ProviderFault."""
        order = {"provider": provider, "operation": operation, "kind": kind, "times": str(times)}
        self._control("POST", order)

    def heal(self) -> None:
        """Nothing goes wrong any more. Raises ProviderFault."""
        self._control("DELETE", None)

    def _control(self, method: str, body: dict[str, str] | None) -> None:
        try:
            address = f"{self.world}/_control/failures"
            httpx.request(method, address, json=body, timeout=5.0, trust_env=False).raise_for_status()
        except httpx.HTTPError as error:
            raise ProviderFault(f"sandbox: {error}") from None


@dataclass(frozen=True, slots=True)
class Delivered:
    """Whether a message arrived."""

    message_id: str
    delivered: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody answered to a message."""

    phone: Phone
    text: str


class Sms:
    """The client of our own wire."""

    name, fen = "house", 5

    def __init__(self, client: SignedClient, *, secret: str, notices_to: str) -> None:
        self._client = client
        self._secret = secret
        self._notices_to = notices_to

    def send(self, *, message_id: str, phone: Phone, text: str) -> None:
        """Hand a message to the provider. Raises ProviderFault."""
        status, _ = self._client.call(
            "POST",
            "/sms/messages",
            "send",
            {"message_id": message_id, "phone": phone.reveal(), "text": text, "notify_url": self._notices_to},
        )
        if status not in {200, 202}:
            raise ProviderFault(f"sms: status {status}")

    def send_text(self, *, message_id: str, phone: Phone, text: str, named: str) -> bool:
        """Hand a notice over; any text may go. Raises ProviderFault."""
        del named
        self.send(message_id=message_id, phone=phone, text=text)
        return True

    def pull(self) -> Sequence[Delivered | Reply]:
        """Nothing: it calls back."""
        return ()

    def send_code(self, *, message_id: str, phone: Phone, code: Secret, minutes: int) -> bool:
        """Hand a code over. Raises ProviderFault."""
        text = f"【信贷】您的验证码是 {code.reveal()}，{minutes} 分钟内有效，请勿告知他人。"
        self.send(message_id=message_id, phone=phone, text=text)
        return True

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Delivered | Reply:
        """A call-back, if the provider signed it. Refuses: NoticeUnproven."""
        if not signed_by(self._secret, method="POST", path=NOTICE_PATH, headers=headers, body=body):
            raise NoticeUnproven
        try:
            said = json_text.read(body)
            if said["kind"] == "reply":
                return Reply(Phone.parse(said["phone"]), str(said["text"])[:200])
            reason = said.get("reason")
            return Delivered(str(said["message_id"]), said["status"] == "delivered", str(reason) if reason else None)
        except (ValueError, KeyError, TypeError, AttributeError, PhoneWrong):
            raise NoticeUnproven from None
