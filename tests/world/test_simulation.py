"""A population with trouble planted in it: the same for the same seed, found by the warnings, the books proved every evening."""

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from stdnum.cn import uscc

from xindai_sandbox import owners, population, society, trouble
from xindai_sandbox.lives import Diary, Life
from xindai_sandbox.trouble import Cause, Fate

START, DAYS = date(2026, 1, 1), 365


def people(count: int) -> list[dict[str, object]]:
    return [one.document() for one in population.people(3, count, on=START)]


def test_what_is_planted_follows_from_the_seed_and_befalls_more_in_the_recession() -> None:
    everybody = people(1500)
    planted, troubles = trouble.plant(everybody, seed=3, start=START, days=DAYS)
    assert trouble.plant(everybody, seed=3, start=START, days=DAYS) == (planted, troubles)
    assert trouble.plant(everybody, seed=4, start=START, days=DAYS)[1] != troubles
    causes = [one.cause for one in troubles.values()]
    recession = (trouble.RECESSION[1] - trouble.RECESSION[0]) / (1 - trouble.RECESSION[1] + trouble.RECESSION[0])
    assert causes.count(Cause.RECESSION) > 2 * recession * causes.count(Cause.JOB_LOSS) > 0
    ring = [one for one in planted if troubles.get(one["id_number"], Fate("", None, None, None)).cause is Cause.RING]
    days = {troubles[one["id_number"]].on for one in ring}
    assert len(ring) == 6
    assert max(days) - min(days) < timedelta(days=7)
    assert all(one["pays"] == 0 for one in ring)


def test_somebody_who_lost_their_work_earns_nothing_until_they_find_some_and_asks_elsewhere() -> None:
    one = people(1)[0]["habits"]
    assert isinstance(one, dict)
    hard = {**one, "hard": [["2026-02-01", "2026-06-01"]]}
    until = date(2026, 8, 1)
    paid = [each["at"][:10] for each in society.events(hard, until) if each["category"] == "salary"]
    assert not [day for day in paid if "2026-02-01" <= day < "2026-06-01"]
    before = [each["at"][:10] for each in society.events(one, until) if each["category"] == "salary"]
    assert [day for day in before if not "2026-02-01" <= day < "2026-06-01"] == paid
    applied = [each["at"] for each in society.events(hard, until) if each["kind"] == "apply"]
    assert len(applied) > len([each for each in society.events(one, until) if each["kind"] == "apply"]) + 3


def test_whoever_has_a_business_tells_of_one_that_could_be_registered() -> None:
    asking = [owners.with_business(3, index, one, on=START) for index, one in enumerate(people(60))]
    assert asking == [owners.with_business(3, index, one, on=START) for index, one in enumerate(people(60))]
    for one in asking:
        business = one["business"]
        assert uscc.is_valid(business["uscc"])
        shares = [round(float(owner["share"]) * 10_000) for owner in business["owners"]]
        assert business["owners"][0]["name"] == one["name"]
        assert min(shares) > 0
        assert 10_000 - len(shares) < sum(shares) <= 10_000
        assert (one["pays"] is None) == (not one["will_default"])
        assert owners.LEAST <= float(one["asks_for"]) <= owners.MOST
    assert {one["business"]["uscc"][:2] for one in asking} == {owners.INDIVIDUAL, owners.COMPANY}


def test_worth_is_counted_as_on_paper() -> None:
    def day(number: int) -> date:
        return START + timedelta(days=number)

    fates = [
        Fate("early", Cause.JOB_LOSS, day(100), day(160)),
        Fate("late", None, day(50), day(110)),
        Fate("unseen", None, day(50), day(110)),
        Fate("well", None, None, None),
        Fate("young", None, None, None),
    ]
    warned = {"early": day(80), "late": day(70), "well": day(10), "young": day(340)}
    found = trouble.worth(fates, warned, end=day(365))
    assert (found["warned"], found["precision"], found["recall"]) == (3, 0.6667, 0.6667), (
        "the young one is not judged yet"
    )
    assert found["recall_before_anything_late"] == 0.3333
    assert (found["lead_days_median"], found["lead_days_tenth"]) == (60.0, 40)
    assert found["times_better_than_chance"] == round(0.6667 / 0.6, 1)
    rows = trouble.by_cause(fates, warned, applied={Cause.JOB_LOSS: 2, Cause.RING: 4})
    assert rows["job_loss"] == {"applied": 2, "borrowed": 1, "defaulted": 1, "warned_before": 1, "lead_days_median": 80}
    assert (rows["ring"]["applied"], rows["ring"]["borrowed"]) == (4, 0)


@settings(max_examples=100)
@given(lead=some.integers(-400, 400), end=some.integers(0, 800))
def test_a_warning_after_the_fact_or_half_a_year_too_early_was_not_right(lead: int, end: int) -> None:
    bad = START + timedelta(days=400)
    fates = [Fate("one", None, bad - timedelta(days=60), bad)]
    found = trouble.worth(fates, {"one": bad - timedelta(days=lead)}, end=START + timedelta(days=end))
    assert (found["recall"] == 1.0) == (0 < lead <= 180)


def test_a_population_lives_through_the_whole_system(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("xindai")), "simulate", "--people", "40", "--days", "66", "--seed", "11",
         "--home", str(tmp_path / "var"), "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["applied"] == 40
    assert figures["books_proved"] == 66
    assert figures["of_businesses"]["applied"] >= figures["of_businesses"]["lent"] > 0
    assert sum(figures["statuses"].values()) == figures["loans"] > 20
    assert figures["planted"]["ring"]["applied"] == 6, figures["planted"]
    assert figures["planted"]["ring"]["borrowed"] == 0, "on one device, they are not let in by a machine"
    assert sum(one["applied"] for one in figures["planted"].values()) == 40
    assert set(figures["warnings_to_look"]) == set(figures["warnings_that_freeze"])


def test_a_life_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    plan = {"seed": 1, "people": 2, "days": 9, "within": 3}
    begun = Diary.of(tmp_path, plan, today=START)
    assert (begun.start, begun.lived) == (START, 0)
    lives = [Life({"name": name}, START) for name in ("one", "two")]
    lives[1].outcome, lives[1].loan_ids, lives[1].refused = "offered", ["loan_1"], 12.5
    begun.keep(lives, lived=4)
    again = Diary.of(tmp_path, plan, today=START + timedelta(days=4))
    fresh = [Life({"name": name}, START) for name in ("one", "two")]
    again.recall(fresh)
    assert (again.start, again.lived, fresh) == (START, 4, lives)
    with pytest.raises(SystemExit, match="seed 1"):
        Diary.of(tmp_path, {**plan, "seed": 2}, today=START)
