"""Nouns of decisions and offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from xindai.credit.sources.report import BureauReport
from xindai.credit.strategies.model import Outcome, Verdict
from xindai.values import ids
from xindai.values.money import Money
from xindai.values.refusal import Kind, Refusal


class DecisionId(ids.Id):
    """Names a decision."""

    prefix = "dec"


class OfferId(ids.Id):
    """Names an offer."""

    prefix = "off"


class ReportId(ids.Id):
    """Names a bureau report we were given."""

    prefix = "rep"


class SourceId(ids.Id):
    """Names a document that a source other than the bureau gave us."""

    prefix = "src"


class OfferStatus(StrEnum):
    """Where an offer stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


OFFER_MOVES: dict[OfferStatus, dict[OfferStatus, str]] = {
    OfferStatus.OPEN: {
        OfferStatus.ACCEPTED: "offer_accepted",
        OfferStatus.EXPIRED: "offer_expired",
        OfferStatus.WITHDRAWN: "application_withdrawn",
    },
    OfferStatus.ACCEPTED: {},
    OfferStatus.EXPIRED: {},
    OfferStatus.WITHDRAWN: {},
}


class DecisionMissing(Refusal):
    """There is no such decision."""

    kind = Kind.MISSING
    code = "decision_not_found"
    en = "There is no such decision."
    zh = "没有该决策。"


class DecisionErased(Refusal):
    """What a decision rested on is not kept any more: its time has passed, or its person asked."""

    kind = Kind.CONFLICT
    code = "decision_erased"
    en = (
        "What this decision rested on has been erased, as its person may ask or its time has passed; its outcome stays."
    )
    zh = "该决策所依据的资料已按期限或应本人请求删除，仅保留结论。"


class OfferMissing(Refusal):
    """There is no such offer, or it is not the asker's."""

    kind = Kind.MISSING
    code = "offer_not_found"
    en = "There is no such offer."
    zh = "没有该报价。"


class OfferGone(Refusal):
    """The offer has expired or was taken back."""

    kind = Kind.CONFLICT
    code = "offer_gone"
    en = "This offer is no longer open."
    zh = "该报价已失效。"


class NotOffered(Refusal):
    """More than the offer bears."""

    code = "not_offered"
    en = "This is not part of the offer; its alternatives are listed."
    zh = "该金额或期限不在报价范围内，请从可选方案中选择。"


@dataclass(frozen=True, slots=True)
class Pulled:
    """A bureau's report, the document it was read from, and, where it is one used again, when and where it was pulled."""

    report: BureauReport
    document: str
    at: datetime | None = None
    earlier: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision with all it rests on; `inputs` and `result` are the very documents that are kept."""

    id: DecisionId
    application_id: str
    outcome: Outcome
    strategy: str
    strategy_hash: str
    model_hash: str
    inputs: dict[str, Any]
    verdicts: tuple[Verdict, ...]
    result: dict[str, Any]
    trace: dict[str, Any]
    on: date


@dataclass(frozen=True, slots=True)
class Offer:
    """What credit hands over to lending, stored as handed over. `shown` is the cost and schedule the person saw.

    `chosen_amount` and `chosen_months` are what of it was taken, if that was less, or over another term.
    """

    id: OfferId
    application_id: str
    person_id: str
    decision_id: DecisionId
    product: str
    principal: Money
    annual_rate: str
    months: int
    status: OfferStatus
    expires_on: date
    shown: dict[str, Any]
    chosen_amount: Money | None = None
    chosen_months: int | None = None

    @property
    def taken(self) -> tuple[Money, int]:
        """(amount, months) that the loan has once the offer is accepted."""
        return self.chosen_amount or self.principal, self.chosen_months or self.months
