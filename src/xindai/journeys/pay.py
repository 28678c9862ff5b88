"""Money through the bank: the intent is written, the bank called, the answer written; unknown is asked about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from xindai.base import workflow
from xindai.base.db import Tx
from xindai.base.http import ProviderFault
from xindai.base.log import PAYMENTS, log
from xindai.journeys.parts import parts
from xindai.lending.line import operations as lines
from xindai.lending.line import queries as lined
from xindai.lending.loans import queries as lent
from xindai.lending.loans.model import LoanId
from xindai.lending.pay_later import queries as pay_later
from xindai.lending.settlements import queries as settlements
from xindai.onboarding.identity import queries as people
from xindai.onboarding.proof import operations as proofs
from xindai.outside.bank import BankWord, Payee
from xindai.payments.orders import operations as payments
from xindai.payments.orders import queries as ordered
from xindai.payments.orders.model import (
    ENDS,
    Direction,
    Intent,
    Payment,
    PaymentId,
    Status,
    amount_to_pay,
)
from xindai.products.catalogue import queries as catalogue
from xindai.values.masked import PersonName
from xindai.values.money import Money

QUESTIONS = 14
FIRST_WAIT, LONGEST_WAIT = 0.4, 30.0
BANK = "bank"


@workflow.journey("carry out payment")
def carry_out(payment_id: str) -> str:
    """Send an order and see it to its end; what is open after some minutes is left to close of day to ask about."""
    status = workflow.step("pay: send", _send, payment_id)
    wait = FIRST_WAIT
    for _ in range(QUESTIONS):
        if Status(status) in ENDS:
            break
        workflow.wait_for_word(BANK, seconds=wait)
        status = workflow.step("pay: ask", ask, payment_id)
        wait = min(2 * wait, LONGEST_WAIT)
    return status


def draw(line_id: str, person_id: str, *, loan_id: LoanId, amount: Money, months: int) -> str:
    """Draw on a line: a loan and its pay-out order are made in one transaction, then the money goes. The loan's id.

    Refuses: LineMissing, NotDrawable, OverLimit, OutsideProduct, StepUpNeeded, Invalid.
    """
    with parts().db.transaction("draw") as tx:
        product = catalogue.sold_as(tx, lined.get(tx, line_id, person_id=person_id).product)
        proofs.refuse_stale(tx, person_id=person_id, sum_out=amount)
        lines.draw(
            tx, line_id=line_id, loan_id=loan_id, person_id=person_id, product=product, amount=amount, months=months
        )
        payment_id = order_pay_out(tx, loan_id, amount)
    begin(payment_id)
    return loan_id


def order_pay_out(tx: Tx, loan_id: LoanId, amount: Money) -> PaymentId:
    """Order the pay-out of a loan, in the transaction that makes it; the order's id."""
    payment_id = PaymentId.derived(loan_id, "pay_out")
    payments.order_pay_out(tx, payment_id=payment_id, loan_id=loan_id, amount=amount)
    return payment_id


def repay(loan_id: str, person_id: str, *, intent: Intent, asked: Money | None, payment_id: PaymentId) -> Payment:
    """Debit the borrower's card now: what is due, a part of it, or early.

    Refuses: LoanMissing, LoanNotLiving, NothingDue, TooMuch, CollectionUnderWay.
    """
    with parts().db.transaction("repay") as tx:
        state = lent.payable(tx, loan_id, person_id=person_id)
        amount = amount_to_pay(intent=intent, asked=asked, due=Money(state.due), payoff=Money(state.payoff))
        payments.order_collection(tx, payment_id=payment_id, loan_id=loan_id, amount=amount, intent=intent, on=tx.on)
        payment = ordered.get(tx, payment_id)
    begin(payment_id)
    return payment


def begin(payment_id: str) -> None:
    """See to it that an order is carried out; the same order again changes nothing."""
    workflow.enqueue(journey_id(payment_id), carry_out, payment_id)


def journey_id(payment_id: str) -> str:
    """The name of the journey that carries out an order."""
    return f"pay|{payment_id}"


def notice(headers: Mapping[str, str], body: bytes) -> None:
    """A call-back of the bank: once, twice, late or early, it counts once. Refuses: NoticeUnproven, PaymentMissing."""
    word = parts().world.bank.read_notice(headers, body)
    status = _hear(word, "pay: notice")
    if status in ENDS:
        workflow.send_word(journey_id(word.payment_id), BANK, status.value, once=f"{word.payment_id}|{status.value}")


def order_due(on: date) -> list[str]:
    """Collection orders for all that is due on the day `on` and not being collected; the ids of all orders not ended.

    Of a statement whose person pays the least, no more than that.
    """
    with parts().db.transaction("close day: debits ordered") as tx:
        least = pay_later.least_due(tx, on=on)
        for due in lent.due(tx, by=on, on=on):
            amount = least.get(due.loan_id, due.amount)
            if not amount or not is_debited(due.overdue_days) or ordered.has_open_collection(tx, due.loan_id):
                continue
            payments.order_collection(
                tx,
                payment_id=PaymentId.derived(LoanId(due.loan_id), on.isoformat()),
                loan_id=due.loan_id,
                amount=Money(amount, due.currency),
                intent=Intent.DUE,
                on=on,
            )
        return [str(payment.id) for payment in ordered.open_orders(tx)]


def is_debited(overdue_days: int) -> bool:
    """Whether today is a day on which arrears are tried again: the due day, the next three, then weekly."""
    return overdue_days <= 3 or overdue_days % 7 == 0


def _send(payment_id: str) -> str:
    """Write the intent, call the bank, write its answer. An order that may have been sent before is asked about."""
    with parts().db.transaction("pay: submitted") as tx:
        sent_before = ordered.get(tx, payment_id, lock=True).status is not Status.CREATED
        payment = payments.submit(tx, payment_id=payment_id)
        payee = _payee(tx, payment)
    return ask(payment_id) if sent_before else _order(payment, payee)


def ask(payment_id: str) -> str:
    """Ask the bank what became of an order, and send it again only if the bank never saw it."""
    with parts().db.transaction() as tx:
        payment = ordered.get(tx, payment_id)
    if payment.status in ENDS:
        return payment.status.value
    if payment.status is Status.CREATED:
        return _send(payment_id)
    try:
        word = parts().world.bank.ask(payment)
    except ProviderFault as fault:
        return _lose_sight(payment, fault)
    if word is not None:
        return _hear(word, "pay: answer heard").value
    with parts().db.transaction("pay: sent again") as tx:
        payments.send_again(tx, payment_id=payment_id)
        payment = ordered.get(tx, payment_id)
        payee = _payee(tx, payment)
    return _order(payment, payee)


def _payee(tx: Tx, payment: Payment) -> Payee:
    """Whose account an order goes to or comes from."""
    if payment.direction is Direction.SETTLEMENT:
        merchant = pay_later.merchant(tx, parts().ring, settlements.settlement(tx, payment.subject).merchant_id)
        return Payee(PersonName(merchant.name), merchant.account)
    person = people.person(tx, parts().ring, lent.person_of(tx, payment.of_loan()))
    assert person.name is not None, person.id
    assert person.card_number is not None, person.id
    return Payee(person.name, person.card_number)


def _order(payment: Payment, payee: Payee) -> str:
    try:
        word = parts().world.bank.send(payment, payee)
    except ProviderFault as fault:
        return _lose_sight(payment, fault)
    return _hear(word, "pay: bank answered").value


def _lose_sight(payment: Payment, fault: ProviderFault) -> str:
    log.warning("bank_unanswered", payment=payment.id, why=str(fault))
    with parts().db.transaction("pay: lost sight") as tx:
        payments.lose_sight(tx, payment_id=payment.id)
        return ordered.get(tx, payment.id).status.value


def _hear(word: BankWord, name: str) -> Status:
    with parts().db.transaction(name) as tx:
        payment = ordered.get(tx, word.payment_id)
        assert payment.amount == word.amount, word.payment_id
        product = catalogue.sold_as(tx, lent.product_of(tx, payment.loan_id)) if payment.loan_id else None
        status = payments.hear(
            tx,
            payment_id=word.payment_id,
            status=word.status,
            bank_reference=word.reference,
            reason=word.reason,
            product=product,
        )
    if status in ENDS:
        PAYMENTS.labels(payment.direction.value, status.value).inc()
    return status
