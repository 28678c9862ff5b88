"""A loan lent with partners: each lender's part balances, and together they are the loan."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xindai.lending.life.model import FIGURE_NAMES, Figures
from xindai.lending.life.shares import balanced, shares, split
from xindai.lending.loans import postings
from xindai.products.catalogue.documents import product_document, product_of
from xindai.products.catalogue.model import Partner, ProductUnfit
from xindai.products.catalogue.starter import CONSUMER
from xindai.values.rate import rate

amounts = some.integers(0, 10**9)
figures = some.builds(Figures, **{field.name: amounts for field in fields(Figures)}).map(balanced)
partners = some.lists(some.integers(10, 699), min_size=1, max_size=4).filter(lambda sizes: 300 <= sum(sizes) <= 700)


def with_partners(*sizes: str) -> tuple[Partner, ...]:
    return tuple(Partner(f"bank_{number}", f"第{number}银行", rate(size)) for number, size in enumerate(sizes))


@given(figures, partners)
def test_parts_balance_and_sum_to_the_loan_and_are_a_fen_from_their_share_at_most(
    whole: Figures, sizes: list[int]
) -> None:
    product = replace(CONSUMER, partners=with_partners(*(f"{size / 1000:.3f}" for size in sizes)))
    held = shares(product)
    parts = [split(whole, share) for share in held]
    for part in parts:
        assert sum(postings.balances(part).values()) == 0
    together = parts[0]
    for part in parts[1:]:
        together = together.plus(part)
    assert together == whole
    for share, part in zip(held, parts, strict=True):
        for name in set(FIGURE_NAMES) - {"received", "overpaid"}:
            assert abs(getattr(part, name) - getattr(whole, name) * share.size.annual) <= 1
    assert parts[-1].overpaid == whole.overpaid


def test_three_tenths_are_ours() -> None:
    theirs, ours = shares(replace(CONSUMER, partners=with_partners("0.7")))
    lent = balanced(Figures(principal=100_01, paid_out=100_01))
    assert (split(lent, theirs).principal, split(lent, ours).principal) == (70_01, 30_00)
    assert split(lent, theirs).received == 0


@pytest.mark.parametrize("sizes", [("0.71",), ("0.29",), ("0.4", "0.31"), ("0.5", "0")])
def test_we_and_our_partners_each_lend_three_tenths_at_least(sizes: tuple[str, ...]) -> None:
    with pytest.raises(ProductUnfit):
        replace(CONSUMER, partners=with_partners(*sizes))


def test_partners_have_codes_of_their_own() -> None:
    for codes in (("own", "bank"), ("bank", "bank"), ("Bank", "other")):
        with pytest.raises(ProductUnfit):
            replace(CONSUMER, partners=tuple(Partner(code, "银行", rate("0.3")) for code in codes))


def test_a_product_is_kept_with_its_partners() -> None:
    product = replace(CONSUMER, partners=with_partners("0.2", "0.35"))
    assert product_of(product.code, product.version, product_document(product)) == product
