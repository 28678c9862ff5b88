"""What follows when a person takes something back."""

from __future__ import annotations

from xindai.credit.graph import operations as graph
from xindai.journeys.parts import parts
from xindai.onboarding.consent import operations as consents
from xindai.onboarding.consent import queries as allowed
from xindai.onboarding.consent.model import Scope, Text


def withdraw(person_id: str, scope: Scope) -> tuple[int, Text]:
    """Take a consent back: nothing is read under it any more, and ties that rest on it are deleted.

    How many grants stood, and the text that says what follows.
    """
    with parts().db.transaction() as tx:
        gone = consents.withdraw(tx, person_id=person_id, scope=scope)
        if scope is Scope.SOCIAL:
            graph.forget(tx, person_id=person_id)
        return gone, allowed.text(tx, scope)
