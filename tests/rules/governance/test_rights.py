"""Until when a request by right is answered, and how a noun becomes a document for its person."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xindai.governance.rights import holdings, retention
from xindai.governance.rights.model import MOVES, Right, Status, answer_by, plain
from xindai.governance.rights.retention import ErasureTooEarly, Standing
from xindai.values import business_days
from xindai.values.masked import CardNumber, PersonName, Secret
from xindai.values.money import Money


@given(some.sampled_from(Right), some.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_an_answer_is_due_after_fifteen_days_that_count(right: Right, on: date) -> None:
    due = answer_by(right, on)
    if right is Right.COMPLAINT:
        assert due == on + timedelta(days=15)
        return
    between = (on + timedelta(days=day) for day in range(1, (due - on).days + 1))
    assert sum(business_days.is_working(day) for day in between) == 15
    assert business_days.is_working(due)


def test_the_national_holiday_does_not_count() -> None:
    assert answer_by(Right.DELETION, date(2025, 9, 30)) == date(
        2025, 10, 28
    )  # holiday to 8 October, one working Saturday


def test_what_has_ended_moves_no_more() -> None:
    assert all(not MOVES[status] for status in Status if status is not Status.ASKED)


@dataclass(frozen=True)
class _Noun:
    name: PersonName
    card: CardNumber
    key: Secret
    owed: Money
    at: datetime
    status: Status
    parts: tuple[dict[str, int], ...]


def test_a_document_for_its_person_shows_their_own_in_full_and_no_secret() -> None:
    noun = _Noun(
        PersonName("欧阳修"),
        CardNumber("6217000000000000012"),
        Secret("of ours"),
        Money(1234_50),
        datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=8))),
        Status.ASKED,
        ({"days": 3},),
    )
    assert plain(noun) == {
        "name": "欧阳修",
        "card": "6217000000000000012",
        "key": None,
        "owed": {"amount": "1234.50", "currency": "CNY"},
        "at": "2026-03-01T12:00:00+08:00",
        "status": "asked",
        "parts": [{"days": 3}],
    }


TABLES = holdings.parse(
    json.loads(resources.files("xindai.governance.rights").joinpath("holdings.json").read_text(encoding="utf-8"))
)
GROUPS = retention.groups_of(TABLES)
SHORTEST = min(days for group in GROUPS.values() if group.terms for days in (group.terms.never, group.terms.ended))
TODAY = date(2027, 3, 1)


def stands(*, owed: bool, ended_on: date, still: tuple[str, ...] = ()) -> Standing:
    return Standing("per_1", still, owed, ended_on)


def test_nothing_ends_while_anything_is_open() -> None:
    one = stands(owed=True, ended_on=date(2000, 1, 1), still=("loan",))
    assert retention.over(one, GROUPS, on=TODAY) == set()
    assert retention.over(one, GROUPS, on=TODAY, asked=True) == set()
    with pytest.raises(ErasureTooEarly) as refused:
        one.refuse_open()
    assert "a loan" in refused.value.sentence()
    assert "未结清借款" in refused.value.sentence("zh")


@given(some.booleans(), some.integers(0, 5000))
def test_what_has_ended_stays_ended_and_the_law_is_kept(owed: bool, days: int) -> None:
    one = stands(owed=owed, ended_on=TODAY - timedelta(days=days))
    over = retention.over(one, GROUPS, on=TODAY)
    assert over <= retention.over(one, GROUPS, on=TODAY + timedelta(days=1))
    assert over <= retention.over(one, GROUPS, on=TODAY, asked=True)
    if owed and days < 3652:  # Anti-Money-Laundering Law, art. 34: ten years
        kept = {"identity", "lending", "money", "laundering", "papers"}
        assert not kept & retention.over(one, GROUPS, on=TODAY, asked=True)
    if not owed and days >= 1827:
        assert over == {name for name, group in GROUPS.items() if group.terms}
    assert {"trail", "staff", "own"}.isdisjoint(over)


@given(some.booleans(), some.integers(0, 5000), some.booleans())
def test_a_look_comes_in_time_for_every_term(owed: bool, days: int, is_open: bool) -> None:
    one = stands(owed=owed, ended_on=TODAY - timedelta(days=days), still=("loan",) if is_open else ())
    again = retention.look_again_on(one, GROUPS, on=TODAY)
    if again is None:
        assert retention.over(one, GROUPS, on=TODAY) == {name for name, group in GROUPS.items() if group.terms}
        return
    assert TODAY < again <= TODAY + timedelta(days=SHORTEST)
    if not is_open:
        before = again - timedelta(days=1)
        assert retention.over(one, GROUPS, on=before) == retention.over(one, GROUPS, on=TODAY)


@given(some.lists(some.tuples(some.integers(0, 60), some.integers(1, 40)), min_size=1, max_size=6))
def test_whoever_comes_back_is_erased_again(visits: list[tuple[int, int]]) -> None:
    """Short businesses, one after the other: whatever was told in each is gone a term after the last of them."""
    busy: list[tuple[date, date]] = []
    day = TODAY
    for pause, length in visits:
        begins = day + timedelta(days=pause + 1)
        day = begins + timedelta(days=length)
        busy.append((begins, day))
    erased: frozenset[str] = frozenset()
    held_since: date | None = None
    look: date | None = TODAY
    today = TODAY
    while today <= day + timedelta(days=2 * SHORTEST):
        is_open = any(begins <= today < ends for begins, ends in busy)
        if is_open:
            held_since = today
        if look is not None and look <= today:
            ended = max([TODAY, *(ends for _, ends in busy if ends <= today)])
            one = Standing("per_1", ("loan",) if is_open else (), True, ended, erased)
            over = retention.over(one, GROUPS, on=today)
            if "watching" in over - erased:
                held_since = None
            erased, look = frozenset(over), retention.look_again_on(one, GROUPS, on=today)
        today += timedelta(days=1)
    assert held_since is None


def test_a_table_whose_group_ends_says_what_becomes_of_it() -> None:
    for one in TABLES.values():
        if one.group.terms is not None:
            assert one.ends or one.blank or one.aged, one.name
            sensitive_left = one.sensitive - set(one.blank or ()) if one.ends != "row" and not one.aged else set()
            assert sensitive_left <= STANDS_AS_A_FIGURE.get(one.name, set()), one.name


STANDS_AS_A_FIGURE = {
    "collection_case": {"owed"},
    "loan_standing": {"principal"},
    "merchant": {"account_number"},
    "strategy_case": {"inputs"},
    "watch_entry": {"document"},
}
"""Amounts that the books need; what is a company's, made up by an analyst, or a list's."""
