"""Preparing a month's records, and keeping what the bureau answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from xindai.base import audit
from xindai.base.db import Tx
from xindai.book.loss import queries as lost
from xindai.book.loss.floors import class_of
from xindai.book.reporting import queries
from xindai.book.reporting.model import TOLD_FOR, MonthMissing, Sending, is_negative, is_over, notice_key, record
from xindai.lending.loans import queries as loans
from xindai.lending.loans.queries import LoanView
from xindai.values import law


def prepare(tx: Tx, loan_ids: Sequence[str], *, month: date, on: date) -> list[LoanView]:
    """Keep what a month's last evening `on` says of these loans; those of which something adverse was kept, or held.

    Twice is once.
    """
    standing = lost.standing_of(tx, loan_ids)
    views, found = {}, {}
    for loan_id, view in loans.views(tx, loan_ids, on=on).items():
        assert view.state is not None
        asset_class = class_of(view.state.overdue_days, standing.get(loan_id, ()), on=on)
        views[loan_id] = view
        found[loan_id] = record(view.loan, view.state, asset_class=asset_class, month=month)
    adverse = [views[loan_id] for loan_id, one in found.items() if is_negative(one)]
    told = queries.told_ahead(
        tx,
        sorted({view.loan.person_id for view in adverse}),
        [notice_key(view.loan.id, view.state) for view in adverse if view.state is not None],
        since=on - TOLD_FOR,
        by=on - timedelta(days=int(law.on("told_before_bureau", on))),
    )
    tx.run_many(
        "INSERT INTO bureau_record (month, loan_id, person_id, record, is_negative, is_last, status, why, notice_id, at)"
        " VALUES (:month, :loan, :person, CAST(:record AS jsonb), :negative, :last, :status, :why, :notice, :at)"
        " ON CONFLICT DO NOTHING",
        [
            _row(views[loan_id], one, notice_id=told.get(loan_id)) | {"month": month, "at": tx.at}
            for loan_id, one in found.items()
        ],
    )
    return adverse


def _row(view: LoanView, found: dict[str, Any], *, notice_id: str | None) -> dict[str, Any]:
    assert view.state is not None
    negative = is_negative(found)
    is_free = not negative or notice_id is not None
    return {
        "loan": view.loan.id,
        "person": view.loan.person_id,
        "record": found,
        "negative": negative,
        "last": is_over(view.state),
        "status": (Sending.PREPARED if is_free else Sending.HELD).value,
        "why": "" if is_free else "not_told_in_time",
        "notice": notice_id if negative else None,
    }


def answered(tx: Tx, *, month: date, answers: Mapping[str, str]) -> int:
    """What the bureau said to records, by loan: nothing where it took one, else why it did not; how many it took."""
    taken = 0
    for loan_id, why in answers.items():
        taken += not why
        tx.run(
            "UPDATE bureau_record SET status = :to, why = :why WHERE month = :month AND loan_id = :loan AND status = 'prepared'",
            to=(Sending.REFUSED if why else Sending.ACCEPTED).value,
            why=why,
            month=month,
            loan=loan_id,
        )
    facts = {"month": month.isoformat(), "taken": taken, "refused": len(answers) - taken}
    audit.note(tx, actor="bureau file", action="bureau_told", subject=month.isoformat(), facts=facts)
    return taken


def again(tx: Tx, *, month: date, by: str) -> int:
    """Records that the bureau refused wait to be sent once more; how many. Refuses: MonthMissing."""
    if not queries.records(tx, month=month, status=None, after="", most=1):
        raise MonthMissing(field="month")
    count = tx.run(
        "UPDATE bureau_record SET status = 'prepared', why = '' WHERE month = :month AND status = 'refused'",
        month=month,
    )
    audit.note(tx, actor=by, action="bureau_sent_again", subject=month.isoformat(), facts={"records": count})
    return count
