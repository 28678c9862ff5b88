"""Providers asked in order: the silent one is left alone for a while, then tried with one question."""

from dataclasses import dataclass

import pytest

from xindai.base.http import ProviderFault
from xindai.outside.asking import FAULTS, REST_SECONDS, Order


@dataclass
class Somebody:
    name: str
    answer: str | None = "yes"
    is_silent: bool = False
    asked: int = 0
    fen: int = 3

    def ask(self) -> str | None:
        self.asked += 1
        if self.is_silent:
            raise ProviderFault(self.name)
        return self.answer


@pytest.fixture
def first() -> Somebody:
    return Somebody("first")


@pytest.fixture
def second() -> Somebody:
    return Somebody("second")


class Watch:
    now = 0.0


def order(*providers: Somebody) -> Order[Somebody]:
    Watch.now = 0.0
    return Order("test", providers, now=lambda: Watch.now)


def test_the_first_answer_counts_and_nobody_else_is_asked(first: Somebody, second: Somebody) -> None:
    assert order(first, second).ask(Somebody.ask) == ("first", "yes")
    assert second.asked == 0


def test_who_has_no_answer_passes_the_question_on(first: Somebody, second: Somebody) -> None:
    first.answer = None
    assert order(first, second).ask(Somebody.ask) == ("second", "yes")
    second.answer = None
    assert order(first, second).ask(Somebody.ask) is None


def test_silence_everywhere_is_a_fault_even_where_somebody_has_no_answer(first: Somebody, second: Somebody) -> None:
    first.is_silent = True
    second.answer = None
    with pytest.raises(ProviderFault):
        order(first, second).ask(Somebody.ask)
    with pytest.raises(ProviderFault):
        order(second, first).ask(Somebody.ask)


def test_who_fails_again_and_again_is_left_alone_and_tried_later(first: Somebody, second: Somebody) -> None:
    first.is_silent = True
    asking = order(first, second)
    for _ in range(FAULTS + 3):
        assert asking.ask(Somebody.ask) == ("second", "yes")
    assert first.asked == FAULTS
    Watch.now += REST_SECONDS
    asking.ask(Somebody.ask)
    asking.ask(Somebody.ask)
    assert first.asked == FAULTS + 1
    first.is_silent = False
    Watch.now += REST_SECONDS
    assert asking.ask(Somebody.ask) == ("first", "yes")
    assert asking.ask(Somebody.ask) == ("first", "yes")


def test_who_is_left_alone_with_nobody_after_it_is_a_fault_at_once(first: Somebody) -> None:
    first.is_silent = True
    asking = order(first)
    for _ in range(FAULTS + 1):
        with pytest.raises(ProviderFault):
            asking.ask(Somebody.ask)
    assert first.asked == FAULTS


def test_a_few_faults_between_answers_are_forgiven(first: Somebody) -> None:
    asking = order(first)
    for _ in range(3 * FAULTS):
        first.is_silent = True
        with pytest.raises(ProviderFault):
            asking.ask(Somebody.ask)
        first.is_silent = False
        assert asking.ask(Somebody.ask) == ("first", "yes")
