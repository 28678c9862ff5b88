"""The identity provider: the four elements, name, ID number, phone and card (四要素; wire: `contracts/identity.md`)."""

from __future__ import annotations

from dataclasses import dataclass

from xindai.base.http import ProviderFault, SignedClient
from xindai.onboarding.consent.model import Grant, Scope
from xindai.onboarding.identity.model import Person, Proof


@dataclass(frozen=True, slots=True)
class Checked:
    """The provider's answer and its reference."""

    proof: Proof
    reference: str


class Kyc:
    """The client."""

    def __init__(self, client: SignedClient) -> None:
        self._client = client

    def check(self, grant: Grant, person: Person) -> Checked:
        """Whether the four elements belong together, for a person who allowed the question. Raises ProviderFault."""
        assert grant.scope is Scope.IDENTITY
        assert grant.person_id == person.id
        assert person.name is not None
        assert person.id_number is not None
        assert person.card_number is not None
        status, body = self._client.call(
            "POST",
            "/identity/four-elements",
            "four_elements",
            {
                "name": person.name.reveal(),
                "id_number": person.id_number.reveal(),
                "phone": person.phone.reveal(),
                "card_number": person.card_number.reveal(),
                "authorisation": grant.id,
            },
        )
        if status != 200 or not isinstance(body, dict) or not isinstance(body.get("match"), bool):
            raise ProviderFault(f"identity: status {status}")
        return Checked(Proof.PROVEN if body["match"] else Proof.REFUTED, str(body.get("reference", "")))
