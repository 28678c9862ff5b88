"""What to think of a reading: whether it will do, what its owner should look at, and how to take a better picture."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from stdnum import luhn
from stdnum.cn import uscc

from xindai.onboarding.documents.model import FIELDS, SURE_BPS, Document, Field, Kind, Prepared, Status
from xindai.onboarding.documents.papers import LONG_TERM
from xindai.values.masked import IdNumber, PersonName
from xindai.values.refusal import Refusal

LEAST_SHARPNESS = 15
MOST_GLARE_BPS = 400
LEAST_BRIGHTNESS = 45
NEEDED: dict[Kind, tuple[str, ...]] = {
    Kind.ID_CARD_FRONT: ("name", "id_number"),
    Kind.ID_CARD_BACK: ("valid_until",),
    Kind.BANK_CARD: ("card_number",),
    Kind.BUSINESS_LICENCE: ("uscc", "business_name", "legal_representative"),
    Kind.INCOME_PROOF: (),
}
"""Without these the paper counts as not read."""

HINTS: dict[str, tuple[str, str]] = {
    "blurred": ("The picture is blurred: hold the phone still and tap to focus.", "照片模糊，请拿稳手机并点按对焦。"),
    "glare": (
        "Light is reflected: tilt the paper a little, or turn the flash off.",
        "证件反光，请略微倾斜或关闭闪光灯。",
    ),
    "dark": ("The picture is dark: take it near a window or a lamp.", "光线过暗，请到明亮处拍摄。"),
    "cropped": (
        "Part of the paper lies outside: leave a finger's breadth around it.",
        "证件未拍全，请在四周留出一指宽。",
    ),
    "retake": ("It could not be read: please lay the paper flat and take it again.", "未能识别，请将证件放平后重拍。"),
}


def hints(prepared: Prepared, fields: dict[str, Field], kind: Kind, *, cropped: bool) -> tuple[str, ...]:
    """How to take a better picture; nothing while everything was read surely."""
    if all(name in fields and fields[name].sure_bps >= SURE_BPS for name in FIELDS[kind]):
        return ()
    found = [
        ("blurred", prepared.sharpness < LEAST_SHARPNESS),
        ("glare", prepared.glare_bps > MOST_GLARE_BPS),
        ("dark", prepared.brightness < LEAST_BRIGHTNESS),
        ("cropped", cropped),
    ]
    told = tuple(hint for hint, holds in found if holds)
    return told or (() if status(kind, fields) is Status.READ else ("retake",))


def status(kind: Kind, fields: dict[str, Field]) -> Status:
    """Whether a paper counts as read."""
    return Status.READ if all(name in fields for name in NEEDED[kind]) else Status.UNREADABLE


def findings(kind: Kind, fields: dict[str, Field], *, on: date) -> tuple[str, ...]:
    """What does not fit on a paper as its owner leaves it, by stable codes; the same order always."""
    said = {name: field.said for name, field in fields.items()}
    found = [*_unsure(fields), *_form(said)]
    if kind is Kind.ID_CARD_FRONT:
        found += _number_and_birth(said)
    if kind is Kind.ID_CARD_BACK:
        found += _term(said, on)
    return tuple(found)


def misfits(papers: Iterable[Document], *, on: date) -> bool:
    """Whether anything on these papers does not fit; what was only read unsurely fits, once four elements agree."""
    return any(
        not finding.endswith("_unsure") for paper in papers for finding in findings(paper.kind, paper.fields, on=on)
    )


def _unsure(fields: dict[str, Field]) -> list[str]:
    return [f"{name}_unsure" for name, one in fields.items() if one.sure_bps < SURE_BPS and one.corrected is None]


def _form(said: dict[str, str]) -> list[str]:
    forms = {
        "name": _parses(PersonName, said.get("name")),
        "id_number": _parses(IdNumber, said.get("id_number")),
        "card_number": luhn.is_valid(said.get("card_number", "")),
        "uscc": uscc.is_valid(said.get("uscc", "")),
    }
    return [f"{name}_wrong" for name, holds in forms.items() if name in said and not holds]


def _parses(noun: type[PersonName | IdNumber], text: str | None) -> bool:
    try:
        noun.parse(text)
    except Refusal:
        return False
    return True


def _number_and_birth(said: dict[str, str]) -> list[str]:
    number = said.get("id_number", "")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return []
    found = []
    if "born_on" in said and said["born_on"].replace("-", "") != number[6:14]:
        found.append("born_on_differs")
    if said.get("sex") in {"男", "女"} and (said["sex"] == "男") != (int(number[16]) % 2 == 1):
        found.append("sex_differs")
    return found


def _term(said: dict[str, str], on: date) -> list[str]:
    try:
        begins = date.fromisoformat(said.get("valid_from", on.isoformat()))
        ends = date.max if said.get("valid_until") == LONG_TERM else date.fromisoformat(said.get("valid_until", ""))
    except ValueError:
        return ["term_wrong"]
    if begins >= ends:
        return ["term_wrong"]
    return ["expired"] if ends < on else ["not_valid_yet"] if begins > on else []
