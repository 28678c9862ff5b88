"""Loans and evenings on a database of one's own, without the rest of a day around them."""

from collections.abc import Sequence
from datetime import date, timedelta

from xindai.base.db import Database, Tx
from xindai.governance.partners import operations as sharing
from xindai.lending.ledger import operations as ledger
from xindai.lending.loans import operations as loans
from xindai.lending.loans import queries as lent
from xindai.lending.loans.model import LoanId
from xindai.products.catalogue.model import Product
from xindai.products.catalogue.starter import CONSUMER
from xindai.values.money import Money

BEGAN = date(2026, 1, 28)


def set_day(database: Database, on: date) -> None:
    with database.transaction() as tx:
        tx.run("UPDATE clock SET business_day = :on", on=on)


def lend(tx: Tx, number: int, product: Product = CONSUMER, *, amount: int = 3_000_00, months: int = 6) -> str:
    loan_id = LoanId(f"loan_{number:04d}")
    loans.open_loan(
        tx, loan_id=loan_id, offer_id=f"offer_{number}", person_id="per_x", product=product, principal=Money(amount),
        annual_rate="0.18", months=months,
    )  # fmt: skip
    loans.disburse(tx, loan_id=loan_id, product=product, on=tx.on)
    return loan_id


def close(database: Database, on: date, co_lent: Sequence[Product] = ()) -> None:
    """The lending part of a close of day, every step of it twice: the second time does nothing."""
    for _ in range(2):
        with database.transaction() as tx:
            loans.turn(tx, on=on)
            ids = lent.changed(tx, part=0, of=1, after="", most=1000, on=on)
            loans.fold_changed(tx, loan_ids=ids, on=on, cause=f"fold|{on}")
    for _ in range(2):
        with database.transaction() as tx:
            loans.accrue(tx, on=on, cause=f"accrue|{on}")
    with database.transaction() as tx:
        for _ in range(2):
            sharing.keep_balances(tx, co_lent, on=on)
        assert ledger.close_day(tx, on=on, loans=0)
        assert not ledger.close_day(tx, on=on, loans=0)
        tx.run("UPDATE clock SET business_day = :next", next=on + timedelta(days=1))
