"""Nouns of disclosures and contracts, and the table of moves of a disclosure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from xindai.values import ids
from xindai.values.money import Money
from xindai.values.refusal import Kind, Refusal


class DisclosureId(ids.Id):
    """Names a statement of cost that somebody was shown."""

    prefix = "dcl"


class ContractId(ids.Id):
    """Names a contract."""

    prefix = "con"


class Subject(StrEnum):
    """What a statement of cost is about: an offer, a draw on a line, a purchase or a statement put into instalments."""

    OFFER = "offer"
    LINE = "line"
    PURCHASE = "purchase"
    STATEMENT = "statement"


class Status(StrEnum):
    """Where a disclosure stands."""

    SHOWN = "shown"
    CONFIRMED = "confirmed"
    SIGNED = "signed"


MOVES: dict[Status, dict[Status, str]] = {
    Status.SHOWN: {Status.CONFIRMED: "cost_confirmed"},
    Status.CONFIRMED: {Status.SIGNED: "contract_signed"},
    Status.SIGNED: {},
}


class DisclosureMissing(Refusal):
    """There is none of that id, or it is not the asker's."""

    kind = Kind.MISSING
    code = "disclosure_not_found"
    en = "There is no such statement of cost."
    zh = "没有该份综合融资成本明示表。"


class DisclosureNeeded(Refusal):
    """The whole cost is shown and confirmed before anything is agreed (R-PRICE-04)."""

    kind = Kind.CONFLICT
    code = "disclosure_needed"
    en = "Please read and confirm the statement of the whole annual cost of these very terms first."
    zh = "请先阅读并确认本次借款的综合融资成本明示表。"


class CostAboveCap(Refusal):
    """What was agreed once, at a line for one, would cost more than may be charged today (R-PRICE-01)."""

    kind = Kind.CONFLICT
    code = "cost_above_cap"
    en = "Its whole annual cost, {cost}, is above what may be charged now, {cap}."
    zh = "其综合融资成本年化 {cost} 超过现行上限 {cap}，暂不能办理。"


class DisclosureStale(Refusal):
    """It was shown on another day, or has been signed on."""

    kind = Kind.CONFLICT
    code = "disclosure_stale"
    en = "This statement of cost was for another day or has been used; please read it anew."
    zh = "该份明示表已失效，请重新阅读。"


class ReadTooFast(Refusal):
    """It stays on the screen for a least time (R-PRICE-04)."""

    kind = Kind.CONFLICT
    code = "reading_too_short"
    en = "Please take your time: the statement can be confirmed in {seconds} seconds."
    zh = "请仔细阅读，{seconds} 秒后可确认。"


class TextDiffers(Refusal):
    """What is confirmed is not what was shown."""

    kind = Kind.CONFLICT
    code = "disclosure_text_differs"
    en = "What is confirmed is not the statement that was shown."
    zh = "确认内容与所展示的明示表不一致。"


class ContractMissing(Refusal):
    """There is none of that id, or it is not the asker's."""

    kind = Kind.MISSING
    code = "contract_not_found"
    en = "There is no such contract."
    zh = "没有该份合同。"


class ContractUnready(Refusal):
    """It is signed, and its document is being made."""

    kind = Kind.UNREADY
    code = "contract_being_made"
    en = "The document of this contract is being made; please try again in a moment."
    zh = "合同文件正在生成，请稍后再试。"


def hash_of(document: dict[str, Any]) -> str:
    """SHA-256 over the document as canonical JSON, in hexadecimal."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a statement of cost is asked for, and what is agreed must equal."""

    subject: Subject
    subject_id: str
    amount: Money
    months: int


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A statement of cost as it was shown to a person, word for word."""

    id: DisclosureId
    person_id: str
    asked: Asked
    statement: dict[str, Any]
    status: Status
    shown_on: date
    shown_at: datetime
    confirmed_at: datetime | None

    @property
    def text_hash(self) -> str:
        """Of what was shown."""
        return hash_of(self.statement)

    def confirmable(self, *, text_hash: str, at: datetime, on: date, least_seconds: int) -> bool:
        """Whether confirming it now is new. Refuses: TextDiffers, ReadTooFast, DisclosureStale."""
        if text_hash != self.text_hash:
            raise TextDiffers(field="text_hash")
        if self.status is not Status.SHOWN:
            return False
        if on != self.shown_on:
            raise DisclosureStale
        left = self.shown_at + timedelta(seconds=least_seconds) - at
        if left > timedelta(0):
            raise ReadTooFast(seconds=-(-left // timedelta(seconds=1)))
        return True

    def signable(self, asked: Asked, *, on: date) -> None:
        """Refuses: DisclosureNeeded, where it is of other terms or unconfirmed; DisclosureStale."""
        if asked != self.asked or self.status is Status.SHOWN:
            raise DisclosureNeeded(field="disclosure_id")
        if self.status is Status.SIGNED or on != self.shown_on:
            raise DisclosureStale(field="disclosure_id")


@dataclass(frozen=True, slots=True)
class Contract:
    """What was agreed: `document` is its text and figures, `evidence` how it came to be, `signature` ours over both.

    The signature is Ed25519 over the hashes of document and evidence, joined by a colon. `file_hash` is SHA-256 of the PDF,
    once that is made.
    """

    id: ContractId
    reference: str
    person_id: str
    disclosure_id: DisclosureId
    loan_id: str | None
    line_id: str | None
    document: dict[str, Any]
    evidence: dict[str, Any]
    signature: str
    public_key: str
    signed_at: datetime
    file_hash: str | None

    @property
    def signed_text(self) -> str:
        """What the signature is over."""
        return signed_text(self.document, self.evidence)


def signed_text(document: dict[str, Any], evidence: dict[str, Any]) -> str:
    """What a contract's signature is over."""
    return f"{hash_of(document)}:{hash_of(evidence)}"
