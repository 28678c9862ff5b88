"""A loan's statement as a document: its sums, what it says of a loan that went wrong, and machines without a font."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pypdf import PdfReader

from xindai.base.paper import FontMissing, Paper
from xindai.edges.papers import loan_statement
from xindai.edges.papers.loan_statement import LoanStatement
from xindai.lending.life import fold
from xindai.lending.life.model import Fact, FactKind
from xindai.lending.loans.model import Loan, LoanId
from xindai.lending.loans.queries import LoanView
from xindai.onboarding.identity.model import Person, PersonId, Proof
from xindai.products.catalogue.model import Partner
from xindai.products.catalogue.starter import CONSUMER
from xindai.products.terms import Part
from xindai.values.masked import IdNumber, PersonName, Phone
from xindai.values.money import Money
from xindai.values.rate import rate

BEGAN = date(2026, 1, 10)
PAPER = Paper()
PERSON = Person(
    PersonId("per_x"), Phone("13900000000"), PersonName("#strong[张]*小满*"), IdNumber("110101199003070011"), None,
    Proof.PROVEN,
)  # fmt: skip


def statement(*facts: Fact, since: date = BEGAN, on: date = date(2026, 5, 14)) -> LoanStatement:
    product = replace(CONSUMER, partners=(Partner("river", "河畔银行", rate("0.7")),))
    terms = product.terms(principal=Money(12_000_00), annual_rate=rate("0.144"), months=12, disbursed_on=BEGAN)
    state = fold.fold(terms, facts, on=on)
    opening = 0 if since <= BEGAN else fold.fold(terms, facts, on=date.fromordinal(since.toordinal() - 1)).principal
    loan = Loan(
        LoanId("loan_x"), "2026-X", None, None, "per_x", product.ref, terms.principal, "0.144", 12, state.status, terms,
        facts, None,
    )  # fmt: skip
    return LoanStatement(PERSON, product, opening, LoanView(loan, state), since, datetime(2026, 5, 14, 3, tzinfo=UTC))


def text_of(one: LoanStatement, *, named: bool = True) -> str:
    try:
        made = loan_statement.pdf(one, paper=PAPER, lender="河畔小贷", named=named)
    except FontMissing:
        pytest.skip("no font with Chinese characters on this machine")
    assert made == loan_statement.pdf(one, paper=PAPER, lender="河畔小贷", named=named), "the same bytes again"
    return "".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)


def test_it_shows_who_lent_what_happened_and_what_is_left() -> None:
    paid = Fact("a", FactKind.REPAYMENT, date(2026, 2, 10), 1_077_45)
    text = text_of(statement(paid, Fact("f", FactKind.FEE, date(2026, 4, 5), 12_00)))
    for shown in ("河畔小贷", "河畔银行 70 %", "消费分期贷", "14.4 %", "1,077.45", "2026-02-10", "overdue", "12.00"):
        assert shown in text, shown


def test_what_people_write_is_text_and_never_markup() -> None:
    assert "#strong[张]*小满*" in text_of(statement())
    assert "小满" not in text_of(statement(), named=False)


def test_a_machine_without_a_chinese_font_says_so() -> None:
    with pytest.raises(FontMissing):
        loan_statement.pdf(statement(), paper=Paper(families=("No Such Font",)), lender="", named=True)


moments = some.integers(0, 124).map(lambda days: date.fromordinal(BEGAN.toordinal() + days))
happenings = some.lists(
    some.builds(
        Fact,
        some.uuids().map(str),
        some.sampled_from([FactKind.REPAYMENT, FactKind.PREPAYMENT, FactKind.FEE, FactKind.WAIVER]),
        moments,
        some.integers(1, 14_000_00),
        some.just(Part.INTEREST),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(happenings, moments)
def test_principal_before_and_after_differ_by_what_the_statement_says(facts: list[Fact], since: date) -> None:
    one = statement(*facts, since=since)
    before, lent, repaid, *_ = (figure for _, _, figure in loan_statement.sums(one))
    after = next(figure for zh, _, figure in loan_statement.sums(one) if zh == "期末本金")
    others = [figure for zh, _, figure in loan_statement.sums(one) if zh == "其他变动"]
    assert not others, "nothing but pay-outs and repayments moves principal here"
    assert before + lent - repaid == after
