"""Raising, taking and closing alarms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from xindai.base import audit
from xindai.base.clock import new_id
from xindai.base.db import Tx
from xindai.base.log import log
from xindai.governance.alarms import queries
from xindai.governance.alarms.model import DUTIES, Alarm, AlarmId, Status, What
from xindai.values import four_eyes


def sound(tx: Tx, what: What, subject: str, facts: dict[str, Any]) -> bool:
    """Raise an alarm, or say of the open one that it is so still; whether it is new. Twice a day is once."""
    tx.run("SELECT pg_advisory_xact_lock(hashtext(:name))", name=f"alarm|{what.value}|{subject}")
    again = tx.run(
        "UPDATE alarm SET times = times + CASE WHEN last_on < :on THEN 1 ELSE 0 END, last_on = :on,"
        " facts = CAST(:facts AS jsonb) WHERE what = :what AND subject = :subject AND status <> 'closed'",
        on=tx.on,
        facts=facts,
        what=what.value,
        subject=subject,
    )
    if again:
        return False
    duty, alarm_id = DUTIES[what], new_id(AlarmId)
    tx.run(
        "INSERT INTO alarm (id, what, subject, facts, owner, status, raised_on, due_on, last_on, times)"
        " VALUES (:id, :what, :subject, CAST(:facts AS jsonb), :owner, 'open', :on, :due, :on, 1)",
        id=alarm_id,
        what=what.value,
        subject=subject,
        facts=facts,
        owner=duty.owner,
        on=tx.on,
        due=tx.on + timedelta(days=duty.days),
    )
    audit.note(
        tx, actor="alarms", action="alarm_raised", subject=alarm_id, facts={"what": what.value, "about": subject}
    )
    log.warning("alarm_raised", alarm=alarm_id, what=what.value, subject=subject)
    return True


def take(tx: Tx, *, alarm_id: str, by: str) -> Alarm:
    """Somebody sees to it. Twice is once. Refuses: AlarmMissing, AlarmMoved."""
    one = queries.get(tx, alarm_id, lock=True)
    if one.status is Status.TAKEN and one.taken_by == by:
        return one
    tx.run("UPDATE alarm SET taken_by = :by WHERE id = :id", by=by, id=alarm_id)
    return _move(tx, one, Status.TAKEN, by=by)


def close(tx: Tx, *, alarm_id: str, note: str, by: str) -> Alarm:
    """What it was and what was done; of an emergency not by whoever had it. Twice is once. Refuses: AlarmMissing, AlarmMoved, SamePerson."""
    one = queries.get(tx, alarm_id, lock=True)
    if one.what is What.EMERGENCY:
        four_eyes.second_person(proposed_by=one.facts["member"], by=by)
    if one.status is Status.CLOSED and one.closed_by == by:
        return one
    tx.run("UPDATE alarm SET closed_by = :by, note = :note WHERE id = :id", by=by, note=note, id=alarm_id)
    return _move(tx, one, Status.CLOSED, by=by)


def _move(tx: Tx, one: Alarm, to: Status, *, by: str) -> Alarm:
    event = one.moved(to)
    tx.run("UPDATE alarm SET status = :to WHERE id = :id", to=to.value, id=one.id)
    audit.note(tx, actor=by, action=event, subject=one.id, facts={"what": one.what.value})
    return queries.get(tx, one.id)
