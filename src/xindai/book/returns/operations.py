"""Drawing returns up, signing them, and saying that they were reported."""

from __future__ import annotations

from datetime import date

from xindai.base import audit
from xindai.base.db import Tx
from xindai.book.returns import queries
from xindai.book.returns.model import MonthOpen, Return, Status, last_day


def draw(tx: Tx, month: date) -> Return:
    """The return of a month whose last day is closed, drawn up once."""
    known = queries.of_month(tx, month)
    if known is not None:
        return known
    return _add(tx, month, number=1, why="", by="close_day")


def redraw(tx: Tx, month: date, *, why: str, by: str) -> Return:
    """Drawn up anew, by what the books say of that month now; the one before is replaced. The same on the same day is the same.

    Refuses: MonthOpen.
    """
    if last_day(month) >= tx.on:
        raise MonthOpen(field="month")
    tx.run("SELECT pg_advisory_xact_lock(hashtext('regulator_return'))")
    before = queries.of_month(tx, month)
    if before is None:
        return _add(tx, month, number=1, why=why, by=by)
    if (before.why, before.drawn_on, before.status) == (why, tx.on, Status.DRAWN):
        return before
    event = before.move(Status.REPLACED, by=by)
    tx.run(
        "UPDATE regulator_return SET status = 'replaced' WHERE month = :month AND number = :number",
        month=month,
        number=before.number,
    )
    audit.note(tx, actor=by, action=event, subject=before.ref)
    return _add(tx, month, number=before.number + 1, why=why, by=by)


def check(tx: Tx, ref: str, *, by: str) -> Return:
    """Somebody of finance has looked at every line. Twice is once. Refuses: ReturnMissing, ReturnMoved, ReturnUneven."""
    before = queries.one(tx, ref, lock=True)
    if before.status is Status.CHECKED and before.checked_by == by:
        return before
    event = before.move(Status.CHECKED, by=by)
    tx.run(
        "UPDATE regulator_return SET status = 'checked', checked_by = :by, checked_on = :on"
        " WHERE month = :month AND number = :number",
        by=by,
        on=tx.on,
        month=before.month,
        number=before.number,
    )
    audit.note(tx, actor=by, action=event, subject=ref)
    return queries.one(tx, ref)


def report(tx: Tx, ref: str, *, reference: str, by: str) -> Return:
    """Somebody else has reported it, and has the regulator's `reference`. Twice is once.

    Refuses: ReturnMissing, ReturnMoved, SamePerson.
    """
    before = queries.one(tx, ref, lock=True)
    if before.status is Status.REPORTED and (before.reported_by, before.reference) == (by, reference):
        return before
    event = before.move(Status.REPORTED, by=by)
    tx.run(
        "UPDATE regulator_return SET status = 'reported', reported_by = :by, reported_on = :on, reference = :reference"
        " WHERE month = :month AND number = :number",
        by=by,
        on=tx.on,
        reference=reference,
        month=before.month,
        number=before.number,
    )
    audit.note(tx, actor=by, action=event, subject=ref, facts={"reference": reference})
    return queries.one(tx, ref)


def _add(tx: Tx, month: date, *, number: int, why: str, by: str) -> Return:
    tx.run(
        "INSERT INTO regulator_return (month, number, figures, status, why, drawn_on)"
        " VALUES (:month, :number, CAST(:figures AS jsonb), 'drawn', :why, :on)",
        month=month,
        number=number,
        figures=queries.figures(tx, month),
        why=why,
        on=tx.on,
    )
    ref = f"{month:%Y-%m}@{number}"
    audit.note(tx, actor=by, action="return_drawn", subject=ref)
    return queries.one(tx, ref)
