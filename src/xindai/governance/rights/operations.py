"""Verbs of requests by right."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from xindai.base import audit
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx, array
from xindai.base.events import Event, publish
from xindai.governance.rights import _store, queries, retention
from xindai.governance.rights.holdings import Table
from xindai.governance.rights.model import ERASES, Request, RequestId, RequestOpen, Right, Status, answer_by
from xindai.governance.rights.retention import Standing
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
    """A request is granted or declined, with words for its person; twice is once.

    Refuses: RequestMissing, MoveImpossible; ErasureTooEarly, for a deletion or closing while anything is open.
    """
    to = Status.GRANTED if granted else Status.DECLINED
    one = queries.get(tx, ring, request_id, lock=True)
    if one.status is to and one.answer == text:
        return one
    if granted and one.right in ERASES:
        one.moved(to)
        queries.standing(tx, one.person_id).refuse_open()
    return _end(tx, ring, one, to, text=text, by=by)


def erase_asked(tx: Tx, tables: Mapping[str, Table], *, request_id: str, person_id: str) -> bool:
    """Carry out a deletion or closing that was granted, the evening after; not while anything is open. Whether it was done."""
    own = [person_id, *_store.merged_into(tx, person_id)]
    if len(_store.hold(tx, own)) < len(own) or any(one.open for one in _store.standings(tx, own, asked=True)):
        return False
    groups = retention.groups_of(tables)
    for one in _store.standings(tx, own, asked=True):
        gone = one.erased | retention.over(one, groups, on=tx.on, asked=True)
        _erase(tx, tables, [one], gone, why=request_id)
        _store.look_again(tx, [(one, gone, retention.look_again_on(one, groups, on=tx.on))])
    tx.run("UPDATE rights_request SET carried_out_on = :on WHERE id = :id", on=tx.on, id=request_id)
    return True


def erase_over(tx: Tx, tables: Mapping[str, Table], *, most: int) -> tuple[int, int]:
    """Look at up to `most` people whose turn it is, and end what has had its time; (how many were looked at, had something end)."""
    groups = retention.groups_of(tables)
    found = {one.person_id: one for one in _store.standings(tx, _store.to_look_at(tx, on=tx.on, most=most))}
    ending = [name for name, one in found.items() if retention.over(one, groups, on=tx.on) - one.erased]
    held = _store.hold(tx, ending) if ending else []
    found |= {one.person_id: one for one in _store.standings(tx, held)}  # nothing began with them meanwhile
    alike: dict[frozenset[str], list[Standing]] = {}
    for name in held:
        if fresh := frozenset(retention.over(found[name], groups, on=tx.on) - found[name].erased):
            alike.setdefault(fresh, []).append(found[name])
    for fresh, people in alike.items():
        _erase(tx, tables, people, fresh, why="term")
    tomorrow = tx.on + timedelta(days=1)
    busy = set(ending) - set(held)
    turns: list[tuple[Standing, Collection[str], date | None]] = [
        (one, one.erased, tomorrow)
        if name in busy
        else (one, retention.over(one, groups, on=tx.on), retention.look_again_on(one, groups, on=tx.on))
        for name, one in found.items()
    ]
    _store.look_again(tx, turns)
    return len(found), sum(map(len, alike.values()))


def erase_old(tx: Tx, table: Table, *, most: int) -> int:
    """Delete up to `most` rows of a table that end by their age; how many."""
    assert table.aged is not None
    return _store.grown_old(tx, table.name, table.aged, most=most)


def _erase(
    tx: Tx, tables: Mapping[str, Table], people: Sequence[Standing], groups: Collection[str], *, why: str
) -> None:
    ids = array([one.person_id for one in people])
    touched = sum(tx.run(statement, people=ids, **values) for statement, values in retention.erasing(tables, groups))
    if "identity" in groups:
        _store.forget(tx, [one.person_id for one in people])
    for one in people if touched else ():
        facts = {"groups": sorted(groups), "why": why}
        audit.note(tx, actor="retention", action="data_erased", subject=one.person_id, facts=facts)


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
