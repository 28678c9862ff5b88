"""The business day, and the shift that the sandbox may give to time. A day ends because close of day said so."""

from __future__ import annotations

import secrets
import time
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from xindai.base.db import Tx
from xindai.values import ids

SHANGHAI = ZoneInfo("Asia/Shanghai")

AnyId = TypeVar("AnyId", bound=ids.Id)


def local_time(at: datetime) -> datetime:
    """The time at the debtor's place (all of China keeps one time)."""
    return at.astimezone(SHANGHAI)


def local_hour(at: datetime) -> int:
    """The hour of the day at the debtor's place."""
    return local_time(at).hour


def to_next_day(tx: Tx, *, closed: date, move_time: bool) -> date:
    """Open the day after `closed`; in the sandbox, time itself moves to ten o'clock of it. Twice is once."""
    following = closed + timedelta(days=1)
    opened = tx.run(
        "UPDATE clock SET business_day = :following WHERE business_day = :closed", following=following, closed=closed
    )
    if opened and move_time:
        _to_ten_o_clock(tx)
    return following


def begin_sandbox(tx: Tx) -> None:
    """A new sandbox begins at ten in the morning of its business day, so that a scenario is the same at any hour."""
    if tx.value("SELECT shift_seconds = 0 FROM clock"):
        _to_ten_o_clock(tx)


def _to_ten_o_clock(tx: Tx) -> None:
    tx.run(
        "UPDATE clock SET shift_seconds ="
        " ceil(extract(epoch FROM (business_day + time '10:00') AT TIME ZONE 'Asia/Shanghai' - clock_timestamp()))"
    )


def new_id(kind: type[AnyId]) -> AnyId:
    """A fresh id, made before the first try. Its time is the machine's, not the moved clock's: it only sorts."""
    return kind.made(milliseconds=time.time_ns() // 1_000_000, randomness=secrets.randbits(74))
