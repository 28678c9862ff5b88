from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xindai.postloan.collections import reminding
from xindai.postloan.collections.model import Stage


@given(some.integers(0, 23))
def test_nobody_is_contacted_at_night(hour: int) -> None:
    """R-COLL-01."""
    assert reminding.may_contact(hour) == (8 <= hour < 22)


@pytest.mark.parametrize(
    ("days", "stage"),
    [(-3, Stage.M0), (0, Stage.M0), (1, Stage.M1), (30, Stage.M1), (31, Stage.M2), (90, Stage.M3), (91, Stage.M4)],
)
def test_stages_are_months_of_arrears(days: int, stage: Stage) -> None:
    assert reminding.stage(days) is stage


def test_reminders_come_before_the_due_day_and_on_set_days_after() -> None:
    due = date(2026, 3, 10)
    before = [day for day in range(1, 10) if reminding.is_reminded(due_on=due, overdue_days=0, on=date(2026, 3, day))]
    assert before == [7, 9]
    late = [days for days in range(1, 61) if reminding.is_reminded(due_on=due, overdue_days=days, on=due)]
    assert late == [1, 3, 7, 14, 21, 28, 30, 45, 60]


@given(some.integers(-5, 400))
def test_the_wording_says_who_is_writing_and_threatens_nobody(days: int) -> None:
    """R-COLL-04, R-MSG-02."""
    text = reminding.text(reference="ABCD-EFGH", amount="12.30", due_on=date(2026, 3, 10), overdue_days=days)
    assert text.startswith("【信贷】")
    assert "12.30" in text
    assert not any(word in text for word in ("起诉", "坐牢", "报警", "通知您的家人", "曝光"))
