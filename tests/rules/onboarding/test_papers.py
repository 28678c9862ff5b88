"""From lines to fields: as an engine found them on specimens of made-up people, held at any angle, in any order."""

import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.onboarding.documents import checks, papers
from xindai.onboarding.documents.model import (
    FIELDS,
    Document,
    DocumentMoved,
    Field,
    FieldUnknown,
    Kind,
    Prepared,
    Status,
)
from xindai.onboarding.documents.papers import Line

SPECIMENS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "lines.json").read_text(encoding="utf-8"))
WHOLE = [one for one in SPECIMENS if one["fields"]]
ON = date(2026, 1, 1)


def lines(specimen: dict[str, Any], *, angle: float = 0.0, scale: float = 1.0) -> list[Line]:
    """Its lines, turned about the corner of the picture."""
    turn, lift = math.cos(angle) * scale, math.sin(angle) * scale

    def turned(box: list[int]) -> tuple[int, ...]:
        pairs = zip(box[0::2], box[1::2], strict=True)
        return tuple(round(part) for x, y in pairs for part in (x * turn - y * lift, x * lift + y * turn))

    return [Line(text, score, turned(box)) for text, score, box in specimen["lines"]]


def said(specimen: dict[str, Any], **how: float) -> dict[str, str]:
    fields = papers.read(Kind(specimen["kind"]), lines(specimen, **how))
    return {name: field.value for name, field in fields.items()}


@pytest.mark.parametrize("specimen", WHOLE, ids=lambda one: f"{one['kind']}-{one['level']}")
def test_every_field_is_found_where_it_stands(specimen: dict[str, Any]) -> None:
    assert said(specimen) == specimen["fields"]


@given(
    specimen=st.sampled_from([one for one in WHOLE if one["level"] == "good"]),
    angle=st.floats(-0.3, 0.3),
    scale=st.floats(0.5, 3.0),
    order=st.randoms(use_true_random=False),
)
def test_angle_size_and_order_of_lines_change_nothing(
    specimen: dict[str, Any], angle: float, scale: float, order: Any
) -> None:
    shuffled = lines(specimen, angle=angle, scale=scale)
    order.shuffle(shuffled)
    fields = papers.read(Kind(specimen["kind"]), shuffled)
    assert {name: field.value for name, field in fields.items()} == specimen["fields"]


@given(
    kind=st.sampled_from(list(Kind)),
    texts=st.lists(st.text(max_size=40), max_size=12),
    corners=st.lists(st.integers(-10, 3000), min_size=8, max_size=8),
)
def test_whatever_stands_on_a_picture_is_read_or_not_but_never_breaks(
    kind: Kind, texts: list[str], corners: list[int]
) -> None:
    found = papers.read(kind, [Line(text, 5000, tuple(corners)) for text in texts])
    assert set(found) <= set(FIELDS[kind])
    checks.findings(kind, found, on=ON)


def test_a_number_with_a_sound_check_digit_is_believed_first() -> None:
    box = (0, 0, 400, 0, 400, 30, 0, 30)
    misread = [
        Line("公民身份号码", 9990, box),
        Line("33010619900307852G", 9990, box),
        Line("33O106199003078526", 9100, box),
    ]
    found = papers.read(Kind.ID_CARD_FRONT, misread)
    assert found["id_number"] == Field("330106199003078526", 9100)
    assert (found["sex"].value, found["born_on"].value) == ("女", "1990-03-07")
    unsound = papers.read(Kind.ID_CARD_FRONT, [Line("330106199003078520", 9990, box)])
    assert unsound["id_number"] == Field("330106199003078520", 0)


def card(*, name: str | None, ethnicity: str = "土家") -> list[Line]:
    """The top of the front of a card, a label and its value a line."""
    rows = [("姓名" + name if name else None, 0, 0), ("性别女", 0, 100), ("民族" + ethnicity, 300, 100)]
    return [Line(text, 9900, (x, y, x + 200, y, x + 200, y + 60, x, y + 60)) for text, x, y in rows if text]


@pytest.mark.parametrize("seen", ["☑吴涛", "吴涛.", "·吴涛"])
def test_what_a_crease_was_taken_for_is_no_part_of_a_value(seen: str) -> None:
    read = papers.read(Kind.ID_CARD_FRONT, card(name=seen, ethnicity="☑汉"))
    assert (
        papers.read(Kind.ID_CARD_FRONT, [Line("☑姓名：吴涛", 9900, (0, 0, 200, 0, 200, 60, 0, 60))])["name"].value
        == "吴涛"
    )
    assert (read["name"].value, read["ethnicity"].value) == ("吴涛", "汉")
    assert papers.read(Kind.ID_CARD_FRONT, card(name="阿依·古丽"))["name"].value == "阿依·古丽"


def test_the_boxes_of_a_label_and_its_value_may_overlap() -> None:
    """As an engine found them on two specimens that were photographed at an angle."""
    front = [
        Line("姓名刘洋", 9993, (198, 244, 420, 228, 424, 293, 203, 308)),
        Line("维吾尔", 9994, (528, 309, 672, 299, 676, 352, 532, 362)),
        Line("民族", 9999, (430, 319, 555, 312, 558, 357, 432, 364)),
        Line("性别女", 9995, (211, 334, 445, 318, 448, 365, 214, 381)),
    ]
    assert papers.read(Kind.ID_CARD_FRONT, front)["ethnicity"] == Field("维吾尔", 9994)
    licence = [
        Line("名称", 9998, (290, 548, 359, 548, 359, 590, 290, 590)),
        Line("法定代表人", 9999, (297, 725, 453, 723, 453, 761, 298, 763)),
        Line("、黄飞", 9022, (433, 723, 530, 723, 530, 761, 433, 761)),
    ]
    assert papers.read(Kind.BUSINESS_LICENCE, licence)["legal_representative"] == Field("黄飞", 9022)


@pytest.mark.parametrize("ethnicity", ["土家", "维吾尔"])
def test_an_ethnicity_is_never_taken_for_the_name(ethnicity: str) -> None:
    assert "name" not in papers.read(Kind.ID_CARD_FRONT, card(name=None, ethnicity=ethnicity))
    assert papers.read(Kind.ID_CARD_FRONT, card(name="何5明", ethnicity=ethnicity))["name"].value == "何5明"


def test_text_at_the_border_shows_that_the_paper_lies_outside() -> None:
    def touches(one: dict[str, Any]) -> bool:
        return papers.touches_the_edge(lines(one), width=one["width"], height=one["height"])

    assert [one["level"] for one in SPECIMENS if touches(one)] == ["cropped"]


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        (Kind.ID_CARD_FRONT, {"name": "李秀英", "id_number": "330106199003078526", "sex": "女"}, ()),
        (Kind.ID_CARD_FRONT, {"id_number": "330106199003078520"}, ("id_number_wrong",)),
        (Kind.ID_CARD_FRONT, {"name": "李5英"}, ("name_wrong",)),
        (
            Kind.ID_CARD_FRONT,
            {"id_number": "330106199003078526", "sex": "男", "born_on": "1990-03-08"},
            ("born_on_differs", "sex_differs"),
        ),
        (Kind.ID_CARD_BACK, {"valid_from": "2005-01-01", "valid_until": "2025-12-31"}, ("expired",)),
        (Kind.ID_CARD_BACK, {"valid_from": "2005-01-01", "valid_until": "2026-01-01"}, ()),
        (Kind.ID_CARD_BACK, {"valid_from": "2026-01-02", "valid_until": "长期"}, ("not_valid_yet",)),
        (Kind.ID_CARD_BACK, {"valid_from": "2016-01-01", "valid_until": "2015-01-01"}, ("term_wrong",)),
        (Kind.ID_CARD_BACK, {"valid_until": "soon"}, ("term_wrong",)),
        (Kind.BANK_CARD, {"card_number": "6217000000000012340"}, ("card_number_wrong",)),
        (Kind.BUSINESS_LICENCE, {"uscc": "91330106MA2XXXXX1X"}, ("uscc_wrong",)),
    ],
)
def test_what_does_not_fit_is_named(kind: Kind, fields: dict[str, str], expected: tuple[str, ...]) -> None:
    found = {name: Field(value, 9900) for name, value in fields.items()}
    assert checks.findings(kind, found, on=ON) == expected


def test_hints_are_given_only_where_something_was_not_read() -> None:
    poor = Prepared((), b"", sharpness=3, glare_bps=900, brightness=20)
    whole = {"card_number": Field("6217000000000012348", 9900)}
    assert checks.hints(poor, whole, Kind.BANK_CARD, cropped=True) == ()
    assert checks.hints(poor, {}, Kind.BANK_CARD, cropped=True) == ("blurred", "glare", "dark", "cropped")
    fine = Prepared((), b"", sharpness=300, glare_bps=0, brightness=140)
    assert checks.hints(fine, {}, Kind.BANK_CARD, cropped=False) == ("retake",)


def paper(status: Status, **fields: Field) -> Document:
    return Document(
        id="doc_1",  # type: ignore[arg-type]
        person_id="per_1",
        grant_id="grant_1",
        kind=Kind.BANK_CARD,
        status=status,
        pages=1,
        fields=fields,
        hints=(),
        read_by=None,
        at=None,  # type: ignore[arg-type]
    )


def test_a_field_set_right_and_set_back_is_as_it_was_read() -> None:
    one = paper(Status.READ, card_number=Field("6217", 9900))
    changed = one.corrected("card_number", "6218")
    assert (changed.fields["card_number"].said, changed.fields["card_number"].value) == ("6218", "6217")
    assert changed.corrected("card_number", "6217") == one
    typed = paper(Status.UNREADABLE).corrected("card_number", "6219")
    assert (typed.fields["card_number"].said, typed.fields["card_number"].value) == ("6219", "")
    with pytest.raises(FieldUnknown):
        one.corrected("name", "李秀英")
    for status in (Status.RECEIVED, Status.DELETED):
        with pytest.raises(DocumentMoved):
            paper(status).corrected("card_number", "6217")
