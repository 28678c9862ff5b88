"""Alerts gathered into cases, decided on by two; customers rated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from xindai.base import audit
from xindai.base.clock import new_id
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx, array
from xindai.governance.laundering import queries
from xindai.governance.laundering.model import (
    LOOKED_AGAIN_AFTER,
    Alert,
    Case,
    CaseId,
    CaseMoved,
    Kind,
    Proposal,
    Rated,
    Scenario,
    Status,
    rated,
    report_by,
)
from xindai.values import four_eyes

BY = "close_day"


def look(tx: Tx, scenarios: Iterable[Scenario], *, on: date) -> int:
    """Look at what moved on a day; how many alerts are new. Twice is once."""
    new = 0
    for scenario in scenarios:
        if scenario.id in queries.SEEN:
            for person_id, alert in queries.seen(tx, scenario, on=on):
                new += raise_alert(tx, person_id=person_id, kind=scenario.kind, alert=alert)
    return new


def raise_alert(tx: Tx, *, person_id: str, kind: Kind, alert: Alert) -> bool:
    """Put an alert into the person's open case of its kind, or begin one; whether it is new."""
    tx.run("SELECT pg_advisory_xact_lock(hashtext(:name))", name=f"aml|{person_id}")
    if tx.value("SELECT 1 FROM aml_alert WHERE key = :key", key=alert.key):
        return False
    case_id = tx.value(
        "SELECT id FROM aml_case WHERE person_id = :person AND kind = :kind AND status = 'open'",
        person=person_id,
        kind=kind.value,
    )
    if case_id is None:
        case_id = new_id(CaseId)
        tx.run(
            "INSERT INTO aml_case (id, person_id, kind, status, opened_on, report_by)"
            " VALUES (:id, :person, :kind, 'open', :on, :by)",
            id=case_id,
            person=person_id,
            kind=kind.value,
            on=tx.on,
            by=report_by(tx.on),
        )
        audit.note(tx, actor=BY, action="aml_case_opened", subject=case_id, facts={"scenario": alert.scenario})
    tx.run(
        "INSERT INTO aml_alert (key, case_id, scenario, on_day, facts, at)"
        " VALUES (:key, :case, :scenario, :on, CAST(:facts AS jsonb), :at)",
        key=alert.key,
        case=case_id,
        scenario=alert.scenario,
        on=alert.on,
        facts=dict(alert.facts),
        at=tx.at,
    )
    return True


def propose(tx: Tx, ring: KeyRing, *, case_id: str, proposal: Proposal, reasons: str, by: str) -> Case:
    """What one thinks of a case, and why. Refuses: CaseMissing, CaseMoved."""
    one = queries.get(tx, case_id, lock=True)
    if one.status is Status.PROPOSED and (one.proposal, one.proposed_by) == (proposal, by):
        return one
    one.moved(Status.PROPOSED)
    tx.run(
        "UPDATE aml_case SET proposal = :proposal, proposed_by = :by, reasons = :reasons WHERE id = :id",
        proposal=proposal.value,
        by=by,
        reasons=ring.seal(reasons, f"aml_case.reasons|{case_id}"),
        id=case_id,
    )
    return _move(tx, one, Status.PROPOSED, by=by)


def agree(tx: Tx, *, case_id: str, by: str) -> Case:
    """A second person agrees: it is reported, or dismissed. Twice is once. Refuses: CaseMissing, CaseMoved, SamePerson."""
    one = queries.get(tx, case_id, lock=True)
    to = Status.REPORTED if one.proposal is Proposal.REPORT else Status.DISMISSED
    if one.status is to and one.decided_by == by:
        return one
    if one.status is not Status.PROPOSED or one.proposed_by is None:
        raise CaseMoved(status=one.status.value, field="case")
    four_eyes.second_person(proposed_by=one.proposed_by, by=by)
    tx.run("UPDATE aml_case SET decided_by = :by, ended_on = :on WHERE id = :id", by=by, on=tx.on, id=case_id)
    moved = _move(tx, one, to, by=by)
    rate(tx, one.person_id)
    return moved


def send_back(tx: Tx, *, case_id: str, by: str) -> Case:
    """A second person wants it looked at again. Refuses: CaseMissing, CaseMoved."""
    one = queries.get(tx, case_id, lock=True)
    return one if one.status is Status.OPEN else _move(tx, one, Status.OPEN, by=by)


def rate(tx: Tx, person_id: str) -> Rated:
    """Rate a customer by what is known today; a rating that changes is noted."""
    before = queries.rating(tx, person_id)
    factors = queries.factors(tx, person_id)
    found = rated(factors)
    now = Rated(person_id, found, factors, tx.on, tx.on + LOOKED_AGAIN_AFTER[found])
    tx.run(
        "INSERT INTO risk_rating (person_id, rating, factors, on_day, look_again_on)"
        " VALUES (:person, :rating, CAST(:factors AS text[]), :on, :again) ON CONFLICT (person_id) DO UPDATE SET"
        " rating = excluded.rating, factors = excluded.factors, on_day = excluded.on_day, look_again_on = excluded.look_again_on",
        person=person_id,
        rating=found.value,
        factors=array(factors),
        on=now.on,
        again=now.look_again_on,
    )
    if before is None or before.rating is not found:
        audit.note(
            tx, actor=BY, action="customer_rated", subject=person_id, facts={"rating": found.value, "by": list(factors)}
        )
    return now


def lists_looked_at(tx: Tx, version: str) -> None:
    """All customers have been held against the lists as they stood."""
    tx.run("UPDATE aml_state SET lists_version = CAST(:version AS uuid)", version=version)


def _move(tx: Tx, one: Case, to: Status, *, by: str) -> Case:
    event = one.moved(to)
    tx.run("UPDATE aml_case SET status = :to WHERE id = :id", to=to.value, id=one.id)
    audit.note(tx, actor=by, action=event, subject=one.id)
    return queries.get(tx, one.id)
