"""Nobody gets a contact out of the gate that a rule forbids, whatever is thrown at it; an oracle written from the rules says which."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xindai.postloan.contacts import gate
from xindai.postloan.contacts.model import (
    SAID,
    About,
    Asked,
    Bar,
    Channel,
    Hand,
    Known,
    Rules,
    StopKind,
    Today,
    Whom,
)

RULES = Rules()
ZONES = st.sampled_from([ZoneInfo(name) for name in ("Asia/Shanghai", "Asia/Urumqi", "UTC", "America/Lima")])
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
HOURS = st.tuples(TIMES, TIMES).filter(lambda pair: pair[0] < pair[1])
ASKED = st.builds(
    Asked,
    st.sampled_from(Channel),
    st.sampled_from(Whom),
    st.sampled_from(About),
    st.sampled_from(Hand),
    st.sampled_from(
        ["", "【信贷】您的贷款应还 12.30 元", "还钱", "【信贷】再不还就让你坐牢", "【信贷】We will have you in JAIL"]
    ),
    st.booleans(),
)
KNOWN = st.builds(
    Known,
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=ZONES),  # noqa: DTZ001 - with zones
    so_far=st.builds(Today, *[st.integers(0, 8)] * 4),
    overdue_days=st.integers(0, 400),
    is_due=st.booleans(),
    agreed=st.none() | HOURS,
    unreached_days=st.integers(0, 6),
    stops=st.frozensets(st.sampled_from(StopKind), max_size=2),
    disputed=st.booleans(),
    asked_for_help=st.booleans(),
    named_asked_to_stop=st.booleans(),
    with_agency=st.booleans(),
)


def forbidden(asked: Asked, known: Known) -> bool:
    """The rules again, each as one sentence of the law or of ours."""
    first, last = known.agreed or (time(8), time(22))
    third_party, wants_answer = asked.whom is Whom.NAMED, asked.about is About.ASKED
    spoken, written = asked.channel in (Channel.CALL, Channel.VISIT), asked.channel in (Channel.TEXT, Channel.LETTER)
    return any((
        # R-COLL-01: only within the debtor's hours; a letter wakes nobody
        asked.channel is not Channel.LETTER and (known.at.time() < first or known.at.time() >= last),
        # R-COLL-02: three calls that connect, six tries, one text a day, unless they asked
        not wants_answer and known.so_far.attempts >= 6,
        not wants_answer and asked.channel is Channel.CALL and known.so_far.connected >= 3,
        not wants_answer and asked.channel is Channel.TEXT and known.so_far.texts >= 1,
        # R-COLL-03: somebody named hears of no debt, by call only, once a day, only of whoever is out of reach, and may end it
        third_party and (asked.about is not About.WHEREABOUTS or asked.channel is not Channel.CALL),
        third_party and (known.unreached_days < 3 or known.so_far.named >= 1 or known.named_asked_to_stop),
        not third_party and asked.about is About.WHEREABOUTS,
        asked.about in (About.ARREARS, About.WHEREABOUTS) and known.overdue_days == 0,
        asked.about is About.DUE and not known.is_due,
        # R-COLL-04: who it is comes first; nobody is threatened
        written and not asked.words.startswith("【"),
        written and ("坐牢" in asked.words or "JAIL" in asked.words),
        # R-COLL-05, -06, -07, -08, -09
        spoken and not asked.recorded,
        asked.hand is Hand.AGENCY and not known.with_agency,
        (known.disputed or known.asked_for_help) and asked.about in (About.ARREARS, About.WHEREABOUTS),
        bool(known.stops) and not (wants_answer and not known.stops & {StopKind.DECEASED, StopKind.MINOR}),
    ))  # fmt: skip


@given(ASKED, KNOWN)
def test_what_is_forbidden_is_barred_and_nothing_else(asked: Asked, known: Known) -> None:
    assert bool(gate.judge(asked, known, RULES).bars) == forbidden(asked, known)


@given(ASKED, KNOWN)
def test_each_bar_has_its_rule_and_its_words(asked: Asked, known: Known) -> None:
    for bar in gate.judge(asked, known, RULES).bars:
        rule, en, zh = SAID[bar]
        assert rule.startswith("R-COLL-")
        assert en
        assert zh


@given(KNOWN)
def test_where_only_the_hour_bars_it_the_gate_says_when_it_will_not(known: Known) -> None:
    asked = Asked(Channel.CALL, Whom.DEBTOR, About.ASKED, Hand.STAFF, recorded=True)
    verdict = gate.judge(asked, known, RULES)
    assume(verdict.bars == {Bar.HOURS})
    assert verdict.again_at is not None
    assert timedelta(0) < verdict.again_at - known.at <= timedelta(days=1, hours=1)
    later = Known(**{**{name: getattr(known, name) for name in known.__slots__}, "at": verdict.again_at})
    assert not gate.judge(asked, later, RULES).bars


@pytest.mark.parametrize(("hour", "minute", "barred"), [(7, 59, True), (8, 0, False), (21, 59, False), (22, 0, True)])
def test_the_hours_are_those_of_the_standard(hour: int, minute: int, barred: bool) -> None:
    at = datetime(2026, 3, 6, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))
    known = Known(at=at, so_far=Today(), overdue_days=3, is_due=False)
    asked = Asked(Channel.CALL, Whom.DEBTOR, About.ARREARS, Hand.STAFF, recorded=True)
    assert (gate.judge(asked, known, RULES).bars == {Bar.HOURS}) == barred
