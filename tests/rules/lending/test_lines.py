"""Lines of credit: what may be drawn, as a pure question."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xindai.lending.line.model import MOVES, Line, LineId, LineMoved, NotDrawable, OverLimit, Status, checked_rate
from xindai.products.catalogue.starter import CREDIT_LINE
from xindai.values.money import Money
from xindai.values.refusal import Refusal

LAST = date(2027, 3, 1)
LINE = Line(
    LineId("line_x"),
    "R",
    "per_x",
    "offer_x",
    "credit_line",
    Money(5_000_00),
    "0.144",
    Status.OPEN,
    LAST,
    used=Money(0),
    unbilled=Money(0),
    overdue=False,
    pays_least=False,
)


@given(some.integers(0, 60), some.integers(0, 60), some.integers(1, 70), some.sampled_from(Status))
def test_whatever_is_drawn_stays_within_the_limit(limit: int, used: int, asked: int, status: Status) -> None:
    line = replace(LINE, limit=Money(limit * 100_00), used=Money(used * 100_00), status=status)
    try:
        line.check_draw(CREDIT_LINE, Money(asked * 100_00), 3, on=LAST)
    except Refusal:
        assert status is not Status.OPEN or used + asked > limit
    else:
        assert used + asked <= limit


def test_the_last_day_of_a_line_is_a_day_to_draw_and_the_next_is_not() -> None:
    LINE.check_draw(CREDIT_LINE, Money(500_00), 3, on=LAST)
    with pytest.raises(NotDrawable):
        LINE.check_draw(CREDIT_LINE, Money(500_00), 3, on=date(2027, 3, 2))
    with pytest.raises(NotDrawable):
        replace(LINE, overdue=True).check_draw(CREDIT_LINE, Money(500_00), 3, on=LAST)
    with pytest.raises(OverLimit):
        LINE.check_draw(CREDIT_LINE, Money(5_100_00), 3, on=LAST)


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("to", Status)
def test_a_line_moves_along_its_table_only(before: Status, to: Status) -> None:
    line = replace(LINE, status=before)
    if to is before:
        assert line.moved(to) is None
    elif to in MOVES[before]:
        assert line.moved(to) == MOVES[before][to]
    else:
        with pytest.raises(LineMoved):
            line.moved(to)


def test_a_rate_above_the_cap_is_no_rate_of_this_product() -> None:
    assert str(checked_rate(CREDIT_LINE, "0.24")) == "0.24"
    with pytest.raises(Refusal):
        checked_rate(CREDIT_LINE, "0.2401")
