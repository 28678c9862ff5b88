"""Preparing a month's records, and keeping what the bureau answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from xindai.base import audit
from xindai.base.db import Tx
from xindai.book.loss import queries as lost
from xindai.book.loss.floors import class_of
from xindai.book.reporting import queries
from xindai.book.reporting.model import AHEAD, MonthMissing, Sending, is_negative, record
from xindai.lending.life.model import LoanState, Status
from xindai.lending.loans import queries as loans
from xindai.lending.loans.queries import LoanView

ENDS = frozenset({Status.CLOSED, Status.CHARGED_OFF})


def key(loan_id: str, state: LoanState) -> str:
    """Under which a person is told of what is about to be reported of a loan: once for each time that it is late."""
    since = min(
        (line.due_on for line in state.lines if line.due_on < state.on and line.outstanding > 0), default=state.on
    )
    return f"bureau|{loan_id}|{since}"


def prepare(tx: Tx, loan_ids: Sequence[str], *, month: date, on: date) -> list[LoanView]:
    """Keep what a month's last evening `on` says of these loans; those of them whose person must be told first.

    Twice is once.
    """
    views = loans.views(tx, loan_ids, on=on)
    standing = lost.standing_of(tx, loan_ids)
    keys = {loan_id: key(loan_id, view.state) for loan_id, view in views.items() if view.state is not None}
    notices = queries.notices(tx, list(keys.values()))
    untold, rows = [], []
    for loan_id, view in views.items():
        assert view.state is not None
        asset_class = class_of(view.state.overdue_days, standing.get(loan_id, ()))
        found = record(view.loan, view.state, asset_class=asset_class, month=month)
        notice_id, went = notices.get(keys[loan_id], (None, None))
        negative = is_negative(found)
        is_free = not negative or (went is not None and went + AHEAD <= on)
        if negative and notice_id is None:
            untold.append(view)
        rows.append(
            {
                "month": month,
                "loan": loan_id,
                "person": view.loan.person_id,
                "record": found,
                "negative": negative,
                "last": is_free and view.state.status in ENDS,
                "status": (Sending.PREPARED if is_free else Sending.HELD).value,
                "why": "" if is_free else "not_told_in_time",
                "notice": notice_id if negative else None,
                "at": tx.at,
            }
        )
    tx.run_many(
        "INSERT INTO bureau_record (month, loan_id, person_id, record, is_negative, is_last, status, why, notice_id, at)"
        " VALUES (:month, :loan, :person, CAST(:record AS jsonb), :negative, :last, :status, :why, :notice, :at)"
        " ON CONFLICT DO NOTHING",
        rows,
    )
    return untold


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
