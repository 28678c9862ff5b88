"""The behaviour provider: what a person earned, spent and borrowed in a year (wire: `contracts/behaviour.md`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from xindai.base.http import ProviderFault, SignedClient
from xindai.credit.sources import events
from xindai.credit.sources.events import Event
from xindai.onboarding.consent.model import Grant, Scope
from xindai.onboarding.identity.model import Person
from xindai.outside.bureau import Reason

ALLOWED_BY = {Reason.LOAN_APPROVAL: Scope.BEHAVIOUR, Reason.POST_LOAN: Scope.WATCHING}
"""Which consent allows asking for which reason."""


@dataclass(frozen=True, slots=True)
class Told:
    """Events, and the document they were read from, to be kept sealed."""

    events: tuple[Event, ...]
    document: str


class Behaviour:
    """The client."""

    def __init__(self, client: SignedClient) -> None:
        self._client = client

    def pull(self, grant: Grant, person: Person, reason: Reason, *, until: date) -> Told:
        """The events before the day `until` of a person who allowed it. Raises ProviderFault."""
        assert grant.scope is ALLOWED_BY[reason]
        assert grant.person_id == person.id
        assert person.id_number is not None
        status, body = self._client.call(
            "POST",
            "/behaviour/events",
            "events",
            {
                "id_number": person.id_number.reveal(),
                "phone": person.phone.reveal(),
                "until": until.isoformat(),
                "authorisation": grant.id,
            },
        )
        if status != 200:
            raise ProviderFault(f"behaviour: status {status}")
        try:
            return Told(events.parse(body), json.dumps(body, ensure_ascii=False))
        except events.EventsMalformed as error:
            raise ProviderFault(str(error)) from None
