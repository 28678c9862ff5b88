"""Nouns of requests by right, their table of moves, and until when each is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, StrEnum
from typing import Any

from xindai.values import business_days, ids, law
from xindai.values.masked import Masked, Secret
from xindai.values.money import Money, decimal_text
from xindai.values.refusal import Kind, Refusal


class RequestId(ids.Id):
    """Names a request by right."""

    prefix = "rgt"


class Right(StrEnum):
    """What is asked for."""

    CORRECTION = "correction"
    DELETION = "deletion"
    CLOSING = "closing"
    EXPLANATION = "explanation"
    OBJECTION = "objection"
    COMPLAINT = "complaint"


ERASES = frozenset({Right.DELETION, Right.CLOSING})
"""What the machine carries out once somebody of ours has granted it."""


class Status(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


MOVES: dict[Status, dict[Status, str]] = {
    Status.ASKED: {
        Status.GRANTED: "right_granted",
        Status.DECLINED: "right_declined",
        Status.WITHDRAWN: "right_withdrawn",
    },
    Status.GRANTED: {},
    Status.DECLINED: {},
    Status.WITHDRAWN: {},
}


class RequestMissing(Refusal):
    """There is no such request, or it is not the asker's."""

    kind = Kind.MISSING
    code = "rights_request_not_found"
    en = "There is no such request."
    zh = "没有该项请求。"


class RequestOpen(Refusal):
    """One of a kind at a time."""

    kind = Kind.CONFLICT
    code = "rights_request_open"
    en = "A request of this kind is being looked at already."
    zh = "同类请求正在处理中。"


class MoveImpossible(Refusal):
    """That does not follow from where it stands."""

    kind = Kind.CONFLICT
    code = "rights_request_ended"
    en = "This request is {status}."
    zh = "该请求状态为 {status}。"


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for in their own words, by when it is answered, and how it was."""

    id: RequestId
    person_id: str
    right: Right
    words: str
    status: Status
    asked_on: date
    answer_by: date
    answer: str | None
    answered_by: str | None
    ended_on: date | None
    carried_out_on: date | None = None

    def moved(self, to: Status) -> str:
        """The event of a move. Refuses: MoveImpossible."""
        try:
            return MOVES[self.status][to]
        except KeyError:
            raise MoveImpossible(status=self.status.value) from None


def answer_by(right: Right, on: date) -> date:
    """The last day on which a request of that day is answered in time (R-PRIV-05, R-COLL-07)."""
    if right is Right.COMPLAINT:
        return on + timedelta(days=int(law.on("complaint_answered_within", on)))
    return business_days.after(on, int(law.on("right_answered_within", on)))


def plain(value: Any) -> Any:
    """A noun as a document for its person: masked parts in full, amounts as decimal texts, moments in ISO; no secrets."""
    match value:
        case Secret():
            return None
        case Masked():
            return value.reveal()
        case Money():
            return {"amount": decimal_text(value.minor, value.currency), "currency": value.currency}
        case Enum():
            return plain(value.value)
        case datetime() | date() | time():
            return value.isoformat()
        case None | bool() | int() | str():
            return value
        case bytes() | memoryview():
            return bytes(value).hex()
        case Mapping():
            return {str(plain(name)): plain(one) for name, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(one) for one in value]
        case _ if is_dataclass(value):
            return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
        case _:
            return str(value)
