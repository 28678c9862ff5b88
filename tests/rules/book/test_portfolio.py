"""Pictures of the book against sums that anybody can follow, and what is expected against a book that goes as it should."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.book.portfolio import expected, views
from xindai.book.portfolio.views import SCHEMA, STAGES

MONTHS = [date(2026, month, 1) for month in range(1, 13)]
LIVES = st.lists(
    st.tuples(
        st.integers(0, 5),  # the month it was lent in
        st.integers(1_000, 100_000),
        st.lists(st.sampled_from([0, 0, 0, 5, 31, 62, 95, 150, 200]), min_size=1, max_size=6),
        st.sampled_from(["living", "settled", "charged_off"]),
    ),
    min_size=1,
    max_size=12,
)


def rows(lives: list[tuple[int, int, list[int], str]]) -> pl.DataFrame:
    """A book: each loan in each month, its last month in its last state."""
    made: list[dict[str, Any]] = []
    for number, (began, lent, lateness, end) in enumerate(lives):
        for mob, days in enumerate(lateness):
            last = mob == len(lateness) - 1
            state = end if last else "living"
            made.append({
                "month": MONTHS[began + mob], "loan_id": f"loan_{number}", "product": "p", "cohort": MONTHS[began], "mob": mob,
                "days": days if state == "living" else 0, "missed": 1 + mob // 2 if days and state == "living" else 0,
                "lent": lent, "principal": lent - mob * 10 if state == "living" else 0,
                "written_off": lent if state == "charged_off" else 0, "recovered": 0, "state": state,
            })  # fmt: skip
    return pl.DataFrame(made, schema=SCHEMA)


@given(LIVES)
def test_vintages_are_what_one_counts_by_hand(lives: list[tuple[int, int, list[int], str]]) -> None:
    for row in views.vintages(rows(lives).lazy()).to_dicts():
        cohort = [life for life in lives if MONTHS[life[0]] == row["cohort"]]
        bad = [
            life
            for life in cohort
            if any(
                (days > 30 and not (mob == len(life[2]) - 1 and life[3] != "living"))
                or (mob == len(life[2]) - 1 and life[3] == "charged_off")
                for mob, days in enumerate(life[2])
                if mob <= row["mob"]
            )
        ]
        assert (row["loans"], row["bad"]) == (len(cohort), len(bad))
        assert (row["lent"], row["bad_lent"]) == (sum(life[1] for life in cohort), sum(life[1] for life in bad))


@given(LIVES)
def test_a_vintage_never_gets_better(lives: list[tuple[int, int, list[int], str]]) -> None:
    found = views.vintages(rows(lives).lazy())
    for _, cohort in found.group_by("cohort"):
        assert cohort.sort("mob")["bad"].is_sorted()


@given(LIVES)
def test_what_is_at_risk_is_part_of_what_lives_and_later_is_less(lives: list[tuple[int, int, list[int], str]]) -> None:
    found = views.at_risk(rows(lives).lazy())
    for row in found.to_dicts():
        assert row["principal"] >= row["par1"] >= row["par30"] >= row["par60"] >= row["par90"] >= 0


@given(LIVES)
def test_every_roll_comes_from_a_row_and_goes_to_one(lives: list[tuple[int, int, list[int], str]]) -> None:
    book = rows(lives)
    pairs = sum(len(life[2]) - 1 for life in lives)
    assert views.rolls(book.lazy())["loans"].sum() == pairs


def test_rolls_name_the_stage_of_thirty_days() -> None:
    book = rows([(0, 1000, [0, 5, 31, 62, 0], "settled")])
    found = [(row["stage"], row["to"]) for row in views.rolls(book.lazy()).to_dicts()]
    assert found == [("M0", "M1"), ("M1", "M2"), ("M2", "M3"), ("M3", "settled")]


def test_first_defaults_count_whose_first_missed_instalment_was_which() -> None:
    book = rows([(0, 100, [5, 5], "living"), (0, 100, [0, 0, 5], "living"), (0, 100, [0, 0, 0], "living")])
    assert views.first_defaults(book.lazy()).to_dicts() == [
        {"cohort": MONTHS[0], "loans": 3, "fpd": 1, "spd": 1, "tpd": 0}
    ]


def steady(shares: dict[tuple[str, str], float], months: int = 6) -> pl.DataFrame:
    """Rolls that are the same each month."""
    made = [
        {"month": MONTHS[month], "stage": before, "to": after, "loans": 1, "principal": int(share * 1_000_000)}
        for month in range(months)
        for (before, after), share in shares.items()
    ]
    return pl.DataFrame(made)


CHAIN = {("M0", "M0"): 0.9, ("M0", "M1"): 0.1, ("M1", "M0"): 0.5, ("M1", "M2"): 0.5, ("M2", "M3"): 1.0, ("M3", "M4"): 1.0,
         ("M4", "M5"): 1.0, ("M5", "M6+"): 1.0, ("M6+", "charged_off"): 1.0}  # fmt: skip


def test_a_book_that_rolls_the_same_each_month_is_foretold_to_the_fen() -> None:
    matrix = expected.moved(expected.matrices(steady(CHAIN)))
    by_hand = np.linalg.matrix_power(matrix, 12)[0, STAGES.index("charged_off")] * 1_000_000
    found = expected.forecast(steady(CHAIN), [1_000_000.0])[-1]
    assert found.months == 12
    assert found.expected == pytest.approx(by_hand)
    assert found.low == pytest.approx(found.high)  # every month is the same: there is nothing to doubt


def test_defaults_of_a_year_are_what_a_chain_of_months_gives() -> None:
    """0 -> 1 -> 2 -> 3 -> default, walked by hand."""
    shares = expected.moved(expected.matrices(steady(CHAIN)))
    by_hand = np.array([1.0, 0.0, 0.0, 0.0])
    gone = 0.0
    for _ in range(12):
        current, one, two, three = by_hand
        gone += three
        by_hand = np.array([0.9 * current + 0.5 * one, 0.1 * current, 0.5 * one, two])
    assert expected.defaults(shares, months=12)[0] == pytest.approx(gone)


@given(st.floats(0.5, 3.0))
def test_more_defaults_in_a_scenario_are_never_fewer(times: float) -> None:
    shares = expected.moved(expected.matrices(steady(CHAIN)))
    plain, changed = expected.defaults(shares, months=12), expected.defaults(shares, months=12, times=times)
    assert all((changed >= plain - 1e-12) if times >= 1 else (changed <= plain + 1e-12))
    assert all((changed >= 0) & (changed <= 1))


def test_expected_loss_is_twelve_months_then_a_life_then_all_of_it() -> None:
    book = rows([(0, 10_000, [0], "living"), (0, 10_000, [31], "living"), (0, 10_000, [95], "living")])
    only = [expected.Scenario("base", 1.0, 1.0)]
    one, two, three = expected.credit_loss(book, steady(CHAIN), lgd=0.5, scenarios=only)
    shares = expected.moved(expected.matrices(steady(CHAIN)))
    assert one.loss == pytest.approx(10_000 * expected.defaults(shares, months=12)[0] * 0.5)
    assert two.loss == pytest.approx(10_000 * expected.defaults(shares, months=expected.LIFE)[2] * 0.5)
    assert (three.loans, three.loss) == (1, 5_000)
    assert (one.number, two.number, three.number) == (1, 2, 3)


def test_what_was_recovered_lowers_what_is_lost_and_nothing_known_is_a_figure_of_the_field() -> None:
    told = pl.DataFrame({"age": [0, 12], "loans": [10, 8], "written_off": [1000, 800], "recovered": [0, 200]})
    assert expected.loss_given_default(told) == 0.75
    assert expected.loss_given_default(told.filter(pl.col("age") == 0)) == expected.LOSS_UNKNOWN


def test_a_book_of_one_month_foretells_nothing() -> None:
    with pytest.raises(expected.TooYoung):
        expected.forecast(views.rolls(rows([(0, 100, [0], "living")]).lazy()), [100.0])
