"""A form that is filled in over several sittings: what was saved last, and what is still lacking."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from xindai.onboarding.consent.model import NEEDED, Scope
from xindai.onboarding.documents.model import Document, Kind
from xindai.values.refusal import Kind as RefusalKind
from xindai.values.refusal import Refusal

DRAFT_LIVES = timedelta(days=30)
ASKED = ("product", "amount", "months", "purpose", "monthly_income")
TOLD_BY_PAPERS = {
    "name": (Kind.ID_CARD_FRONT, "name"),
    "id_number": (Kind.ID_CARD_FRONT, "id_number"),
    "card_number": (Kind.BANK_CARD, "card_number"),
}


class DraftConflict(Refusal):
    """Somebody, perhaps the same person on another device, has saved the form meanwhile."""

    kind = RefusalKind.CONFLICT
    code = "draft_conflict"
    en = "The form was saved meanwhile (version {version}, on “{device}”); please load it and go on from there."
    zh = "表单已在其他设备更新（版本 {version}，设备“{device}”），请重新加载后继续。"


class DraftMissing(Refusal):
    """Nothing was saved, or too long ago."""

    kind = RefusalKind.MISSING
    code = "draft_not_found"
    en = "There is no saved form."
    zh = "没有已保存的表单。"


@dataclass(frozen=True, slots=True)
class Draft:
    """The form as it was saved last; `version` counts the saves."""

    version: int
    device: str
    form: Mapping[str, Any]
    saved_at: datetime
    expires_at: datetime


def saved(before: Draft | None, *, expects: int, form: Mapping[str, Any], device: str, at: datetime) -> Draft:
    """The next version of a form; `expects` is the version that the device has seen, zero for none.

    The same form again is the same version, so that a save may be repeated. Refuses: DraftConflict.
    """
    version = before.version if before else 0
    if before is not None and dict(before.form) == dict(form):
        return before
    if expects != version:
        raise DraftConflict(version=version, device=before.device if before else "", field="version")
    return Draft(version + 1, device, form, at, at + DRAFT_LIVES)


def lacking(form: Mapping[str, Any], *, papers: Mapping[Kind, Document], allowed: Collection[Scope]) -> list[str]:
    """What is still needed before the form can be handed in, in the order in which it is asked for."""
    found = [name for name in ASKED if form.get(name) in (None, "")]
    for name, (kind, field) in TOLD_BY_PAPERS.items():
        on_paper = kind in papers and field in papers[kind].fields
        if form.get(name) in (None, "") and not on_paper:
            found.append(name)
    return [*found, *(f"consent {scope}" for scope in NEEDED if scope not in allowed)]
