"""Nouns: a statement of capital, and what it bears (R-LIMIT-02, R-LIMIT-03, R-LIMIT-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from xindai.values import four_eyes, ids
from xindai.values.refusal import Invalid, Kind, Refusal

Status = four_eyes.VersionStatus
MOVES = four_eyes.version_moves("capital_statement")


class StatementId(ids.Id):
    """Names a statement of capital."""

    prefix = "cap"


@dataclass(frozen=True, slots=True)
class Statement:
    """Capital at the end of the day `as_of`, in minor units.

    `borrowed` from banks and shareholders (非标准化融资), `issued` as bonds and asset-backed securities (标准化融资); `source` says from which of
    the lender's books it comes.
    """

    id: StatementId
    as_of: date
    net_assets: int
    borrowed: int
    issued: int
    source: str
    status: Status
    proposed_by: str
    proposed_on: date
    decided_by: str | None
    decided_on: date | None

    def decide(self, to: Status, *, by: str) -> str:
        """The event of a word on it. Refuses: StatementDecided, SamePerson."""
        if to not in MOVES[self.status]:
            raise StatementDecided(status=self.status.value)
        if self.status is Status.PROPOSED:
            four_eyes.second_person(proposed_by=self.proposed_by, by=by)
        return MOVES[self.status][to]


@dataclass(frozen=True, slots=True)
class Burden:
    """What bears on capital: so much of something, in minor units, of which no more than `share` of `whole` is allowed by a rule."""

    name: str
    rule: str
    part: int
    whole: int
    share: Fraction
    of: str | None = None

    @property
    def most(self) -> int:
        """The most that is allowed, rounded down."""
        return self.whole * self.share.numerator // self.share.denominator

    @property
    def holds(self) -> bool:
        """Whether it is allowed."""
        return self.part <= self.most


class StatementMissing(Refusal):
    """There is no such statement."""

    kind = Kind.MISSING
    code = "capital_statement_not_found"
    en = "There is no such statement of capital."
    zh = "没有该资本报表。"


class StatementDecided(Refusal):
    """It was decided on before."""

    kind = Kind.CONFLICT
    code = "capital_statement_decided"
    en = "This statement of capital is {status} already."
    zh = "该资本报表已处于 {status} 状态。"


class ExposureTooHigh(Refusal):
    """Nobody is lent more in all than law and capital allow."""

    kind = Kind.CONFLICT
    code = "exposure_too_high"
    en = "Together with what is owed already, this is more than one borrower may be lent; {left} can still be lent."
    zh = "与现有借款合计超过单一借款人限额，目前最多还可借 {left} 元。"


def checked(as_of: date, *, net_assets: int, borrowed: int, issued: int, on: date) -> None:
    """Refuses Invalid, for a day to come, or sums that are none."""
    if as_of > on:
        raise Invalid("Capital is stated of a day that has been.", field="as_of")
    if net_assets <= 0:
        raise Invalid("Net assets are more than nothing.", field="net_assets")
    if borrowed < 0 or issued < 0:
        raise Invalid("What is borrowed is nothing or more.", field="borrowed" if borrowed < 0 else "issued")


@dataclass(frozen=True, slots=True)
class Exposure:
    """What somebody owes, in minor units: on loans of the kind asked for, in all, and with those who belong together with them."""

    alike: int
    in_all: int
    group: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the law of a day lets be owed: on loans of a kind, and the shares of net assets that one borrower and a group may owe."""

    alike: int
    borrower: Fraction
    group: Fraction


def headroom(owes: Exposure, bounds: Bounds, *, net_assets: int | None) -> int:
    """What may still be lent to somebody, in minor units; less than nothing where they owe too much already.

    Where nobody stated net assets, only the law's sum binds.
    """
    left = bounds.alike - owes.alike
    if net_assets is None:
        return left
    borrower, group = (net_assets * share.numerator // share.denominator for share in (bounds.borrower, bounds.group))
    return min(left, borrower - owes.in_all, group - owes.group)
