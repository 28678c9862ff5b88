"""Nouns of files of debits, and their table of moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xindai.values import ids
from xindai.values.money import Money
from xindai.values.refusal import Kind, Refusal


class BatchId(ids.Id):
    """Names a file; the rail knows it by that, and takes it once."""

    prefix = "bat"


class Status(StrEnum):
    """Where a file stands. Read: what became of its orders is here. Refused: the rail took none of it."""

    MADE = "made"
    SENT = "sent"
    READ = "read"
    REFUSED = "refused"


MOVES: dict[Status, dict[Status, str]] = {
    Status.MADE: {Status.SENT: "batch_sent", Status.REFUSED: "batch_refused"},
    Status.SENT: {Status.READ: "batch_read"},
    Status.READ: {},
    Status.REFUSED: {},
}
ENDS = frozenset({Status.READ, Status.REFUSED})


class BatchMissing(Refusal):
    """There is no such file."""

    kind = Kind.MISSING
    code = "batch_not_found"
    en = "There is no such file of debits."
    zh = "没有该批扣文件。"


@dataclass(frozen=True, slots=True)
class Batch:
    """One file: how many orders, over how much together, for which day."""

    id: BatchId
    rail: str
    value_on: date
    orders: int
    amount: Money
    status: Status
    reason: str | None
