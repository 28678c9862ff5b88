"""What is done to agreements."""

from __future__ import annotations

from xindai.base import audit
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.payments.agreements import queries
from xindai.payments.agreements.model import MOVES, Agreement, AgreementId, NoCard, Status
from xindai.values.masked import Secret


def ask(tx: Tx, *, agreement_id: AgreementId, person_id: str, rail: str) -> Agreement:
    """An agreement that the rail is asked for, for the card the person has now; the same again is the same. Refuses: NoCard."""
    tx.run(
        "INSERT INTO debit_agreement (id, person_id, rail, card_index, status, at)"
        " SELECT :id, p.id, :rail, p.card_index, 'asked', :at FROM person p WHERE p.id = :person"
        " AND p.card_index IS NOT NULL ON CONFLICT (id) DO NOTHING",
        id=agreement_id,
        person=person_id,
        rail=rail,
        at=tx.at,
    )
    if not tx.value("SELECT 1 FROM debit_agreement WHERE id = :id", id=agreement_id):
        raise NoCard(field="card_number")
    return queries.get(tx, agreement_id, person_id=person_id)


def make(tx: Tx, ring: KeyRing, *, agreement_id: str, person_id: str, number: Secret) -> Agreement:
    """The rail says it holds, and by which number; the one before it ends. Twice is once. Refuses: AgreementMissing, AgreementEnded."""
    one = queries.get(tx, agreement_id, person_id=person_id)
    one.may_be_made()
    if one.status is Status.ACTIVE:
        return one
    end_there(tx, person_id=person_id, rail=one.rail)
    sealed = ring.seal(number.reveal(), queries.place(one.id))
    tx.run("UPDATE debit_agreement SET number = :number WHERE id = :id", number=sealed, id=one.id)
    return _move(tx, one, Status.ACTIVE)


def end(tx: Tx, *, agreement_id: str, person_id: str) -> Agreement:
    """Its person takes it back. Twice is once. Refuses: AgreementMissing."""
    one = queries.get(tx, agreement_id, person_id=person_id)
    return one if one.status is Status.ENDED else _move(tx, one, Status.ENDED)


def end_there(tx: Tx, *, person_id: str, rail: str) -> None:
    """The rail says that a person's agreement with it has ended."""
    for one in queries.of_person(tx, person_id, rail=rail):
        _move(tx, one, Status.ENDED)


def _move(tx: Tx, one: Agreement, to: Status) -> Agreement:
    event = MOVES[one.status][to]
    tx.run("UPDATE debit_agreement SET status = :to WHERE id = :id", to=to.value, id=one.id)
    audit.note(
        tx, actor=one.person_id, action=event, subject=one.person_id, facts={"agreement": one.id, "rail": one.rail}
    )
    publish(tx, Event(event, one.person_id, {"agreement": one.id, "rail": one.rail, "person": one.person_id}))
    return queries.get(tx, one.id, person_id=one.person_id)
