"""A monthly look at a line: what it counts, what it leads to, and that a limit never flutters."""

import json
from dataclasses import replace
from datetime import date, timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xindai.credit import scoring
from xindai.credit.features import account
from xindai.credit.features.account import History
from xindai.lending.line.model import Line, LineId, Status
from xindai.postloan.watch import policy
from xindai.postloan.watch.model import LineReview, ReviewId, Verdict
from xindai.postloan.watch.policy import Look
from xindai.products.catalogue.starter import CREDIT_LINE
from xindai.values.money import Money
from xindai.values.period import add_months
from xindai_sandbox import population

ON = date(2026, 9, 15)
CARD = scoring.parse(
    json.loads(resources.files("xindai.credit").joinpath("models/behaviour/scorecard.json").read_text("utf-8"))
)
LINE = Line(
    LineId("line_x"), "R", "per_x", "off_x", CREDIT_LINE.ref, Money(10_000_00), "0.144", Status.OPEN, date(2028, 1, 1),
    used=Money(4_000_00), unbilled=Money(0), overdue=False, pays_least=False,
)  # fmt: skip
WELL = Look("A", late_now=0, late_worst_6m=0, months=12, income_bound=90_000_00)
CLEAN = History(
    ON, date(2025, 9, 1), 3, 1, 0, 10_000_00, 3_000_00, (),
    tuple((ON - timedelta(days=30 * n), 1_000_00) for n in range(10)), (), ((ON - timedelta(days=40), 4_000_00),),
)  # fmt: skip


def looked(grade: str, on: date, verdict: Verdict = Verdict.KEEP) -> LineReview:
    return LineReview(
        ReviewId(f"lrev_{on}"), LINE.id, on, 600, 10_000, grade, "m", {}, [], verdict, "as_it_should_be", 0, 0
    )


def live(looks: list[Look], *, accepts: bool = True) -> list[tuple[date, Verdict, int]]:
    """A line over so many months: (day, verdict, limit after it), doing what each look says."""
    line, reviews, told = LINE, list[LineReview](), []
    for month, seen in enumerate(looks):
        on, look = add_months(ON, month), replace(seen, frozen_here=line.status is Status.FROZEN)
        judged = policy.judge(line, CREDIT_LINE, look, reviews, on=on)
        reviews.insert(0, looked(look.grade, on, judged.verdict))
        if judged.verdict is Verdict.CUT or (judged.verdict is Verdict.RAISE and accepts):
            line = replace(line, limit=Money(judged.limit))
        if judged.verdict in {Verdict.FREEZE, Verdict.UNFREEZE}:
            line = replace(line, status=Status.FROZEN if judged.verdict is Verdict.FREEZE else Status.OPEN)
        told.append((on, judged.verdict, line.limit.minor))
    return told


def verdicts(looks: list[Look]) -> str:
    return "".join(verdict.value[0] for _, verdict, _ in live(looks))


def graded(grades: str, **changes: int) -> list[Look]:
    return [replace(WELL, grade=grade, **changes) for grade in grades]


def test_good_standing_with_real_use_is_offered_more_after_two_looks() -> None:
    assert verdicts(graded("AA")) == "kr"
    assert live(graded("AA"))[-1][2] == 13_000_00
    assert live(graded("BB"))[-1][2] == 11_500_00
    assert verdicts(graded("AAAAAAAAA")) == "krkkkkkrk", "then it rests for half a year"
    for change in ({"months": 5}, {"late_worst_6m": 1}, {"late_now": 2}):
        assert "r" not in verdicts(graded("AAAA", **change)), change
    assert live(graded("AA", income_bound=10_500_00))[-1][2] == 10_500_00
    idle = replace(LINE, used=Money(1_000_00))
    assert policy.judge(idle, CREDIT_LINE, WELL, [looked("A", ON)], on=add_months(ON, 1)).verdict is Verdict.KEEP


def test_a_poor_score_cuts_after_two_looks_and_rests() -> None:
    assert [limit for *_, limit in live(graded("EEEEE"))] == [
        10_000_00, 7_000_00, 7_000_00, 7_000_00, 4_900_00,
    ]  # fmt: skip
    assert verdicts(graded("FF")) == "kc"
    assert verdicts(graded("EBEBEBEB")) == "kkkkkkkk", "grades that come and go change nothing"


def test_a_freeze_is_at_once_and_opens_after_two_good_looks() -> None:
    assert verdicts(graded("BGDDD")) == "kfkuk"
    late = [replace(WELL, grade="C", late_now=31, late_worst_6m=31)]
    assert verdicts(graded("B") + late + graded("CCC", late_worst_6m=31)) == "kfkuk"
    frozen, looks = replace(LINE, status=Status.FROZEN), [looked("A", ON), looked("G", ON, Verdict.FREEZE)]
    assert policy.judge(frozen, CREDIT_LINE, WELL, looks, on=ON).verdict is Verdict.KEEP, "staff froze it since"
    ours = replace(WELL, frozen_here=True)
    assert policy.judge(frozen, CREDIT_LINE, ours, looks, on=ON).verdict is Verdict.UNFREEZE
    closed = replace(LINE, status=Status.CLOSED)
    assert policy.judge(closed, CREDIT_LINE, replace(WELL, grade="G"), [], on=ON).rule == "closed"


looks = some.builds(
    Look, some.sampled_from("ABCDEFG"), some.sampled_from([0, 0, 0, 5, 40]), some.sampled_from([0, 0, 0, 20, 70]),
    some.integers(1, 30), some.integers(0, 200_000_00),
)  # fmt: skip


@given(some.lists(looks, min_size=1, max_size=40), some.booleans())
def test_whatever_the_looks_a_limit_moves_seldom_and_within_bounds(seen: list[Look], accepts: bool) -> None:
    before, moved = LINE.limit.minor, dict[Verdict, date]()
    for (on, verdict, limit), look in zip(live(seen, accepts=accepts), seen, strict=True):
        assert limit % 100_00 == 0
        if verdict is Verdict.RAISE:
            assert limit <= min(CREDIT_LINE.most.minor, look.income_bound) or not accepts
            assert all((on - moved[one]).days >= 180 for one in (Verdict.RAISE, Verdict.CUT) if one in moved)
            assert not look.late_now
            assert not look.late_worst_6m
        elif verdict is Verdict.CUT:
            assert CREDIT_LINE.least.minor <= limit < before
            assert Verdict.CUT not in moved or (on - moved[Verdict.CUT]).days >= 90
        else:
            assert limit == before
        moved[verdict], before = on, limit


def test_what_a_look_counts() -> None:
    assert set(account.features(CLEAN)) == {feature.name for feature in account.FEATURES}
    late = ((date(2026, 4, 1), 12), (date(2026, 8, 1), 35), (date(2026, 9, 1), 66))
    failed = (ON, ON - timedelta(days=29), ON - timedelta(days=30), ON - timedelta(days=179))
    told = account.features(replace(CLEAN, late=late, failed=failed))
    assert [told[f"account_late_worst_{n}m"] for n in (3, 6, 12)] == [66, 66, 66]
    assert [told[f"account_failed_debits_{n}d"] for n in (30, 90, 180)] == [2, 3, 4]
    assert (told["account_late_months_6m"], told["account_late30_months_12m"], told["account_since_late"]) == (3, 2, 0)
    assert (told["account_months"], told["account_utilisation"], told["account_last_use_days_ago"]) == (12, 3_000, 40)
    assert (told["account_repaid_90d"], told["account_used_90d"], told["account_used_trend"]) == (3_000, 4_000, 0)
    blank = account.features(History(ON, None, 0, 0, 0, 10_000_00, 0, (), (), (), ()))
    assert blank["account_months"] is None
    assert blank["account_since_late"] is None


def test_a_history_is_kept_as_it_was() -> None:
    for one in population.accounts(3, 50, on=ON):
        history = account.of_document(one["history"])
        assert account.of_document(json.loads(json.dumps(history.document()))) == history


def test_the_behaviour_score_tells_a_clean_record_from_a_poor_one() -> None:
    clean = CARD.score(account.features(CLEAN))
    late = replace(CLEAN, late=((date(2026, 9, 1), 40),), failed=(ON,) * 2, owed=9_500_00)
    poor = CARD.score(account.features(late))
    assert clean.grade in policy.GOOD
    assert poor.grade in policy.POOR | policy.WORST
    assert poor.reasons[0].feature.startswith("account_")


@pytest.mark.parametrize("rule", policy.RULES)
def test_every_rule_has_words_in_both_languages(rule: str) -> None:
    en, zh = policy.RULES[rule]
    assert en
    assert any("一" <= character <= "鿿" for character in zh)
