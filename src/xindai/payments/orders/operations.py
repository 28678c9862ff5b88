"""What is done to payment orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from xindai.base import audit, clock
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.lending.life.model import Fact, FactKind
from xindai.lending.loans import operations as loans
from xindai.lending.loans import queries as lent
from xindai.lending.settlements import operations as settlements
from xindai.lending.settlements.model import Settlement
from xindai.onboarding.identity import queries as people
from xindai.payments.orders import queries
from xindai.payments.orders.model import (
    BACK,
    CollectionUnderWay,
    Direction,
    Intent,
    Limits,
    NotHeld,
    NothingOverpaid,
    NoWallet,
    Payment,
    PaymentId,
    RefundUnderWay,
    Status,
    Via,
    Word,
)
from xindai.payments.orders.routing import RailFacts
from xindai.payments.receipts import operations as receipts
from xindai.products.catalogue.model import Product
from xindai.values import four_eyes
from xindai.values.money import Money


def order_pay_out(tx: Tx, *, payment_id: PaymentId, loan_id: str, amount: Money) -> None:
    """An order to pay a loan out; the same again changes nothing. One that passes a limit is held."""
    _add(tx, Payment(payment_id, Direction.PAY_OUT, loan_id, None, amount, Intent.DISBURSEMENT, Status.CREATED, tx.on))


def order_settlement(tx: Tx, *, payment_id: PaymentId, settlement: Settlement) -> None:
    """An order to pay a merchant; the same again changes nothing. One that passes a limit is held."""
    kind, intent = Direction.SETTLEMENT, Intent.SETTLEMENT
    _add(tx, Payment(payment_id, kind, None, settlement.id, settlement.net, intent, Status.CREATED, tx.on))


def order_collection(
    tx: Tx,
    *,
    payment_id: PaymentId,
    loan_id: str,
    amount: Money,
    intent: Intent,
    on: date,
    via: Via = Via.CARD,
) -> None:
    """An order to debit the borrower's card for the day `on`, or one that is paid by wallet. Refuses: CollectionUnderWay."""
    if tx.value("SELECT 1 FROM payment WHERE id = :id", id=payment_id):
        return
    tx.run("SELECT 1 FROM loan WHERE id = :loan FOR UPDATE", loan=loan_id)
    if queries.has_open_collection(tx, loan_id):
        raise CollectionUnderWay(field="loan")
    _add(tx, Payment(payment_id, Direction.COLLECTION, loan_id, None, amount, intent, Status.CREATED, on, via=via))


def propose_refund(
    tx: Tx, *, payment_id: PaymentId, loan_id: str, amount: Money, by: str, why: str, via: Via = Via.CARD
) -> Payment:
    """Give back what was paid too much on a loan; held until somebody else releases it. The same id again is the same order.

    To a wallet it goes back the way it came, where one payment brought so much.
    Refuses: LoanMissing, NothingOverpaid, RefundUnderWay, NoWallet.
    """
    known = queries.kept(tx, [payment_id])
    if known:
        return known[0]
    tx.run("SELECT 1 FROM loan WHERE id = :loan FOR UPDATE", loan=loan_id)
    if amount.minor > lent.overpaid(tx, loan_id):
        raise NothingOverpaid(field="amount")
    if queries.has_open_refund(tx, loan_id):
        raise RefundUnderWay(field="loan")
    came = queries.paid_by_wallet(tx, loan_id, amount) if via is not Via.CARD else None
    if via is not Via.CARD and came is None and not people.has_wallet(tx, lent.person_of(tx, loan_id)):
        raise NoWallet(field="by")
    order = Payment(payment_id, Direction.PAY_OUT, loan_id, None, amount, Intent.REFUND, Status.CREATED, tx.on)
    _add(tx, replace(order, proposed_by=by, via=via, gives_back=came.id if came else None), why="by_hand")
    audit.note(tx, actor=by, action="refund_proposed", subject=loan_id, facts={"payment": payment_id, "why": why})
    return queries.get(tx, payment_id)


def order_way_back(tx: Tx, *, payment_id: PaymentId, receipt_id: str, amount: Money, by: str) -> None:
    """Send a receipt back to where it came from; two people have agreed on that already."""
    order = Payment(payment_id, Direction.PAY_OUT, None, None, amount, Intent.SENT_BACK, Status.CREATED, tx.on)
    _add(tx, replace(order, receipt_id=receipt_id, proposed_by=by))


def release(tx: Tx, *, payment_id: str, by: str) -> Payment:
    """Let a held order go; twice by the same is once. Refuses: PaymentMissing, NotHeld, SamePerson."""
    return _decide(tx, payment_id, Status.CREATED, by=by)


def release_cooled(tx: Tx) -> int:
    """Let go what was held only because its bank card was new, once that has been so for a day; how many."""
    cooled = [
        payment.id
        for payment in queries.held_for(tx, "account_changed")
        if payment.person_id is not None and people.doubt_about_account(tx, payment.person_id) is None
    ]
    for payment_id in cooled:
        release(tx, payment_id=payment_id, by="cooling")
    return len(cooled)


def turn_down(tx: Tx, *, payment_id: str, by: str) -> Payment:
    """A held order is not carried out, and what it was for fails with it; twice by the same is once.

    Refuses: PaymentMissing, NotHeld, SamePerson.
    """
    was_held = queries.get(tx, payment_id, lock=True).status is Status.HELD
    payment = _decide(tx, payment_id, Status.FAILED, by=by)
    if was_held:
        _follow(tx, payment, None)
    return payment


def submit(tx: Tx, *, payment_id: str, rail: RailFacts) -> Payment:
    """The intent, written before `rail` is called. An order that a rail may know already is returned as it stands.

    What goes out counts from the rail's value day; what comes in counts from the day it was ordered for.
    """
    payment = queries.get(tx, payment_id, lock=True)
    if payment.status is Status.CREATED:
        value_on = payment.value_on
        if payment.direction is not Direction.COLLECTION:
            value_on = max(value_on, rail.value_day(on=tx.on, at=clock.local_time(tx.at)))
        tx.run(
            "UPDATE payment SET rail = :rail, value_on = :on WHERE id = :id", rail=rail.name, on=value_on, id=payment_id
        )
        payment = move(tx, queries.get(tx, payment_id), Status.SUBMITTED)
    return payment


def send_again(tx: Tx, *, payment_id: str) -> None:
    """The rail says it never saw the order, so it may be sent again."""
    payment = queries.get(tx, payment_id, lock=True)
    if payment.status is Status.UNKNOWN:
        move(tx, payment, Status.SUBMITTED)


def lose_sight(tx: Tx, *, payment_id: str) -> None:
    """No believable answer came."""
    payment = queries.get(tx, payment_id, lock=True)
    if payment.status is Status.SUBMITTED:
        move(tx, payment, Status.UNKNOWN)


def hear(tx: Tx, word: Word, *, product: Product | None) -> Status:
    """The rail's word on an order, by answer, call-back, query or statement: once, twice or late, it counts once.

    What follows for its loan (of that product), merchant or receipt happens in this very transaction. Where only a part was
    taken, the order is over that part from now on. Raises MoveImpossible.
    """
    payment = queries.get(tx, word.payment_id, lock=True)
    if word.status in BACK and payment.status not in BACK and payment.status is not Status.SETTLED:
        hear(tx, replace(word, status=Status.SETTLED, reason=None), product=product)
        payment = queries.get(tx, word.payment_id)
    if payment.move(word.status) is None:
        return payment.status
    if word.status is Status.SETTLED and word.amount != payment.amount:
        tx.run(
            "UPDATE payment SET asked = amount, amount = :taken WHERE id = :id",
            taken=word.amount.minor,
            id=payment.id,
        )
    _follow(tx, move(tx, payment, word.status, word), product)
    return word.status


def set_limits(tx: Tx, *, kind: Direction, limits: Limits, by: str) -> None:
    """From now on, orders of a kind beyond these are held."""
    tx.run(
        "UPDATE payment_limits SET per_order = :order, per_person = :person, per_day = :day WHERE kind = :kind",
        order=limits.per_order,
        person=limits.per_person,
        day=limits.per_day,
        kind=kind.value,
    )
    facts = {"per_order": limits.per_order, "per_person": limits.per_person, "per_day": limits.per_day}
    audit.note(tx, actor=by, action="payment_limits_set", subject=kind.value, facts=facts)


def move(tx: Tx, payment: Payment, to: Status, word: Word | None = None, *, reason: str | None = None) -> Payment:
    """Move an order that is locked along its table, journal it, tell of it; the order then. Raises MoveImpossible."""
    event = payment.move(to)
    assert event is not None, (payment, to)
    reason = word.reason if word else reason
    tx.run(
        "UPDATE payment SET status = :to, bank_reference = coalesce(bank_reference, :reference),"
        " link = coalesce(:link, link), reason = coalesce(:reason, reason),"
        " settled_on = CASE WHEN :to = 'settled' THEN :on ELSE settled_on END WHERE id = :id",
        to=to.value,
        on=tx.on,
        reference=word.reference if word else None,
        link=word.link if word else None,
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
    told = {"payment": payment.id, "direction": payment.direction.value, "reason": reason, "person": payment.person_id}
    publish(tx, Event(event, payment.subject, told))
    return queries.get(tx, payment.id)


def _follow(tx: Tx, payment: Payment, product: Product | None) -> None:
    """What an order that has just moved means for what it belongs to."""
    match (payment.intent, payment.status):
        case (Intent.DISBURSEMENT, Status.SETTLED):
            assert product is not None, payment.id
            loans.disburse(tx, loan_id=payment.of_loan(), product=product, on=payment.value_on)
        case (Intent.DISBURSEMENT, Status.FAILED):
            loans.cancel(tx, loan_id=payment.of_loan())
        case (Intent.DISBURSEMENT, Status.RETURNED):
            fact = Fact(id=payment.id, kind=FactKind.RETURN, on=payment.value_on, amount=payment.amount.minor)
            loans.record(tx, loan_id=payment.of_loan(), fact=fact)
        case (Intent.DUE | Intent.PREPAYMENT, Status.SETTLED):
            loans.record(tx, loan_id=payment.of_loan(), fact=fact_of(payment))
        case (Intent.REFUND, Status.SETTLED):
            fact = Fact(id=payment.id, kind=FactKind.REFUND, on=tx.on, amount=payment.amount.minor)
            loans.record(tx, loan_id=payment.of_loan(), fact=fact)
        case (Intent.DUE | Intent.PREPAYMENT | Intent.REFUND, Status.REVERSED | Status.RETURNED):
            fact = Fact(id=f"{payment.id}|back", kind=FactKind.REVERSAL, on=payment.value_on, reverses=payment.id)
            loans.record(tx, loan_id=payment.of_loan(), fact=fact)
        case (Intent.SETTLEMENT, Status.SETTLED | Status.FAILED):
            settlements.end(tx, settlement_id=payment.subject, paid=payment.status is Status.SETTLED)
        case (Intent.SETTLEMENT, Status.RETURNED):
            settlements.bring_back(tx, settlement_id=payment.subject)
        case (Intent.SENT_BACK, Status.SETTLED):
            receipts.send_back(tx, receipt_id=payment.subject, way=payment.id)
        case (Intent.SENT_BACK, Status.FAILED | Status.RETURNED):
            why = payment.reason or payment.status.value
            receipts.hold_again(tx, receipt_id=payment.subject, way=payment.id, why=why)
        case _:
            pass


def fact_of(payment: Payment) -> Fact:
    """What a settled collection is to its loan."""
    kind = FactKind.PREPAYMENT if payment.intent is Intent.PREPAYMENT else FactKind.REPAYMENT
    return Fact(id=payment.id, kind=kind, on=payment.value_on, amount=payment.amount.minor)


def _decide(tx: Tx, payment_id: str, to: Status, *, by: str) -> Payment:
    payment = queries.get(tx, payment_id, lock=True)
    if payment.released_by == by and payment.status is not Status.HELD:
        return payment
    if payment.status is not Status.HELD:
        raise NotHeld(status=payment.status.value)
    if payment.proposed_by is not None:
        four_eyes.second_person(proposed_by=payment.proposed_by, by=by)
    tx.run("UPDATE payment SET released_by = :by WHERE id = :id", by=by, id=payment_id)
    reason = "turned_down" if to is Status.FAILED else None
    action = "payment_turned_down" if to is Status.FAILED else "payment_released"
    audit.note(tx, actor=by, action=action, subject=payment.subject, facts={"payment": payment.id})
    return move(tx, payment, to, reason=reason)


def _add(tx: Tx, payment: Payment, *, why: str | None = None) -> None:
    """Keep a new order. One with a reason `why`, or that passes a limit of its kind, is held; it counts in the day's sum."""
    if payment.loan_id is not None:
        payment = replace(payment, person_id=lent.person_of(tx, payment.loan_id))
    if payment.direction is not Direction.COLLECTION:
        why = queries.over_limit(tx, payment) or why
    if payment.direction is Direction.PAY_OUT and payment.person_id is not None and payment.via is Via.CARD:
        why = why or people.doubt_about_account(tx, payment.person_id)
    added = tx.run(
        "INSERT INTO payment (id, kind, loan_id, settlement_id, receipt_id, person_id, amount, currency, intent, status,"
        " value_on, proposed_by, via, gives_back, at) VALUES (:id, :kind, :loan, :settlement, :receipt, :person, :amount, :currency, :intent,"
        " :status, :on, :by, :via, :gives_back, :at) ON CONFLICT (id) DO NOTHING",
        id=payment.id,
        kind=payment.direction.value,
        loan=payment.loan_id,
        settlement=payment.settlement_id,
        receipt=payment.receipt_id,
        person=payment.person_id,
        amount=payment.amount.minor,
        currency=payment.amount.currency,
        intent=payment.intent.value,
        status=payment.status.value,
        on=payment.value_on,
        by=payment.proposed_by,
        via=payment.via.value,
        gives_back=payment.gives_back,
        at=tx.at,
    )
    if added and why is not None:
        move(tx, payment, Status.HELD, reason=why)
