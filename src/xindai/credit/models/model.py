"""Nouns of models: versions of a scorecard, who made, tested and let in each, and the table of moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from xindai.credit.features import EVERY, FEATURES, OF_BUSINESSES, account
from xindai.credit.scoring import ModelUnreadable, Scorecard
from xindai.values import four_eyes
from xindai.values.refusal import Invalid, Kind, Refusal

OPERATOR = "operator"
"""Who brings in what was named when the product was started."""
STARTER = "starter"
"""Who counts as the maker of the first of a use."""
EVER = date(2020, 1, 1)
"""From when the first of a use judges."""


LONGEST_NAME = 80


class Use(StrEnum):
    """What a model judges."""

    APPLICATION = "application"
    BUSINESS = "business"
    FRAUD = "fraud"
    BEHAVIOUR = "behaviour"
    COLLECTION = "collection_score"


KNOWN = {
    Use.APPLICATION: frozenset(one.name for one in FEATURES),
    Use.BUSINESS: frozenset(one.name for one in OF_BUSINESSES),
    Use.FRAUD: frozenset(one.name for one in FEATURES),
    Use.BEHAVIOUR: frozenset(one.name for one in account.FEATURES),
    Use.COLLECTION: frozenset(one.name for one in account.FEATURES),
}
"""The features that a model may weigh: those that are known where it judges."""
assert KNOWN[Use.BUSINESS] | KNOWN[Use.BEHAVIOUR] == {one.name for one in EVERY}


TIERS = {Use.APPLICATION: 1, Use.BUSINESS: 1, Use.FRAUD: 1, Use.BEHAVIOUR: 2, Use.COLLECTION: 3}
"""How much rests on a use: one decides who is lent to, two how lines go on, three who is called first."""


def depends_on(features: Iterable[str]) -> list[str]:
    """The sources of features: a model is blind where they are silent."""
    by_name = {one.name: one.source.value for one in EVERY}
    return sorted({by_name[one] for one in features if one in by_name})


class Status(StrEnum):
    """Where a version stands. Validated: somebody who did not make it has tested it. Approved: it judges from its day on."""

    SUBMITTED = "submitted"
    VALIDATED = "validated"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETIRED = "retired"


MOVES: dict[Status, dict[Status, str]] = {
    Status.SUBMITTED: {Status.VALIDATED: "model_validated", Status.REJECTED: "model_rejected"},
    Status.VALIDATED: {Status.APPROVED: "model_approved", Status.REJECTED: "model_rejected"},
    Status.APPROVED: {Status.RETIRED: "model_retired"},
    Status.REJECTED: {},
    Status.RETIRED: {},
}
"""What is retired leaves the one before it to judge again."""


class ModelMissing(Refusal):
    """There is no such version."""

    kind = Kind.MISSING
    code = "model_not_found"
    en = "There is no such model."
    zh = "没有该模型。"


class ModelMoved(Refusal):
    """That does not follow from where it stands."""

    kind = Kind.CONFLICT
    code = "model_moved"
    en = "This version is {status}."
    zh = "该版本状态为 {status}。"


class ModelKnown(Refusal):
    """The same scorecard again."""

    kind = Kind.CONFLICT
    code = "model_known"
    en = "This scorecard is version {version} already."
    zh = "该评分卡已是第 {version} 版。"


class ModelLast(Refusal):
    """Something has to judge."""

    kind = Kind.CONFLICT
    code = "model_last"
    en = "This version stays: nothing else would judge."
    zh = "该版本不能停用：没有其他可用版本。"


@dataclass(frozen=True, slots=True)
class Submission:
    """What is put forward to judge a use: the documents that `xindai train` wrote, and who answers for it."""

    use: Use
    scorecard: dict[str, Any]
    card: dict[str, Any]
    owner: str
    limits: str
    effective_from: date
    by: str
    request: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of what judges a use, without its documents.

    `owner` answers for it and `limits` says what it must not be used for. `findings` and `measures` are the validator's.
    """

    use: Use
    number: int
    name: str
    hash: str
    owner: str
    limits: str
    status: Status
    effective_from: date
    submitted_by: str
    submitted_on: date
    validated_by: str | None
    validated_on: date | None
    findings: str | None
    measures: Mapping[str, Any] | None
    decided_by: str | None

    @property
    def ref(self) -> str:
        """How the trail refers to it."""
        return f"{self.use.value}@{self.number}"

    def moved(self, to: Status, *, by: str) -> str:
        """The event that leads to `to`; whoever made it neither validates nor decides. Refuses: ModelMoved, SamePerson."""
        if to not in MOVES[self.status]:
            raise ModelMoved(status=self.status.value, field="model")
        if to is not Status.RETIRED:
            four_eyes.second_person(proposed_by=self.submitted_by, by=by)
        return MOVES[self.status][to]


def fit(card: Scorecard, use: Use) -> Scorecard:
    """A scorecard that may judge a use. Refuses: ModelUnreadable, Invalid where it weighs what is not known there."""
    if not isinstance(card.name, str) or not 1 <= len(card.name) <= LONGEST_NAME:
        raise ModelUnreadable(why="it has no name")
    unknown = sorted(one.name for one in card.characteristics if one.name not in KNOWN[use])
    if unknown:
        raise Invalid(
            f"It weighs what is not known of those it would judge: {', '.join(unknown[:5])}.", field="scorecard"
        )
    if not card.characteristics:
        raise ModelUnreadable(why="it weighs nothing")
    return card


def readable(card: Mapping[str, Any]) -> None:
    """What is shown of the card that came along must be what it says it is; what is left out is not shown. Refuses: ModelUnreadable."""
    models = card.get("models", {})
    told = models.get("scorecard", {}) if isinstance(models, Mapping) else None
    if not isinstance(told, Mapping):
        raise ModelUnreadable(why="its card does not tell of models")
    figures = (card.get("rows"), card.get("bad_rate"), told.get("auc"), told.get("ks"))
    if not all(one is None or (isinstance(one, int | float) and not isinstance(one, bool)) for one in figures):
        raise ModelUnreadable(why="its card has words where figures are")
    if not isinstance(card.get("rows", 0), int) or not isinstance(card.get("made_at", ""), str):
        raise ModelUnreadable(why="its card does not say how many, or when")
