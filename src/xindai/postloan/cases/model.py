"""Nouns of cases and promises, and their tables of moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from xindai.values import ids
from xindai.values.money import Money
from xindai.values.refusal import Invalid, Kind, Refusal

FURTHEST = timedelta(days=14)
"""How far ahead a promise may lie."""


class CaseId(ids.Id):
    """Names a case."""

    prefix = "case"


class PromiseId(ids.Id):
    """Names a promise."""

    prefix = "prm"


class Stage(StrEnum):
    """Arrears by age: M0 before and on the due day, M1 up to 30 days late, and so on."""

    M0 = "M0"
    M1 = "M1"
    M2 = "M2"
    M3 = "M3"
    M4 = "M4"
    M5 = "M5"
    M6 = "M6+"


def stage(overdue_days: int) -> Stage:
    """The stage of arrears."""
    return list(Stage)[min(6, -(-overdue_days // 30))] if overdue_days > 0 else Stage.M0


class Status(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    PROMISED = "promised"
    CLOSED = "closed"


MOVES: dict[Status, dict[Status, str]] = {
    Status.OPEN: {Status.PROMISED: "promise_made", Status.CLOSED: "case_closed"},
    Status.PROMISED: {Status.OPEN: "promise_judged", Status.CLOSED: "case_closed"},
    Status.CLOSED: {},
}


class PromiseStatus(StrEnum):
    """Where a promise stands."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


PROMISE_MOVES: dict[PromiseStatus, dict[PromiseStatus, str]] = {
    PromiseStatus.OPEN: {PromiseStatus.KEPT: "promise_kept", PromiseStatus.BROKEN: "promise_broken"},
    PromiseStatus.KEPT: {},
    PromiseStatus.BROKEN: {},
}


class CaseMissing(Refusal):
    """There is no such case."""

    kind = Kind.MISSING
    code = "case_not_found"
    en = "There is no such case."
    zh = "没有该案件。"


class CaseClosed(Refusal):
    """Nothing is late any more."""

    kind = Kind.CONFLICT
    code = "case_closed"
    en = "This case is closed: nothing is late any more."
    zh = "该案件已结案，无逾期款项。"


class PromiseOpen(Refusal):
    """One promise at a time."""

    kind = Kind.CONFLICT
    code = "promise_open"
    en = "A promise of this case is open already."
    zh = "该案件已有未到期的还款承诺。"


@dataclass(frozen=True, slots=True)
class Late:
    """What of a person's is late: for how many days at most, and how much is due of it, in minor units."""

    person_id: str
    days: int
    owed: int


@dataclass(frozen=True, slots=True)
class Scored:
    """How somebody who fell late was scored: by which model, from what."""

    score: int
    grade: str
    model_hash: str
    features: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A person who is late. `call_on` is the day on which a call is wanted; `broken` how many promises they have broken."""

    id: CaseId
    person_id: str
    plan: str
    status: Status
    overdue_days: int
    owed: int
    worst_days: int
    assigned_to: str | None
    call_on: date | None
    opened_on: date
    closed_on: date | None
    broken: int
    score: int | None = None
    grade: str | None = None

    @property
    def stage(self) -> Stage:
        """By age."""
        return stage(self.overdue_days)

    def may_promise(self, amount: Money, by: date, *, on: date) -> None:
        """Refuses: CaseClosed, PromiseOpen, Invalid."""
        if self.status is Status.CLOSED:
            raise CaseClosed
        if self.status is Status.PROMISED:
            raise PromiseOpen
        if amount.minor <= 0:
            raise Invalid("A promise is for more than zero.", field="amount")
        if not on <= by <= on + FURTHEST:
            raise Invalid(f"A promise is for a day within {FURTHEST.days} days.", field="by")


@dataclass(frozen=True, slots=True)
class Promise:
    """That somebody pays so much by a day; `received` is what had come when it was judged."""

    id: PromiseId
    case_id: str
    amount: Money
    by: date
    status: PromiseStatus
    made_on: date
    made_by: str
    received: Money
