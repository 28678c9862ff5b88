"""Nouns of watching lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from xindai.values import ids
from xindai.values.refusal import Kind, Refusal

RAISE_STANDS = timedelta(days=30)


class ReviewId(ids.Id):
    """Names a review of a line."""

    prefix = "lrev"


class Verdict(StrEnum):
    """What a review comes to."""

    KEEP = "keep"
    RAISE = "raise"
    CUT = "cut"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"


class RaiseMissing(Refusal):
    """There is no such offer, or it is not the asker's."""

    kind = Kind.MISSING
    code = "raise_not_found"
    en = "There is no such offer of a higher limit."
    zh = "没有该提额邀请。"


class RaiseGone(Refusal):
    """The offer is past, or the line has moved since."""

    kind = Kind.CONFLICT
    code = "raise_gone"
    en = "This offer of a higher limit is past."
    zh = "该提额邀请已失效。"


@dataclass(frozen=True, slots=True)
class LineReview:
    """One look at a line as it is kept; amounts in minor units.

    `rule` names why the verdict is what it is; `reasons` are the features that spoke most against the person, in both
    languages, as a person may read them.
    """

    id: ReviewId
    line_id: str
    on: date
    score: int
    pd_ppm: int
    grade: str
    model_hash: str
    features: dict[str, Any]
    reasons: list[dict[str, Any]]
    verdict: Verdict
    rule: str
    limit_before: int
    limit_after: int

    def offers_raise(self, *, on: date, limit: int, latest: bool) -> bool:
        """Whether it is an offer that can be taken: the latest look, young enough, and the limit is still what it was."""
        stands = latest and on <= self.on + RAISE_STANDS
        return self.verdict is Verdict.RAISE and stands and limit == self.limit_before
