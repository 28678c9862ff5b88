"""A pay-out that comes back, and a debit that is taken back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.lending.life import fold
from xindai.lending.life.model import Fact, FactImpossible, FactKind, Figures, Status
from xindai.lending.loans import postings
from xindai.products.terms import Every, Method, Terms
from xindai.values.money import Money
from xindai.values.rate import rate

BEGUN = date(2026, 1, 10)


def terms(method: Method = Method.ANNUITY) -> Terms:
    return Terms(
        principal=Money(600_000),
        annual_rate=rate("0.144"),
        method=method,
        installments=6,
        every=Every(1, "month"),
        disbursed_on=BEGUN,
    )


def returned(on: date = BEGUN) -> Fact:
    return Fact(id="pay_1", kind=FactKind.RETURN, on=on, amount=600_000)


@given(
    st.sampled_from([Method.ANNUITY, Method.EQUAL_PRINCIPAL, Method.FLAT, Method.INTEREST_ONLY, Method.BULLET]),
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 200_000)), max_size=4),
    st.integers(0, 240),
)
def test_a_loan_whose_pay_out_came_back_never_was(method: Method, paid: list[tuple[int, int]], later: int) -> None:
    facts = [
        Fact(id=f"f{place}", kind=FactKind.REPAYMENT, on=BEGUN + timedelta(days=days), amount=amount)
        for place, (days, amount) in enumerate(paid)
    ]
    on = BEGUN + timedelta(days=later)
    state = fold.fold(terms(method), [*facts, returned()], on=on)
    theirs = sum(fact.amount for fact in facts if fact.on <= on)
    assert state.status is Status.CANCELLED
    assert state.figures == Figures(overpaid=theirs, received=600_000 + theirs, paid_out=600_000)
    assert not any((state.principal, state.due, state.payoff, state.overdue_days))
    assert state.changes_on is None
    entry = postings.entry(state.figures, cause="c", kind="k", on=on, currency="CNY")
    assert sum(amount for _, amount in entry.lines) == 0


def test_what_comes_back_is_what_was_lent() -> None:
    with pytest.raises(FactImpossible):
        fold.fold(terms(), [Fact(id="pay_1", kind=FactKind.RETURN, on=BEGUN, amount=599_999)], on=BEGUN)


def test_a_refund_stays_paid_when_the_receipt_it_gave_back_is_taken_back() -> None:
    on = BEGUN + timedelta(days=3)
    settles = fold.fold(terms(), [], on=on).payoff
    facts = [
        Fact(id="pay_1", kind=FactKind.PREPAYMENT, on=on, amount=settles + 1_000),
        Fact(id="pay_2", kind=FactKind.REFUND, on=on, amount=1_000),
    ]
    assert fold.fold(terms(), facts, on=on).figures.overpaid == 0
    taken_back = Fact(id="back", kind=FactKind.REVERSAL, on=on, reverses="pay_1")
    state = fold.fold(terms(), [*facts, taken_back], on=on)
    assert state.figures.overpaid == -1_000  # the borrower owes it
    assert state.figures.principal == 600_000
    with pytest.raises(FactImpossible):
        fold.fold(terms(), [Fact(id="pay_2", kind=FactKind.REFUND, on=on, amount=1)], on=on)
