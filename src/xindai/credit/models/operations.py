"""A model's life: submitted by who made it, tested by another, let in or turned down, retired."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from xindai.base import audit
from xindai.base.db import Tx
from xindai.credit import scoring
from xindai.credit.models import queries
from xindai.credit.models.model import (
    EVER,
    STARTER,
    ModelKnown,
    ModelLast,
    Status,
    Submission,
    Use,
    Version,
    fit,
    readable,
)


def stock(tx: Tx, named: Submission) -> None:
    """Bring in what was named at the start: the first of its use judges at once, a later one waits to be tested and let in.

    Refuses: ModelUnreadable, Invalid.
    """
    card = fit(scoring.parse(named.scorecard), named.use)
    readable(named.card)
    known = queries.versions(tx, named.use)
    if any(one.hash == card.hash for one in known):
        return
    if known:
        submit(tx, named)
        return
    _add(tx, replace(named, by=STARTER, effective_from=EVER), 1)
    tx.run(
        "UPDATE model_version SET status = 'approved', decided_by = :by WHERE use = :use AND number = 1",
        by=named.by,
        use=named.use.value,
    )


def submit(tx: Tx, new: Submission) -> Version:
    """A new version, to be tested by somebody else; the same request again is the same version.

    Refuses: ModelUnreadable, Invalid, ModelKnown.
    """
    _one_at_a_time(tx, new.use)
    again = tx.value(
        "SELECT number FROM model_version WHERE use = :use AND request = :request",
        use=new.use.value,
        request=new.request,
    )
    if again is not None:
        return queries.get(tx, new.use, again)
    card = fit(scoring.parse(new.scorecard), new.use)
    readable(new.card)
    known = queries.versions(tx, new.use)
    for one in known:
        if one.hash == card.hash:
            raise ModelKnown(version=one.number, field="scorecard")
    number = max((one.number for one in known), default=0) + 1
    _add(tx, new, number)
    version = queries.get(tx, new.use, number)
    audit.note(tx, actor=new.by, action="model_submitted", subject=version.ref, facts={"hash": card.hash})
    return version


def validate(tx: Tx, use: Use, number: int, *, findings: str, measures: dict[str, Any], by: str) -> Version:
    """What somebody who did not make it has found of it. Twice is once. Refuses: ModelMissing, ModelMoved, SamePerson."""
    before = queries.get(tx, use, number, lock=True)
    if before.status is Status.VALIDATED and before.validated_by == by:
        return before
    before.moved(Status.VALIDATED, by=by)
    tx.run(
        "UPDATE model_version SET validated_by = :by, validated_on = :on, findings = :findings,"
        " measures = CAST(:measures AS jsonb) WHERE use = :use AND number = :number",
        by=by,
        on=tx.on,
        findings=findings,
        measures=measures,
        use=use.value,
        number=number,
    )
    return _move(tx, before, Status.VALIDATED, by=by)


def decide(tx: Tx, use: Use, number: int, *, to: Status, by: str) -> Version:
    """Approve, reject or retire; what is approved judges from its day on, and not from a day that is gone. Twice is once.

    Refuses: ModelMissing, ModelMoved, SamePerson, ModelLast.
    """
    _one_at_a_time(tx, use)
    before = queries.get(tx, use, number, lock=True)
    if before.status is to and before.decided_by == by:
        return before
    before.moved(to, by=by)
    if to is Status.RETIRED and not any(
        one.status is Status.APPROVED and one.effective_from <= tx.on and one.number != number
        for one in queries.versions(tx, use)
    ):
        raise ModelLast(field="model")
    tx.run(
        "UPDATE model_version SET decided_by = :by, effective_from = GREATEST(effective_from, CASE WHEN :approved"
        " THEN CAST(:on AS date) END) WHERE use = :use AND number = :number",
        by=by,
        approved=to is Status.APPROVED,
        on=tx.on,
        use=use.value,
        number=number,
    )
    return _move(tx, before, to, by=by)


def _move(tx: Tx, before: Version, to: Status, *, by: str) -> Version:
    event = before.moved(to, by=by)
    tx.run(
        "UPDATE model_version SET status = :to WHERE use = :use AND number = :number",
        to=to.value,
        use=before.use.value,
        number=before.number,
    )
    audit.note(tx, actor=by, action=event, subject=before.ref, facts={"hash": before.hash})
    return queries.get(tx, before.use, before.number)


def _one_at_a_time(tx: Tx, use: Use) -> None:
    tx.run("SELECT pg_advisory_xact_lock(hashtext(:name))", name=f"model|{use.value}")


def _add(tx: Tx, new: Submission, number: int) -> None:
    tx.run(
        "INSERT INTO model_version (use, number, name, hash, scorecard, card, owner, limits, status, effective_from,"
        " submitted_by, submitted_on, request, at) VALUES (:use, :number, :name, :hash, :scorecard, :card, :owner, :limits,"
        " 'submitted', :effective, :by, :on, :request, :at)",
        use=new.use.value,
        number=number,
        name=new.scorecard["name"],
        hash=new.scorecard["hash"],
        scorecard=json.dumps(new.scorecard, ensure_ascii=False),
        card=json.dumps(new.card, ensure_ascii=False),
        owner=new.owner,
        limits=new.limits,
        effective=new.effective_from,
        by=new.by,
        on=tx.on,
        request=new.request,
        at=tx.at,
    )
