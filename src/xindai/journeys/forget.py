"""What follows when a person takes something back."""

from __future__ import annotations

from xindai.credit.graph import operations as graph
from xindai.journeys.parts import parts
from xindai.onboarding import consent
from xindai.onboarding.consent import Scope


def withdraw(person_id: str, scope: Scope) -> None:
    """Take a consent back: nothing is read under it any more, and ties that rest on it are deleted."""
    with parts().db.transaction() as tx:
        consent.withdraw(tx, person_id=person_id, scope=scope)
        if scope is Scope.SOCIAL:
            graph.forget(tx, person_id=person_id)
