"""What a regulator is told of a month: lines that add up, and two people."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.book.returns.model import (
    LINES,
    MOVES,
    Return,
    ReturnMoved,
    ReturnUneven,
    Status,
    last_day,
    share,
    uneven,
)
from xindai.values.four_eyes import SamePerson

CODES = {line.code: 0 for line in LINES}


def drawn(**changed: Any) -> Return:
    """A return of March."""
    told: dict[str, Any] = {
        "month": date(2026, 3, 1), "number": 1, "figures": CODES, "status": Status.DRAWN, "why": "", "drawn_on": date(2026, 4, 1),
        "checked_by": None, "checked_on": None, "reported_by": None, "reported_on": None, "reference": None,
    }  # fmt: skip
    return Return(**{**told, **changed})


@given(st.lists(st.integers(0, 10**12), min_size=7, max_size=7))
def test_what_does_not_add_up_is_named_and_signed_by_nobody(parts: list[int]) -> None:
    persons, businesses, *classes = parts
    figures = {**CODES, "A04": persons, "A05": businesses, "A03": persons + businesses}
    figures |= {f"C0{number}": minor for number, minor in enumerate(classes, 1)}
    whole = persons + businesses == sum(classes)
    assert (uneven(figures) == []) is whole
    if not whole:
        with pytest.raises(ReturnUneven):
            drawn(figures=figures).move(Status.CHECKED, by="ada")
    settled = {**figures, "C01": 0, "C02": 0, "C03": 0, "C04": 0, "C05": figures["A03"]}
    assert drawn(figures=settled).move(Status.CHECKED, by="ada") == "return_checked"


def test_one_checks_another_reports_and_a_correction_is_another_return() -> None:
    checked = drawn(status=Status.CHECKED, checked_by="ada")
    with pytest.raises(SamePerson):
        checked.move(Status.REPORTED, by="ada")
    assert checked.move(Status.REPORTED, by="bo") == "return_reported"
    with pytest.raises(ReturnMoved):
        drawn().move(Status.REPORTED, by="bo")
    assert all(Status.REPLACED in after for status, after in MOVES.items() if status is not Status.REPLACED)
    assert MOVES[Status.REPLACED] == {}


@pytest.mark.parametrize(
    ("month", "last", "due"), [((2026, 2), (2026, 2, 28), (2026, 3, 15)), ((2028, 12), (2028, 12, 31), (2029, 1, 15))]
)
def test_a_return_is_due_fifteen_days_after_its_month(
    month: tuple[int, int], last: tuple[int, int, int], due: tuple[int, int, int]
) -> None:
    assert last_day(date(*month, 1)) == date(*last)
    assert drawn(month=date(*month, 1)).due_on == date(*due)


def test_lines_are_shown_in_their_unit_and_what_is_not_known_is_empty() -> None:
    by_unit = {line.unit: line for line in LINES}
    assert by_unit["fen"].shown(123_456) == "1234.56"
    assert by_unit["ppm"].shown(15_300) == "1.5300%"
    assert by_unit["count"].shown(0) == "0"
    assert {line.shown(None) for line in LINES} == {""}
    assert (share(1, 3), share(1, 0), share(1, None)) == (333_333, None, None)
    assert len({line.code for line in LINES}) == len(LINES)
