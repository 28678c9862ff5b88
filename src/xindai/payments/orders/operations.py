"""What is done to payment orders."""

from __future__ import annotations

from datetime import date

from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.lending.life.model import Fact, FactKind
from xindai.lending.loans import operations as loans
from xindai.lending.settlements import operations as settlements
from xindai.lending.settlements.model import Settlement
from xindai.payments.orders import queries
from xindai.payments.orders.model import (
    CollectionUnderWay,
    Direction,
    Intent,
    Payment,
    PaymentId,
    Status,
)
from xindai.products.catalogue.model import Product
from xindai.values.money import Money


def order_pay_out(tx: Tx, *, payment_id: PaymentId, loan_id: str, amount: Money) -> None:
    """An order to pay a loan out; the same again changes nothing."""
    _add(tx, Payment(payment_id, Direction.PAY_OUT, loan_id, None, amount, Intent.DISBURSEMENT, Status.CREATED, tx.on))


def order_settlement(tx: Tx, *, payment_id: PaymentId, settlement: Settlement) -> None:
    """An order to pay a merchant; the same again changes nothing."""
    kind, intent = Direction.SETTLEMENT, Intent.SETTLEMENT
    _add(tx, Payment(payment_id, kind, None, settlement.id, settlement.net, intent, Status.CREATED, tx.on))


def order_collection(tx: Tx, *, payment_id: PaymentId, loan_id: str, amount: Money, intent: Intent, on: date) -> None:
    """An order to debit the borrower's card for the day `on`. Refuses: CollectionUnderWay."""
    if tx.value("SELECT 1 FROM payment WHERE id = :id", id=payment_id):
        return
    tx.run("SELECT 1 FROM loan WHERE id = :loan FOR UPDATE", loan=loan_id)
    if queries.has_open_collection(tx, loan_id):
        raise CollectionUnderWay(field="loan")
    _add(tx, Payment(payment_id, Direction.COLLECTION, loan_id, None, amount, intent, Status.CREATED, on))


def submit(tx: Tx, *, payment_id: str) -> Payment:
    """The intent, written before the bank is called. An order the bank may know already is returned as it stands."""
    payment = queries.get(tx, payment_id, lock=True)
    if payment.status is Status.CREATED:
        payment = _moved(tx, payment, Status.SUBMITTED)
    return payment


def send_again(tx: Tx, *, payment_id: str) -> None:
    """The bank says it never saw the order, so it may be sent again."""
    payment = queries.get(tx, payment_id, lock=True)
    if payment.status is Status.UNKNOWN:
        _moved(tx, payment, Status.SUBMITTED)


def lose_sight(tx: Tx, *, payment_id: str) -> None:
    """No believable answer came."""
    payment = queries.get(tx, payment_id, lock=True)
    if payment.status is Status.SUBMITTED:
        _moved(tx, payment, Status.UNKNOWN)


def hear(
    tx: Tx, *, payment_id: str, status: Status, bank_reference: str, reason: str | None, product: Product | None
) -> Status:
    """The bank's word on an order, by answer, call-back or query: once, twice or late, it counts once.

    A settled order becomes a fact of its loan (of that product) in this very transaction. Raises MoveImpossible.
    """
    payment = queries.get(tx, payment_id, lock=True)
    if payment.move(status) is None:
        return payment.status
    payment = _moved(tx, payment, status, bank_reference=bank_reference, reason=reason)
    match (payment.direction, status):
        case (Direction.PAY_OUT, Status.SETTLED):
            assert product is not None, payment.id
            loans.disburse(tx, loan_id=payment.of_loan(), product=product, on=payment.value_on)
        case (Direction.PAY_OUT, Status.FAILED):
            loans.cancel(tx, loan_id=payment.of_loan())
        case (Direction.COLLECTION, Status.SETTLED):
            loans.record(tx, loan_id=payment.of_loan(), fact=fact_of(payment))
        case (Direction.SETTLEMENT, Status.SETTLED | Status.FAILED):
            settlements.end(tx, settlement_id=payment.subject, paid=status is Status.SETTLED)
        case _:
            pass
    return status


def fact_of(payment: Payment) -> Fact:
    """What a settled collection is to its loan."""
    kind = FactKind.PREPAYMENT if payment.intent is Intent.PREPAYMENT else FactKind.REPAYMENT
    return Fact(id=payment.id, kind=kind, on=payment.value_on, amount=payment.amount.minor)


def _add(tx: Tx, payment: Payment) -> None:
    tx.run(
        "INSERT INTO payment (id, kind, loan_id, settlement_id, amount, currency, intent, status, value_on, at)"
        " VALUES (:id, :kind, :loan, :settlement, :amount, :currency, :intent, :status, :on, :at) ON CONFLICT (id) DO NOTHING",
        id=payment.id,
        kind=payment.direction.value,
        loan=payment.loan_id,
        settlement=payment.settlement_id,
        amount=payment.amount.minor,
        currency=payment.amount.currency,
        intent=payment.intent.value,
        status=payment.status.value,
        on=payment.value_on,
        at=tx.at,
    )


def _moved(
    tx: Tx, payment: Payment, to: Status, *, bank_reference: str | None = None, reason: str | None = None
) -> Payment:
    event = payment.move(to)
    assert event is not None, (payment, to)
    tx.run(
        "UPDATE payment SET status = :to, value_on = :on, bank_reference = coalesce(:reference, bank_reference),"
        " reason = coalesce(:reason, reason) WHERE id = :id",
        to=to.value,
        on=payment.value_on,
        reference=bank_reference,
        reason=reason,
        id=payment.id,
    )
    tx.run(
        "INSERT INTO payment_move (payment_id, number, before, after, event, on_day, at)"
        " SELECT :id, count(*) + 1, :before, :after, :event, :on, :at FROM payment_move WHERE payment_id = :id",
        id=payment.id,
        before=payment.status.value,
        after=to.value,
        event=event,
        on=tx.on,
        at=tx.at,
    )
    publish(
        tx,
        Event(
            event,
            payment.subject,
            {
                "payment": payment.id,
                "direction": payment.direction.value,
                "reason": reason,
            },
        ),
    )
    return queries.get(tx, payment.id)
