"""Planning reminders and marking them sent."""

from __future__ import annotations

from datetime import date

from xindai.base.clock import local_hour
from xindai.base.db import Tx
from xindai.lending.loans import queries as loans
from xindai.lending.loans.model import LoanId
from xindai.postloan.collections import reminding
from xindai.postloan.collections.model import Reminder, ReminderId, Stage
from xindai.values.money import decimal_text


def plan(tx: Tx, *, on: date) -> list[Reminder]:
    """Today's reminders that are not sent, planned once; none at an hour at which nobody may be contacted."""
    if not reminding.may_contact(local_hour(tx.at)):
        return []
    for due in loans.due(tx, by=on.fromordinal(on.toordinal() + max(reminding.DAYS_BEFORE)), on=on):
        if reminding.is_reminded(due_on=due.due_on, overdue_days=due.overdue_days, on=on):
            tx.run(
                "INSERT INTO reminder (id, loan_id, person_id, stage, on_day, text)"
                " VALUES (:id, :loan, :person, :stage, :on, :text) ON CONFLICT (person_id, on_day) DO NOTHING",
                id=ReminderId.derived(LoanId(due.loan_id), on.isoformat()),
                loan=due.loan_id,
                person=due.person_id,
                stage=reminding.stage(due.overdue_days).value,
                on=on,
                text=reminding.text(
                    reference=due.reference,
                    amount=decimal_text(due.amount, due.currency),
                    due_on=due.due_on,
                    overdue_days=due.overdue_days,
                ),
            )
    return [
        Reminder(
            ReminderId(row["id"]), row["loan_id"], row["person_id"], Stage(row["stage"]), row["on_day"], row["text"]
        )
        for row in tx.rows("SELECT * FROM reminder WHERE on_day = :on AND sent_at IS NULL ORDER BY id", on=on)
    ]


def mark_sent(tx: Tx, *, reminder_id: str) -> None:
    """The provider has taken the message."""
    tx.run("UPDATE reminder SET sent_at = :at WHERE id = :id AND sent_at IS NULL", at=tx.at, id=reminder_id)
