"""Text messages (wire: `contracts/sms.md`); the message id makes a repeated send harmless. Codes go by whoever takes them."""

from __future__ import annotations

from typing import Protocol

from xindai.base.http import ProviderFault, SignedClient
from xindai.values.masked import Phone, Secret


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


class Sms:
    """The client of our own wire."""

    name, fen = "house", 5

    def __init__(self, client: SignedClient) -> None:
        self._client = client

    def send(self, *, message_id: str, phone: Phone, text: str) -> None:
        """Hand a message to the provider. Raises ProviderFault."""
        status, _ = self._client.call(
            "POST", "/sms/messages", "send", {"message_id": message_id, "phone": phone.reveal(), "text": text}
        )
        if status not in {200, 202}:
            raise ProviderFault(f"sms: status {status}")

    def send_code(self, *, message_id: str, phone: Phone, code: Secret, minutes: int) -> bool:
        """Hand a code over. Raises ProviderFault."""
        text = f"【信贷】您的验证码是 {code.reveal()}，{minutes} 分钟内有效，请勿告知他人。"
        self.send(message_id=message_id, phone=phone, text=text)
        return True
