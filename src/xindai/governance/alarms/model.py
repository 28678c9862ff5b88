"""Nouns: what raises an alarm, whose duty that is, and an alarm with its table of moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from xindai.values import ids
from xindai.values.refusal import Kind, Refusal


class AlarmId(ids.Id):
    """Names an alarm."""

    prefix = "alm"


class What(StrEnum):
    """What went wrong."""

    BOOKS = "books_do_not_hold"
    TRAIL = "trail_broken"
    RULE = "rule_broken"
    UNREADABLE = "model_unreadable"
    SHIFTED = "population_shifted"
    OPTIMISTIC = "model_too_optimistic"
    CAREFUL = "model_too_careful"
    UNEVEN = "approval_uneven"
    SILENT = "source_silent"
    TURNED = "approval_moved"
    OVERRIDDEN = "overrides_many"
    AML_LATE = "aml_case_late"
    RIGHT_LATE = "right_late"
    RETURN_LATE = "return_late"
    OUT_OF_TIME = "claim_near_its_end"
    BUREAU_FILE = "bureau_file_refused"
    EMERGENCY = "emergency_access"


@dataclass(frozen=True, slots=True)
class Duty:
    """Whose desk it is, by role, and within how many days it should be closed."""

    owner: str
    days: int


DUTIES: dict[What, Duty] = {
    What.BOOKS: Duty("finance", 1),
    What.TRAIL: Duty("auditor", 1),
    What.RULE: Duty("auditor", 5),
    What.UNREADABLE: Duty("officer", 1),
    What.SHIFTED: Duty("officer", 30),
    What.OPTIMISTIC: Duty("officer", 15),
    What.CAREFUL: Duty("officer", 60),
    What.UNEVEN: Duty("officer", 30),
    What.SILENT: Duty("officer", 1),
    What.TURNED: Duty("officer", 15),
    What.OVERRIDDEN: Duty("officer", 30),
    What.AML_LATE: Duty("auditor", 1),
    What.RIGHT_LATE: Duty("officer", 1),
    What.RETURN_LATE: Duty("finance", 3),
    What.OUT_OF_TIME: Duty("officer", 30),
    What.BUREAU_FILE: Duty("officer", 5),
    What.EMERGENCY: Duty("auditor", 1),
}
assert set(DUTIES) == set(What)


class Status(StrEnum):
    """Where an alarm stands. Taken: somebody says that they see to it."""

    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"


MOVES: dict[Status, dict[Status, str]] = {
    Status.OPEN: {Status.TAKEN: "alarm_taken", Status.CLOSED: "alarm_closed"},
    Status.TAKEN: {Status.CLOSED: "alarm_closed"},
    Status.CLOSED: {},
}


class AlarmMissing(Refusal):
    """There is no such alarm."""

    kind = Kind.MISSING
    code = "alarm_not_found"
    en = "There is no such alarm."
    zh = "没有该告警。"


class AlarmMoved(Refusal):
    """That does not follow from where it stands."""

    kind = Kind.CONFLICT
    code = "alarm_moved"
    en = "This alarm is {status}."
    zh = "该告警状态为 {status}。"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that went wrong with a `subject`; seen so many `times`, last on a day. `facts` are ids, codes and numbers."""

    id: AlarmId
    what: What
    subject: str
    facts: Mapping[str, Any]
    owner: str
    status: Status
    raised_on: date
    due_on: date
    last_on: date
    times: int
    taken_by: str | None
    closed_by: str | None
    note: str | None

    def moved(self, to: Status) -> str:
        """The event of a move. Refuses: AlarmMoved."""
        try:
            return MOVES[self.status][to]
        except KeyError:
            raise AlarmMoved(status=self.status.value, field="alarm") from None
