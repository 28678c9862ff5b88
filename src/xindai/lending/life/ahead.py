"""What a loan goes through as long as it is paid as planned: then a payment or a new period moves sums, and needs no fold.

Only for loans of which nothing else is left to happen: no arrears, no fee or forgiveness in what is open, interest that
follows the plan. For every other loan nothing is said, and it is folded each time.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from xindai.lending.life import growth
from xindai.lending.life.model import Run
from xindai.lending.life.replan import Plans
from xindai.lending.life.rows import INTEREST, PRINCIPAL, Row
from xindai.values.money import Rounding

MOST_ROWS = 13
"""How far ahead is looked: a year of months. A loan that has come so far is folded once, and looks ahead again."""


class Due(NamedTuple):
    """An instalment that is open: what is left of it, in minor units."""

    on: date
    principal: int
    interest: int


class Turn(NamedTuple):
    """The line along which interest grows in a period that begins at the end of `run.since` and ends with `until`."""

    run: Run
    until: date


class Ahead(NamedTuple):
    """Instalments to pay, and periods after the running one, each in order; some of the nearest, not all."""

    dues: tuple[Due, ...] = ()
    turns: tuple[Turn, ...] = ()


def ahead(plans: Plans, on: date) -> Ahead:
    """What comes after the day `on`; nothing if the loan is not one that simply goes on as planned."""
    if plans.daily or plans.pauses or plans.caught_up_on or plans.terms.rounding is not Rounding.HALF_EVEN:
        return Ahead()
    dues: list[Due] = []
    turns: list[Turn] = []
    for row in plans.rows:
        is_open = growth.is_open(plans, row)
        if not is_open and row.end < on:
            continue
        if _is_special(row) or (is_open and row.due_on < on):
            return Ahead()
        if is_open:
            dues.append(Due(row.due_on, row.principal_left(), row.interest - row.paid[INTEREST]))
        if on <= row.start < row.end:
            run = growth.interest_line(plans, row, row.start)
            if run is None or run.base or run.is_large:
                break
            turns.append(Turn(run, row.end))
        if len(turns) == MOST_ROWS:
            break
    return Ahead(tuple(dues), tuple(turns))


def _is_special(row: Row) -> bool:
    """Whether more is left to happen to a row than that it is paid."""
    return bool(
        row.settled
        or row.deferred
        or row.carried
        or row.planned_fee
        or row.fee
        or row.waived[INTEREST]
        or row.waived[PRINCIPAL]
        or row.penalty_kept
        or row.past_grace
    )
