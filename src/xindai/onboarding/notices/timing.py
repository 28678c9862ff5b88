"""When a message may go, and whether it may at all. Pure; hours are those at the person's place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from xindai.onboarding.notices.model import Kind, Preferences

EARLIEST, LATEST = time(8), time(22)
MOST_A_DAY = 8
"""Messages that one person gets in a day; what protects them comes on top."""
MOST_OFFERS_A_WEEK = 1
TRIES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Heard:
    """How much somebody has been sent: in the last day, and of offers in the last week."""

    in_a_day: int
    offers_this_week: int


def is_quiet(at: datetime) -> bool:
    """Whether it is an hour at which nobody is woken: 22:00 to 8:00 (R-MSG-01 for offers; ours for all else)."""
    return not EARLIEST <= at.time() < LATEST


def not_before(kind: Kind, at: datetime) -> datetime:
    """When a message of that kind may go that is written at the local time `at`."""
    if kind is Kind.SECURITY or not is_quiet(at):
        return at
    day = at.date() if at.time() < EARLIEST else at.date() + timedelta(days=1)
    return datetime.combine(day, EARLIEST, tzinfo=at.tzinfo)


def dropped(kind: Kind, preferences: Preferences, heard: Heard) -> str | None:
    """Why no message goes, if none does."""
    if kind is Kind.SECURITY:
        return None
    if kind is Kind.MARKETING:
        if not preferences.marketing:
            return "not_asked_for"
        if heard.offers_this_week >= MOST_OFFERS_A_WEEK:
            return "enough_offers"
    return "enough_for_today" if heard.in_a_day >= MOST_A_DAY else None


def wait(tries: int) -> timedelta:
    """How long after the so-many-th try that failed."""
    doubled: int = 2 ** max(0, tries - 1)
    return min(LONGEST_WAIT, FIRST_WAIT * doubled)


def is_opt_out(text: str) -> bool:
    """Whether a reply says no more offers: R, T, TD, 退订."""
    return text.strip().upper() in {"R", "T", "TD", "N", "退订", "拒收"}
