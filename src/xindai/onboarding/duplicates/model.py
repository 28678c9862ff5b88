"""Nouns of duplicates and their table of moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from xindai.values import four_eyes, ids
from xindai.values.refusal import Kind, Refusal


class DuplicateId(ids.Id):
    """Names one pair."""

    prefix = "dup"


class Status(StrEnum):
    """Where a pair stands."""

    FOUND = "found"
    PROPOSED = "proposed"
    MERGED = "merged"
    DISMISSED = "dismissed"


MOVES: dict[Status, dict[Status, str]] = {
    Status.FOUND: {Status.PROPOSED: "merge_proposed", Status.DISMISSED: "duplicate_dismissed"},
    Status.PROPOSED: {Status.MERGED: "persons_merged", Status.DISMISSED: "duplicate_dismissed"},
    Status.MERGED: {},
    Status.DISMISSED: {},
}


class DuplicateMissing(Refusal):
    """There is no such pair."""

    kind = Kind.MISSING
    code = "duplicate_not_found"
    en = "There is no such pair."
    zh = "没有该重复记录。"


class DuplicateMoved(Refusal):
    """It is too late for that, or too early."""

    kind = Kind.CONFLICT
    code = "duplicate_state"
    en = "The pair is {status}; this can no longer be done."
    zh = "该记录状态为 {status}，无法办理。"


class HasAsked(Refusal):
    """What was asked for under the newer phone would lose its person."""

    kind = Kind.CONFLICT
    code = "newcomer_has_applied"
    en = "The newer of the two has applied for a loan; only one who has not can be merged."
    zh = "较新的账户已提交过申请，无法合并。"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Somebody known by their ID number, and a newcomer who named the same number."""

    id: DuplicateId
    known_id: str
    newcomer_id: str
    status: Status
    reason: str | None
    proposed_by: str | None
    decided_by: str | None
    found_at: datetime

    def moved(self, to: Status) -> str:
        """The event that leads to `to`. Refuses: DuplicateMoved."""
        if to not in MOVES[self.status]:
            raise DuplicateMoved(status=self.status.value)
        return MOVES[self.status][to]

    def merged(self, *, by: str) -> str:
        """The event of a merge that somebody else proposed. Refuses: DuplicateMoved, SamePerson."""
        event = self.moved(Status.MERGED)
        assert self.proposed_by is not None
        four_eyes.second_person(proposed_by=self.proposed_by, by=by)
        return event
