"""Loans as folds: properties first, then scenes in the field's own words."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, reject
from hypothesis import strategies as some

from xindai.lending.life import fold
from xindai.lending.life.model import RECEIPTS, Fact, FactImpossible, FactKind, FactUnknown, Figures, LoanState, Status
from xindai.lending.loans import postings
from xindai.products import documents, schedules
from xindai.products.terms import (
    ALLOCATION,
    Charge,
    Fee,
    FeeOn,
    InterestBy,
    Method,
    Part,
    Prepayment,
    Recalculation,
    Step,
    Terms,
)
from xindai.values.business_days import Shift
from xindai.values.money import Money, parse
from xindai.values.period import Every, Unit
from xindai.values.rate import DayCount, Rate, rate

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


KINDS = [
    FactKind.REPAYMENT, FactKind.REPAYMENT, FactKind.REPAYMENT, FactKind.PREPAYMENT, FactKind.PREPAYMENT, FactKind.FEE,
    FactKind.WAIVER, FactKind.DISBURSEMENT, FactKind.RATE_CHANGE, FactKind.INTEREST_PAUSE, FactKind.RESCHEDULE,
]  # fmt: skip


@some.composite
def any_terms(draw: some.DrawFn) -> Terms:
    """Every method with everything that goes with it."""
    method, count = draw(some.sampled_from(Method)), draw(some.integers(1, 12))
    principal = draw(some.integers(100_00, 10_000_00))
    level = method in {Method.ANNUITY, Method.EQUAL_PRINCIPAL}
    recalculation = Recalculation.NONE if method is Method.FLAT else draw(some.sampled_from(Recalculation))
    planned = recalculation is Recalculation.NONE and method not in {Method.FLEXIBLE, Method.BULLET}
    charge = some.one_of(some.integers(1, 5_00).map(lambda n: Charge(amount=n)), some.just(Charge(share=Rate(1, 100))))
    return replace(
        TERMS,
        principal=Money(principal),
        annual_rate=Rate(draw(some.sampled_from([0, 500, 1200, 2400])), 10_000),
        method=method,
        installments=count,
        every=Every(draw(some.integers(1, 2)), draw(some.sampled_from([Unit.WEEK, Unit.MONTH]))),
        day_count=draw(some.sampled_from(DayCount)),
        interest_by=draw(some.sampled_from(InterestBy)),
        recalculation=recalculation,
        penalty_grace_days=draw(some.integers(0, 10)),
        allocation=tuple(draw(some.permutations(ALLOCATION))),
        principal_grace=draw(some.integers(0, count - 1)),
        interest_grace=draw(some.integers(0, count - 1)) if planned else 0,
        down_payment=draw(some.none() | some.just(Charge(share=Rate(1, 4)))),
        fees=tuple(draw(some.lists(some.builds(Fee, some.sampled_from(FeeOn), charge), max_size=2))),
        shift=draw(some.sampled_from(Shift)),
        steps=(Step(draw(some.integers(1, count)), Rate(3, 2)),) if level and draw(some.booleans()) else (),
        balloon=principal // 3 if level and draw(some.booleans()) else 0,
        non_accrual_days=draw(some.sampled_from([None, 90])),
    )


@some.composite
def any_fact(draw: some.DrawFn) -> Fact:
    """Anything that may happen."""
    day = START + timedelta(days=draw(some.integers(0, 300)))
    return Fact(
        id="",
        kind=draw(some.sampled_from(KINDS)),
        on=day,
        amount=draw(some.integers(1, 3_00_00)),
        part=draw(some.sampled_from([Part.PENALTY, Part.FEE, Part.INTEREST])),
        prepayment=draw(some.none() | some.sampled_from(Prepayment)),
        rate=draw(some.sampled_from([Rate(3, 100), Rate(20, 100)])),
        until=day + timedelta(days=draw(some.integers(0, 60))),
        installments=draw(some.none() | some.integers(1, 9)),
        first_due_on=draw(some.none() | some.integers(1, 70).map(lambda days: day + timedelta(days=days))),
    )


def folded(agreed: Terms, facts: list[Fact], day: date) -> LoanState:
    """The state, if these facts can happen to such a loan."""
    try:
        return fold.fold(agreed, facts, on=day)
    except FactImpossible:
        reject()


terms = any_terms()
events = some.lists(any_fact(), max_size=7).map(
    lambda facts: [replace(one, id=str(number)) for number, one in enumerate(facts)]
)
on = some.integers(0, 600).map(lambda days: START + timedelta(days=days))


@given(terms, events, on)
def test_what_was_received_equals_what_was_allocated(agreed: Terms, facts: list[Fact], day: date) -> None:
    state = folded(agreed, facts, day)
    for receipt in state.receipts:
        if receipt.kind in RECEIPTS:
            parts = receipt.principal + receipt.interest + receipt.fee + receipt.penalty + receipt.overpaid
            assert parts == receipt.amount
    received = sum(one.amount for one in facts if one.on <= day and one.kind in RECEIPTS)
    assert state.figures.received == received


@given(terms, events, on)
def test_principal_is_conserved_and_every_figure_is_a_debt_or_nothing(
    agreed: Terms, facts: list[Fact], day: date
) -> None:
    state = folded(agreed, facts, day)
    lent = agreed.principal.minor + sum(
        one.amount for one in facts if one.on <= day and one.kind is FactKind.DISBURSEMENT
    )
    assert sum(line.principal for line in state.lines) == lent
    assert min(min(line[3:9]) for line in state.lines) >= 0
    paid = sum(receipt.principal for receipt in state.receipts)
    assert state.principal == lent - paid
    assert all(value >= 0 for value in state.figures.as_dict().values()), state.figures
    assert state.payoff >= 0
    assert (state.status is Status.CLOSED) == (not any(line.outstanding for line in state.lines))


@given(terms, events, on)
def test_the_books_balance_whatever_happens(agreed: Terms, facts: list[Fact], day: date) -> None:
    """The entry for the change between any two days sums to zero: `Entry` asserts it."""
    before = folded(agreed, facts[: len(facts) // 2], day).figures
    after = folded(agreed, facts, day + timedelta(days=30)).figures
    for change in (before, after, after.minus(before)):
        entry = postings.entry(change, cause="x", kind="x", on=day, currency="CNY")
        assert sum(amount for _, amount in entry.lines) == 0


@given(terms, events, on)
def test_facts_may_be_recorded_in_any_order(agreed: Terms, facts: list[Fact], day: date) -> None:
    alone = [one for place, one in enumerate(facts) if all(other.on != one.on for other in facts[:place])]
    assert folded(agreed, alone, day) == folded(agreed, alone[::-1], day)


@given(terms, events, on)
def test_a_reversed_fact_is_as_if_it_had_never_been(agreed: Terms, facts: list[Fact], day: date) -> None:
    extra = Fact("extra", FactKind.REPAYMENT, START + timedelta(days=20), 5_00)
    undone = Fact("undo", FactKind.REVERSAL, START + timedelta(days=40), reverses="extra")
    assert folded(agreed, [*facts, extra, undone], day) == folded(agreed, facts, day)


@given(terms, events, on)
def test_paying_the_payoff_closes_the_loan_and_owes_nobody(agreed: Terms, facts: list[Fact], day: date) -> None:
    before = folded(agreed, facts, day)
    if before.payoff == 0 or before.status is Status.CLOSED:
        return
    late = [one for one in facts if one.on <= day]
    after = fold.fold(agreed, [*late, Fact("all", FactKind.PREPAYMENT, day, before.payoff)], on=day)
    assert after.status is Status.CLOSED
    assert after.figures.overpaid == before.figures.overpaid
    assert after.principal == 0


@given(terms)
def test_paying_what_falls_due_ends_at_zero_with_nothing_over(agreed: Terms) -> None:
    facts: list[Fact] = []
    state = fold.fold(agreed, facts, on=START)
    while state.next_due_on is not None:
        day = state.next_due_on
        due = fold.fold(agreed, facts, on=day).due
        facts.append(Fact(day.isoformat(), FactKind.REPAYMENT, day, due))
        state = fold.fold(agreed, facts, on=day)
    assert (state.status, state.principal, state.figures.overpaid) == (Status.CLOSED, 0, 0)
    assert state.figures.received == sum(row.total for row in schedules.schedule(agreed))


@given(terms, events, on)
def test_what_is_kept_grows_as_the_fold_does(agreed: Terms, facts: list[Fact], day: date) -> None:
    facts = [one for one in facts if one.on <= day]
    kept = folded(agreed, facts, day).standing
    for _ in range(40):
        day += timedelta(days=1)
        if kept.changes_on is not None and day >= kept.changes_on:
            break
        assert kept.at(day) == fold.fold(agreed, facts, on=day).figures


@given(terms)
def test_terms_are_kept_and_read_back_as_they_were(agreed: Terms) -> None:
    assert documents.terms_of(json.loads(json.dumps(documents.terms_document(agreed)))) == agreed


def test_interest_long_overdue_is_owed_but_no_income_until_it_is_paid() -> None:
    agreed = replace(TERMS, non_accrual_days=90)
    before, after = (fold.fold(agreed, [], on=date(2026, 5, day)) for day in (11, 12))
    assert (before.overdue_days, after.overdue_days) == (90, 91)
    assert before.figures.off_balance == 0
    assert (after.figures.interest, after.figures.penalty, after.figures.earned_interest) == (0, 0, 0)
    plain = fold.fold(TERMS, [], on=date(2026, 5, 12)).figures
    assert after.figures.off_balance == plain.interest + plain.penalty
    paid = Fact("all", FactKind.PREPAYMENT, date(2026, 5, 12), after.payoff)
    whole = fold.fold(agreed, [paid], on=date(2026, 5, 12)).figures
    assert (whole.off_balance, whole.earned_interest + whole.earned_penalty) == (0, after.figures.off_balance)


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


@given(terms, events, on, some.integers(1, 500_00), some.integers(1, 500_00))
def test_a_sale_ends_what_is_owed_to_us_and_its_price_is_what_came_of_it(
    agreed: Terms, facts: list[Fact], day: date, price: int, later: int
) -> None:
    before = folded(agreed, facts, day)
    if before.status is not Status.OVERDUE:
        return
    known = [one for one in facts if one.on <= day]
    sold = [*known, Fact("gone", FactKind.CHARGE_OFF, day), Fact("sold", FactKind.SALE, day, price)]
    written_off, state = fold.fold(agreed, sold[:-1], on=day).figures, fold.fold(agreed, sold, on=day)
    assert (state.status, state.due, state.payoff, state.overdue_days) == (Status.SOLD, 0, 0, 0)
    assert state.receipts[-1].amount == 0, "what was paid for a claim is nothing to its debtor"
    assert state.figures.minus(written_off) == Figures(
        recovered=price, received=price, off_balance=-written_off.off_balance
    )
    after = fold.fold(agreed, [*sold, Fact("late", FactKind.REPAYMENT, day, later)], on=day).figures
    assert after.minus(state.figures) == Figures(overpaid=later, received=later)
    back = fold.fold(agreed, [*sold, Fact("back", FactKind.REVERSAL, day, reverses="sold")], on=day)
    assert (back.status, back.figures) == (Status.CHARGED_OFF, written_off)


def test_what_was_not_charged_off_is_not_sold() -> None:
    with pytest.raises(FactImpossible):
        fold.fold(TERMS, [Fact("sold", FactKind.SALE, START, 1)], on=START)


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
