"""What of a loan grows by the day without anything happening, and until when that is all.

Interest of the running period and penalty on overdue principal are straight lines between roundings, so a book of loans
accrues by one sum over lines. Where a loan does not grow along lines, or not for long, it says that it changes tomorrow,
and is folded then.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from fractions import Fraction

from xindai.lending.life.model import Run
from xindai.lending.life.replan import Plans
from xindai.lending.life.rows import FEE, INTEREST, PENALTY, PRINCIPAL, Row
from xindai.products.terms import Part
from xindai.values.money import Rounding
from xindai.values.rate import DayCount

_DAY = timedelta(days=1)
_YEARS = {DayCount.ACT_365: 365, DayCount.ACT_360: 360}


def growth(plans: Plans, on: date) -> tuple[tuple[Run, ...], date | None]:
    """(lines, the first day on which more than growth happens) of a living loan as it stands at the end of `on`."""
    if plans.terms.rounding is not Rounding.HALF_EVEN or plans.pauses:
        return (), on + _DAY
    runs = []
    for row in plans.rows:
        if row.past_grace and row.due_on < on and row.principal_left() and plans.late_numerator:
            step = row.principal_left() * plans.late_numerator
            runs.append(Run(Part.PENALTY, row.late_until, row.late_numerator, step, plans.late_denominator))
    running = _running(plans, on)
    if running is not None:
        line = interest_line(plans, running, on)
        if line is None:
            return (), on + _DAY
        runs.append(line)
    if any(run.is_large for run in runs):
        return (), on + _DAY
    days = [day for day in _turns(plans, running, on) if day > on]
    return tuple(runs), min(days, default=None)


def _running(plans: Plans, on: date) -> Row | None:
    """The row whose interest runs after the day `on`."""
    if plans.daily:
        return plans.rows[plans.run] if plans.outstanding() and not plans.rows[plans.run].settled else None
    return next((row for row in plans.rows if row.start <= on < row.end and not row.settled), None)


def interest_line(plans: Plans, row: Row, on: date) -> Run | None:
    """The line along which interest of the running row grows; none where it does not."""
    if row.waived[INTEREST]:
        return None
    if not plans.terms.by_day:
        own = row.interest - row.deferred - row.carried
        return Run(Part.INTEREST, row.start, 0, own, (row.end - row.start).days)
    fixed = row.fixed or Fraction(0)
    if not plans.daily and plans.interest_at_end(row) != row.interest - row.deferred - row.carried:
        return None
    if plans.daily and row.touched() > row.carried + math.floor(fixed):
        return None
    a_day = _part_a_day(plans, row, on)
    if a_day is None:
        return None
    bearing = plans.outstanding() if plans.daily else row.bearing
    step = bearing * Fraction(plans.rate.numerator, plans.rate.denominator) * a_day
    per = math.lcm(step.denominator, fixed.denominator)
    return Run(Part.INTEREST, row.since, int(fixed * per), int(step * per), per)


def _part_a_day(plans: Plans, row: Row, on: date) -> Fraction | None:
    """The part of a year that one day of the running row is, if all its days are alike."""
    if plans.terms.day_count in _YEARS:
        return Fraction(1, _YEARS[plans.terms.day_count])
    if plans.terms.day_count is DayCount.D30_360 and row.start <= row.since and on < row.end:
        return Fraction(row.numerator, row.denominator * (row.end - row.start).days)
    return None


def _turns(plans: Plans, running: Row | None, on: date) -> list[date]:
    """Days on which a loan may do something else than grow: a period ends or begins, a row falls late, grace passes."""
    days, grace = [], timedelta(days=plans.terms.penalty_grace_days + 1)
    if running is not None and not (plans.daily and running is plans.rows[-1]):
        days.append(running.end + _DAY)
    oldest = None
    for row in plans.rows:
        if row.start >= on and row.end > row.start:
            days.append(row.start + _DAY)
        if is_open(plans, row):
            oldest = oldest or row.due_on
            days.append(row.due_on + (grace if row.due_on < on else _DAY))
        if row.start > on:
            break  # what follows begins and falls due later
    if oldest is not None and plans.terms.non_accrual_days is not None:
        days.append(oldest + timedelta(days=plans.terms.non_accrual_days + 1))
    return days


def is_open(plans: Plans, row: Row) -> bool:
    """Whether anything of a row is left to pay."""
    if row.principal != row.paid[PRINCIPAL] or row.interest != row.touched():
        return True
    if row.fee != row.paid[FEE] + row.waived[FEE]:
        return True
    asked = row.penalty(plans.late_denominator, plans.terms.rounding) if row.past_grace else row.penalty_kept
    return asked != row.paid[PENALTY] + row.waived[PENALTY]
