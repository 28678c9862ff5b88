"""What follows from what happened: the complete list of our feedback loops. Here, the person is told, marked, and watched."""

from __future__ import annotations

from xindai.base.events import Event
from xindai.credit.graph import operations as graph
from xindai.credit.sources.ties import MarkKind
from xindai.journeys import notify, watch
from xindai.journeys.parts import parts
from xindai.lending.loans import queries as lent
from xindai.payments.orders.model import Direction
from xindai.postloan.watch import operations as watching

MARKS = {
    "loan_disbursed": MarkKind.CUSTOMER,
    "loan_closed": MarkKind.PAID,
    "application_declined": MarkKind.REFUSED,
}
"""What becomes of people with us, and tells something of those tied to them; close of day adds who is late."""
OF_DEBITS = {"payment_failed", "payment_reversed"}
"""What is told of debits only: of a pay-out, its loan tells."""


def react(event: Event) -> None:
    """One event, at least once, in order per subject: the ids of mark and notice make a second time harmless."""
    if event.kind in MARKS:
        with parts().db.transaction() as tx:
            person = event.facts["person"]
            graph.mark(tx, person_ids=[person], kind=MARKS[event.kind], on=tx.on, cause=event.subject)
    if event.kind in watch.BEGINS:
        with parts().db.transaction() as tx:
            watching.begin(tx, event.facts["person"])
    signal = watch.signal_of(event)
    if signal is None and event.kind not in parts().topics:
        return
    person_id = _whom(event)
    if signal is not None and person_id is not None:
        watch.hear(event, kind=signal, person_id=person_id)
    if event.kind in parts().topics and person_id is not None:
        notify.tell(person_id, event.kind, key=f"event-{event.id}", facts={})


def _whom(event: Event) -> str | None:
    """Who is told, if anybody is."""
    if event.kind in OF_DEBITS and event.facts["direction"] != Direction.COLLECTION.value:
        return None
    person: str | None = event.facts.get("person")
    if person is None and event.facts.get("loan") is not None:
        with parts().db.transaction() as tx:
            person = lent.person_of(tx, event.facts["loan"])
    return person
