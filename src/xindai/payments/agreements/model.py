"""Nouns of agreements to be debited, and their table of moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from xindai.values import ids
from xindai.values.refusal import Kind, Refusal


class AgreementId(ids.Id):
    """Names an agreement; the rail knows our question by it."""

    prefix = "agr"


class Status(StrEnum):
    """Where an agreement stands. Asked: the rail has sent its person a code."""

    ASKED = "asked"
    ACTIVE = "active"
    ENDED = "ended"


MOVES: dict[Status, dict[Status, str]] = {
    Status.ASKED: {Status.ACTIVE: "agreement_made", Status.ENDED: "agreement_ended"},
    Status.ACTIVE: {Status.ENDED: "agreement_ended"},
    Status.ENDED: {},
}
"""One that is made ends the one before it, and so does another card, or its person."""


ENDED_THERE = "agreement_ended"
"""The reason that a rail gives for a debit where its person has ended the agreement at their bank."""


class AgreementMissing(Refusal):
    """There is no such agreement, or it is not the asker's."""

    kind = Kind.MISSING
    code = "agreement_not_found"
    en = "There is no such agreement."
    zh = "没有该笔扣款签约。"


class AgreementEnded(Refusal):
    """Another one has taken its place, or its person ended it."""

    kind = Kind.CONFLICT
    code = "agreement_ended"
    en = "This agreement has ended; please begin a new one."
    zh = "该签约已失效，请重新签约。"


class NoCard(Refusal):
    """A card is named first."""

    kind = Kind.CONFLICT
    code = "card_needed"
    en = "Please name a bank card of yours first."
    zh = "请先绑定本人银行卡。"


class NoSuchRail(Refusal):
    """This lender has no rail that asks for agreements."""

    kind = Kind.CONFLICT
    code = "agreement_not_needed"
    en = "Nothing is to be signed here for debits."
    zh = "此处无需签订代扣协议。"


class CodeWrong(Refusal):
    """The rail does not take the code that the person typed."""

    kind = Kind.UNPROVEN
    code = "agreement_code_wrong"
    en = "The bank does not accept this code."
    zh = "银行未接受该验证码。"


@dataclass(frozen=True, slots=True)
class Agreement:
    """That a rail may debit a person's card for us."""

    id: AgreementId
    person_id: str
    rail: str
    status: Status
    at: datetime

    def may_be_made(self) -> None:
        """Refuses: AgreementEnded."""
        if self.status is Status.ENDED:
            raise AgreementEnded
