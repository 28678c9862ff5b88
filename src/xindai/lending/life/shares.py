"""How the figures of a loan are shared by those who lend it. Pure.

Every figure is cut at the borders between the shares, each border rounded once, half even, so the parts sum to the whole
whatever the shares are. Cash is what balances a lender's figures: a fen more of interest is a fen more of cash. What was
paid over and above is held by us alone.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from xindai.lending.life.model import FIGURE_NAMES, Figures
from xindai.products.catalogue.model import OWN, Product
from xindai.values.money import Rounding, rounded_quotient
from xindai.values.rate import Rate


class Share(NamedTuple):
    """What lies between `above / per` and `upto / per` of every figure is this lender's."""

    lender: str
    above: int
    upto: int
    per: int

    @property
    def size(self) -> Rate:
        """How much of the whole it is."""
        return Rate(self.upto - self.above, self.per)

    def part(self, amount: int) -> int:
        """This lender's part of an amount in minor units."""
        return self._border(amount, self.upto) - self._border(amount, self.above)

    def _border(self, amount: int, numerator: int) -> int:
        return rounded_quotient(amount * numerator, self.per, Rounding.HALF_EVEN)


def shares(product: Product) -> tuple[Share, ...]:
    """The shares of a product's lenders: partners in their order, the rest ours."""
    sizes = [Fraction(one.share.numerator, one.share.denominator) for one in product.partners]
    per = lcm(*(size.denominator for size in sizes))
    found, above = [], 0
    for partner, size in zip(product.partners, sizes, strict=True):
        upto = above + size.numerator * (per // size.denominator)
        found.append(Share(partner.code, above, upto, per))
        above = upto
    return (*found, Share(OWN, above, per, per))


def split(figures: Figures, share: Share) -> Figures:
    """One lender's part of a loan's figures; it balances as they do."""
    parts = {name: share.part(getattr(figures, name)) for name in FIGURE_NAMES}
    parts["overpaid"] = figures.overpaid if share.lender == OWN else 0
    return balanced(Figures(**parts))


def balanced(parts: Figures) -> Figures:
    """Figures whose cash received is what balances all others."""
    assets = parts.principal + parts.interest + parts.penalty + parts.fee + parts.written_off
    claims = parts.unearned + parts.overpaid + parts.recovered
    earned = parts.earned_interest + parts.earned_penalty + parts.earned_fee
    return replace(parts, received=parts.paid_out - assets + claims + earned)
