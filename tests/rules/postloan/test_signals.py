"""Early warnings fade, do not pile up, and do not make a line flutter."""

import json
from datetime import date, timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.credit.features import behaviour, bureau
from xindai.journeys import watch
from xindai.postloan.watch import signals
from xindai.postloan.watch.signals import Call, Signal

POLICY = signals.parse(
    json.loads(resources.files("xindai.postloan.watch").joinpath("signals.json").read_text(encoding="utf-8"))
)
ON = date(2026, 3, 2)
KINDS = st.sampled_from(sorted(POLICY.kinds))
SEEN = st.builds(Signal, KINDS, st.dates(ON - timedelta(days=700), ON), st.sampled_from(["loan_1", "pay_1", "per_1"]))


def strength(*seen: Signal, on: date = ON) -> float:
    return signals.total(signals.weighed(seen, POLICY, on=on))


@given(seen=st.lists(SEEN), data=st.data())
def test_the_order_in_which_things_are_heard_does_not_matter(seen: list[Signal], data: st.DataObject) -> None:
    assert strength(*data.draw(st.permutations(seen))) == pytest.approx(strength(*seen))


@given(seen=st.lists(SEEN), more=SEEN)
def test_hearing_more_never_calms(seen: list[Signal], more: Signal) -> None:
    assert strength(*seen, more) >= strength(*seen) - 1e-9


@given(seen=st.lists(SEEN), days=st.integers(1, 400))
def test_what_was_heard_fades(seen: list[Signal], days: int) -> None:
    assert strength(*seen, on=ON + timedelta(days=days)) <= strength(*seen) + 1e-9


@given(kind=KINDS, times=st.integers(1, 40))
def test_the_same_thing_every_evening_is_one_warning(kind: str, times: int) -> None:
    seen = [Signal(kind, ON - timedelta(days=number), f"pay_{number}") for number in range(times)]
    assert strength(*seen) == pytest.approx(POLICY.kinds[kind].strength)


def test_half_is_gone_after_the_half_life() -> None:
    kind = POLICY.kinds["payment_failed"]
    assert strength(Signal("payment_failed", ON - timedelta(days=kind.half_life_days), "pay_1")) == pytest.approx(12.5)


@given(sum_=st.floats(0, 400), days=st.integers(0, 400))
def test_nothing_freezes_and_eases_at_once(sum_: float, days: int) -> None:
    eased = signals.eases(sum_, POLICY, frozen_on=ON - timedelta(days=days), on=ON)
    assert not (eased and signals.call(sum_, POLICY) is not Call.NOTHING)
    assert not (eased and days < POLICY.rests_days)


def test_one_late_debit_freezes_nobody_and_a_fraud_does() -> None:
    late = [Signal("loan_fell_overdue", ON, "loan_1"), Signal("payment_failed", ON, "pay_1")]
    assert signals.call(strength(*late), POLICY) is Call.NOTHING
    assert signals.call(strength(*late, Signal("unreachable", ON, "con_1")), POLICY) is Call.LOOK
    assert signals.call(strength(*late, Signal("near_fraud", ON, "somebody")), POLICY) is Call.FREEZE
    assert signals.call(strength(Signal("fraud", ON, "app_1")), POLICY) is Call.FREEZE


def test_what_a_journey_hears_is_what_the_policy_knows() -> None:
    told = {kind for kind, one in POLICY.kinds.items() if one.when}
    marked = {"unreachable", "fraud", "near_fraud", "near_default", "shared_things", "stays_late"}
    assert set(watch.SIGNALS.values()) | marked | told == set(POLICY.kinds)
    assert all(one.en and one.zh and one.half_life_days > 0 for one in POLICY.kinds.values())


QUIET = {"behaviour_salary_days_ago": 20, "behaviour_salary_times_365d": 12, "bureau_enquiries_1m": 1}
FIGURES = st.dictionaries(
    st.sampled_from(sorted(signals.compared(POLICY))), st.none() | st.integers(0, 400), max_size=9
)


def test_a_quiet_month_shows_nothing_and_a_lost_salary_is_seen() -> None:
    assert signals.seen(QUIET, POLICY) == []
    assert signals.seen({**QUIET, "behaviour_salary_days_ago": 70}, POLICY) == ["income_stopped"]
    once = {"behaviour_salary_days_ago": 300, "behaviour_salary_times_365d": 1}
    assert signals.seen(once, POLICY) == [], "who never had a steady salary has not lost one"


@given(told=FIGURES, name=st.sampled_from(sorted(signals.compared(POLICY))), more=st.integers(0, 400))
def test_worse_figures_never_show_less_and_unknown_ones_show_nothing(
    told: dict[str, int | None], name: str, more: int
) -> None:
    worse = {**told, name: (told.get(name) or 0) + more}
    assert set(signals.seen(told, POLICY)) <= set(signals.seen(worse, POLICY))
    assert signals.seen(dict.fromkeys(told), POLICY) == []


def test_what_is_compared_are_declared_features() -> None:
    declared = {one.name for one in (*behaviour.FEATURES, *bureau.FEATURES)}
    assert signals.compared(POLICY) <= declared
