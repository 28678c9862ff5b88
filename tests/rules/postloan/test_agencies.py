"""What an agency gets and earns: no fen depends on when it is counted, and nothing goes to an agency that may not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xindai.postloan.agencies.model import (
    AGENCY_MOVES,
    PLACED_FROM,
    Agency,
    AgencyMoved,
    AgencyStatus,
    checked,
    commission,
    why_not,
)
from xindai.postloan.cases.model import Case, CaseId, Status
from xindai.values.four_eyes import SamePerson
from xindai.values.refusal import Invalid

ON = date(2026, 3, 2)
AGENCY = Agency("clear", "清源催收", "91110000MA0", 2500, 3, ON + timedelta(days=400), AgencyStatus.ACTIVE, "a", "b")
CASE = Case(CaseId("case_1"), "per_1", "standard", Status.OPEN, 40, 1000_00, 40, None, None, ON, None, 0)


@given(parts=some.lists(some.integers(-1000_00, 5000_00), max_size=12), bps=some.integers(0, 5000))
def test_however_often_it_is_reckoned_the_agency_earns_the_same(parts: list[int], bps: int) -> None:
    came, booked = 0, 0
    for part in parts:
        came = max(0, came + part)
        booked += commission(came, bps) - booked
    assert booked == commission(came, bps)
    assert abs(booked * 10_000 - came * bps) <= 5_000
    assert 0 <= booked <= came


@pytest.mark.parametrize(
    ("agency", "case", "barred", "has", "placed", "fits"),
    [
        (AGENCY, CASE, False, 0, False, True),
        (AGENCY, CASE, False, 2, False, True),
        (AGENCY, CASE, False, 3, False, False),
        (AGENCY, CASE, True, 0, False, False),
        (AGENCY, CASE, False, 0, True, False),
        (AGENCY, replace(CASE, overdue_days=PLACED_FROM - 1), False, 0, False, False),
        (AGENCY, replace(CASE, status=Status.CLOSED), False, 0, False, False),
        (replace(AGENCY, status=AgencyStatus.PROPOSED), CASE, False, 0, False, False),
        (replace(AGENCY, status=AgencyStatus.ENDED), CASE, False, 0, False, False),
        (replace(AGENCY, valid_until=ON - timedelta(days=1)), CASE, False, 0, False, False),
    ],
)
def test_which_cases_an_agency_gets(
    agency: Agency, case: Case, barred: bool, has: int, placed: bool, fits: bool
) -> None:
    assert (why_not(agency, case, barred=barred, has=has, is_placed=placed, on=ON) is None) == fits


def test_a_contract_takes_two_people_and_ends_once() -> None:
    proposed = replace(AGENCY, status=AgencyStatus.PROPOSED)
    with pytest.raises(SamePerson):
        proposed.decide(AgencyStatus.ACTIVE, by="a")
    assert proposed.decide(AgencyStatus.ACTIVE, by="b") == "agency_approved"
    assert AGENCY.decide(AgencyStatus.ENDED, by="a") == "agency_ended"
    for status, moves in AGENCY_MOVES.items():
        for to in set(AgencyStatus) - set(moves):
            with pytest.raises(AgencyMoved):
                replace(AGENCY, status=status).decide(to, by="c")


@pytest.mark.parametrize(
    "changes",
    [{"code": "No Spaces"}, {"commission_bps": 5001}, {"commission_bps": -1}, {"most_cases": 0}, {"valid_until": ON}],
)
def test_what_a_contract_may_not_say(changes: dict[str, object]) -> None:
    sound: dict[str, object] = {
        "code": "clear",
        "commission_bps": 2500,
        "most_cases": 3,
        "valid_until": ON + timedelta(days=1),
    }
    checked(**sound, on=ON)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        checked(**{**sound, **changes}, on=ON)  # type: ignore[arg-type]
