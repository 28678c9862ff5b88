"""What is planted is found and named; a model that is as it should be raises no more alarms than is stated."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from xindai.governance.model_risk import monitor, outcomes
from xindai.governance.model_risk.outcomes import Answered, Judged, Overrides, Told
from xindai.governance.model_risk.stability import Bin, Stability

SHARES = (0.05, 0.1, 0.1, 0.15, 0.2, 0.15, 0.15, 0.08, 0.02)
MOVED = (0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.25, 0.15, 0.05)
MONTHS = 600
"""Fifty quiet years, so that the stated rate is measured and not hoped for."""


def drawn(chance: random.Random, name: str, shares: tuple[float, ...], people: int) -> Stability:
    """A characteristic of so many people who fall into its bins by these shares."""
    counts = Counter(chance.choices(range(len(shares)), weights=shares, k=people))
    bins = tuple(Bin(str(place), SHARES[place], counts[place] / people) for place in range(len(shares)))
    return Stability(name, name, name, 0.0, people, bins)


def told(name: str, *, judged: int = 0, approved: int = 0, known: int = 0, bad: int = 0, expected: float = 0.0) -> Told:
    return Told(name, judged, approved, known, bad, expected, None, None)


@pytest.mark.parametrize("people", [120, 1000])
def test_quiet_years_raise_no_more_alarms_of_moved_people_than_is_stated(people: int) -> None:
    chance = random.Random(people)
    alarmed = 0
    for _ in range(MONTHS):
        moved = [drawn(chance, f"x{number}", SHARES, people) for number in range(20)]
        alarmed += bool(monitor.shifted(moved, trained=5000))
    assert alarmed <= stats.binom.ppf(0.999, MONTHS, monitor.STATED_RATE)


GRADES = dict(zip("ABCDEFG", (0.1, 0.2, 0.25, 0.2, 0.15, 0.07, 0.03), strict=True))
BEGINS, SINCE = date(2025, 6, 1), date(2026, 1, 1)


def people(chance: random.Random, many: int, **grades: float) -> list[Judged]:
    """So many of two sexes, three provinces and two products, before and lately; those of one province lately by other shares, if any are given."""
    found = []
    for number in range(many):
        on = (BEGINS if number % 3 else SINCE) + timedelta(days=number % 80)
        sex = chance.choice(["female", "male"])
        province = chance.choice(["33", "33", "44", "44", "51"])
        shares = grades if grades and province == "51" and on >= SINCE else GRADES
        grade = chance.choices(list(shares), weights=list(shares.values()))[0]
        product = chance.choice(["cash", "line"])
        found.append(Judged(on, 50_000, grade, chance.randint(20, 60), True, None, sex, province, product))
    return found


def test_quiet_years_raise_no_more_alarms_of_moved_segments_than_is_stated() -> None:
    chance = random.Random(23)
    alarmed = 0
    for _ in range(MONTHS // 3):
        alarmed += bool(monitor.segments_shifted(outcomes.segments(people(chance, 3000), since=SINCE)))
    assert alarmed <= stats.binom.ppf(0.999, MONTHS // 3, monitor.STATED_RATE)


def test_a_segment_that_moves_is_named_and_the_others_are_not() -> None:
    moved = people(random.Random(3), 3000, A=0.02, B=0.03, C=0.1, D=0.2, E=0.25, F=0.25, G=0.15)
    segments = outcomes.segments(moved, since=SINCE)
    assert [one.subject for one in monitor.segments_shifted(segments)] == ["province 51"]
    assert (segments[0].kind, segments[0].name, segments[0].moved.standing) == ("province", "51", "shifted")
    assert segments[0].before + segments[0].moved.judged == sum(one.province == "51" for one in moved)
    assert {one.kind for one in segments} == {"age", "sex", "province", "product"}
    nobody = [one for one in moved if one.on < SINCE]
    assert outcomes.segments(nobody, since=SINCE) == [], "of whom nobody came lately nothing is said"


def test_quiet_years_raise_no_more_alarms_of_what_went_bad_than_is_stated() -> None:
    chance = random.Random(7)
    alarmed = 0
    for _ in range(MONTHS):
        grades = []
        for name, pd in (("A", 0.02), ("B", 0.045), ("C", 0.08), ("D", 0.13), ("E", 0.19)):
            each = [min(0.99, max(0.001, chance.gauss(pd, pd / 5))) for _ in range(150)]
            grades.append(told(name, known=150, bad=sum(chance.random() < one for one in each), expected=sum(each)))
        alarmed += bool(monitor.miscalibrated(grades))
    assert alarmed <= stats.binom.ppf(0.999, MONTHS, monitor.STATED_RATE)


def test_quiet_years_raise_no_more_alarms_of_unevenness_than_is_stated() -> None:
    chance = random.Random(11)
    alarmed = 0
    for _ in range(MONTHS):
        bands = [
            told(name, judged=size, approved=sum(chance.random() < 0.5 for _ in range(size)))
            for name, size in (("18-24", 60), ("25-34", 200), ("35-44", 150), ("45-54", 80), ("55+", 30))
        ]
        alarmed += bool(monitor.uneven(bands))
    assert alarmed <= stats.binom.ppf(0.999, MONTHS, monitor.STATED_RATE)


def test_a_planted_drift_is_found_by_its_name() -> None:
    chance = random.Random(3)
    moved = [drawn(chance, f"x{number}", SHARES, 1000) for number in range(20)]
    planted = drawn(chance, "behaviour_borrowed_365d", MOVED, 1000)
    (found,) = monitor.shifted([*moved, planted], trained=5000)
    assert (found.what, found.subject) == ("population_shifted", "behaviour_borrowed_365d")
    assert found.facts["index"] > found.facts["allowed"]


def test_a_recession_and_a_kind_year_are_told_apart() -> None:
    recession = [told("C", known=400, bad=60, expected=32.0), told("D", known=200, bad=28, expected=26.0)]
    (found,) = monitor.miscalibrated(recession)
    assert (found.what, found.subject) == ("model_too_optimistic", "C")
    (kind,) = monitor.miscalibrated([told("C", known=400, bad=8, expected=32.0)])
    assert kind.what == "model_too_careful"


def test_a_planted_bias_is_found_by_its_name() -> None:
    bands = [
        told("18-24", judged=200, approved=60),
        told("25-34", judged=400, approved=230),
        told("35-44", judged=300, approved=175),
    ]
    (found,) = monitor.uneven(bands)
    assert (found.what, found.subject) == ("approval_uneven", "18-24")


BEGAN = date(2026, 1, 1)
SOURCES = {"bureau": 0.97, "behaviour": 0.8, "social": 0.55}


def heard(
    chance: random.Random, days: int, people: int, shares: dict[str, float], *, on: date = BEGAN
) -> list[Answered]:
    """Days on which each source answers about these shares of so many people."""
    return [
        Answered(on + timedelta(days=day), people, {name: sum(chance.random() < share for _ in range(people)) for name, share in shares.items()})
        for day in range(days)
    ]  # fmt: skip


def test_quiet_evenings_raise_no_more_alarms_of_silent_sources_than_is_stated_for_a_month() -> None:
    chance = random.Random(13)
    days = heard(chance, 31 * 200, 12, SOURCES)
    alarmed = 0
    for month in range(199):
        evenings = range(31 * month + 31, 31 * month + 61)
        alarmed += any(monitor.silent(days[end - 31 : end], since=BEGAN + timedelta(days=end - 3)) for end in evenings)
    assert alarmed <= stats.binom.ppf(0.999, 199, monitor.STATED_RATE)


@pytest.mark.parametrize(("source", "now"), [("bureau", 0.6), ("behaviour", 0.3), ("social", 0.0)])
def test_a_broken_source_is_found_by_its_name(source: str, now: float) -> None:
    chance = random.Random(17)
    sound = heard(chance, 28, 40, SOURCES)
    since = BEGAN + timedelta(days=28)
    broken = heard(chance, 3, 40, {**SOURCES, source: now}, on=since)
    (found,) = monitor.silent([*sound, *broken], since=since)
    assert (found.what, found.subject) == ("source_silent", source)
    assert monitor.silent(heard(chance, 3, 5, {**SOURCES, source: 0.0}), since=BEGAN) == [], (
        "nothing to hold it against"
    )


def test_quiet_years_raise_no_more_alarms_of_approvals_and_overrides_than_is_stated() -> None:
    chance = random.Random(19)
    moved = turned = 0
    for _ in range(MONTHS):
        lately = told("all", judged=150, approved=sum(chance.random() < 0.4 for _ in range(150)))
        before = told("all", judged=450, approved=sum(chance.random() < 0.4 for _ in range(450)))
        moved += bool(monitor.turned(lately, before))
        let_in = sum(chance.random() < monitor.MOST_OVERRIDDEN for _ in range(90))
        turned += bool(monitor.overridden(Overrides(90, 20, let_in)))
    assert max(moved, turned) <= stats.binom.ppf(0.999, MONTHS, monitor.STATED_RATE)


def test_a_desk_that_turns_decisions_round_and_a_tap_turned_off_are_found() -> None:
    (desk,) = monitor.overridden(Overrides(declined=200, looked_at=60, let_in=25))
    assert (desk.what, desk.facts["let_in"]) == ("overrides_many", 25)
    assert monitor.overridden(Overrides(declined=200, looked_at=60, let_in=12)) == []
    fell = monitor.turned(told("all", judged=200, approved=40), told("all", judged=900, approved=450))
    rose = monitor.turned(told("all", judged=200, approved=190), told("all", judged=900, approved=450))
    assert [one.what for one in fell + rose] == ["approval_moved", "approval_moved"]


def test_ends_that_come_late_make_nobody_think_the_model_too_optimistic() -> None:
    """Bad ends are known after two months, good ones after half a year: of the young only those who went bad are known."""
    chance, today = random.Random(23), BEGAN + timedelta(days=366)
    judged = []
    for age in range(366):
        for _ in range(4):
            bad = chance.random() < 0.08
            known = (bad and age > 75) or age > 194
            on = today - timedelta(days=age)
            judged.append(Judged(on, 80_000, "C", 30, approved=True, bad=bad if known else None))
    (fooled,) = monitor.miscalibrated(outcomes.by_grade(judged))
    assert fooled.what == "model_too_optimistic"
    ripe = outcomes.ripe(judged, until=today - timedelta(days=194))
    assert monitor.miscalibrated(outcomes.by_grade(ripe)) == []


@given(st.integers(1, 30), st.integers(1, 60), st.data())
def test_the_exact_test_is_fisher_s(of: int, of_others: int, data: st.DataObject) -> None:
    few, others = data.draw(st.integers(0, of)), data.draw(st.integers(0, of_others))
    table = [[few, of - few], [others, of_others - others]]
    ours = monitor.at_most(few, of, others, of_others)
    assert ours == pytest.approx(stats.fisher_exact(table, alternative="less").pvalue, abs=1e-9)


def test_few_people_raise_nothing() -> None:
    few = [told("18-24", judged=19, approved=0), told("25-34", judged=400, approved=230)]
    assert monitor.uneven(few) == []
    assert monitor.miscalibrated([told("A", known=19, bad=19, expected=0.1)]) == []
    chance = random.Random(5)
    assert monitor.shifted([drawn(chance, "x", MOVED, 99)], trained=5000) == []


@given(of=st.integers(1, 400), chance=st.floats(0.001, 0.999), data=st.data())
def test_the_tail_is_the_binomial_s(of: int, chance: float, data: st.DataObject) -> None:
    bad = data.draw(st.integers(0, of))
    assert monitor.at_least(bad, of, chance) == pytest.approx(stats.binom.sf(bad - 1, of, chance), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("freedom", [1, 2, 5, 9, 30])
@pytest.mark.parametrize("probability", [0.95, 0.999, 0.99999])
def test_the_quantile_is_hardly_below_that_of_chi_squared(freedom: int, probability: float) -> None:
    exact = stats.chi2.ppf(probability, freedom)
    assert 0.97 * exact < monitor._chi_squared(freedom, probability) < 1.2 * exact
