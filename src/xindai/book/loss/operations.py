"""Ageing the book at the end of a day, and setting aside what its classes ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xindai.base.db import Tx
from xindai.book.loss import postings, queries
from xindai.book.loss.model import LATE_FROM, Aged
from xindai.lending.ledger import operations as ledger
from xindai.lending.ledger import queries as books
from xindai.lending.ledger.model import Account
from xindai.lending.life.shares import shares
from xindai.lending.loans import queries as loans
from xindai.products.catalogue.model import Product


def age(tx: Tx, *, on: date, co_lent: Sequence[Product]) -> list[Aged]:
    """Keep the book by product and lateness as it stands on the day `on`, and post what the allowance lacks. Twice is once.

    `co_lent` are all products that were ever lent with partners: of those, only our share is ours to lose.
    """
    known = queries.aged(tx, on=on)
    if known:
        return known
    ours = {product.ref: shares(product)[-1] for product in co_lent}
    found = []
    for one in loans.by_lateness(tx, on=on, late_from=LATE_FROM):
        own = ours[one.product].part(one.principal) if one.product in ours else one.principal
        found.append(Aged(one.product, one.late_from, one.loans, one.principal, own))
    tx.run_many(
        "INSERT INTO portfolio_day (on_day, product, late_from, class, loans, principal, own, allowance)"
        " VALUES (:on, :product, :late_from, :class, :loans, :principal, :own, :allowance)",
        [
            {
                "on": on,
                "product": one.product,
                "late_from": one.late_from,
                "class": one.asset_class,
                "loans": one.loans,
                "principal": one.principal,
                "own": one.own,
                "allowance": one.allowance,
            }
            for one in found
        ],
    )
    change = sum(one.allowance for one in found) + books.balance(tx, Account.LOSS_ALLOWANCE, on=on)
    ledger.post(tx, [postings.for_allowance(change, on=on, currency="CNY")])
    return found
