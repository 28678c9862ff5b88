"""What became of those a model judged."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score, roc_curve

from xindai.governance.model_risk.outcomes import Judged, by_age, by_grade, by_month, by_province, by_sex, is_even

ON = date(2026, 3, 1)


def one(
    pd_ppm: int = 50_000,
    *,
    on: date = ON,
    grade: str = "B",
    age: int = 30,
    approved: bool = True,
    bad: bool | None = None,
) -> Judged:
    return Judged(on, pd_ppm, grade, age, approved, bad)


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=20, max_size=120))
def test_area_and_distance_are_those_of_a_known_library(scored: Sequence[tuple[int, bool]]) -> None:
    (found,) = by_month([one(pd, bad=bad) for pd, bad in scored])
    bads = [bad for _, bad in scored]
    if len(set(bads)) < 2:
        assert (found.auc, found.ks) == (None, None)
        return
    chances = [pd for pd, _ in scored]
    assert found.auc == pytest.approx(roc_auc_score(bads, chances))
    false, true, _ = roc_curve(bads, chances)
    assert found.ks == pytest.approx(max(abs(true - false)))


def test_few_known_ends_tell_nothing_of_how_well_they_are_told_apart() -> None:
    (found,) = by_month([one(10_000, bad=False), one(90_000, bad=True)])
    assert (found.auc, found.ks, found.known, found.bad) == (None, None, 2, 1)


def test_each_month_stands_for_itself() -> None:
    found = by_month([one(on=date(2026, 3, 31)), one(on=date(2026, 4, 1)), one(on=date(2026, 4, 30))])
    assert [(each.name, each.judged) for each in found] == [("2026-03", 1), ("2026-04", 2)]


def test_as_many_bad_ones_are_expected_as_their_chances_add_up_to() -> None:
    judged = [one(20_000, grade="A", bad=False)] * 50 + [one(100_000, grade="C", bad=True)] * 10 + [one(grade="C")] * 5
    a, c = by_grade(judged)
    assert (a.name, a.known, a.bad, a.expected_bad) == ("A", 50, 0, pytest.approx(1))
    assert (c.name, c.judged, c.known, c.expected_bad) == ("C", 15, 10, pytest.approx(1))


def test_ages_fall_into_bands() -> None:
    found = by_age([one(age=age) for age in (18, 24, 25, 34, 54, 55, 65)])
    assert [(each.name, each.judged) for each in found] == [("18-24", 2), ("25-34", 2), ("45-54", 1), ("55+", 2)]


def test_ages_are_let_in_evenly_within_four_fifths() -> None:
    young = [one(age=20, approved=place < 80) for place in range(100)]
    old = [one(age=40)] * 100
    assert is_even(by_age([*young, *old]))
    assert not is_even(by_age([one(age=20, approved=False), *young, *old]))
    assert is_even(by_age([one(age=20, approved=False), *old])), "one person is no band"
    assert is_even([])


def test_sexes_and_provinces_are_those_of_whom_they_are_known() -> None:
    seen = [
        Judged(date(2026, 3, 1), 1, "A", 30, True, None, sex="male", province="浙江省"),
        Judged(date(2026, 3, 1), 1, "A", 30, False, None, sex="female", province="浙江省"),
        Judged(date(2026, 3, 1), 1, "A", 30, False, None),
    ]
    assert [(one.name, one.judged, one.approved) for one in by_sex(seen)] == [("female", 1, 0), ("male", 1, 1)]
    assert [(one.name, one.judged) for one in by_province(seen)] == [("浙江省", 2)]
