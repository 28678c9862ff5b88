"""When a claim may be enforced and until when; and an archive that says of itself what it holds."""

import hashlib
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.base.crypto import is_signed, load_signer
from xindai.postloan.legal.model import (
    LATE_FROM,
    LEAST_OWED,
    LEAST_TRIED,
    MOVES,
    SAID,
    Claim,
    Status,
    Unmet,
    limitation,
    unmet,
    years_after,
)
from xindai.postloan.legal.package import Paper, archive, table

ON = date(2026, 3, 2)
DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))
RIPE = Claim(LATE_FROM, LEAST_OWED, LEAST_TRIED, False, False, False, ON)


def changed(**changes: object) -> Claim:
    return Claim(**{**{name: getattr(RIPE, name) for name in Claim.__slots__}, **changes})  # type: ignore[arg-type]


def test_nothing_speaks_against_a_claim_that_is_ripe() -> None:
    assert unmet(RIPE, on=ON) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"overdue_days": LATE_FROM - 1}, Unmet.EARLY),
        ({"owed": LEAST_OWED - 1}, Unmet.LITTLE),
        ({"tried": LEAST_TRIED - 1}, Unmet.UNTRIED),
        ({"disputed": True}, Unmet.DISPUTED),
        ({"asked_for_help": True}, Unmet.HELP),
        ({"stopped": True}, Unmet.STOPPED),
        ({"limitation_on": ON - timedelta(days=1)}, Unmet.OUT_OF_TIME),
    ],
)
def test_each_thing_that_speaks_against_it_is_told(change: dict[str, object], found: Unmet) -> None:
    assert unmet(changed(**change), on=ON) == [found]
    assert all(SAID[found])


@given(last=DAYS, acts=st.lists(DAYS))
def test_every_act_only_lengthens_the_time(last: date, acts: list[date]) -> None:
    found = limitation(last, acts)
    assert found >= limitation(last, acts[:-1])
    assert found >= years_after(max([last, *acts]), 3)


def test_three_years_from_the_last_instalment_and_anew_from_a_part_payment() -> None:
    assert limitation(date(2023, 5, 10), []) == date(2026, 5, 10)
    assert limitation(date(2023, 5, 10), [date(2024, 1, 3)]) == date(2027, 1, 3)
    assert limitation(date(2024, 2, 29), []) == date(2027, 2, 28)


def test_what_is_closed_stays_and_everything_can_be_closed() -> None:
    assert MOVES[Status.CLOSED] == {}
    assert all(Status.CLOSED in moves for status, moves in MOVES.items() if status is not Status.CLOSED)


def test_an_archive_lists_and_signs_what_it_holds_and_comes_out_the_same(tmp_path: Path) -> None:
    signer = load_signer(tmp_path)
    papers = [Paper("01-合同.pdf", "合同", b"%PDF"), Paper("02-记录.csv", "记录", b"a,b")]
    at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    made, again = (
        archive(papers, case="leg_1", at=at, sign=signer.sign, public_key=signer.public_key) for _ in range(2)
    )
    assert made == again
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        index, signature = packed.read("index.json").decode(), packed.read("index.sig").decode()
        listed = json.loads(index)["files"]
        assert [one["name"] for one in listed] == [one.name for one in papers]
        for one in listed:
            assert hashlib.sha256(packed.read(one["name"])).hexdigest() == one["sha256"]
            assert one["sha256"] in packed.read("目录.txt").decode("utf-8-sig")
    assert is_signed(index, signature, signer.public_key)
    assert not is_signed(index.replace("合同", "他同"), signature, signer.public_key)


def test_what_looks_like_a_formula_is_text_in_a_spreadsheet() -> None:
    told = table([{"a": "=HYPERLINK(1)", "b": None}, {"a": "甲, 乙", "b": 3}], {"a": "甲", "b": "乙"})
    assert told.decode("utf-8-sig").splitlines() == ["甲,乙", "'=HYPERLINK(1),", '"甲, 乙",3']
