"""What the bureau is told of a loan, against what its schedule says."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from xindai.book.loss.model import asset_class
from xindai.book.reporting.model import is_negative, record
from xindai.lending.life import fold
from xindai.lending.life.model import Fact, FactKind, Status
from xindai.lending.loans.model import Loan, LoanId
from xindai.products.catalogue.starter import CONSUMER
from xindai.values.money import Money
from xindai.values.rate import rate
from xindai_sandbox import bureaus

LENT_ON = date(2026, 1, 10)
ENDS = [date(2026, month + 1, 1) - timedelta(days=1) for month in range(1, 12)]
WHO = {"name": "李秀英", "id_number": "330106199003078526"}


def loan(paid: list[tuple[int, int]]) -> Loan:
    """A loan of 6,000 over six months, on which came these (days after it was lent, minor units)."""
    terms = CONSUMER.terms(principal=Money(6_000_00), annual_rate=rate("0.18"), months=6, disbursed_on=LENT_ON)
    facts = tuple(
        Fact(f"fact_{number}", FactKind.REPAYMENT, LENT_ON + timedelta(days=days), minor)
        for number, (days, minor) in enumerate(paid)
    )
    return Loan(
        LoanId("loan_1"), "AAAA-BBBB", "offer_1", None, "per_1", "consumer_instalment@1", Money(6_000_00), "0.18", 6,
        Status.CURRENT, terms, facts, None,
    )  # fmt: skip


def told(one: Loan, on: date) -> dict[str, object]:
    assert one.terms is not None
    state = fold.fold(one.terms, one.facts, on=on)
    return record(one, state, asset_class=asset_class(state.overdue_days, on=on), month=on.replace(day=1))


@given(
    paid=some.lists(some.tuples(some.integers(0, 400), some.integers(1, 2_000_00)), max_size=8),
    on=some.sampled_from(ENDS),
)
def test_the_bureau_takes_every_record_and_it_adds_up(paid: list[tuple[int, int]], on: date) -> None:
    one = loan(sorted(paid))
    assert one.terms is not None
    known = replace(one, facts=tuple(fact for fact in one.facts if fact.on <= on))
    found = told(known, on)
    assert bureaus.record_error({**WHO, **found}) == ""
    state = fold.fold(one.terms, known.facts, on=on)
    unpaid = [line for line in state.lines if line.due_on < on and line.outstanding]
    assert found["late_periods"] == len(unpaid)
    assert round(float(str(found["late_amount"])) * 100) == sum(line.outstanding for line in unpaid)
    aged = sum(float(str(value)) for name, value in found.items() if name.startswith("late_principal"))
    assert aged <= float(str(found["balance"])) + 1e-9
    assert is_negative(found) == (bool(unpaid) or state.status is Status.CHARGED_OFF)
    assert not {"name", "id_number", "phone"} & set(found), "who it is, is added when it goes"


def test_a_life_as_the_report_will_show_it() -> None:
    one = loan([(31, 1_053_15), (59, 1_053_15), (150, 9_000_00)])
    codes = [told(replace(one, facts=tuple(f for f in one.facts if f.on <= on)), on)["code"] for on in ENDS[:6]]
    assert codes == ["*", "N", "N", "1", "2", "C"]
    late = told(replace(one, facts=one.facts[:2]), ENDS[4])
    assert (late["status"], late["class"], late["late_periods"]) == ("2", "2", 2)
    assert float(str(late["late_principal_31_60"])) > 0
    assert late["paid_this_month"] == "0.00"
    assert late["last_paid_on"] == "2026-03-10"


def test_what_was_given_up_is_told_until_it_is_repaid() -> None:
    gone = Fact("gone", FactKind.CHARGE_OFF, date(2026, 9, 1), 0)
    one = loan([])
    given_up = told(replace(one, facts=(gone,)), ENDS[8])
    assert (given_up["status"], given_up["code"]) == ("4", "G")
    assert float(str(given_up["balance"])) > 6_000
    assert is_negative(given_up)
    repaid = Fact("all", FactKind.REPAYMENT, date(2026, 10, 9), 99_000_00)
    over = told(replace(one, facts=(gone, repaid)), ENDS[9])
    assert (over["status"], over["code"], over["balance"], is_negative(over)) == ("3", "C", "0.00", False)
    assert bureaus.record_error({**WHO, **given_up}) == bureaus.record_error({**WHO, **over}) == ""


def test_what_was_sold_is_told_once_more_as_transferred() -> None:
    gone = Fact("gone", FactKind.CHARGE_OFF, date(2026, 9, 1), 0)
    sold = told(replace(loan([]), facts=(gone, Fact("sold", FactKind.SALE, date(2026, 9, 2), 100_00))), ENDS[8])
    assert (sold["status"], sold["code"], sold["balance"], is_negative(sold)) == ("5", "*", "0.00", False)
    assert bureaus.record_error({**WHO, **sold}) == ""
