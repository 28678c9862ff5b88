from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xindai.values import business_days, ids, money, period, rate
from xindai.values.business_days import Shift
from xindai.values.masked import CardNumber, IdNumber, PersonName, Phone, Secret
from xindai.values.money import CurrencyDiffers, Money, Rounding
from xindai.values.period import Every, Period, Unit
from xindai.values.rate import DayCount
from xindai.values.refusal import Invalid, Refusal

minor = some.integers(-(10**12), 10**12)
days = some.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(minor, some.lists(some.integers(0, 10**6), min_size=1, max_size=40).filter(any))
def test_splitting_conserves_the_sum_and_keeps_each_share_within_a_unit(amount: int, weights: list[int]) -> None:
    shares = Money(amount).split(weights)
    assert sum(share.minor for share in shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share.minor * sum(weights) - amount * weight) < sum(weights)


def test_odd_units_go_to_the_largest_remainders_the_earlier_first() -> None:
    assert [share.minor for share in Money(100).split([1, 1, 1])] == [34, 33, 33]
    assert [share.minor for share in Money(5).split([1, 3])] == [1, 4]


@given(minor, some.integers(1, 10**9), some.sampled_from(Rounding))
def test_rounding_is_within_one_unit_and_mirrors_below_zero(numerator: int, denominator: int, how: Rounding) -> None:
    whole = money.rounded_quotient(numerator, denominator, how)
    assert abs(whole * denominator - numerator) < denominator
    assert money.rounded_quotient(-numerator, denominator, how) == -whole


@pytest.mark.parametrize(("how", "expected"), [
    (Rounding.HALF_EVEN, [0, 2, 2, 4]), (Rounding.HALF_UP, [1, 2, 3, 4]),
    (Rounding.UP, [1, 2, 3, 4]), (Rounding.DOWN, [0, 1, 2, 3]),
])  # fmt: skip
def test_halves_go_where_the_direction_says(how: Rounding, expected: list[int]) -> None:
    assert [money.rounded_quotient(2 * n + 1, 2, how) for n in range(4)] == expected


def test_only_equal_currencies_add() -> None:
    with pytest.raises(CurrencyDiffers):
        Money(1, "CNY") + Money(1, "USD")


@given(minor)
def test_an_amount_reads_back_from_its_own_text(amount: int) -> None:
    assert money.parse(money.decimal_text(amount, "CNY")) == Money(amount)


@pytest.mark.parametrize("text", ["1.001", "1e3", "NaN", "inf", " 1", "1_000", "", "0x1", "1" * 30, 1.5, None, True])
def test_what_is_no_amount_is_refused(text: object) -> None:
    with pytest.raises(Invalid):
        money.parse(text)


@given(
    days,
    some.integers(0, 4000),
    some.integers(0, 4000),
    some.sampled_from([DayCount.ACT_365, DayCount.ACT_360, DayCount.ACT_ACT]),
)
def test_year_fractions_of_parts_add_up_to_the_whole(start: date, first: int, second: int, how: DayCount) -> None:
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)

    def part(one: date, other: date) -> float:
        up, down = rate.year_fraction(one, other, how)
        return up / down

    assert part(start, middle) + part(middle, end) == pytest.approx(part(start, end))


def test_day_counts_follow_isda_2006() -> None:
    """Cases of section 4.16: 30E/360 over the end of February, and a leap year cut in two."""
    assert rate.year_fraction(date(2026, 1, 31), date(2026, 2, 28), DayCount.D30_360) == (28, 360)
    assert rate.year_fraction(date(2026, 1, 31), date(2026, 3, 31), DayCount.D30_360) == (60, 360)
    up, down = rate.year_fraction(date(2003, 11, 1), date(2004, 5, 1), DayCount.ACT_ACT)
    assert up / down == pytest.approx(61 / 365 + 121 / 366)


@pytest.mark.parametrize("text", ["-0.1", "11", "abc", "NaN", 0.144, None])
def test_what_is_no_rate_is_refused(text: object) -> None:
    with pytest.raises(Invalid):
        rate.rate(text)


def test_months_without_the_day_give_their_last_day_and_the_day_comes_back() -> None:
    steps = [Every().after(date(2026, 1, 31), n) for n in range(1, 5)]
    assert steps == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]
    assert period.add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert Every(2, Unit.WEEK).after(date(2026, 1, 1), 2) == date(2026, 1, 29)


@given(days, some.integers(0, 400))
def test_a_period_holds_its_first_day_and_not_its_last(start: date, length: int) -> None:
    one = Period(start, start + timedelta(days=length))
    assert one.days == length
    assert one.end not in one
    assert (start in one) == (length > 0)


def test_adjusted_working_weekends_work_and_the_spring_festival_does_not() -> None:
    """State Council notice for 2025: spring festival 28 January to 4 February, Sunday 26 January worked."""
    assert business_days.is_working(date(2025, 1, 26))
    assert not business_days.is_working(date(2025, 1, 29))
    assert business_days.next_working(date(2025, 1, 29)) == date(2025, 2, 5)


def test_modified_following_never_leaves_the_month() -> None:
    assert business_days.shifted(date(2025, 5, 31), Shift.FOLLOWING) == date(2025, 6, 3)
    assert business_days.shifted(date(2025, 5, 31), Shift.MODIFIED_FOLLOWING) == date(2025, 5, 30)
    assert business_days.shifted(date(2025, 5, 31), Shift.NONE) == date(2025, 5, 31)


@given(days)
def test_every_day_has_a_working_day_after_it_in_any_year(day: date) -> None:
    following = business_days.next_working(day)
    assert day <= following <= day + timedelta(days=12)


class PenId(ids.Id):
    prefix = "pen"


@given(some.integers(0, 2**47), some.integers(0, 2**47), some.integers(0, 2**74 - 1), some.integers(0, 2**74 - 1))
def test_ids_sort_by_time_and_read_back(early: int, late: int, one: int, other: int) -> None:
    first, second = PenId.made(milliseconds=early, randomness=one), PenId.made(milliseconds=late, randomness=other)
    assert PenId.parse(first) == first
    assert first.milliseconds == early
    if early != late:
        assert (first < second) == (early < late)
    assert PenId.derived(first, "x") == PenId.derived(first, "x") != PenId.derived(first, "y")


@pytest.mark.parametrize("text", ["pen_", "cap_00000000000000000000000000", "pen_0000000000000000000000000u", None, 5])
def test_ids_of_another_noun_or_shape_are_refused(text: object) -> None:
    with pytest.raises(Invalid):
        PenId.parse(text)


@pytest.mark.parametrize(("value", "mask"), [
    (IdNumber.parse("11010519491231002X"), "110***********002X"), (Phone.parse("13812341234"), "138****1234"),
    (CardNumber.parse("6222021234567890128"), "622202*********0128"), (PersonName.parse("李小龙"), "李**"),
    (Secret("123456"), "***"),
])  # fmt: skip
def test_masked_values_print_as_masks_however_they_are_printed(value: Secret, mask: str) -> None:
    clear = value.reveal()
    for text in (str(value), f"{value}", repr(value), f"{value:>40}", str([value]), str({"x": value})):
        assert mask in text
        assert clear not in text


@pytest.mark.parametrize(
    "text", ["110105194912310021", "11010519491331002X", "99010519491231002X", "1101051949123100", None, ""]
)
def test_id_numbers_with_a_wrong_digit_date_or_region_are_refused(text: object) -> None:
    with pytest.raises(Refusal) as refused:
        IdNumber.parse(text)
    assert refused.value.code == "id_number_invalid"


def test_an_id_number_tells_sex_and_province() -> None:
    number = IdNumber.parse("11010519491231002X")
    assert (number.sex, number.province, number.born_on) == ("female", "北京市", date(1949, 12, 31))


def test_a_birthday_counts_from_its_own_day() -> None:
    number = IdNumber.parse("11010519491231002X")
    assert number.age(date(2026, 12, 30)) == 76
    assert number.age(date(2026, 12, 31)) == 77


def test_a_refusal_speaks_both_languages() -> None:
    refusal = CurrencyDiffers(left="CNY", right="USD")
    assert "CNY" in refusal.sentence("en")
    assert "币种" in refusal.sentence("zh")
