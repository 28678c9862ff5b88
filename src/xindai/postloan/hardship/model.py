"""Nouns of requests for help, their table of moves, and what a plan may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from xindai.lending.life.model import Fact, FactKind
from xindai.values import ids, law
from xindai.values.money import Money
from xindai.values.rate import Rate
from xindai.values.refusal import Invalid, Kind, Refusal

MOST_EVER = 120
"""No plan has more instalments, whatever the law of a day allows (R-COLL-08)."""
LATEST_START = timedelta(days=93)
ANSWERED_WITHIN = timedelta(days=15)
TRIED = (3, 6, 9, 12, 18, 24, 36, 48, 60)
"""Lengths that are tried for somebody who can pay so much a month."""


class RequestId(ids.Id):
    """Names a request for help."""

    prefix = "hrd"


class Cause(StrEnum):
    """Why somebody cannot pay as agreed."""

    LOST_WORK = "lost_work"
    ILLNESS = "illness"
    FAMILY = "family"
    DISASTER = "disaster"
    BUSINESS = "business"
    OTHER = "other"


class Status(StrEnum):
    """Where a request stands. Proposed: a second person looks. Offered: its person decides. Agreed: it is so."""

    ASKED = "asked"
    PROPOSED = "proposed"
    OFFERED = "offered"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


MOVES: dict[Status, dict[Status, str]] = {
    Status.ASKED: {
        Status.PROPOSED: "hardship_proposed",
        Status.DECLINED: "hardship_declined",
        Status.WITHDRAWN: "hardship_withdrawn",
    },
    Status.PROPOSED: {
        Status.OFFERED: "hardship_offered",
        Status.ASKED: "hardship_sent_back",
        Status.DECLINED: "hardship_declined",
        Status.WITHDRAWN: "hardship_withdrawn",
    },
    Status.OFFERED: {
        Status.AGREED: "hardship_agreed",
        Status.DECLINED: "hardship_declined",
        Status.WITHDRAWN: "hardship_withdrawn",
    },
    Status.AGREED: {},
    Status.DECLINED: {},
    Status.WITHDRAWN: {},
}
OPEN = frozenset({Status.ASKED, Status.PROPOSED, Status.OFFERED})


class RequestMissing(Refusal):
    """There is no such request, or it is not the asker's."""

    kind = Kind.MISSING
    code = "hardship_not_found"
    en = "There is no such request."
    zh = "没有该协商申请。"


class RequestOpen(Refusal):
    """One request a loan at a time."""

    kind = Kind.CONFLICT
    code = "hardship_open"
    en = "A request for this loan is being looked at already."
    zh = "该贷款已有协商申请在处理中。"


class MoveImpossible(Refusal):
    """That does not follow from where it stands."""

    kind = Kind.CONFLICT
    code = "hardship_move_impossible"
    en = "This request is {status}."
    zh = "该协商申请状态为 {status}。"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is unpaid, spread anew: so many monthly instalments from a day on, at a yearly rate that is no higher than before."""

    installments: int
    first_due_on: date
    rate: Rate | None = None

    def checked(self, *, on: date, rate_now: Rate) -> Plan:
        """Refuses: Invalid."""
        longest = int(law.on("longest_agreed_plan", on))
        if not 1 <= self.installments <= longest:
            raise Invalid(f"A plan has 1 to {longest} instalments.", field="installments")
        if not on < self.first_due_on <= on + LATEST_START:
            raise Invalid("A plan begins after today, within three months.", field="first_due_on")
        if self.rate is not None and self.rate.annual > rate_now.annual:
            raise Invalid("A plan costs no higher rate than before.", field="annual_rate")
        return self

    def fact(self, fact_id: str, *, on: date) -> Fact:
        """What it is to its loan."""
        return Fact(
            fact_id,
            FactKind.RESCHEDULE,
            on,
            rate=self.rate,
            installments=self.installments,
            first_due_on=self.first_due_on,
        )


@dataclass(frozen=True, slots=True)
class Request:
    """That somebody asks for help with a loan; `can_pay` a month, as they say. The plan, once one is proposed."""

    id: RequestId
    person_id: str
    loan_id: str
    cause: Cause
    can_pay: Money
    note: str
    status: Status
    asked_on: date
    answer_by: date
    plan: Plan | None
    proposed_by: str | None
    approved_by: str | None
    answer: str | None
    ended_on: date | None

    def move(self, to: Status) -> str:
        """The event that leads to `to`. Refuses: MoveImpossible."""
        try:
            return MOVES[self.status][to]
        except KeyError:
            raise MoveImpossible(status=self.status.value) from None
