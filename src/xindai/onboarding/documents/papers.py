"""From lines of text in a picture to the fields of a paper: what stands where, by the labels that are printed on it.

The picture may be held askew: lines are levelled first. A label and its value may be one line or two; a value may run on
below. A number that carries a check digit is believed before one that does not.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from stdnum import luhn
from stdnum.cn import uscc

from xindai.onboarding.documents.model import FIELDS, Field, Kind
from xindai.values.masked import IdNumber
from xindai.values.refusal import Refusal

LONG_TERM = "长期"
LABELS: dict[Kind, tuple[str, ...]] = {
    Kind.ID_CARD_FRONT: ("公民身份号码", "姓名", "性别", "民族", "出生", "住址"),
    Kind.ID_CARD_BACK: ("签发机关", "有效期限", "居民身份证", "中华人民共和国"),
    Kind.BANK_CARD: (),
    Kind.BUSINESS_LICENCE: (
        "统一社会信用代码", "营业执照", "法定代表人", "执行事务合伙人", "注册资本", "成立日期", "注册日期", "营业期限", "经营场所",
        "经营范围", "登记机关", "组成形式", "经营者", "负责人", "投资人", "名称", "类型", "住所",
    ),
    Kind.INCOME_PROOF: (),
}  # fmt: skip
_FULL_WIDTH = str.maketrans("０１２３４５６７８９（）：－—／．Ｘ", "0123456789():--/.X")
_LOOKALIKE = str.maketrans("OoQDIl|SBZ", "0000111582")
_UNUSED = str.maketrans("OIZS", "0125")
"""Letters that no credit code has (GB 32100-2015), and what they were."""
_ID = re.compile(r"[1-9][0-9]{16}[0-9X]")
_DATE = re.compile(r"((?:19|20)[0-9]{2})[年.\-/]?([0-9]{1,2})[月.\-/]([0-9]{1,2})")
_TERM = re.compile(
    r"((?:19|20)[0-9]{2})[.\-/]?([0-9]{2})[.\-/]?([0-9]{2})-?(?:((?:19|20)[0-9]{2})[.\-/]?([0-9]{2})[.\-/]?([0-9]{2})|长期)"
)
_USCC = re.compile(r"[0-9A-Z]{18}")
_HAN_NAME = re.compile(r"[\u3400-\u9fff·]{2,20}")
_MARKS = re.compile(r"^[^\w(]+|[^\w)]+$")
"""What a crease or a shadow was taken for, before and after a value."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: its corners clockwise from the top left (pixels), and how sure the machine is (basis points)."""

    text: str
    score_bps: int
    box: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A label or a value, levelled: where it begins, ends and lies, and how tall it is."""

    text: str
    sure_bps: int
    left: float
    right: float
    middle: float
    height: float
    is_label: bool


def read(kind: Kind, lines: Sequence[Line]) -> dict[str, Field]:
    """The fields that were found, in the order in which they stand on that kind of paper."""
    pieces = _levelled(kind, lines)
    found = _READERS[kind](pieces) if pieces else {}
    return {name: found[name] for name in FIELDS[kind] if name in found and found[name].value}


def day(text: str) -> str:
    """A day in any of the ways in which papers write it, as ISO; nothing if it is none."""
    found = _DATE.search(text)
    return (_iso(*found.groups()) or "") if found else ""


def term(text: str) -> tuple[str, str]:
    """(first day, last day or 长期) of a term of validity; nothing if it is none."""
    found = _TERM.search(text.translate(_FULL_WIDTH).replace(" ", ""))
    if not found:
        return "", ""
    year, month, begins, *until = found.groups()
    return _iso(year, month, begins) or "", LONG_TERM if until[0] is None else _iso(*until) or ""


def touches_the_edge(lines: Iterable[Line], *, width: int, height: int) -> bool:
    """Whether text runs into the border of the picture, so that part of the paper lies outside."""
    margin = max(width, height) / 150
    return any(
        min(line.box[0::2]) < margin
        or min(line.box[1::2]) < margin
        or max(line.box[0::2]) > width - margin
        or max(line.box[1::2]) > height - margin
        for line in lines
    )


def _levelled(kind: Kind, lines: Sequence[Line]) -> list[_Piece]:
    long = [line for line in lines if len(line.text) > 2]
    if not long:
        return []
    angle = statistics.median(math.atan2(line.box[3] - line.box[1], line.box[2] - line.box[0]) for line in long)
    turn, lift = math.cos(-angle), math.sin(-angle)
    pieces: list[_Piece] = []
    for line in lines:
        xs, ys = line.box[0::2], line.box[1::2]
        level_x = [x * turn - y * lift for x, y in zip(xs, ys, strict=True)]
        level_y = [x * lift + y * turn for x, y in zip(xs, ys, strict=True)]
        tall = (level_y[3] + level_y[2] - level_y[0] - level_y[1]) / 2
        pieces += _split(kind, line, min(level_x), max(level_x), sum(level_y) / 4, max(1.0, tall))
    return pieces


def _split(kind: Kind, line: Line, left: float, right: float, middle: float, height: float) -> list[_Piece]:
    """A line at its labels: `性别女民族汉` is four pieces."""
    text = _MARKS.sub("", re.sub(r"\s", "", line.text).translate(_FULL_WIDTH))
    inner = "|".join(("民族",) if kind is Kind.ID_CARD_FRONT else ())
    parts: list[tuple[str, bool]] = []
    while text:
        label = next((one for one in LABELS[kind] if text.startswith(one)), None)
        if label is None:
            cut = re.search(inner, text).start() if inner and re.search(inner, text) else len(text)  # type: ignore[union-attr]
            parts.append((_MARKS.sub("", text[:cut]), False))
            text = text[cut:]
        else:
            parts.append((label, True))
            text = _MARKS.sub("", text[len(label) :])
    whole = max(1, sum(len(part) for part, _ in parts))
    pieces, begun = [], 0
    for part, is_label in parts:
        start = left + (right - left) * begun / whole
        begun += len(part)
        end = left + (right - left) * begun / whole
        if part:
            pieces.append(_Piece(part, line.score_bps, start, end, middle, height, is_label))
    return pieces


def _beside(pieces: Sequence[_Piece], *labels: str, runs_on: bool = False) -> Field | None:
    """The value right of a label, and where it `runs_on`, the lines below that begin where it begins.

    The boxes of the two may overlap by some, so the middle of the value has to lie beyond the label.
    """
    label = next((one for one in pieces if one.is_label and one.text in labels), None)
    if label is None:
        return None
    right = [
        one
        for one in pieces
        if one.left > label.left
        and one.left + one.right > 2 * label.right
        and abs(one.middle - label.middle) < label.height * 0.75
    ]
    right.sort(key=lambda one: one.left)
    if not right or right[0].is_label:
        return None
    taken = [right[0]]
    for one in right[1:]:
        if one.is_label or one.left - taken[-1].right > label.height * 2:
            break
        taken.append(one)
    if runs_on:
        _run_on(pieces, taken)
    return Field("".join(one.text for one in taken), min(one.sure_bps for one in taken))


def _run_on(pieces: Sequence[_Piece], taken: list[_Piece]) -> None:
    first, last = taken[0], taken[-1]
    below = [
        one
        for one in pieces
        if one.middle > first.middle + first.height / 2 and abs(one.left - first.left) < first.height * 1.2
    ]
    for one in sorted(below, key=lambda one: one.middle):
        labelled = any(other.is_label and abs(other.middle - one.middle) < one.height * 0.75 for other in pieces)
        if one.is_label or labelled or one.middle - last.middle > first.height * 2:
            return
        taken.append(one)
        last = one


def _id_card_front(pieces: Sequence[_Piece]) -> dict[str, Field]:
    found = _present(
        name=_beside(pieces, "姓名"),
        sex=_beside(pieces, "性别"),
        ethnicity=_beside(pieces, "民族"),
        born_on=_dated(_beside(pieces, "出生") or _any(pieces, _DATE)),
        address=_beside(pieces, "住址", runs_on=True),
        id_number=_checked(pieces, _ID, _is_id_number, _LOOKALIKE),
    )
    if "name" not in found or not _HAN_NAME.fullmatch(found["name"].value):
        found |= _present(name=_topmost_name(pieces))
    if "address" not in found:
        found |= _present(address=_between(pieces))
    if "sex" in found and found["sex"].value[:1] in {"男", "女"}:
        found["sex"] = Field(found["sex"].value[:1], found["sex"].sure_bps)
    return {**_told_by_number(found.get("id_number")), **found}


def _told_by_number(number: Field | None) -> dict[str, Field]:
    """A sound number tells sex and birth as well, where they could not be read (GB 11643-1999)."""
    if number is None or not _is_id_number(number.value):
        return {}
    born = _iso(number.value[6:10], number.value[10:12], number.value[12:14])
    return _present(
        sex=Field("男" if int(number.value[16]) % 2 else "女", number.sure_bps),
        born_on=Field(born, number.sure_bps) if born else None,
    )


def _id_card_back(pieces: Sequence[_Piece]) -> dict[str, Field]:
    authority = _beside(pieces, "签发机关") or next(
        (Field(one.text, one.sure_bps) for one in pieces if "公安局" in one.text), None
    )
    for one in pieces:
        begins, ends = term(one.text)
        if begins and ends:
            return _present(
                authority=authority, valid_from=Field(begins, one.sure_bps), valid_until=Field(ends, one.sure_bps)
            )
    return _present(authority=authority)


def _bank_card(pieces: Sequence[_Piece]) -> dict[str, Field]:
    rows: list[tuple[str, int]] = [(one.text, one.sure_bps) for one in pieces]
    for one in pieces:
        row = sorted(
            (other for other in pieces if abs(other.middle - one.middle) < one.height / 2), key=lambda p: p.left
        )
        rows.append(("".join(part.text for part in row), min(part.sure_bps for part in row)))
    numbers = [
        (number, sure) for text, sure in rows for number in re.findall(r"[0-9]{13,19}", text.translate(_LOOKALIKE))
    ]
    numbers.sort(key=lambda one: (not luhn.is_valid(one[0]), -len(one[0]), -one[1]))
    return {"card_number": Field(*numbers[0])} if numbers else {}


def _business_licence(pieces: Sequence[_Piece]) -> dict[str, Field]:
    return _present(
        uscc=_checked(pieces, _USCC, uscc.is_valid, _UNUSED),
        business_name=_bracketed(_beside(pieces, "名称", runs_on=True)),
        business_kind=_bracketed(_beside(pieces, "类型", runs_on=True)),
        legal_representative=_beside(pieces, "法定代表人", "经营者", "负责人", "投资人", "执行事务合伙人"),
        capital=_beside(pieces, "注册资本"),
        founded_on=_dated(_beside(pieces, "成立日期", "注册日期")),
        address=_beside(pieces, "住所", "经营场所", runs_on=True),
    )


_READERS: dict[Kind, Callable[[Sequence[_Piece]], dict[str, Field]]] = {
    Kind.ID_CARD_FRONT: _id_card_front,
    Kind.ID_CARD_BACK: _id_card_back,
    Kind.BANK_CARD: _bank_card,
    Kind.BUSINESS_LICENCE: _business_licence,
    Kind.INCOME_PROOF: lambda _: {},
}


def _present(**fields: Field | None) -> dict[str, Field]:
    return {name: field for name, field in fields.items() if field is not None}


def _any(pieces: Sequence[_Piece], pattern: re.Pattern[str]) -> Field | None:
    return next((Field(one.text, one.sure_bps) for one in pieces if pattern.search(one.text)), None)


def _is_id_number(text: str) -> bool:
    try:
        IdNumber.parse(text)
    except Refusal:
        return False
    return True


def _bracketed(field: Field | None) -> Field | None:
    """Brackets as registers write them."""
    return Field(field.value.replace("(", "（").replace(")", "）"), field.sure_bps) if field else None


def _checked(
    pieces: Sequence[_Piece], pattern: re.Pattern[str], holds: Callable[[str], bool], lookalike: dict[int, int]
) -> Field | None:
    """The number of that form whose check digit holds; else one of that form, of which nobody may be sure."""
    forms = [
        Field(number, one.sure_bps)
        for one in pieces
        for text in (one.text.upper(), one.text.upper().translate(lookalike))
        for number in pattern.findall(text)
    ]
    sound = next((form for form in forms if holds(form.value)), None)
    return sound or next((Field(form.value, 0) for form in forms), None)


def _dated(field: Field | None) -> Field | None:
    found = _DATE.search(field.value) if field else None
    on = _iso(*found.groups()) if found else None
    return Field(on, field.sure_bps) if on and field else None


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _topmost_name(pieces: Sequence[_Piece]) -> Field | None:
    """A name whose label was not read: the first short line that no other label names."""
    told = {field.value for label in ("性别", "民族") if (field := _beside(pieces, label))}
    names = [
        one
        for one in pieces
        if not one.is_label and one.text not in told and _HAN_NAME.fullmatch(one.text) and len(one.text) <= 4
    ]
    top = min(names, key=lambda one: one.middle, default=None)
    return Field(top.text, min(top.sure_bps, 5000)) if top else None


def _between(pieces: Sequence[_Piece]) -> Field | None:
    """An address whose label was not read: what stands between birth and number."""
    born = next((one.middle for one in pieces if _DATE.search(one.text) or one.text == "出生"), None)
    number = next((one.middle for one in pieces if _ID.search(one.text.upper()) or one.text == "公民身份号码"), None)
    if born is None or number is None:
        return None
    inside = [
        one for one in pieces if not one.is_label and born + one.height / 2 < one.middle < number - one.height / 2
    ]
    inside.sort(key=lambda one: one.middle)
    return Field("".join(one.text for one in inside), min(5000, *(one.sure_bps for one in inside))) if inside else None
