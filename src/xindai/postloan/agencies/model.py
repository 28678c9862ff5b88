"""Nouns of agencies and placements, and their tables of moves. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from xindai.postloan.cases.model import Case
from xindai.postloan.cases.model import Status as CaseStatus
from xindai.values import four_eyes, ids
from xindai.values.money import Rounding, rounded_quotient
from xindai.values.refusal import Invalid, Kind, Refusal

PLACED_FROM = 31
"""So many days late a case is before an agency has it: until then it is ours."""
LASTS = timedelta(days=90)
"""So long an agency has a case at most."""
MOST_COMMISSION_BPS = 5000
BPS = 10_000
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")


class PlacementId(ids.Id):
    """Names a placement."""

    prefix = "plc"


class AgencyStatus(StrEnum):
    """Where an agency's contract stands."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    REJECTED = "rejected"
    ENDED = "ended"


AGENCY_MOVES: dict[AgencyStatus, dict[AgencyStatus, str]] = {
    AgencyStatus.PROPOSED: {AgencyStatus.ACTIVE: "agency_approved", AgencyStatus.REJECTED: "agency_rejected"},
    AgencyStatus.ACTIVE: {AgencyStatus.ENDED: "agency_ended"},
    AgencyStatus.REJECTED: {},
    AgencyStatus.ENDED: {},
}


class Status(StrEnum):
    """Where a placement stands: with the agency; taken back by us; given back by it; over, because nothing is late any more."""

    PLACED = "placed"
    RECALLED = "recalled"
    GIVEN_BACK = "given_back"
    OVER = "over"


MOVES: dict[Status, dict[Status, str]] = {
    Status.PLACED: {
        Status.RECALLED: "placement_recalled",
        Status.GIVEN_BACK: "placement_returned",
        Status.OVER: "placement_over",
    },
    Status.RECALLED: {},
    Status.GIVEN_BACK: {},
    Status.OVER: {},
}


class AgencyMissing(Refusal):
    """There is no such agency."""

    kind = Kind.MISSING
    code = "agency_not_found"
    en = "There is no such agency."
    zh = "没有该委外机构。"


class AgencyMoved(Refusal):
    """Its contract does not stand there."""

    kind = Kind.CONFLICT
    code = "agency_moved"
    en = "The agency's contract is {status}."
    zh = "该机构合同状态为 {status}。"


class PlacementMissing(Refusal):
    """There is no such placement, or it is another agency's."""

    kind = Kind.MISSING
    code = "placement_not_found"
    en = "This case is not with the agency."
    zh = "该案件未委托该机构。"


class NotPlaceable(Refusal):
    """A case that no agency gets, or not this one now."""

    kind = Kind.CONFLICT
    code = "case_not_placeable"
    en = "This case cannot be placed: {why}."
    zh = "该案件不能委外：{why}。"


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency and its contract: what it earns of what comes in, how many cases it has at most, until when."""

    code: str
    name: str
    licence: str
    commission_bps: int
    most_cases: int
    valid_until: date
    status: AgencyStatus
    proposed_by: str
    decided_by: str | None

    def decide(self, to: AgencyStatus, *, by: str) -> str:
        """The event of a second person's word. Refuses: AgencyMoved, SamePerson."""
        if to not in AGENCY_MOVES[self.status]:
            raise AgencyMoved(status=self.status.value)
        if self.status is AgencyStatus.PROPOSED:
            four_eyes.second_person(proposed_by=self.proposed_by, by=by)
        return AGENCY_MOVES[self.status][to]

    def lives(self, on: date) -> bool:
        """Whether it may have cases on a day."""
        return self.status is AgencyStatus.ACTIVE and on <= self.valid_until


def checked(code: str, *, commission_bps: int, most_cases: int, valid_until: date, on: date) -> None:
    """What a contract with an agency may say. Refuses: Invalid."""
    if not _CODE.fullmatch(code):
        raise Invalid("A code has 2 to 40 small letters, digits and hyphens.", field="code")
    if not 0 <= commission_bps <= MOST_COMMISSION_BPS:
        raise Invalid("A commission is at most half of what comes in.", field="commission_bps")
    if most_cases < 1:
        raise Invalid("An agency has room for a case at least.", field="most_cases")
    if valid_until <= on:
        raise Invalid("A contract ends on a day to come.", field="valid_until")


@dataclass(frozen=True, slots=True)
class Placement:
    """A case with an agency: since when, until when at most, for what share, and what has come in of it; minor units."""

    id: PlacementId
    case_id: str
    person_id: str
    agency: str
    status: Status
    placed_on: date
    recall_on: date
    placed_by: str
    owed: int
    commission_bps: int
    received: int
    commission: int
    ended_on: date | None
    why: str

    def move(self, to: Status) -> str:
        """The event of a move. Refuses: PlacementMissing, for one that is over."""
        if to not in MOVES[self.status]:
            raise PlacementMissing(field="placement")
        return MOVES[self.status][to]


def why_not(agency: Agency, case: Case, *, barred: bool, has: int, is_placed: bool, on: date) -> str | None:
    """Why a case does not go to an agency; nothing where it may. `barred`: stopped, disputed, or help was asked for."""
    if not agency.lives(on):
        return "the agency's contract is not alive"
    if case.status is CaseStatus.CLOSED:
        return "nothing is late any more"
    if case.overdue_days < PLACED_FROM:
        return f"it is not {PLACED_FROM} days late"
    if barred:
        return "its person may not be asked just now"
    if is_placed:
        return "it is with an agency already"
    return "the agency has as many as it may" if has >= agency.most_cases else None


def commission(received: int, bps: int) -> int:
    """What an agency has earned of all that came in while it had a case, in minor units, rounded half even, once."""
    return rounded_quotient(received * bps, BPS, Rounding.HALF_EVEN)
