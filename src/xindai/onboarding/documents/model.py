"""Nouns of papers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from xindai.values import ids
from xindai.values.refusal import Kind as RefusalKind
from xindai.values.refusal import Refusal

LARGEST_UPLOAD = 10 * 1024 * 1024
UPLOADS_A_DAY = 40
KEPT_FOR = timedelta(days=90)
"""How long papers of somebody who has not borrowed are kept; a loan's papers are kept with it (R-ID-02)."""
SURE_BPS = 9000
"""A field that was read less surely is shown to its owner to be looked at."""


class DocumentId(ids.Id):
    """Names one paper."""

    prefix = "doc"


class PageId(ids.Id):
    """Names one page of a paper."""

    prefix = "page"


class CorrectionId(ids.Id):
    """Names one change that an owner made."""

    prefix = "cor"


class Kind(StrEnum):
    """What a paper is."""

    ID_CARD_FRONT = "id_card_front"
    ID_CARD_BACK = "id_card_back"
    BANK_CARD = "bank_card"
    BUSINESS_LICENCE = "business_licence"
    INCOME_PROOF = "income_proof"


FIELDS: dict[Kind, tuple[str, ...]] = {
    Kind.ID_CARD_FRONT: ("name", "sex", "ethnicity", "born_on", "address", "id_number"),
    Kind.ID_CARD_BACK: ("authority", "valid_from", "valid_until"),
    Kind.BANK_CARD: ("card_number",),
    Kind.BUSINESS_LICENCE: (
        "uscc",
        "business_name",
        "business_kind",
        "legal_representative",
        "capital",
        "founded_on",
        "address",
    ),
    Kind.INCOME_PROOF: (),
}
"""What stands on each kind of paper; a proof of income is read by people."""


class Status(StrEnum):
    """Where a paper stands."""

    RECEIVED = "received"
    READ = "read"
    UNREADABLE = "unreadable"
    DELETED = "deleted"


MOVES: dict[Status, dict[Status, str]] = {
    Status.RECEIVED: {
        Status.READ: "document_read",
        Status.UNREADABLE: "document_unreadable",
        Status.DELETED: "document_deleted",
    },
    Status.READ: {Status.DELETED: "document_deleted"},
    Status.UNREADABLE: {Status.DELETED: "document_deleted"},
    Status.DELETED: {},
}


class DocumentMissing(Refusal):
    """There is no such paper, or it is not the asker's."""

    kind = RefusalKind.MISSING
    code = "document_not_found"
    en = "There is no such document."
    zh = "没有该文件。"


class DocumentMoved(Refusal):
    """It is too late for that."""

    kind = RefusalKind.CONFLICT
    code = "document_state"
    en = "The document is {status}; this can no longer be done."
    zh = "文件状态为 {status}，无法办理。"


class FieldUnknown(Refusal):
    """No such field stands on this kind of paper."""

    code = "document_field_unknown"
    en = "There is no field “{name}” on this document."
    zh = "该文件没有“{name}”字段。"


class PictureUnfit(Refusal):
    """The upload is no picture that is taken here."""

    code = "picture_unfit"
    en = "This picture cannot be used: {why_en}."
    zh = "图片无法使用：{why_zh}。"


WHY_UNFIT = {
    "type_unsupported": ("it is no JPEG, PNG, HEIC or PDF", "仅支持 JPEG、PNG、HEIC、PDF"),
    "too_many_pixels": ("it has more than 50 million pixels", "像素超过 5000 万"),
    "too_small": ("it is too small to be read; please take it again from nearer", "图片过小，请靠近重新拍摄"),
    "too_many_pages": ("it has more than 10 pages", "页数超过 10 页"),
    "locked": ("it is locked with a password", "文件已加密"),
    "damaged": ("it is damaged", "文件已损坏"),
    "too_large": ("it is larger than 10 MB", "文件超过 10 MB"),
    "infected": ("a virus scanner has objections", "未通过安全扫描"),
}


class DocumentHeld(Refusal):
    """The law asks us to keep it while a loan rests on it, and after."""

    kind = RefusalKind.CONFLICT
    code = "document_held"
    en = "A loan rests on this document; the law asks us to keep it (Anti-Money-Laundering Law, art. 34)."
    zh = "该文件为贷款依据，依法须留存（反洗钱法第三十四条）。"


class TooManyUploads(Refusal):
    """So many a day are enough for anybody."""

    kind = RefusalKind.FORBIDDEN
    code = "too_many_documents"
    en = "Too many pictures today; please try again tomorrow, or type what stands on the paper."
    zh = "今日上传次数过多，请明日再试，或手工填写。"


def unfit(reason: str) -> PictureUnfit:
    """The refusal for a reason of WHY_UNFIT."""
    en, zh = WHY_UNFIT.get(reason, WHY_UNFIT["damaged"])
    return PictureUnfit(field="file", why_en=en, why_zh=zh)


@dataclass(frozen=True, slots=True)
class Field:
    """What stands in one place of a paper: as read, how surely (basis points), and as its owner set it right."""

    value: str
    sure_bps: int
    corrected: str | None = None

    @property
    def said(self) -> str:
        """What counts: the owner's word, or what was read."""
        return self.value if self.corrected is None else self.corrected


@dataclass(frozen=True, slots=True)
class Page:
    """One page as a plain JPEG."""

    jpeg: bytes
    width: int
    height: int

    def __repr__(self) -> str:
        return f"Page({self.width}x{self.height})"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An upload made anew by the reader, and what it measured (`contracts/reading.md`)."""

    pages: tuple[Page, ...]
    thumbnail: bytes
    sharpness: int
    glare_bps: int
    brightness: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found on a paper; `by` is which one."""

    fields: dict[str, Field]
    hints: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True)
class Document:
    """One paper of a person."""

    id: DocumentId
    person_id: str
    grant_id: str
    kind: Kind
    status: Status
    pages: int
    fields: dict[str, Field]
    hints: tuple[str, ...]
    read_by: str | None
    at: datetime

    def move(self, to: Status) -> str | None:
        """The event that leads to `to`; none when it is there already. Refuses: DocumentMoved."""
        if self.status is to:
            return None
        if to not in MOVES[self.status]:
            raise DocumentMoved(status=self.status.value)
        return MOVES[self.status][to]

    def corrected(self, name: str, value: str) -> Document:
        """The paper with one field set right by its owner. Refuses: FieldUnknown, DocumentMoved."""
        if name not in FIELDS[self.kind]:
            raise FieldUnknown(name=name, field="field")
        if self.status not in {Status.READ, Status.UNREADABLE}:
            raise DocumentMoved(status=self.status.value)
        before = self.fields.get(name, Field("", 0))
        after = replace(before, corrected=None if value == before.value else value)
        return replace(self, fields={**self.fields, name: after})


def fields_document(fields: dict[str, Field]) -> dict[str, Any]:
    """Fields as they are kept."""
    return {name: asdict(field) for name, field in fields.items()}


def fields_of(document: dict[str, Any]) -> dict[str, Field]:
    """Fields again."""
    return {name: Field(**field) for name, field in document.items()}
