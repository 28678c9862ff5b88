from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from xindai.payments.orders import routing
from xindai.payments.orders.model import Direction, Limits, Via
from xindai.payments.orders.routing import RailFacts
from xindai.values import business_days

FRIDAY = date(2026, 3, 6)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 6, 12, tzinfo=SHANGHAI)
ALL = frozenset(Direction)
CHEAP = RailFacts("cheap", 10, ALL, 100_000, cut_off=time(17))
DEAR = RailFacts("dear", 50, ALL, 10_000_000)


def chosen(rails: list[RailFacts], amount: int, at: datetime = NOON, kind: Direction = Direction.PAY_OUT) -> str | None:
    found = routing.choose(rails, direction=kind, amount=amount, on=at.date(), at=at)
    return found.name if found else None


def test_the_cheapest_rail_that_can_carries_an_order() -> None:
    assert chosen([DEAR, CHEAP], 500) == "cheap"
    assert chosen([DEAR, CHEAP], 500_000) == "dear"
    assert chosen([DEAR, CHEAP], 50_000_000) is None
    only_debits = RailFacts("debits", 1, frozenset({Direction.COLLECTION}), 10**9)
    assert chosen([only_debits, CHEAP], 500) == "cheap"
    assert chosen([only_debits, CHEAP], 500, kind=Direction.COLLECTION) == "debits"


def test_a_rail_that_rests_is_the_last_resort() -> None:
    resting = RailFacts("cheap", 10, ALL, 100_000, rests=True)
    assert chosen([resting, DEAR], 500) == "dear"
    assert chosen([resting], 500) == "cheap"


def test_after_the_cut_off_an_order_goes_where_it_counts_today() -> None:
    evening = NOON.replace(hour=17)
    assert chosen([CHEAP, DEAR], 500, evening) == "dear"
    assert CHEAP.value_day(on=FRIDAY, at=evening) == date(2026, 3, 9)
    assert CHEAP.value_day(on=FRIDAY, at=NOON) == FRIDAY
    golden_week = date(2026, 10, 1)
    morning = datetime(2026, 10, 1, 9, tzinfo=SHANGHAI)
    assert CHEAP.value_day(on=golden_week, at=morning) == date(2026, 10, 8)


@given(
    st.dates(date(2026, 1, 1), date(2026, 12, 1)),
    st.times(),
    st.one_of(st.none(), st.times()),
)
def test_a_value_day_is_never_past_and_always_one_on_which_the_rail_works(
    on: date, at: time, cut_off: time | None
) -> None:
    rail = RailFacts("any", 1, ALL, 10, cut_off=cut_off)
    day = rail.value_day(on=on, at=datetime.combine(on, at, tzinfo=SHANGHAI))
    assert day >= on
    assert cut_off is None or business_days.is_working(day)


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_what_passes_no_limit_never_adds_up_to_more_than_any(amount: int, of_person: int, of_day: int) -> None:
    limits = Limits(per_order=500_000, per_person=700_000, per_day=900_000)
    within = limits.over(amount, of_person=of_person, of_day=of_day) is None
    assert within == (amount <= 500_000 and amount + of_person <= 700_000 and amount + of_day <= 900_000)


WALLET = RailFacts("wallet", 60, ALL, 5_000_000, via=frozenset({Via.WALLET, Via.CODE}))
GATEWAY = RailFacts("gateway", 8, frozenset({Direction.COLLECTION}), 5_000_000, needs_agreement=True, in_file=100)


def test_a_wallet_goes_by_a_rail_for_wallets_and_a_card_never_does() -> None:
    def by(via: Via) -> str | None:
        found = routing.choose([CHEAP, WALLET], direction=Direction.COLLECTION, amount=500, on=FRIDAY, at=NOON, via=via)
        return found.name if found else None

    assert [by(via) for via in Via] == ["cheap", "wallet", "wallet"]


def test_who_has_not_agreed_is_not_debited_by_a_rail_that_asks_for_it() -> None:
    def chosen_with(*agreed: str) -> str | None:
        found = routing.choose(
            [DEAR, GATEWAY], direction=Direction.COLLECTION, amount=500, on=FRIDAY, at=NOON, agreed=agreed
        )
        return found.name if found else None

    assert (chosen_with(), chosen_with("gateway"), chosen_with("another")) == ("dear", "gateway", "dear")


def test_files_go_by_rails_that_carry_them_out_that_day_and_are_well() -> None:
    late = NOON.replace(hour=17, minute=1)
    banks = [replace(CHEAP, in_file=10), GATEWAY, DEAR, replace(GATEWAY, name="tired", rests=True)]
    assert [one.name for one in routing.filing(banks, on=FRIDAY, at=NOON)] == ["gateway", "cheap"]
    assert [one.name for one in routing.filing(banks, on=FRIDAY, at=late)] == ["gateway"]
