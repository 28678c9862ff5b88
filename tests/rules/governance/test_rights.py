"""Until when a request by right is answered, and how a noun becomes a document for its person."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as some

from xindai.governance.rights.model import MOVES, Right, Status, answer_by, plain
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
