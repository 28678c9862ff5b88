"""Working days of mainland China, with adjusted working weekends (调休)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

import chinese_calendar


class Shift(StrEnum):
    """What a due day on a holiday becomes (ISDA 2006 section 4.12)."""

    NONE = "none"
    FOLLOWING = "following"
    MODIFIED_FOLLOWING = "modified_following"


def is_working(day: date) -> bool:
    """Whether banks settle on `day`.

    A year whose holidays the State Council has not published yet counts Monday to Friday as working.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def next_working(day: date) -> date:
    """`day` itself, or the first working day after it."""
    while not is_working(day):
        day += timedelta(days=1)
    return day


def after(day: date, count: int) -> date:
    """The working day that is so many working days after `day`."""
    for _ in range(count):
        day = next_working(day + timedelta(days=1))
    return day


def shifted(day: date, shift: Shift) -> date:
    """Where a due day goes; modified following never leaves the month."""
    if shift is Shift.NONE:
        return day
    later = next_working(day)
    if shift is Shift.FOLLOWING or later.month == day.month:
        return later
    while not is_working(day):
        day -= timedelta(days=1)
    return day
