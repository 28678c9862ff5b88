"""Verbs of requests by right."""

from __future__ import annotations

from typing import Any

from xindai.base import audit
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.governance.rights import queries
from xindai.governance.rights.model import Request, RequestId, RequestOpen, Right, Status, answer_by
from xindai.onboarding.proof import operations as proofs


def ask(tx: Tx, ring: KeyRing, *, request_id: RequestId, person_id: str, right: Right, words: str) -> Request:
    """A person asks for something that is theirs to ask for; the same again is the same. Refuses: RequestOpen."""
    tx.run("SELECT 1 FROM person WHERE id = :person FOR NO KEY UPDATE", person=person_id)
    same = next((one for one in queries.of_person(tx, ring, person_id) if one.id == request_id), None)
    if same is not None:
        return same
    if any(one.right is right and one.status is Status.ASKED for one in queries.of_person(tx, ring, person_id)):
        raise RequestOpen(field="right")
    tx.run(
        "INSERT INTO rights_request (id, person_id, kind, words, status, asked_on, answer_by)"
        " VALUES (:id, :person, :kind, :words, 'asked', :on, :by)",
        id=request_id,
        person=person_id,
        kind=right.value,
        words=ring.seal(words, f"rights_request.words|{request_id}"),
        on=tx.on,
        by=answer_by(right, tx.on),
    )
    audit.note(tx, actor=person_id, action="right_asked_for", subject=person_id, facts={"request": request_id})
    publish(tx, Event("right_asked_for", request_id, {"person": person_id, "right": right.value}))
    return queries.get(tx, ring, request_id)


def withdraw(tx: Tx, ring: KeyRing, *, request_id: str, person_id: str) -> Request:
    """A person takes a request back; twice is once. Refuses: RequestMissing, MoveImpossible."""
    one = queries.get(tx, ring, request_id, person_id=person_id, lock=True)
    return one if one.status is Status.WITHDRAWN else _end(tx, ring, one, Status.WITHDRAWN)


def answer(tx: Tx, ring: KeyRing, *, request_id: str, granted: bool, text: str, by: str) -> Request:
    """A request is granted or declined, with words for its person; twice is once. Refuses: RequestMissing, MoveImpossible."""
    to = Status.GRANTED if granted else Status.DECLINED
    one = queries.get(tx, ring, request_id, lock=True)
    return one if one.status is to and one.answer == text else _end(tx, ring, one, to, text=text, by=by)


def copy(tx: Tx, ring: KeyRing, *, person_id: str) -> dict[str, Any]:
    """The copy of all that we hold of a person, for them; noted. Refuses: StepUpNeeded."""
    proofs.refuse_stale(tx, person_id=person_id)
    audit.note(tx, actor=person_id, action="data_copied", subject=person_id)
    return queries.copy(tx, ring, person_id)


def _end(tx: Tx, ring: KeyRing, one: Request, to: Status, *, text: str | None = None, by: str | None = None) -> Request:
    event = one.moved(to)
    tx.run(
        "UPDATE rights_request SET status = :to, answer = :answer, answered_by = :by, ended_on = :on WHERE id = :id",
        to=to.value,
        answer=ring.seal(text, f"rights_request.answer|{one.id}") if text is not None else None,
        by=by,
        on=tx.on,
        id=one.id,
    )
    audit.note(tx, actor=by or one.person_id, action=event, subject=one.person_id, facts={"request": one.id})
    publish(tx, Event(event, one.id, {"person": one.person_id}))
    return queries.get(tx, ring, one.id)
