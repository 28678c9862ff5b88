"""Pay-later lines: what a person does on one, and the evening that makes and decides statements and pays merchants."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from xindai.base.db import Tx
from xindai.book.capital import operations as capital
from xindai.journeys import contract, pay
from xindai.journeys.parts import parts
from xindai.lending.contracts import operations as contracts
from xindai.lending.contracts.model import Asked, ContractId, Subject
from xindai.lending.life.model import FactId
from xindai.lending.line import queries as lines
from xindai.lending.loans import queries as lent
from xindai.lending.loans.model import LoanId
from xindai.lending.pay_later import billing
from xindai.lending.pay_later import operations as pay_later
from xindai.lending.pay_later import queries as billed
from xindai.lending.pay_later.billing import Owed
from xindai.lending.pay_later.model import Purchase, PurchaseId, Statement
from xindai.lending.settlements import operations as settlements
from xindai.lending.settlements import queries as settled
from xindai.onboarding.identity.model import Session
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
    """Buy on a line. Refuses: LineMissing, MerchantMissing, MerchantClosed, NotDrawable, OverLimit, ExposureTooHigh, Invalid."""
    with parts().db.transaction("buy") as tx:
        product = _product(tx, line_id)
        if not billed.is_known(tx, purchase_id):
            capital.refuse_beyond(tx, person_id=person_id, product=product, amount=amount)
        return pay_later.buy(
            tx,
            purchase_id=purchase_id,
            line_id=line_id,
            person_id=person_id,
            product=product,
            merchant=billed.merchant(tx, parts().ring, merchant_id),
            amount=amount,
            what=what,
        )


def convert_purchase(
    purchase_id: str, session: Session, *, loan_id: LoanId, months: int, disclosure_id: str | None
) -> None:
    """Turn a purchase into instalments, once their whole cost has been read and confirmed.

    Refuses: PurchaseMissing, PurchaseBilled, DisclosureNeeded, DisclosureStale, Invalid.
    """
    contract_id = None
    with parts().db.transaction("convert purchase") as tx:
        purchase = billed.purchase(tx, purchase_id, person_id=session.holder)
        product = _product(tx, purchase.line_id)
        is_new = purchase.loan_id != loan_id
        pay_later.convert_purchase(
            tx, loan_id=loan_id, purchase_id=purchase_id, person_id=session.holder, product=product, months=months
        )
        if is_new:
            asked = Asked(Subject.PURCHASE, purchase_id, purchase.left, months)
            contract_id = _signed(tx, session, asked, product, disclosure_id, loan_id)
    if contract_id is not None:
        contract.begin(contract_id)


def convert_statement(
    statement_id: str, session: Session, *, fact_id: FactId, months: int, disclosure_id: str | None
) -> tuple[Statement, int]:
    """Turn a statement into instalments, once their cost has been confirmed; (it, what is left of it in minor units).

    The same fact id is the same conversion. Refuses: StatementMissing, StatementDecided, DisclosureNeeded, DisclosureStale, Invalid.
    """
    contract_id = None
    with parts().db.transaction("convert statement") as tx:
        before = billed.statement(tx, statement_id, person_id=session.holder)
        product = _product(tx, before.line_id)
        is_new = before.loan_id is not None and not lent.has_fact(tx, before.loan_id, fact_id)
        amount = contract.principal(tx, before.loan_id) if before.loan_id else Money(0)
        one = pay_later.convert_statement(
            tx, fact_id=fact_id, statement_id=statement_id, person_id=session.holder, product=product, months=months
        )
        if is_new:
            asked = Asked(Subject.STATEMENT, statement_id, amount, months)
            contract_id = _signed(tx, session, asked, product, disclosure_id, before.loan_id)
        left = billed.left_of(tx, one, on=tx.on)
    if contract_id is not None:
        contract.begin(contract_id)
    return one, left


def _signed(
    tx: Tx, session: Session, asked: Asked, product: Product, disclosure_id: str | None, loan_id: str | None
) -> ContractId:
    """Refuses: DisclosureNeeded, DisclosureStale."""
    disclosure = contracts.take(tx, disclosure_id=disclosure_id, person_id=session.holder, asked=asked)
    return contract.sign(tx, session, disclosure, product, loan_id=loan_id, line_id=None)


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
    """Orders to pay merchants for sales that are old enough; the ids of those that may go."""
    going = []
    with parts().db.transaction("close day: merchants settled") as tx:
        for merchant_id in settled.to_settle(tx, on=on):
            settlement = settlements.settle(tx, merchant_id=merchant_id)
            if settlement is not None:
                payment_id = PaymentId.derived(settlement.id)
                payments.order_settlement(tx, payment_id=payment_id, settlement=settlement)
                if pay.unless_held(tx, payment_id) is not None:
                    going.append(str(payment_id))
    return going


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
