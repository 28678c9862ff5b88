"""Nouns: what is watched for, an alert, a case with its table of moves, and how much risk a customer bears."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from xindai.values import business_days, ids, law
from xindai.values.refusal import Kind as RefusalKind
from xindai.values.refusal import Refusal


class CaseId(ids.Id):
    """Names a case against money laundering."""

    prefix = "aml"


class Kind(StrEnum):
    """Large: reported for its size alone. Suspicious: somebody judges first."""

    LARGE = "large"
    SUSPICIOUS = "suspicious"


class Proposal(StrEnum):
    """What one proposes and another decides."""

    REPORT = "report"
    DISMISSAL = "dismissal"


class Status(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    PROPOSED = "proposed"
    REPORTED = "reported"
    DISMISSED = "dismissed"


MOVES: dict[Status, dict[Status, str]] = {
    Status.OPEN: {Status.PROPOSED: "aml_case_proposed"},
    Status.PROPOSED: {
        Status.REPORTED: "aml_case_reported",
        Status.DISMISSED: "aml_case_dismissed",
        Status.OPEN: "aml_case_sent_back",
    },
    Status.REPORTED: {},
    Status.DISMISSED: {},
}


class CaseMissing(Refusal):
    """There is no such case."""

    kind = RefusalKind.MISSING
    code = "aml_case_not_found"
    en = "There is no such case."
    zh = "没有该反洗钱案件。"


class CaseMoved(Refusal):
    """That does not follow from where it stands."""

    kind = RefusalKind.CONFLICT
    code = "aml_case_moved"
    en = "This case is {status}."
    zh = "该案件状态为 {status}。"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A way in which money moves that is looked at; `parameters` in minor units, counts and days."""

    id: str
    kind: Kind
    en: str
    zh: str
    source: str
    parameters: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Alert:
    """That a scenario was seen of a person, once under its key; `facts` are ids, counts and amounts in minor units."""

    key: str
    scenario: str
    on: date
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be judged of a person. The reasons are whoever's who proposed."""

    id: CaseId
    person_id: str
    kind: Kind
    status: Status
    opened_on: date
    report_by: date
    proposal: Proposal | None
    proposed_by: str | None
    decided_by: str | None
    ended_on: date | None

    def moved(self, to: Status) -> str:
        """The event of a move. Refuses: CaseMoved."""
        try:
            return MOVES[self.status][to]
        except KeyError:
            raise CaseMoved(status=self.status.value, field="case") from None


class Rating(StrEnum):
    """How much risk of money laundering a customer bears."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


LOOKED_AGAIN_AFTER = {
    Rating.HIGH: timedelta(days=182),
    Rating.MEDIUM: timedelta(days=365),
    Rating.LOW: timedelta(days=1095),
}
"""How long a rating stands (at least half-yearly for the highest: 银反洗发〔2013〕2号)."""
WEIGHTS = {
    "reported": 4,
    "public_office": 3,
    "sanctions": 4,
    "own": 3,
    "court": 1,
    "alerted": 2,
    "business": 1,
}
"""What weighs on a customer, by what is known of them: earlier reports and alerts, lists that may name them, running a business."""
MEDIUM_FROM, HIGH_FROM = 2, 4


@dataclass(frozen=True, slots=True)
class Rated:
    """A customer's rating, what it rests on, since when, and when it is looked at again."""

    person_id: str
    rating: Rating
    factors: tuple[str, ...]
    on: date
    look_again_on: date


def rated(factors: Collection[str]) -> Rating:
    """The rating that follows from what is known; more known never lowers it."""
    weight = sum(WEIGHTS[one] for one in set(factors))
    return Rating.HIGH if weight >= HIGH_FROM else Rating.MEDIUM if weight >= MEDIUM_FROM else Rating.LOW


def report_by(on: date) -> date:
    """The last day on which what was seen on a day is reported in time."""
    return business_days.after(on, int(law.on("suspicion_reported_within", on)))


def parse(document: list[Mapping[str, Any]]) -> tuple[Scenario, ...]:
    """The scenarios of a JSON document."""
    return tuple(
        Scenario(
            one["id"],
            Kind(one["kind"]),
            one["en"],
            one["zh"],
            one["source"],
            {name: one[name] for name in ("least", "count", "days") if name in one},
        )
        for one in document
    )
