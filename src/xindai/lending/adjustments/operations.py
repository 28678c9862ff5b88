"""Proposing and deciding."""

from __future__ import annotations

from xindai.base import audit
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.lending.adjustments import queries
from xindai.lending.adjustments.model import Adjustment, AdjustmentId, Status, checked
from xindai.lending.life import documents
from xindai.lending.life.model import Fact
from xindai.lending.loans import operations as loans
from xindai.lending.loans import queries as lent


def propose(tx: Tx, *, adjustment_id: AdjustmentId, loan_id: str, fact: Fact, reason: str, by: str) -> Adjustment:
    """Ask for a change of a loan; the same id again is the same adjustment.

    Refuses: NotAdjusted, LoanMissing, LoanNotLiving, FactUnknown, FactImpossible.
    """
    checked(fact)
    lent.preview(tx, loan_id, fact)
    added = tx.run(
        "INSERT INTO loan_adjustment (id, loan_id, fact, reason, status, proposed_by, proposed_at)"
        " VALUES (:id, :loan, CAST(:fact AS jsonb), :reason, :status, :by, :at) ON CONFLICT (id) DO NOTHING",
        id=adjustment_id,
        loan=loan_id,
        fact=documents.fact_document(fact),
        reason=reason,
        status=Status.PROPOSED,
        by=by,
        at=tx.at,
    )
    if added:
        audit.note(tx, actor=by, action="adjustment_proposed", subject=loan_id, facts={"adjustment": adjustment_id})
    return queries.get(tx, adjustment_id)


def approve(tx: Tx, *, adjustment_id: str, by: str) -> Adjustment:
    """Make it so, today, from the day it counts on; twice is once.

    Refuses: AdjustmentMissing, AdjustmentDecided, SamePerson, and what the loan cannot bear any more.
    """
    adjustment = _decide(tx, adjustment_id, Status.APPROVED, by)
    loans.record(tx, loan_id=adjustment.loan_id, fact=adjustment.fact)
    return adjustment


def reject(tx: Tx, *, adjustment_id: str, by: str) -> Adjustment:
    """Turn it down; twice is once. Refuses: AdjustmentMissing, AdjustmentDecided, SamePerson."""
    return _decide(tx, adjustment_id, Status.REJECTED, by)


def _decide(tx: Tx, adjustment_id: str, to: Status, by: str) -> Adjustment:
    adjustment = queries.get(tx, adjustment_id, lock=True)
    if adjustment.status is to and adjustment.decided_by == by:
        return adjustment
    event = adjustment.decided(to, by=by)
    tx.run(
        "UPDATE loan_adjustment SET status = :to, decided_by = :by, decided_on = :on WHERE id = :id",
        to=to,
        by=by,
        on=tx.on,
        id=adjustment_id,
    )
    audit.note(tx, actor=by, action=event, subject=adjustment.loan_id, facts={"adjustment": adjustment_id})
    publish(tx, Event(event, adjustment.loan_id, {"adjustment": adjustment_id}))
    return queries.get(tx, adjustment_id)
