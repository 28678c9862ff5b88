"""Claims become another's: the books move once and balance, whatever the claims were before."""

from datetime import timedelta

import pytest

from evenings import BEGAN, close, lend, set_day
from xindai.base.db import Database, Tx
from xindai.lending.ledger import queries as books
from xindai.lending.ledger.model import Account
from xindai.lending.life.model import Fact, FactImpossible, FactKind, Status
from xindai.lending.loans import operations as loans
from xindai.lending.loans import postings
from xindai.lending.loans import queries as lent

LATE = 240


def shown(tx: Tx) -> dict[str, int]:
    return {one.account: one.minor for one in books.trial_balance(tx) if one.minor}


def expected(tx: Tx, *, price: int) -> dict[str, int]:
    """What the loans say, the price having come into suspense before."""
    balances = dict(postings.balances(lent.totals(tx)))
    balances["cash"] -= price
    balances["suspense"] = price
    return {account: minor for account, minor in balances.items() if minor}


@pytest.fixture
def late(database: Database) -> list[str]:
    """Three loans of which nothing was paid: two long charged off by then, the youngest only late."""
    set_day(database, BEGAN)
    with database.transaction() as tx:
        ids = [lend(tx, number) for number in (1, 2)]
    day = BEGAN
    for number in range(LATE):
        if number == LATE - 150:
            with database.transaction() as tx:
                ids.append(lend(tx, 3))
        close(database, day)
        day += timedelta(days=1)
    with database.transaction() as tx:
        states = lent.states(tx, ids, on=tx.on)
        assert [states[one].status for one in ids] == [Status.CHARGED_OFF, Status.CHARGED_OFF, Status.OVERDUE]
    return ids


def test_what_is_sold_is_another_s_and_its_price_is_all_that_came_of_it(database: Database, late: list[str]) -> None:
    prices = {late[0]: 123_45, late[2]: 500_01}
    with database.transaction() as tx:
        before = lent.totals(tx)
        owed = sum(lent.views(tx, list(prices), on=tx.on)[one].state.payoff for one in prices)  # type: ignore[union-attr]
        assert loans.sell(tx, prices=prices, sale_id="sal_1", against=Account.SUSPENSE) == 2
        assert loans.sell(tx, prices=prices, sale_id="sal_1", against=Account.SUSPENSE) == 0, "twice is once"
    with database.transaction() as tx:
        after = lent.totals(tx)
        states = lent.states(tx, late, on=tx.on)
        assert [states[one].status for one in late] == [Status.SOLD, Status.CHARGED_OFF, Status.SOLD]
        assert after.received - before.received == after.recovered - before.recovered == sum(prices.values())
        assert before.off_balance + before.principal - after.off_balance - after.principal <= owed
        assert lent.differing(tx, late) is None
        assert shown(tx) == expected(tx, price=sum(prices.values()))
    close(database, BEGAN + timedelta(days=LATE))
    with database.transaction() as tx:
        assert lent.differing(tx, late) is None
        assert shown(tx) == expected(tx, price=sum(prices.values()))
        assert [one.person_id for one in lent.claims(tx)] == ["per_x"], "the one that is ours still"


def test_what_is_settled_is_not_sold(database: Database, late: list[str]) -> None:
    del late
    with database.transaction() as tx:
        paid = lend(tx, 9)
    with pytest.raises(FactImpossible), database.transaction() as tx:
        view = lent.views(tx, [paid], on=tx.on)[paid]
        assert view.state is not None
        loans.record(tx, loan_id=paid, fact=Fact("all", FactKind.PREPAYMENT, tx.on, view.state.payoff))
        loans.sell(tx, prices={paid: 1}, sale_id="sal_2", against=Account.SUSPENSE)
