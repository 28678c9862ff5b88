"""What follows when a person takes something back."""

from __future__ import annotations

from xindai.credit.graph import operations as graph
from xindai.journeys.parts import parts
from xindai.lending.loans import queries as loans
from xindai.onboarding.consent import operations as consents
from xindai.onboarding.consent import queries as allowed
from xindai.onboarding.consent.model import Scope, Text
from xindai.onboarding.documents import operations as documents
from xindai.postloan.watch import operations as watching


def withdraw(person_id: str, scope: Scope) -> tuple[int, Text]:
    """Take a consent back: how many grants stood, and the text that says what follows.

    Nothing is read under it any more; ties and figures that rest on it are deleted, and papers, unless a loan rests on them
    (Anti-Money-Laundering Law, art. 34).
    """
    with parts().db.transaction() as tx:
        gone = consents.withdraw(tx, person_id=person_id, scope=scope)
        if scope is Scope.SOCIAL:
            graph.forget(tx, person_id=person_id)
        if scope is Scope.WATCHING:
            watching.forget(tx, person_id)
        if scope is Scope.DOCUMENTS and not loans.has_borrowed(tx, person_id):
            documents.delete_all(tx, parts().ring, person_id=person_id)
        return gone, allowed.text(tx, scope)
