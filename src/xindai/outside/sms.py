"""Text messages (wire: `contracts/sms.md`); the message id makes a repeated send harmless."""

from __future__ import annotations

from xindai.base.http import ProviderFault, SignedClient
from xindai.values.masked import Phone


class Sms:
    """The client."""

    def __init__(self, client: SignedClient) -> None:
        self._client = client

    def send(self, *, message_id: str, phone: Phone, text: str) -> None:
        """Hand a message to the provider. Raises ProviderFault."""
        status, _ = self._client.call(
            "POST", "/sms/messages", "send", {"message_id": message_id, "phone": phone.reveal(), "text": text}
        )
        if status not in {200, 202}:
            raise ProviderFault(f"sms: status {status}")
