from datetime import datetime, timedelta
from importlib import resources
from json import loads
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.journeys import notify
from xindai.onboarding.notices import timing
from xindai.onboarding.notices.model import Kind, Preferences, TextsUnreadable, Way, parse_topics
from xindai.onboarding.notices.timing import Heard

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEXTS = loads(resources.files("xindai.onboarding.notices").joinpath("texts.json").read_text(encoding="utf-8"))
TOPICS = parse_topics(TEXTS)
MOMENTS = st.integers(0, 366 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=SHANGHAI) + timedelta(seconds=seconds)
)


@given(st.sampled_from(Kind), MOMENTS)
def test_nobody_is_woken_but_to_protect_them(kind: Kind, at: datetime) -> None:
    goes = timing.not_before(kind, at)
    assert at <= goes < at + timedelta(hours=10, minutes=1)
    assert goes == at if kind is Kind.SECURITY or not timing.is_quiet(at) else goes.time() == timing.EARLIEST
    assert kind is Kind.SECURITY or not timing.is_quiet(goes)


@given(st.sampled_from(Kind), st.booleans(), st.integers(0, 20), st.integers(0, 3))
def test_offers_go_only_to_those_who_asked_and_seldom(kind: Kind, wanted: bool, today: int, offers: int) -> None:
    why = timing.dropped(kind, Preferences(marketing=wanted), Heard(today, offers))
    if kind is Kind.SECURITY:
        assert why is None
    if kind is Kind.MARKETING and (not wanted or offers >= timing.MOST_OFFERS_A_WEEK):
        assert why is not None
    if kind is not Kind.SECURITY and today >= timing.MOST_A_DAY:
        assert why is not None


def test_tries_are_further_apart_each_time_and_never_too_far() -> None:
    waits = [timing.wait(tries) for tries in range(1, 30)]
    assert waits == sorted(waits)
    assert max(waits) == timing.LONGEST_WAIT


@pytest.mark.parametrize(
    ("text", "out"), [("R", True), (" r ", True), ("退订", True), ("TD", True), ("好的", False), ("", False)]
)
def test_an_r_is_a_no(text: str, out: bool) -> None:
    assert timing.is_opt_out(text) is out


FACTS = {"day": "2026-03-06", "reference": "AAAA-BBBB", "amount": "12345.67", "due_on": "2026-03-10", "days": "120"}


def test_every_text_is_there_in_both_languages_and_short_enough_for_two_messages() -> None:
    for topic in TOPICS.values():
        for language in ("zh", "en"):
            title, text = topic.said(language, FACTS)
            assert title and text, topic.name
        assert len(topic.title["zh"]) <= 20, topic.name  # WeChat cuts a `thing` there
        assert len(TEXTS["signature"] + topic.said("zh", FACTS)[1]) <= 134, topic.name  # two parts of a long message
    assert {one.kind for one in TOPICS.values()} == set(Kind)
    assert Way.WECHAT not in TOPICS["new_device"].ways  # what protects an account does not go by that account


def test_the_next_way_is_the_one_after() -> None:
    topic = TOPICS["loan_disbursed"]
    assert notify.ways_left(topic, None) == (Way.WECHAT, Way.SMS)
    assert notify.ways_left(topic, Way.WECHAT) == (Way.SMS,)
    assert notify.ways_left(topic, Way.SMS) == ()


@pytest.mark.parametrize(
    "broken", [{}, {"topics": {"a": {}}}, {"topics": {"a": {"kind": "loud", "ways": [], "title": {}, "text": {}}}}]
)
def test_a_file_of_texts_that_lacks_something_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(TextsUnreadable):
        parse_topics(broken)
