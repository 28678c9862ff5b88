"""A class that days alone do not give: a loan that was bad, was restructured, or was judged stays at least so low. Pure.

Down is at once; up is by rule only (R-BOOK-01): what was bad or worse comes back after everything late was paid and six months
without a day late, what was restructured after a year without one, what was judged when two people judge anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from xindai.book.loss.model import AssetClass, asset_class
from xindai.lending.loans.queries import ByLateness
from xindai.values import four_eyes, ids
from xindai.values.refusal import Invalid, Kind, Refusal

CLEAN_DAYS = {"was_bad": 183, "restructured": 365}
"""So long nothing may be late before a floor ends."""
ORDER = list(AssetClass)


class FloorId(ids.Id):
    """Names a floor."""

    prefix = "flr"


class Cause(StrEnum):
    """Why a loan is at least of a class."""

    WAS_BAD = "was_bad"
    RESTRUCTURED = "restructured"
    JUDGEMENT = "judgement"


class Status(StrEnum):
    """Where a floor stands; only a judgement is proposed."""

    PROPOSED = "proposed"
    STANDING = "standing"
    REJECTED = "rejected"
    ENDED = "ended"


MOVES: dict[Status, dict[Status, str]] = {
    Status.PROPOSED: {Status.STANDING: "class_judged", Status.REJECTED: "class_judgement_rejected"},
    Status.STANDING: {Status.ENDED: "class_floor_ended"},
    Status.REJECTED: {},
    Status.ENDED: {},
}


class FloorMissing(Refusal):
    """There is no such judgement."""

    kind = Kind.MISSING
    code = "class_judgement_not_found"
    en = "There is no such judgement of a class."
    zh = "没有该分类认定。"


class JudgementMoved(Refusal):
    """It was decided on already."""

    kind = Kind.CONFLICT
    code = "class_judgement_decided"
    en = "This judgement has been decided on."
    zh = "该分类认定已处理。"


class JudgementOpen(Refusal):
    """One at a time."""

    kind = Kind.CONFLICT
    code = "class_judgement_open"
    en = "Another judgement of this loan waits for its second person."
    zh = "该借款已有待复核的分类认定。"


@dataclass(frozen=True, slots=True)
class Floor:
    """A loan is at least of `at_least` from the day `since`; `clean_since` is when it was last seen to be late no more."""

    id: FloorId
    loan_id: str
    cause: Cause
    at_least: AssetClass
    status: Status
    since: date
    clean_since: date | None
    reason: str
    proposed_by: str | None
    decided_by: str | None
    ended_on: date | None

    def ends_on(self) -> date | None:
        """When it ends if nothing is late until then; none where only people end it, or something is late."""
        days = CLEAN_DAYS.get(self.cause.value)
        return self.clean_since + timedelta(days=days) if days is not None and self.clean_since is not None else None

    def decide(self, to: Status, *, by: str) -> str:
        """The event of a second person's word. Refuses: JudgementMoved, SamePerson."""
        if to not in MOVES[self.status] or self.status is not Status.PROPOSED:
            raise JudgementMoved
        assert self.proposed_by is not None
        four_eyes.second_person(proposed_by=self.proposed_by, by=by)
        return MOVES[self.status][to]


def worse(one: AssetClass, other: AssetClass) -> AssetClass:
    """The lower of two classes."""
    return max(one, other, key=ORDER.index)


def class_of(overdue_days: int, floors: Iterable[AssetClass], *, on: date) -> AssetClass:
    """What a loan is: the lowest of what its days say and of all that stands."""
    found = asset_class(overdue_days, on=on)
    for one in floors:
        found = worse(found, one)
    return found


def checked_reason(reason: str) -> str:
    """Why somebody judges so, in words. Refuses: Invalid."""
    if len(reason.strip()) < 4:
        raise Invalid("A judgement says why.", field="reason")
    return reason.strip()


@dataclass(frozen=True, slots=True)
class Floored:
    """Loans of a product and lateness for which a class stands that is lower than that of their days; minor units."""

    product: str
    late_from: int
    at_least: AssetClass
    loans: int
    principal: int


def split(
    rows: Sequence[ByLateness], floored: Sequence[Floored], *, on: date
) -> list[tuple[str, int, AssetClass, int, int]]:
    """(product, late_from, class, loans, principal) of the whole book of a day: what is floored is taken out of its bucket's own class."""
    lower: dict[tuple[str, int], list[Floored]] = {}
    for one in floored:
        lower.setdefault((one.product, one.late_from), []).append(one)
    found = []
    for row in rows:
        down = lower.pop((row.product, row.late_from), [])
        loans, principal = (
            row.loans - sum(one.loans for one in down),
            row.principal - sum(one.principal for one in down),
        )
        assert loans >= 0, row
        if loans:
            found.append((row.product, row.late_from, asset_class(row.late_from, on=on), loans, principal))
        found += [(one.product, one.late_from, one.at_least, one.loans, one.principal) for one in down]
    assert not lower, lower
    return found
