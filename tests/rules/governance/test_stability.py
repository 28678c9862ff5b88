"""Whether the people of today are still those a scorecard was made for."""

from math import log
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.governance.model_risk.stability import stability


def card(*shares: float, missing: float = 0.0) -> dict[str, Any]:
    """One number in bins below 10, 20, ... and from there on, with these shares of the people it was trained on."""
    edges = [str(10 * place) for place in range(1, len(shares))]
    bins = [{"below": below, "share": share} for below, share in zip([*edges, None], shares, strict=True)]
    one = {"name": "x", "en": "X", "zh": "X", "type": "number", "bins": bins, "missing": {"share": missing}}
    return {"characteristics": [one]}


def people(*counts: int) -> list[dict[str, Any]]:
    """So many in each bin, in the middle of it."""
    return [{"x": 10 * place + 5} for place, count in enumerate(counts) for _ in range(count)]


def test_the_same_people_have_not_moved() -> None:
    (found,) = stability(card(0.25, 0.5, 0.25), people(50, 100, 50))
    assert found.index == pytest.approx(0)
    assert found.standing == "steady"


def test_the_index_is_the_sum_that_siddiqi_gives() -> None:
    (found,) = stability(card(0.5, 0.5), people(60, 140))
    assert found.index == pytest.approx((0.3 - 0.5) * log(0.3 / 0.5) + (0.7 - 0.5) * log(0.7 / 0.5))
    assert found.standing == "shifting"


def test_other_people_are_told() -> None:
    (found,) = stability(card(0.9, 0.1), people(20, 180))
    assert found.standing == "shifted"


def test_few_people_are_nothing_to_judge_by() -> None:
    (found,) = stability(card(0.9, 0.1), people(2, 18))
    assert found.standing == "too_few"


def test_nobody_at_all_is_no_change() -> None:
    (found,) = stability(card(0.9, 0.1), [])
    assert (found.index, found.standing) == (0.0, "too_few")


def test_a_value_that_is_not_there_has_a_bin_of_its_own() -> None:
    (found,) = stability(card(0.4, 0.4, missing=0.2), [*people(40, 40), *({"x": None} for _ in range(20))])
    assert found.index == pytest.approx(0)
    assert [one.label for one in found.bins] == ["< 10", "…", "missing"]


def test_names_are_counted_by_their_bin() -> None:
    one = {
        "name": "x", "en": "X", "zh": "X", "type": "text", "missing": {"share": 0.0},
        "bins": [{"names": ["rent", "own"], "share": 0.5}, {"names": ["other"], "share": 0.5}],
    }  # fmt: skip
    (found,) = stability({"characteristics": [one]}, [{"x": "rent"}, {"x": "own"}, {"x": "other"}, {"x": "other"}])
    assert found.index == pytest.approx(0)


@given(st.lists(st.integers(0, 200), min_size=3, max_size=3).filter(lambda counts: sum(counts) > 0))
def test_it_is_never_less_than_nothing_and_counts_everybody_once(counts: list[int]) -> None:
    (found,) = stability(card(0.2, 0.3, 0.5), people(*counts))
    assert found.index >= 0
    assert sum(one.lately for one in found.bins) == pytest.approx(1)
