"""Loans as folds: properties first, then scenes in the field's own words."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xindai.lending.loans import fold, postings
from xindai.lending.loans.model import Fact, FactKind, FactUnknown, Figures, Status
from xindai.products.terms import InterestBy, Method, Part, Prepayment, Terms
from xindai.values.money import Money, parse
from xindai.values.period import Every
from xindai.values.rate import DayCount, rate

START = date(2026, 1, 10)
TERMS = Terms(
    principal=Money(300_00),
    annual_rate=rate("0.12"),
    method=Method.ANNUITY,
    installments=3,
    every=Every(),
    disbursed_on=START,
    penalty_rate=rate("0.18"),
    penalty_grace_days=3,
)


def fact(number: int, kind: FactKind, day: int, amount: int, mode: Prepayment, part: Part) -> Fact:
    return Fact(str(number), kind, START + timedelta(days=day), amount, part, mode)


events = some.lists(
    some.tuples(
        some.sampled_from([FactKind.REPAYMENT, FactKind.REPAYMENT, FactKind.PREPAYMENT, FactKind.FEE, FactKind.WAIVER]),
        some.integers(0, 500),
        some.integers(1, 60_000),
        some.sampled_from(Prepayment),
        some.sampled_from([Part.PENALTY, Part.FEE, Part.INTEREST]),
    ),
    max_size=8,
).map(lambda rows: [fact(number, *row) for number, row in enumerate(rows)])
terms = some.builds(
    replace,
    some.just(TERMS),
    principal=some.integers(100_00, 10_000_00).map(Money),
    method=some.sampled_from(Method),
    installments=some.integers(1, 12),
    day_count=some.sampled_from(DayCount),
    interest_by=some.sampled_from(InterestBy),
    principal_grace=some.just(0),
    penalty_grace_days=some.integers(0, 10),
)
on = some.integers(0, 600).map(lambda days: START + timedelta(days=days))


@given(terms, events, on)
def test_what_was_received_equals_what_was_allocated(agreed: Terms, facts: list[Fact], day: date) -> None:
    state = fold.fold(agreed, facts, on=day)
    for receipt in state.receipts:
        if receipt.kind in {FactKind.REPAYMENT, FactKind.PREPAYMENT}:
            parts = receipt.principal + receipt.interest + receipt.fee + receipt.penalty + receipt.overpaid
            assert parts == receipt.amount
    received = sum(
        one.amount for one in facts if one.on <= day and one.kind in {FactKind.REPAYMENT, FactKind.PREPAYMENT}
    )
    assert state.figures.received == received


@given(terms, events, on)
def test_principal_is_conserved_and_every_figure_is_a_debt_or_nothing(
    agreed: Terms, facts: list[Fact], day: date
) -> None:
    state = fold.fold(agreed, facts, on=day)
    assert sum(line.principal for line in state.lines) == agreed.principal.minor
    paid = sum(receipt.principal for receipt in state.receipts)
    assert state.principal == agreed.principal.minor - paid
    assert all(value >= 0 for value in state.figures.as_dict().values()), state.figures
    assert state.payoff >= 0
    assert (state.status is Status.CLOSED) == (not any(line.outstanding for line in state.lines))


@given(terms, events, on)
def test_the_books_balance_whatever_happens(agreed: Terms, facts: list[Fact], day: date) -> None:
    """The entry for the change between any two days sums to zero: `Entry` asserts it."""
    before = fold.fold(agreed, facts[: len(facts) // 2], on=day).figures
    after = fold.fold(agreed, facts, on=day + timedelta(days=30)).figures
    for change in (before, after, after.minus(before)):
        entry = postings.entry(change, cause="x", kind="x", on=day, currency="CNY")
        assert sum(amount for _, amount in entry.lines) == 0


@given(terms, events, on)
def test_facts_may_be_recorded_in_any_order(agreed: Terms, facts: list[Fact], day: date) -> None:
    alone = [one for place, one in enumerate(facts) if all(other.on != one.on for other in facts[:place])]
    assert fold.fold(agreed, alone, on=day) == fold.fold(agreed, alone[::-1], on=day)


@given(terms, events, on)
def test_a_reversed_fact_is_as_if_it_had_never_been(agreed: Terms, facts: list[Fact], day: date) -> None:
    extra = Fact("extra", FactKind.REPAYMENT, START + timedelta(days=20), 5_00)
    undone = Fact("undo", FactKind.REVERSAL, START + timedelta(days=40), reverses="extra")
    assert fold.fold(agreed, [*facts, extra, undone], on=day) == fold.fold(agreed, facts, on=day)


@given(terms, events, on)
def test_paying_the_payoff_closes_the_loan_and_owes_nobody(agreed: Terms, facts: list[Fact], day: date) -> None:
    before = fold.fold(agreed, facts, on=day)
    if before.payoff == 0 or before.status is Status.CLOSED:
        return
    late = [one for one in facts if one.on <= day]
    after = fold.fold(agreed, [*late, Fact("all", FactKind.PREPAYMENT, day, before.payoff)], on=day)
    assert after.status is Status.CLOSED
    assert after.figures.overpaid == before.figures.overpaid
    assert after.principal == 0


def test_a_reversal_of_nothing_is_refused() -> None:
    with pytest.raises(FactUnknown):
        fold.fold(TERMS, [Fact("1", FactKind.REVERSAL, START, reverses="2")], on=START)


def test_charging_off_moves_all_that_is_owed_to_losses_and_later_money_is_recovery() -> None:
    gone = Fact("gone", FactKind.CHARGE_OFF, date(2026, 8, 1))
    state = fold.fold(TERMS, [gone], on=date(2026, 8, 1))
    assert state.status is Status.CHARGED_OFF
    assert state.figures.principal == state.figures.interest == state.figures.penalty == 0
    owed = state.figures.written_off
    part = fold.fold(TERMS, [gone, Fact("some", FactKind.REPAYMENT, date(2026, 9, 1), 100_00)], on=date(2026, 9, 1))
    assert (part.figures.recovered, part.figures.written_off, part.payoff) == (100_00, owed, owed - 100_00)
    whole = Fact("rest", FactKind.REPAYMENT, date(2026, 9, 2), owed)
    closed = fold.fold(
        TERMS, [gone, Fact("some", FactKind.REPAYMENT, date(2026, 9, 1), 100_00), whole], on=date(2026, 9, 2)
    )
    assert (closed.status, closed.figures.overpaid) == (Status.CLOSED, 100_00)


def test_figures_add_and_subtract() -> None:
    one = Figures(principal=5, received=3)
    assert one.plus(one).minus(one) == one


@pytest.mark.parametrize("mode", Prepayment)
def test_a_prepayment_keeps_its_promise_to_the_instalments_left(mode: Prepayment) -> None:
    agreed = replace(TERMS, principal=Money(10_000_00), installments=12)
    before = fold.fold(agreed, [], on=START)
    after = fold.fold(agreed, [
        Fact("due", FactKind.REPAYMENT, date(2026, 2, 10), before.lines[0].total),
        Fact("more", FactKind.PREPAYMENT, date(2026, 2, 20), 3_000_00, prepayment=mode),
    ], on=date(2026, 2, 20))  # fmt: skip
    level = before.lines[0].total
    if mode is Prepayment.SHORTEN:
        assert len(after.lines) < 12
        assert {line.total for line in after.lines[2:-1]} == {level}
    elif mode is Prepayment.LOWER:
        assert len(after.lines) == 12
        assert all(line.total < level for line in after.lines[2:])
    elif mode is Prepayment.NEXT:
        assert after.lines[2].principal < before.lines[2].principal
        assert after.lines[-1].principal == before.lines[-1].principal
    else:
        assert after.lines[2].principal == before.lines[2].principal
        assert len(after.lines) < 12


SCENES = {
    "paid as agreed": """
        2026-02-10  expect   due 102.01  days 0  status current
        2026-02-10  receive  102.01
        2026-03-10  receive  102.01
        2026-04-10  receive  102.00
        2026-04-10  expect   due 0.00  days 0  status closed
    """,
    "late within grace costs nothing more": """
        2026-02-13  expect   due 102.01  days 3  status overdue
        2026-02-13  receive  102.01
        2026-02-20  expect   due 0.00  days 0  status current
    """,
    "late beyond grace costs penalty from the due day, and it is paid first": """
        2026-02-14  expect   due 102.21  days 4  status overdue
        2026-02-14  receive  50.00
        2026-02-14  expect   due 52.21  days 4  status overdue
        2026-02-15  expect   due 52.23  days 5  status overdue
    """,
    "paid ahead goes to the next instalment": """
        2026-02-01  receive  150.00
        2026-02-10  expect   due 0.00  days 0  status current
        2026-03-10  expect   due 54.02  days 0  status current
    """,
    "settled early pays interest to the day": """
        2026-02-10  receive  102.01
        2026-02-24  expect   payoff 201.99
        2026-02-24  prepay   201.99
        2026-02-24  expect   due 0.00  days 0  status closed
    """,
    "back-dated money undoes the penalty it should never have met": """
        2026-02-20  expect   due 102.51  days 10  status overdue
        2026-02-10  receive  102.01
        2026-02-20  expect   due 0.00  days 0  status current
    """,
}


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES.keys())
def test_scene(scene: str) -> None:
    facts: list[Fact] = []
    for number, line in enumerate(scene.strip().splitlines()):
        day_text, verb, rest = re.split(r"\s+", line.strip(), maxsplit=2)
        day = date.fromisoformat(day_text)
        if verb in {"receive", "prepay"}:
            kind = FactKind.REPAYMENT if verb == "receive" else FactKind.PREPAYMENT
            facts.append(Fact(str(number), kind, day, parse(rest).minor))
            continue
        words = rest.split()
        state = fold.fold(TERMS, facts, on=day)
        seen = {
            "due": str(Money(state.due)).split()[1],
            "days": str(state.overdue_days),
            "status": state.status.value,
            "payoff": str(Money(state.payoff)).split()[1],
        }
        for what, expected in zip(words[::2], words[1::2], strict=True):
            assert seen[what] == expected, f"{line.strip()}: {what} is {seen[what]}"
