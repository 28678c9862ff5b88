"""Yearly rates, and how much of a year lies between two days."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from xindai.values.refusal import Invalid


class DayCount(StrEnum):
    """Conventions of ISDA 2006 section 4.16; `30/360` is the 30E/360 of 4.16(g), `act/act` the ISDA one of 4.16(b)."""

    D30_360 = "30/360"
    ACT_365 = "act/365"
    ACT_360 = "act/360"
    ACT_ACT = "act/act"


@dataclass(frozen=True, slots=True)
class Rate:
    """A yearly rate as an exact ratio, e.g. 14.4 % = 144 / 1000."""

    numerator: int
    denominator: int

    @property
    def annual(self) -> Decimal:
        """The rate as a decimal fraction of one."""
        return Decimal(self.numerator) / Decimal(self.denominator)

    def __str__(self) -> str:
        return f"{self.annual.normalize():f}"


def rate(text: object, *, field: str = "annual_rate") -> Rate:
    """A rate from a decimal text such as `0.144`. Refuses negative rates and anything above 1000 % a year."""
    if not isinstance(text, str) or len(text) > 24:
        raise Invalid("A rate is a decimal text such as '0.144'.", field=field)
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Invalid(f"{text!r} is not a rate.", field=field) from None
    if not value.is_finite() or not 0 <= value <= 10:
        raise Invalid(f"{text!r} is not a yearly rate between 0 and 10 (1000 %).", field=field)
    numerator, denominator = value.as_integer_ratio()
    return Rate(numerator, denominator)


def at_most(one: Rate, other: Rate) -> bool:
    """Whether a rate is no higher than another, compared exactly."""
    return one.numerator * other.denominator <= other.numerator * one.denominator


def lower(one: Rate, other: Rate) -> Rate:
    """The lower of two rates."""
    return one if at_most(one, other) else other


def year_fraction(start: date, end: date, day_count: DayCount) -> tuple[int, int]:
    """The part of a year in [start, end) as (numerator, denominator), exact."""
    if day_count is DayCount.D30_360:
        return days_30_360(start, end), 360
    if day_count is DayCount.ACT_365:
        return (end - start).days, 365
    if day_count is DayCount.ACT_360:
        return (end - start).days, 360
    leap, common = _days_by_year(start, end)
    return leap * 365 + common * 366, 365 * 366


def days_30_360(start: date, end: date) -> int:
    """Days of [start, end) when every month has thirty of them (30E/360)."""
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + min(end.day, 30) - min(start.day, 30)


def _days_by_year(start: date, end: date) -> tuple[int, int]:
    leap = common = 0
    day = start
    while day < end:
        stop = min(end, date(day.year + 1, 1, 1))
        if calendar.isleap(day.year):
            leap += (stop - day).days
        else:
            common += (stop - day).days
        day = stop
    return leap, common
