"""Pay-later lines: what a person does on one, and the evening that makes and decides statements and pays merchants."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from xindai.base.db import Tx
from xindai.journeys import pay
from xindai.journeys.parts import parts
from xindai.lending.life.model import FactId
from xindai.lending.line import queries as lines
from xindai.lending.loans.model import LoanId
from xindai.lending.pay_later import billing
from xindai.lending.pay_later import operations as pay_later
from xindai.lending.pay_later import queries as billed
from xindai.lending.pay_later.billing import Owed
from xindai.lending.pay_later.model import Purchase, PurchaseId, Statement
from xindai.lending.settlements import operations as settlements
from xindai.lending.settlements import queries as settled
from xindai.payments.orders import operations as payments
from xindai.payments.orders import queries as ordered
from xindai.payments.orders.model import Intent, Payment, PaymentId, amount_to_pay
from xindai.products.catalogue import queries as catalogue
from xindai.products.catalogue.model import Product
from xindai.values.money import Money
from xindai.values.refusal import Invalid

CHUNK = 200


class Share(StrEnum):
    """How much of a statement is paid at once."""

    TOTAL = "total"
    LEAST = "least"
    AMOUNT = "amount"


def buy(
    line_id: str, person_id: str, *, purchase_id: PurchaseId, merchant_id: str, amount: Money, what: str
) -> Purchase:
    """Buy on a line. Refuses: LineMissing, MerchantMissing, MerchantClosed, NotDrawable, OverLimit, Invalid."""
    with parts().db.transaction("buy") as tx:
        return pay_later.buy(
            tx,
            purchase_id=purchase_id,
            line_id=line_id,
            person_id=person_id,
            product=_product(tx, line_id),
            merchant=billed.merchant(tx, parts().ring, merchant_id),
            amount=amount,
            what=what,
        )


def convert_purchase(purchase_id: str, person_id: str, *, loan_id: LoanId, months: int) -> None:
    """Turn a purchase into instalments. Refuses: PurchaseMissing, PurchaseBilled, Invalid."""
    with parts().db.transaction("convert purchase") as tx:
        line_id = billed.purchase(tx, purchase_id, person_id=person_id).line_id
        product = _product(tx, line_id)
        pay_later.convert_purchase(
            tx, loan_id=loan_id, purchase_id=purchase_id, person_id=person_id, product=product, months=months
        )


def convert_statement(statement_id: str, person_id: str, *, fact_id: FactId, months: int) -> tuple[Statement, int]:
    """Turn a statement into instalments; (it, what is left of it in minor units). The same fact id is the same conversion.

    Refuses: StatementMissing, StatementDecided, Invalid.
    """
    with parts().db.transaction("convert statement") as tx:
        product = _product(tx, billed.statement(tx, statement_id, person_id=person_id).line_id)
        one = pay_later.convert_statement(
            tx, fact_id=fact_id, statement_id=statement_id, person_id=person_id, product=product, months=months
        )
        return one, billed.left_of(tx, one, on=tx.on)


def repay_statement(
    statement_id: str, person_id: str, *, share: Share, amount: Money | None, payment_id: PaymentId
) -> list[Payment]:
    """Debit the card for a statement, by an order for each loan that it asks for; the same payment id is the same debits.

    Refuses: StatementMissing, NothingDue, TooMuch, CollectionUnderWay, Invalid.
    """
    with parts().db.transaction("repay statement") as tx:
        one = billed.statement(tx, statement_id, person_id=person_id)
        of_loan = {loan_id: PaymentId.derived(payment_id, loan_id) for loan_id in lines.draws(tx, one.line_id)}
        made = ordered.kept(tx, of_loan.values())
        if not made:
            owed = billed.owed(tx, one.line_id, by=one.due_on, on=tx.on)
            for loan_id, part in billing.spread(_asked(one, owed, share, amount), owed):
                payments.order_collection(
                    tx, payment_id=of_loan[loan_id], loan_id=loan_id, amount=Money(part), intent=Intent.DUE, on=tx.on
                )
            made = ordered.kept(tx, of_loan.values())
    for payment in made:
        pay.begin(payment.id)
    return made


def _asked(one: Statement, owed: list[Owed], share: Share, amount: Money | None) -> int:
    """How much is paid, in minor units. Refuses: NothingDue, TooMuch, Invalid."""
    if share is Share.AMOUNT and amount is None:
        raise Invalid("Please say how much.", field="amount")
    left = sum(each.total for each in owed)
    least = billing.least_left(total=one.total.minor, least=one.least.minor, left=left)
    due = Money(least if share is Share.LEAST else left)
    asked = amount if share is Share.AMOUNT else None
    return amount_to_pay(intent=Intent.DUE, asked=asked, due=due, payoff=Money(left)).minor


def order_settlements(on: date) -> list[str]:
    """Orders to pay merchants for sales that are old enough; their ids."""
    ordered = []
    with parts().db.transaction("close day: merchants settled") as tx:
        for merchant_id in settled.to_settle(tx, on=on):
            settlement = settlements.settle(tx, merchant_id=merchant_id)
            if settlement is not None:
                payment_id = PaymentId.derived(settlement.id)
                payments.order_settlement(tx, payment_id=payment_id, settlement=settlement)
                ordered.append(str(payment_id))
    return ordered


def decide_statements(on: date) -> int:
    """Statements that fall due today, or whose grace ends, become what was paid makes of them; how many were looked at."""
    looked_at, after = 0, ""
    while True:
        with parts().db.transaction("close day: statements decided") as tx:
            ids = billed.to_decide(tx, on=on, after=after, most=CHUNK)
            for statement_id in ids:
                line_id = billed.statement(tx, statement_id).line_id
                pay_later.decide(tx, statement_id=statement_id, product=_product(tx, line_id))
        looked_at += len(ids)
        if len(ids) < CHUNK:
            return looked_at
        after = ids[-1]


def bill_lines(on: date) -> int:
    """Statements of the cycles that close with today; how many lines were looked at."""
    looked_at, after = 0, ""
    while True:
        with parts().db.transaction("close day: lines billed") as tx:
            ids = billed.to_bill(tx, on=on, after=after, most=CHUNK)
            for line_id in ids:
                pay_later.bill(tx, line_id=line_id, product=_product(tx, line_id))
        looked_at += len(ids)
        if len(ids) < CHUNK:
            return looked_at
        after = ids[-1]


def _product(tx: Tx, line_id: str) -> Product:
    return catalogue.sold_as(tx, lines.get(tx, line_id).product)
