"""Every morning: what each rail says it did, held against what we know; what disagrees is asked about, then put before people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice

from xindai.base.http import ProviderFault
from xindai.base.log import log
from xindai.journeys import pay
from xindai.journeys.parts import parts
from xindai.outside.rails import Rail, RailSilent
from xindai.payments.reconciliation import operations as reconciliation
from xindai.payments.reconciliation import queries as reconciled
from xindai.payments.reconciliation.model import Line, StatementUnbelievable
from xindai.values.refusal import Kind, Refusal

CHUNK = 5000
MOST_DAYS = 31
"""Of a rail that was silent for long; the rest is fetched on the next days."""


def reconcile(through: date) -> int:
    """Take every statement that is wanted up to the day `through`, of every rail; how many discrepancies are open then.

    A rail that gives none, or one that does not add up, is asked again the next day.
    """
    still_open = 0
    for rail in parts().world.rails.all():
        name = rail.facts.name
        with parts().db.transaction() as tx:
            on = reconciled.first_day(tx, name, else_on=through)
        last = min(through, on + timedelta(days=MOST_DAYS - 1))
        while on <= last:
            try:
                still_open = max(still_open, take_statement(rail, on))
            except (ProviderFault, StatementUnbelievable) as fault:
                log.error("statement_not_taken", rail=name, day=on.isoformat(), why=str(fault))
                break
            on += timedelta(days=1)
    return still_open


class DayStillOpen(Refusal):
    """A statement is taken of a day that has ended."""

    kind = Kind.CONFLICT
    code = "day_still_open"
    en = "{day} has not ended; its statement is taken the next morning."
    zh = "{day} 尚未结束，对账单于次日获取。"


def fetch_again(rail: str, on: date) -> int:
    """Take the statements of a day that has ended, and of those after it, once more. Refuses: NoRail, DayStillOpen, RailSilent, StatementUnbelievable."""
    found = parts().world.rails.named(rail)
    with parts().db.transaction() as tx:
        if on >= tx.on:
            raise DayStillOpen(day=on, field="day")
        last = reconciled.first_day(tx, rail, else_on=on)
    still_open = 0
    try:
        while on < last:
            still_open = take_statement(found, on)
            on += timedelta(days=1)
    except ProviderFault as fault:
        log.warning("statement_not_taken", rail=rail, day=on.isoformat(), why=str(fault))
        raise RailSilent from None
    return still_open


def take_statement(rail: Rail, on: date) -> int:
    """Take a rail's statement of one day; how many discrepancies of it are open then. The same again changes nothing.

    Refuses: StatementUnbelievable. Raises ProviderFault.
    """
    name = rail.facts.name
    statement = rail.statement(on, final=True)
    for lines in _chunks(statement.lines):
        came = [line.credit for line in lines if line.credit is not None]
        if came:
            pay.take(came)
        with parts().db.transaction("reconcile: lines kept") as tx:
            reconciliation.keep_lines(tx, name, lines)
    with parts().db.transaction() as tx:
        doubtful = reconciled.in_another_state(tx, name, on=on)
    for line in doubtful:
        try:
            pay.believe(name, line)
        except Refusal as refusal:
            log.error("line_cannot_be_true", rail=name, reference=line.reference, why=str(refusal))
    with parts().db.transaction("reconcile: matched") as tx:
        return reconciliation.match(tx, statement)


def _chunks(lines: Iterator[Line]) -> Iterator[Sequence[Line]]:
    while some := list(islice(lines, CHUNK)):
        yield some
