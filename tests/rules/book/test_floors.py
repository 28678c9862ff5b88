"""Classes beyond days: no loan is lost in the counting, and nothing that stands betters a class."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as some

from xindai.book.loss import floors
from xindai.book.loss.floors import Floored
from xindai.book.loss.model import AssetClass, asset_class, beyond_rule, late_from
from xindai.lending.loans.queries import ByLateness

CLASSES = some.sampled_from(list(AssetClass))
ON = date(2026, 5, 1)
BUCKETS = (0, *late_from(ON))
LOANS = some.lists(
    some.tuples(some.sampled_from(["a@1", "b@1"]), some.sampled_from(BUCKETS), some.lists(CLASSES, max_size=3), some.integers(1, 10**9)),
    max_size=30,
)  # fmt: skip
Loan = tuple[str, int, list[AssetClass], int]


@given(days=some.integers(0, 800), standing=some.lists(CLASSES))
def test_a_floor_never_betters_a_class_and_days_go_below_every_floor(days: int, standing: list[AssetClass]) -> None:
    order = list(AssetClass).index
    found = floors.class_of(days, standing, on=ON)
    assert order(found) == max(map(order, [asset_class(days, on=ON), *standing]))


@given(LOANS)
def test_the_split_book_is_the_book_counted_loan_by_loan(book: list[Loan]) -> None:
    by_hand: dict[tuple[str, int, AssetClass], tuple[int, int]] = {}
    rows: dict[tuple[str, int], tuple[int, int]] = {}
    lower: dict[tuple[str, int, AssetClass], tuple[int, int]] = {}
    for product, since, standing, principal in book:
        its_class = floors.class_of(since, standing, on=ON)
        _add(by_hand, (product, since, its_class), principal)
        _add(rows, (product, since), principal)
        if its_class is not asset_class(since, on=ON):
            _add(lower, (product, since, its_class), principal)
    found = floors.split(
        [ByLateness(*key, *value) for key, value in rows.items()],
        [Floored(*key, *value) for key, value in lower.items()],
        on=ON,
    )
    assert {row[:3]: row[3:] for row in found} == by_hand
    assert len(found) == len(by_hand)


def _add(sums: dict, key: tuple, principal: int) -> None:  # type: ignore[type-arg]
    loans, minor = sums.get(key, (0, 0))
    sums[key] = (loans + 1, minor + principal)


@given(
    expected=some.floats(0, 1e12),
    principal=some.integers(1, 10**13),
    share=some.floats(0, 1),
    by_rule=some.integers(0, 10**12),
)
def test_what_is_set_aside_in_all_is_the_larger_of_the_two(
    expected: float, principal: int, share: float, by_rule: int
) -> None:
    own = int(principal * share)
    beyond = beyond_rule(expected, principal=principal, own=own, by_rule=by_rule)
    ours = round(expected) * own / principal
    assert beyond >= 0
    assert abs(by_rule + beyond - max(by_rule, ours)) <= 1 + ours * 1e-12
