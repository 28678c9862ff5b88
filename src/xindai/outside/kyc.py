"""Who proves identities: four elements (四要素), and faces against ID cards, each by whoever offers it.

Another provider is a class with `name`, `fen` and one of the two methods, and a place in `world.connect`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from xindai.base.http import ProviderFault, SignedClient
from xindai.onboarding.consent.model import Grant, Scope
from xindai.onboarding.identity.model import Person, PhoneStatus, Proof
from xindai.values.masked import Secret


@dataclass(frozen=True, slots=True)
class Checked:
    """A provider's answer about the person, its reference, and what it knows of the phone."""

    proof: Proof
    reference: str
    phone: PhoneStatus = PhoneStatus.UNKNOWN


class FourElements(Protocol):
    """Whether name, ID number, phone and card belong together, and the register of residents knows them.

    The provider may know whether the phone is in service as well.
    """

    @property
    def name(self) -> str:
        """Under which its answers are kept."""

    @property
    def fen(self) -> int:
        """What an answer costs."""

    def check(self, grant: Grant, person: Person) -> Checked:
        """The answer, for a person who allowed the question. Raises ProviderFault."""


class Looked(StrEnum):
    """What became of a face check."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FaceBegun:
    """Where the person looks into the camera, and the token by which the result is asked for."""

    token: Secret
    url: str


class Faces(Protocol):
    """A living face against the registered one of an ID number."""

    @property
    def name(self) -> str:
        """Under which its answers are kept."""

    @property
    def fen(self) -> int:
        """What an answer costs."""

    def begin(self, grant: Grant, person: Person, *, return_url: str) -> FaceBegun:
        """A place where the person who allowed it looks into the camera. Raises ProviderFault."""

    def result(self, grant: Grant, person: Person, token: Secret) -> Looked:
        """What became of it. Raises ProviderFault."""


def allows(grant: Grant, scope: Scope, person: Person) -> None:
    """A grant of that very scope and person, or a bug."""
    assert grant.scope is scope
    assert grant.person_id == person.id
    assert person.name is not None
    assert person.id_number is not None


class HouseFourElements:
    """The provider that speaks our own wire (`contracts/identity.md`)."""

    name, fen = "house", 30

    def __init__(self, client: SignedClient) -> None:
        self._client = client

    def check(self, grant: Grant, person: Person) -> Checked:
        """Raises ProviderFault."""
        allows(grant, Scope.IDENTITY, person)
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
        proven = body["match"] and body.get("registered", True) is True
        reference = str(body.get("reference", ""))
        return Checked(Proof.PROVEN if proven else Proof.REFUTED, reference, _phone_status(body.get("phone_status")))


def _phone_status(told: object) -> PhoneStatus:
    return next((one for one in PhoneStatus if one.value == told), PhoneStatus.UNKNOWN)
