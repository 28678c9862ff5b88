"""Who an applicant says to be: what was typed, and where nothing was, what stands on their papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from xindai.onboarding.documents import checks
from xindai.onboarding.documents.model import Document, Kind
from xindai.onboarding.identity.model import Claim
from xindai.values.masked import CardNumber, IdNumber, PersonName
from xindai.values.refusal import Kind as RefusalKind
from xindai.values.refusal import Refusal


class IdentityIncomplete(Refusal):
    """Neither typed nor photographed."""

    code = "identity_incomplete"
    en = "Please type this, or photograph the paper on which it stands."
    zh = "请填写该项，或拍摄相应证件。"


class DiffersFromDocument(Refusal):
    """Typed otherwise than it stands on the ID card."""

    kind = RefusalKind.CONFLICT
    code = "differs_from_document"
    en = "Your ID card says otherwise; please correct what was read, or what you typed."
    zh = "与证件识别结果不一致，请更正识别结果或填写内容。"


class IdCardExpired(Refusal):
    """The paper has run out (R-ID-01)."""

    kind = RefusalKind.CONFLICT
    code = "id_card_expired"
    en = "Your ID card has expired; please photograph the new one."
    zh = "身份证已过有效期，请拍摄有效证件。"


@dataclass(frozen=True, slots=True)
class Typed:
    """What an applicant typed; the rest is taken from papers."""

    name: PersonName | None = None
    id_number: IdNumber | None = None
    card_number: CardNumber | None = None


def claim(typed: Typed, papers: Mapping[Kind, Document], *, on: date) -> Claim:
    """The whole claim. Refuses: IdentityIncomplete, DiffersFromDocument, IdCardExpired, and what is no name or number."""
    back = papers.get(Kind.ID_CARD_BACK)
    if back is not None and "expired" in checks.findings(back.kind, back.fields, on=on):
        raise IdCardExpired(field="documents")
    name, number = _said(papers, Kind.ID_CARD_FRONT, "name"), _said(papers, Kind.ID_CARD_FRONT, "id_number")
    if typed.name is not None and name is not None and typed.name.reveal() != name:
        raise DiffersFromDocument(field="name")
    if typed.id_number is not None and number is not None and typed.id_number.reveal() != number.upper():
        raise DiffersFromDocument(field="id_number")
    card = _said(papers, Kind.BANK_CARD, "card_number")
    return Claim(
        typed.name or PersonName.parse(_there(name, "name")),
        id_number(typed, papers),
        typed.card_number or CardNumber.parse(_there(card, "card_number")),
    )


def id_number(typed: Typed, papers: Mapping[Kind, Document]) -> IdNumber:
    """The ID number of a claim. Refuses: IdentityIncomplete, and what is no number."""
    said = _said(papers, Kind.ID_CARD_FRONT, "id_number")
    return typed.id_number or IdNumber.parse(_there(said, "id_number"))


def _said(papers: Mapping[Kind, Document], kind: Kind, name: str) -> str | None:
    paper = papers.get(kind)
    field = paper.fields.get(name) if paper else None
    return field.said if field else None


def _there(text: str | None, field: str) -> str:
    if text is None:
        raise IdentityIncomplete(field=field)
    return text
