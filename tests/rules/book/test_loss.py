"""Classes by days overdue, and what is set aside for them, against the rule's own table."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xindai.book.loss import postings
from xindai.book.loss.model import AssetClass, asset_class, late_from, set_aside

ON = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "normal"), (1, "special_mention"), (90, "special_mention"), (91, "substandard"), (270, "substandard"),
     (271, "doubtful"), (360, "doubtful"), (361, "loss"), (4000, "loss")],
)  # fmt: skip
def test_a_class_follows_from_days_overdue(days: int, expected: str) -> None:
    assert asset_class(days, on=ON).value == expected


@given(some.integers(0, 800))
def test_every_class_is_made_of_whole_buckets_and_lateness_never_betters_it(days: int) -> None:
    bucket = max((one for one in (0, *late_from(ON)) if one <= days), default=0)
    assert asset_class(bucket, on=ON) is asset_class(days, on=ON)
    order = list(AssetClass)
    assert order.index(asset_class(days, on=ON)) <= order.index(asset_class(days + 1, on=ON))


@given(some.integers(0, 10**13), some.sampled_from([0, *late_from(ON)]))
def test_the_allowance_is_the_share_that_the_rule_names(own: int, since: int) -> None:
    share = {0: "0.01", 1: "0.02", 31: "0.02", 61: "0.02", 271: "0.5", 361: "1"}.get(since, "0.25")
    expected = (own * Decimal(share)).quantize(Decimal(1), ROUND_HALF_EVEN)
    assert set_aside(own, asset_class(since, on=ON), on=ON) == expected


@given(some.integers(-(10**12), 10**12))
def test_a_change_of_the_allowance_balances(change: int) -> None:
    entry = postings.for_allowance(change, on=date(2026, 5, 1), currency="CNY")
    assert entry.is_empty == (change == 0)
    assert sum(amount for _, amount in entry.lines) == 0
