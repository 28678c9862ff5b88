"""Half-open periods of days, and steps along the calendar."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from xindai.values.refusal import Invalid


class Unit(StrEnum):
    """What a step is counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


STEPS_A_YEAR = {Unit.DAY: 365, Unit.WEEK: 52, Unit.MONTH: 12, Unit.YEAR: 1}


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` up to, and not with, `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise Invalid("A period ends on or after the day it starts.", field="end")

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class Every:
    """A step such as every month, every two weeks."""

    count: int = 1
    unit: Unit = Unit.MONTH

    def steps_a_year(self) -> tuple[int, int]:
        """Steps in a year as (numerator, denominator): twelve over one for every month."""
        return STEPS_A_YEAR[self.unit], self.count

    def after(self, anchor: date, steps: int) -> date:
        """The day `steps` steps after `anchor`; a month without the anchor's day gives its last day."""
        if self.unit is Unit.DAY:
            return anchor + timedelta(days=self.count * steps)
        if self.unit is Unit.WEEK:
            return anchor + timedelta(weeks=self.count * steps)
        return add_months(anchor, self.count * steps * (12 if self.unit is Unit.YEAR else 1))


def add_months(anchor: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    day = anchor.day
    if day > 28:
        day = min(day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)
