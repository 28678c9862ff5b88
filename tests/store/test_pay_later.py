"""Pay-later lines on a real PostgreSQL: bought, billed, owed longer, turned into instalments, given back, settled."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from xindai.base.crypto import KeyRing
from xindai.base.db import Database, Tx
from xindai.governance import books
from xindai.lending.ledger import operations as ledger
from xindai.lending.life.model import FactId
from xindai.lending.line import operations as lines
from xindai.lending.line import queries as lined
from xindai.lending.line.model import LineId, NotDrawable, OverLimit
from xindai.lending.loans import operations as loans
from xindai.lending.loans import queries as lent
from xindai.lending.loans.model import LoanId
from xindai.lending.pay_later import billing, queries
from xindai.lending.pay_later import operations as pay_later
from xindai.lending.pay_later.model import (
    Merchant,
    MerchantId,
    MerchantStatus,
    PurchaseBilled,
    PurchaseId,
    RefundId,
    RefundTooLarge,
    Statement,
    StatementDecided,
    Status,
)
from xindai.lending.settlements import operations as settlements
from xindai.lending.settlements import queries as settled
from xindai.payments.orders import operations as payments
from xindai.payments.orders import queries as ordered
from xindai.payments.orders.model import Direction, Intent, PaymentId, Word
from xindai.payments.orders.model import Status as PaymentStatus
from xindai.payments.orders.routing import RailFacts
from xindai.products.catalogue.model import Product
from xindai.products.catalogue.starter import PAY_LATER
from xindai.values.masked import CardNumber
from xindai.values.money import Money
from xindai.values.rate import rate

BEGAN = date(2026, 1, 10)
RAIL = RailFacts("house", 30, frozenset(Direction), 10**9)
LINE = LineId.made(milliseconds=1, randomness=1)
MERCHANT = Merchant(
    MerchantId.made(milliseconds=1, randomness=1), "Corner shop", CardNumber("6217000000000000012"), rate("0.006"), 1,
    MerchantStatus.OPEN,
)  # fmt: skip


class Life:
    """A line and its days: what happens in the morning, and the evening that closes it."""

    def __init__(
        self, database: Database, ring: KeyRing, product: Product = PAY_LATER, *, limit: int = 8_000_00
    ) -> None:
        self.database, self.product, self.day, self._made = database, product, BEGAN, 0
        with database.transaction() as tx:
            tx.run("UPDATE clock SET business_day = :on", on=BEGAN)
            settlements.register(tx, ring, merchant=MERCHANT, by="demo")
            lines.open_line(
                tx, line_id=LINE, offer_id="offer_1", person_id="per_x", product=product, limit=Money(limit),
                annual_rate="0.144", months=24,
            )  # fmt: skip

    def _id(self) -> int:
        self._made += 1
        return self._made

    def buy(self, amount: int) -> PurchaseId:
        purchase_id = PurchaseId.made(milliseconds=2, randomness=self._id())
        for _ in range(2):
            with self.database.transaction() as tx:
                pay_later.buy(
                    tx, purchase_id=purchase_id, line_id=LINE, person_id="per_x", product=self.product, merchant=MERCHANT,
                    amount=Money(amount), what="tea",
                )  # fmt: skip
        return purchase_id

    def refund(self, purchase_id: str, amount: int) -> None:
        refund_id = RefundId.made(milliseconds=3, randomness=self._id())
        for _ in range(2):
            with self.database.transaction() as tx:
                pay_later.refund(
                    tx, refund_id=refund_id, purchase_id=purchase_id, amount=Money(amount), reason="returned", by="demo"
                )

    def convert(self, purchase_id: str, months: int) -> str:
        loan_id = LoanId.made(milliseconds=4, randomness=self._id())
        for _ in range(2):
            with self.database.transaction() as tx:
                pay_later.convert_purchase(
                    tx, loan_id=loan_id, purchase_id=purchase_id, person_id="per_x", product=self.product, months=months
                )
        return loan_id

    def convert_statement(self, statement: Statement, months: int) -> None:
        fact_id = FactId.made(milliseconds=6, randomness=self._id())
        for _ in range(2):
            with self.database.transaction() as tx:
                pay_later.convert_statement(
                    tx,
                    fact_id=fact_id,
                    statement_id=statement.id,
                    person_id="per_x",
                    product=self.product,
                    months=months,
                )

    def pay(self, amount: int) -> None:
        """Pay so much of what the last statement asks for."""
        with self.database.transaction() as tx:
            owed = queries.owed(tx, LINE, by=queries.statements(tx, LINE)[0].due_on, on=tx.on)
            for loan_id, part in billing.spread(amount, owed):
                payment_id = PaymentId.made(milliseconds=5, randomness=self._id())
                payments.order_collection(
                    tx, payment_id=payment_id, loan_id=loan_id, amount=Money(part), intent=Intent.DUE, on=tx.on
                )
                self._settle(tx, payment_id)

    def _settle(self, tx: Tx, payment_id: PaymentId, status: PaymentStatus = PaymentStatus.SETTLED) -> None:
        payments.submit(tx, payment_id=payment_id, rail=RAIL)
        amount = ordered.get(tx, payment_id).amount
        payments.hear(tx, Word(payment_id, status, f"B{payment_id}", None, amount), product=None)

    def close(self, days: int = 1) -> None:
        """Evening after evening, each step twice."""
        for _ in range(days):
            with self.database.transaction() as tx:
                for merchant_id in settled.to_settle(tx, on=self.day):
                    made = settlements.settle(tx, merchant_id=merchant_id)
                    assert settlements.settle(tx, merchant_id=merchant_id) is None
                    if made is not None:
                        payment_id = PaymentId.derived(made.id)
                        payments.order_settlement(tx, payment_id=payment_id, settlement=made)
                        fails = self.day.day % 7 == 0
                        self._settle(tx, payment_id, PaymentStatus.FAILED if fails else PaymentStatus.SETTLED)
            for _ in range(2):
                with self.database.transaction() as tx:
                    for statement_id in queries.to_decide(tx, on=self.day, after="", most=10):
                        pay_later.decide(tx, statement_id=statement_id, product=self.product)
                        pay_later.decide(tx, statement_id=statement_id, product=self.product)
                with self.database.transaction() as tx:
                    for line_id in queries.to_bill(tx, on=self.day, after="", most=10):
                        pay_later.bill(tx, line_id=line_id, product=self.product)
            with self.database.transaction() as tx:
                loans.turn(tx, on=self.day)
                ids = lent.changed(tx, part=0, of=1, after="", most=1000, on=self.day)
                loans.fold_changed(tx, loan_ids=ids, on=self.day, cause=f"fold|{self.day}")
                loans.accrue(tx, on=self.day, cause=f"accrue|{self.day}")
                ledger.close_day(tx, on=self.day, loans=0)
                self.day += timedelta(days=1)
                tx.run("UPDATE clock SET business_day = :next", next=self.day)

    def until(self, month: int, day: int) -> None:
        """The morning of that day."""
        while (self.day.month, self.day.day) != (month, day):
            self.close()

    def statement(self) -> Statement:
        with self.database.transaction() as tx:
            return queries.statements(tx, LINE)[0]

    def used(self) -> tuple[int, int]:
        with self.database.transaction() as tx:
            line = lined.get(tx, LINE)
            return line.used.minor, line.unbilled.minor

    def balance(self, account: str) -> int:
        with self.database.transaction() as tx:
            return int(tx.value("SELECT coalesce(sum(amount), 0) FROM ledger_line WHERE account = :a", a=account))

    def prove(self) -> None:
        with self.database.transaction() as tx:
            for check in books.prove(tx):
                assert check.broken is None or check.code == "audit_whole", check


@pytest.fixture
def life(database: Database, ring: KeyRing) -> Life:
    return Life(database, ring)


def test_who_pays_the_statement_by_its_day_pays_no_interest(life: Life) -> None:
    life.buy(300_00)
    life.close(3)
    life.buy(45_67)
    assert life.used() == (345_67, 345_67)
    life.until(2, 2)
    statement = life.statement()
    assert (statement.closed_on, statement.due_on) == (date(2026, 2, 1), date(2026, 2, 10))
    assert (statement.total.minor, statement.least.minor) == (345_67, 34_57)  # a tenth, rounded up
    assert life.used() == (345_67, 0)
    life.buy(20_00)  # of the next cycle
    life.until(2, 10)
    life.pay(345_67)
    life.close()
    assert life.statement().status is Status.PAID
    assert life.used() == (20_00, 20_00)
    assert life.balance("earned_interest") == 0
    life.prove()


def test_the_least_paid_the_rest_bears_interest_until_the_next_statement_is_due(life: Life) -> None:
    life.buy(1_000_00)
    life.until(2, 10)
    life.pay(100_00)
    life.close()
    assert life.statement().status is Status.REVOLVED
    life.until(3, 2)
    second = life.statement()
    # 900.00 from 10 February to 10 March, a nominal month of 30/360 at 14.4 %: 10.80; least a tenth of 900.00 and that
    assert (second.purchased.minor, second.total.minor, second.least.minor) == (0, 910_80, 100_80)
    life.until(3, 10)
    life.pay(910_80)
    life.close()
    assert life.statement().status is Status.PAID
    assert life.balance("earned_interest") == -10_80
    assert life.used() == (0, 0)
    life.prove()


def test_less_than_the_least_by_the_end_of_grace_costs_the_late_fee(life: Life) -> None:
    life.buy(1_000_00)
    life.until(2, 10)
    life.pay(40_00)
    life.close()
    assert life.statement().status is Status.MISSED
    with pytest.raises(NotDrawable, match="overdue"):
        life.buy(10_00)
    life.until(2, 14)
    assert life.statement().status is Status.CHARGED
    assert life.balance("fee") == 1_20  # a fiftieth of the 60.00 that lacked
    life.prove()


def test_the_least_within_the_days_of_grace_is_in_time(life: Life) -> None:
    life.buy(1_000_00)
    life.until(2, 12)
    assert life.statement().status is Status.MISSED
    life.pay(100_00)
    life.until(2, 14)
    assert life.statement().status is Status.REVOLVED
    assert life.balance("fee") == 0
    life.until(4, 2)
    life.prove()


def test_a_refund_lowers_the_next_statement_or_repays_the_one_that_has_it(life: Life) -> None:
    first = life.buy(300_00)
    life.refund(first, 100_00)
    with pytest.raises(RefundTooLarge, match=r"200\.00"):
        life.refund(first, 200_01)
    second = life.buy(50_00)
    life.until(2, 2)
    assert (life.statement().purchased.minor, life.statement().refunded.minor) == (350_00, 100_00)
    assert life.statement().total.minor == 250_00
    life.refund(second, 50_00)
    life.prove()
    life.until(2, 10)
    life.pay(200_00)
    life.close()
    assert life.statement().status is Status.PAID
    life.refund(first, 200_00)  # paid already: taken off what is bought next
    assert life.used() == (-200_00, -200_00)
    life.buy(150_00)
    life.until(3, 2)
    assert life.statement().number == 1  # more was given back than bought: nothing to bill
    life.buy(80_00)
    life.until(4, 2)
    assert (life.statement().number, life.statement().total.minor) == (2, 30_00)
    life.prove()


def test_a_purchase_turned_into_instalments_is_not_in_the_statement_but_its_instalments_are(life: Life) -> None:
    large, small = life.buy(1_200_00), life.buy(60_00)
    loan_id = life.convert(large, 3)
    life.until(2, 2)
    with pytest.raises(PurchaseBilled):
        life.convert(small, 3)
    statement = life.statement()
    with life.database.transaction() as tx:
        first = lent.view(tx, loan_id).state
        assert first is not None
    assert first.lines[0].due_on == statement.due_on
    assert statement.total.minor == 60_00 + first.lines[0].total
    assert statement.least.minor == 10_00 - 4_00 + first.lines[0].total
    life.refund(large, 1_200_00)
    with life.database.transaction() as tx:
        after = lent.view(tx, loan_id).state
        assert after is not None
    assert after.principal == 0 or after.principal < first.principal
    life.prove()


def test_a_statement_turned_into_instalments_leaves_nothing_due_on_its_day(life: Life) -> None:
    life.buy(900_00)
    life.until(2, 5)
    statement = life.statement()
    life.convert_statement(statement, 3)
    with pytest.raises(StatementDecided):
        life.convert_statement(statement, 3)
    life.until(2, 11)
    assert life.statement().status is Status.CONVERTED
    life.until(3, 2)
    second = life.statement()
    assert second.total == second.least
    with life.database.transaction() as tx:
        assert statement.loan_id is not None
        state = lent.view(tx, statement.loan_id).state
        assert state is not None
        assert [line.due_on for line in state.lines if line.outstanding] == [
            date(2026, 3, 10), date(2026, 4, 10), date(2026, 5, 10)
        ]  # fmt: skip
    life.prove()


def test_merchants_are_paid_their_sales_less_the_discount_once(life: Life) -> None:
    bought = life.buy(1_000_00)
    life.refund(bought, 200_00)
    life.close(3)
    assert life.balance("merchants") == 0
    assert life.balance("merchant_discount") == -4_80
    assert life.balance("cash") == -795_20
    life.refund(bought, 100_00)  # after it was paid: it owes us until its next sale
    assert life.balance("merchants") == 100_00
    life.close(2)
    assert life.balance("merchants") == 100_00
    life.buy(150_00)
    life.close(3)
    assert life.balance("merchants") == 0
    life.prove()


def test_a_line_is_never_bought_above_its_limit_and_no_cash_is_drawn_on_it(life: Life) -> None:
    life.buy(7_999_00)
    with pytest.raises(OverLimit, match=r"1\.00"):
        life.buy(1_01)
    with life.database.transaction() as tx, pytest.raises(NotDrawable, match="merchants"):
        lines.draw(
            tx, line_id=LINE, loan_id=LoanId("loan_1"), person_id="per_x", product=PAY_LATER, amount=Money(100_00), months=3
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_however_a_line_is_lived_on_its_books_hold_every_week(database: Database, ring: KeyRing, seed: int) -> None:
    chance = random.Random(seed)
    cycle = PAY_LATER.cycle
    assert cycle is not None
    product = replace(PAY_LATER, cycle=replace(cycle, statement_day=chance.randint(1, 28)))
    life, bought, became = Life(database, ring, product), [], set()

    def any_statement() -> Statement:
        with database.transaction() as tx:
            return queries.statements(tx, LINE)[0]

    def pay() -> None:
        one = any_statement()
        life.pay(chance.choice([one.total.minor, one.least.minor, 50_00]))

    doings = (
        (lambda: life.refund(chance.choice(bought), chance.randint(1, 300_00)), 0.08),
        (lambda: life.convert(chance.choice(bought), 3), 0.06),
        (lambda: life.convert_statement(any_statement(), 6), 0.02),
        (pay, 0.15),
    )
    for number in range(150):
        for _ in range(chance.choice([0, 0, 1, 2])):
            try:
                bought.append(life.buy(chance.randint(1_00, 900_00)))
            except (OverLimit, NotDrawable):
                break
        for do, odds in doings:
            if chance.random() < odds:
                try:
                    do()
                except (IndexError, RefundTooLarge, PurchaseBilled, StatementDecided):
                    continue
        if number % 7 == 6:
            life.prove()
            with database.transaction() as tx:
                became |= {one.status for one in queries.statements(tx, LINE)}
        life.close()
    life.prove()
    assert len(bought) > 40
    assert len(became) >= 2, became
