"""Permitting contacts and writing down what became of them; stops, disputes, hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta

from xindai.base import audit
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.postloan.contacts import gate, queries
from xindai.postloan.contacts.model import (
    Asked,
    Contact,
    ContactEnded,
    ContactId,
    ContactMissing,
    Dispute,
    DisputeId,
    DisputeMissing,
    NotPermitted,
    Outcome,
    Rules,
    Standing,
    Stop,
    StopId,
    StopKind,
    StopMissing,
    Verdict,
)
from xindai.values import law


@dataclass(frozen=True, slots=True)
class Permit:
    """That a contact may be made, now and once; nobody but `permit` makes one."""

    contact_id: ContactId
    person_id: str
    asked: Asked


def permit(
    tx: Tx,
    *,
    contact_id: ContactId,
    person_id: str,
    asked: Asked,
    by: str,
    standing: Standing,
) -> Permit:
    """Judge a contact and, where nothing bars it, write it down as begun; one debtor at a time, whoever asks.

    One that was begun and not ended is judged again, as of now. Refuses: NotPermitted, ContactEnded.
    """
    tx.run("SELECT 1 FROM person WHERE id = :person FOR NO KEY UPDATE", person=person_id)
    before = queries.contact(tx, contact_id)
    if before is not None and before.outcome is not Outcome.BEGUN:
        raise ContactEnded
    known = queries.known(tx, person_id, standing, apart_from=contact_id)
    verdict = gate.judge(asked, known, Rules.on(tx.on))
    if verdict.bars:
        raise NotPermitted(verdict)
    tx.run(
        "INSERT INTO contact (id, person_id, channel, whom, about, hand, made_by, on_day, at, outcome)"
        " VALUES (:id, :person, :channel, :whom, :about, :hand, :by, :day, :at, 'begun')"
        " ON CONFLICT (id) DO UPDATE SET on_day = excluded.on_day, at = excluded.at",
        id=contact_id,
        person=person_id,
        channel=asked.channel.value,
        whom=asked.whom.value,
        about=asked.about.value,
        hand=asked.hand.value,
        by=by,
        day=known.at.date(),
        at=tx.at,
    )
    return Permit(contact_id, person_id, asked)


def end(tx: Tx, *, contact_id: str, outcome: Outcome, note: str | None = None) -> Contact:
    """What became of a contact; the same again changes nothing. Refuses: ContactMissing, ContactEnded."""
    one = queries.contact(tx, contact_id, lock=True)
    if one is None:
        raise ContactMissing(field="contact")
    if one.outcome is outcome:
        return one
    if one.outcome is not Outcome.BEGUN:
        raise ContactEnded
    tx.run(
        "UPDATE contact SET outcome = :outcome, note = :note, ended_at = :at WHERE id = :id",
        outcome=outcome.value,
        note=note,
        at=tx.at,
        id=contact_id,
    )
    facts = {"person": one.person_id, "channel": one.channel.value, "outcome": outcome.value}
    publish(tx, Event("contact_ended", contact_id, facts))
    found = queries.contact(tx, contact_id)
    assert found is not None
    return found


def agree_on_hours(tx: Tx, *, person_id: str, earliest: time, latest: time) -> None:
    """From now on a person is contacted within these hours of theirs, wider or narrower than the rule's."""
    tx.run(
        "INSERT INTO contact_hours (person_id, earliest, latest, at) VALUES (:person, :earliest, :latest, :at)"
        " ON CONFLICT (person_id) DO UPDATE SET earliest = :earliest, latest = :latest, at = :at",
        person=person_id,
        earliest=earliest,
        latest=latest,
        at=tx.at,
    )


def stop(tx: Tx, *, stop_id: StopId, person_id: str, kind: StopKind, by: str, note: str) -> Stop:
    """Nobody contacts a person about a debt any more; the same again changes nothing."""
    added = tx.run(
        "INSERT INTO contact_stop (id, person_id, kind, made_by, note, since) VALUES (:id, :person, :kind, :by, :note, :on)"
        " ON CONFLICT (id) DO NOTHING",
        id=stop_id,
        person=person_id,
        kind=kind.value,
        by=by,
        note=note,
        on=tx.on,
    )
    if added:
        audit.note(
            tx, actor=by, action="contacts_stopped", subject=person_id, facts={"kind": kind.value, "stop": stop_id}
        )
    return next(one for one in queries.stops(tx, person_id) if one.id == stop_id)


def lift(tx: Tx, *, stop_id: str, person_id: str, by: str) -> Stop:
    """A stop stands no longer; twice is once. Refuses: StopMissing."""
    lifted = tx.run(
        "UPDATE contact_stop SET lifted_on = :on WHERE id = :id AND person_id = :person AND lifted_on IS NULL",
        on=tx.on,
        id=stop_id,
        person=person_id,
    )
    if lifted:
        audit.note(tx, actor=by, action="contacts_resumed", subject=person_id, facts={"stop": stop_id})
    found = next((one for one in queries.stops(tx, person_id) if one.id == stop_id), None)
    if found is None:
        raise StopMissing(field="stop")
    return found


def dispute(tx: Tx, *, dispute_id: DisputeId, person_id: str, what: str) -> Dispute:
    """A person disputes what they are said to owe; contacts about it rest until it is answered. The same again is the same."""
    tx.run(
        "INSERT INTO contact_dispute (id, person_id, what, opened_on, answer_by) VALUES (:id, :person, :what, :on, :by)"
        " ON CONFLICT (id) DO NOTHING",
        id=dispute_id,
        person=person_id,
        what=what,
        on=tx.on,
        by=tx.on + timedelta(days=int(law.on("complaint_answered_within", tx.on))),
    )
    return next(one for one in queries.disputes(tx, person_id) if one.id == dispute_id)


def answer(tx: Tx, *, dispute_id: str, text: str, by: str) -> Dispute:
    """A dispute is answered; twice is once. Refuses: DisputeMissing."""
    person_id = tx.value("SELECT person_id FROM contact_dispute WHERE id = :id FOR NO KEY UPDATE", id=dispute_id)
    if person_id is None:
        raise DisputeMissing(field="dispute")
    answered = tx.run(
        "UPDATE contact_dispute SET answered_on = :on, answer = :text, answered_by = :by WHERE id = :id AND answered_on IS NULL",
        on=tx.on,
        text=text,
        by=by,
        id=dispute_id,
    )
    if answered:
        audit.note(tx, actor=by, action="dispute_answered", subject=person_id, facts={"dispute": dispute_id})
        publish(tx, Event("dispute_answered", dispute_id, {"person": person_id}))
    return next(one for one in queries.disputes(tx, person_id) if one.id == dispute_id)


def judged(tx: Tx, person_id: str, wanted: Sequence[Asked], *, standing: Standing) -> list[Verdict]:
    """What would bar each of some contacts now; nothing is written."""
    known = queries.known(tx, person_id, standing)
    return [gate.judge(asked, known, Rules.on(tx.on)) for asked in wanted]
