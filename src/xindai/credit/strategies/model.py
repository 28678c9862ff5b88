"""Nouns of strategies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from xindai.values import four_eyes, ids
from xindai.values.refusal import Invalid, Kind, Refusal


class Outcome(StrEnum):
    """What a strategy can say."""

    APPROVE = "approve"
    DECLINE = "decline"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule said."""

    rule: str
    passed: bool
    on_failure: Outcome
    en: str
    zh: str

    def document(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "rule": self.rule,
            "passed": self.passed,
            "on_failure": self.on_failure.value,
            "en": self.en,
            "zh": self.zh,
        }


class StrategyMissing(Refusal):
    """There is no such strategy, or no such version."""

    kind = Kind.MISSING
    code = "strategy_not_found"
    en = "There is no such strategy."
    zh = "没有该策略。"


class StrategyUnfit(Refusal):
    """A graph that may not be proposed."""

    code = "strategy_unfit"
    en = "This graph cannot decide: {why}"
    zh = "该决策图不可用：{why}"


class CaseMissing(Refusal):
    """There is no such test case."""

    kind = Kind.MISSING
    code = "strategy_case_not_found"
    en = "There is no such test case."
    zh = "没有该测试用例。"


class CaseFailed(Refusal):
    """A version that decides otherwise than a test case says."""

    kind = Kind.CONFLICT
    code = "strategy_case_failed"
    en = "This version decides test cases otherwise: {titles}."
    zh = "该版本未通过测试用例：{titles}。"


class StrategyDecided(Refusal):
    """Somebody has decided already."""

    kind = Kind.CONFLICT
    code = "strategy_decided"
    en = "This version is {status} already."
    zh = "该版本已是 {status} 状态。"


class Role(StrEnum):
    """What a version is for: it decides, decides for a share, or is only asked."""

    CHAMPION = "champion"
    CHALLENGER = "challenger"
    SHADOW = "shadow"


Status = four_eyes.VersionStatus
MOVES = four_eyes.version_moves("strategy")
"""What is withdrawn leaves the one before it to decide again."""

MOST_SHARE = 50


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a strategy. `share` is of a hundred applications how many a challenger decides.

    `rules` are those that its graph must judge: the ones there were when it was made.
    """

    name: str
    version: int
    graph: str
    hash: str
    rules: tuple[str, ...]
    role: Role
    share: int
    status: Status
    effective_from: date
    proposed_by: str
    decided_by: str | None

    def __post_init__(self) -> None:
        if re.fullmatch(r"[a-z][a-z0-9_]{1,40}", self.name) is None:
            raise Invalid("A strategy's name is a word of small letters.", field="name")
        if not (1 <= self.share <= MOST_SHARE if self.role is Role.CHALLENGER else self.share == 0):
            raise Invalid(
                "A challenger decides 1 to 50 of a hundred applications, others have no share.", field="share"
            )

    @property
    def ref(self) -> str:
        """How decisions refer to it."""
        return f"{self.name}@{self.version}"

    def decided(self, to: Status, *, by: str) -> str:
        """The event of deciding on it. Refuses: StrategyDecided, SamePerson."""
        if to not in MOVES[self.status]:
            raise StrategyDecided(status=self.status.value, field="strategy")
        four_eyes.second_person(proposed_by=self.proposed_by, by=by)
        return MOVES[self.status][to]


class CaseId(ids.Id):
    """Names a test case."""

    prefix = "stc"


@dataclass(frozen=True, slots=True)
class Case:
    """An applicant whom every version of a strategy has to decide on like this before it may live."""

    id: CaseId
    name: str
    title: str
    inputs: dict[str, Any]
    expected: Outcome
    by: str


@dataclass(frozen=True, slots=True)
class Ran:
    """What a version says of a test case."""

    case: Case
    said: Outcome
    failed: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether that is what the case expects."""
        return self.said is self.case.expected


def dealt(versions: Sequence[Version], key: str) -> Version:
    """Which of the live versions decides on something: always the same for the same key.

    Challengers take their shares of a hundred in order of version, the champion the rest.
    """
    champion = max(
        (one for one in versions if one.role is Role.CHAMPION),
        key=lambda one: (one.effective_from, one.version),
        default=None,
    )
    if champion is None:
        raise StrategyMissing(field="strategy")
    place = int.from_bytes(hashlib.sha256(f"{champion.name}|{key}".encode()).digest()[:8], "big") % 100
    for one in sorted((one for one in versions if one.role is Role.CHALLENGER), key=lambda one: one.version):
        if place < one.share:
            return one
        place -= one.share
    return champion
