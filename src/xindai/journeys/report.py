"""The bureau is told: people first of what is adverse, then each month's records, some at a time, until it has taken or refused all."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from xindai.base import workflow
from xindai.base.db import Tx
from xindai.base.http import ProviderFault
from xindai.base.log import log
from xindai.base.repeat import Seed
from xindai.book.portfolio import operations as portfolio
from xindai.book.reporting import operations as reporting
from xindai.book.reporting import queries as reported
from xindai.book.reporting.model import TOLD_AT, TOPIC, notice_key
from xindai.governance.alarms import operations as alarms
from xindai.governance.alarms.model import What
from xindai.journeys.parts import parts
from xindai.lending.loans import queries as lent
from xindai.lending.loans.queries import LoanView
from xindai.onboarding.identity import queries as people
from xindai.onboarding.notices import operations as notices
from xindai.outside.bureau import LoanRecord

CHUNK = 200
TRIES = 8
FIRST_WAIT = 60.0


def tell(day: str) -> str:
    """The evening's part: whoever is late for ten days is told what will be reported; at a month's end its records are prepared.

    The month that is to be sent now, by its first day, or nothing. Cut off, it goes on with the loans that are left.
    """
    on = date.fromisoformat(day)
    with parts().db.transaction() as tx:
        late = [loan_id for loan_id, _ in lent.late_since(tx, on=on, days=TOLD_AT)]
        for view in lent.views(tx, late, on=on).values():
            _warn(tx, view)
    if not portfolio.is_last(on):
        return ""
    month, after = on.replace(day=1), ""
    while True:
        with parts().db.transaction("close day: bureau records") as tx:
            ids = reported.to_prepare(tx, month=month, after=after, most=CHUNK)
            for view in reporting.prepare(tx, ids, month=month, on=on):
                _warn(tx, view)
        if len(ids) < CHUNK:
            return month.isoformat()
        after = ids[-1]


def begin(month: date, seed: str = "month's end") -> None:
    """Send what waits of a month; the same seed again is the same."""
    workflow.enqueue_again(f"bureau file|{month}|{seed}", send, month.isoformat())


def again(month: date, *, seed: Seed, by: str) -> int:
    """Send once more what the bureau refused of a month; how many records. Refuses: MonthMissing."""
    with parts().db.transaction() as tx:
        count = reporting.again(tx, month=month, by=by)
    begin(month, seed)
    return count


@workflow.journey("bureau file")
def send(month: str) -> int:
    """Send a month's records; how many the bureau took. A bureau that is silent is asked again for some hours."""
    taken, wait = 0, FIRST_WAIT
    for _ in range(TRIES):
        some, is_done = workflow.step("bureau file: sent", _send, month)
        taken += some
        if is_done:
            break
        workflow.sleep(wait)
        wait *= 2
    workflow.step("bureau file: looked at", _look, month)
    return taken


def _send(month: str) -> tuple[int, bool]:
    """(how many were taken, whether none is left); the same record again is the same at the bureau."""
    first, taken, after = date.fromisoformat(month), 0, ""
    while True:
        with parts().db.transaction() as tx:
            waiting = reported.prepared(tx, month=first, after=after, most=CHUNK)
            persons = {
                str(one.id): one for one in people.persons(tx, parts().ring, [told.person_id for told in waiting])
            }
        if not waiting:
            return taken, True
        records = [LoanRecord(persons[told.person_id], told.record) for told in waiting]
        try:
            answers = parts().world.bureau_files.tell(first, records)
        except ProviderFault as fault:
            log.warning("bureau_not_told", month=month, why=str(fault))
            return taken, False
        said = {told.loan_id: answers.get(told.record["account"], "not_answered") for told in waiting}
        with parts().db.transaction("bureau file: answered") as tx:
            taken += reporting.answered(tx, month=first, answers=said)
        after = waiting[-1].loan_id


def _look(month: str) -> int:
    """What the bureau refused, or never took, is somebody's work; how many records."""
    first = date.fromisoformat(month)
    with parts().db.transaction("bureau file: alarm") as tx:
        found = next(iter(reported.months(tx, after=_after(first), most=1)), None)
        left = found.refused + found.prepared if found is not None and found.month == first else 0
        if left:
            alarms.sound(tx, What.BUREAU_FILE, month, {"records": left})
    return left


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _warn(tx: Tx, view: LoanView) -> None:
    """Told before it is reported (R-BUR-02), once for each time that something is late."""
    loan, state = view.loan, view.state
    assert state is not None
    next_end = state.on + timedelta(days=1)  # told on a month's last evening, it is of the next month
    end = next_end.replace(day=calendar.monthrange(next_end.year, next_end.month)[1])
    facts = {
        "day": state.on.isoformat(),
        "reference": loan.reference,
        "days": str(state.overdue_days),
        "due_on": end.isoformat(),
    }
    key = notice_key(loan.id, state)
    notices.write(tx, person_id=loan.person_id, topic=parts().topics[TOPIC], key=key, facts=facts)
