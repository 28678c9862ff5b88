"""The social provider: whom a person has to do with, by tokens (wire: `contracts/social.md`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xindai.base.http import ProviderFault, SignedClient
from xindai.credit.sources import ties
from xindai.credit.sources.ties import Tie
from xindai.onboarding.consent.model import Grant, Scope
from xindai.onboarding.identity.model import Person


@dataclass(frozen=True, slots=True)
class Ties:
    """A person's own token and ties."""

    node: str
    ties: tuple[Tie, ...]


class Social:
    """The client."""

    def __init__(self, client: SignedClient) -> None:
        self._client = client

    def pull(self, grant: Grant, person: Person, *, until: date) -> Ties:
        """The ties, as of the day `until`, of a person who allowed it. Raises ProviderFault."""
        assert grant.scope is Scope.SOCIAL
        assert grant.person_id == person.id
        status, body = self._client.call(
            "POST",
            "/social/ties",
            "ties",
            {"phone": person.phone.reveal(), "until": until.isoformat(), "authorisation": grant.id},
        )
        if status != 200 or not isinstance(body, dict):
            raise ProviderFault(f"social: status {status}")
        node = body.get("node")
        if not isinstance(node, str) or not 1 <= len(node) <= 64:
            raise ProviderFault("social: it names no node")
        try:
            return Ties(node, ties.parse(body))
        except ties.TiesMalformed as error:
            raise ProviderFault(str(error)) from None
