"""What is done to payment orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from xindai.base import audit, clock
from xindai.base.db import Tx, array
from xindai.lending.loans import queries as lent
from xindai.lending.loans.model import LoanId
from xindai.lending.settlements.model import Settlement
from xindai.onboarding.identity import queries as people
from xindai.payments.orders import _store, queries
from xindai.payments.orders.model import (
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
)
from xindai.payments.orders.routing import RailFacts
from xindai.values import four_eyes
from xindai.values.money import Money

hear, hear_many = _store.hear, _store.hear_many
"""A rail's word, on one order or on the debits of a file."""


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
    tx.run("SELECT 1 FROM loan WHERE id = :loan FOR NO KEY UPDATE", loan=loan_id)
    if queries.has_open_collection(tx, loan_id):
        raise CollectionUnderWay(field="loan")
    _add(tx, Payment(payment_id, Direction.COLLECTION, loan_id, None, amount, intent, Status.CREATED, on, via=via))


def order_debits(tx: Tx, debits: Mapping[str, Money], *, on: date) -> int:
    """Orders to debit what is due of loans on a day, all at once; how many are new.

    Loans of which a collection is under way are left out, and so are orders that were made before.
    """
    loan_ids = sorted(debits)
    tx.run(
        "SELECT 1 FROM loan WHERE id = ANY(CAST(:loans AS text[])) ORDER BY id FOR NO KEY UPDATE", loans=array(loan_ids)
    )
    return tx.run(
        "INSERT INTO payment (id, kind, loan_id, person_id, amount, currency, intent, status, value_on, at)"
        " SELECT d.id, 'collection', l.id, l.person_id, d.amount, d.currency, 'due', 'created', :on, :at"
        " FROM unnest(CAST(:ids AS text[]), CAST(:loans AS text[]), CAST(:amounts AS bigint[]), CAST(:currencies AS text[]))"
        " AS d (id, loan_id, amount, currency) JOIN loan l ON l.id = d.loan_id"
        f" WHERE NOT EXISTS (SELECT 1 FROM payment o WHERE o.loan_id = l.id AND o.kind = 'collection' AND o.{queries.OPEN})"
        " ON CONFLICT (id) DO NOTHING",
        ids=array([PaymentId.derived(LoanId(loan), on.isoformat()) for loan in loan_ids]),
        loans=array(loan_ids),
        amounts=array([debits[loan].minor for loan in loan_ids]),
        currencies=array([debits[loan].currency for loan in loan_ids]),
        on=on,
        at=tx.at,
    )


def submit_many(tx: Tx, ids: Sequence[PaymentId], *, rail: str, batch_id: str) -> None:
    """The intent to send new orders in a file, written before its rail is called. The file tells of it, not each order."""
    moved = tx.run(
        "UPDATE payment SET status = 'submitted', rail = :rail, batch_id = :batch"
        " WHERE id = ANY(CAST(:ids AS text[])) AND status = 'created'",
        rail=rail,
        batch=batch_id,
        ids=array(ids),
    )
    assert moved == len(ids), batch_id
    _store.journal(tx, [(payment_id, Status.CREATED, Status.SUBMITTED) for payment_id in ids])


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
    tx.run("SELECT 1 FROM loan WHERE id = :loan FOR NO KEY UPDATE", loan=loan_id)
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
        _store.follow(tx, payment, None)
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
        payment = _store.move(tx, queries.get(tx, payment_id), Status.SUBMITTED)
    return payment


def send_again(tx: Tx, *, payment_id: str) -> None:
    """The rail says it never saw the order, so it may be sent again."""
    payment = queries.get(tx, payment_id, lock=True)
    if payment.status is Status.UNKNOWN:
        _store.move(tx, payment, Status.SUBMITTED)


def lose_sight(tx: Tx, *, payment_id: str) -> None:
    """No believable answer came."""
    payment = queries.get(tx, payment_id, lock=True)
    if payment.status is Status.SUBMITTED:
        _store.move(tx, payment, Status.UNKNOWN)


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
    return _store.move(tx, payment, to, reason=reason)


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
        _store.move(tx, payment, Status.HELD, reason=why)
