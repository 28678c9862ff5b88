"""What is done to payment orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from xindai.base import audit, clock
from xindai.base.db import Tx, array
from xindai.base.events import Event, publish
from xindai.lending.life.model import Fact, FactKind
from xindai.lending.loans import operations as loans
from xindai.lending.loans import queries as lent
from xindai.lending.loans.model import LoanId
from xindai.lending.settlements import operations as settlements
from xindai.lending.settlements.model import Settlement
from xindai.onboarding.identity import queries as people
from xindai.payments.agreements import operations as agreements
from xindai.payments.agreements.model import ENDED_THERE
from xindai.payments.orders import queries
from xindai.payments.orders.model import (
    BACK,
    MOVES,
    CollectionUnderWay,
    Direction,
    Intent,
    Limits,
    NotHeld,
    NothingOverpaid,
    NoWallet,
    Payment,
    PaymentId,
    PaymentMissing,
    RefundUnderWay,
    Status,
    Via,
    Word,
    WordDiffers,
)
from xindai.payments.orders.routing import RailFacts
from xindai.payments.receipts import operations as receipts
from xindai.products.catalogue.model import Product
from xindai.values import four_eyes
from xindai.values.money import Money
from xindai.values.refusal import Refusal


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


def order_debits(tx: Tx, debits: Mapping[str, Money], *, on: date) -> int:
    """Orders to debit what is due of loans on a day, all at once; how many are new.

    Loans of which a collection is under way are left out, and so are orders that were made before.
    """
    loan_ids = sorted(debits)
    tx.run("SELECT 1 FROM loan WHERE id = ANY(CAST(:loans AS text[])) ORDER BY id FOR UPDATE", loans=array(loan_ids))
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
    _journal(tx, [(payment_id, Status.CREATED, Status.SUBMITTED) for payment_id in ids])


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
    if payment.rail is not None and queries.of_others(tx, payment.rail, [word]):
        raise WordDiffers(payment=payment.id, why="its reference belongs to another order")
    if word.status is Status.SETTLED and word.amount != payment.amount:
        tx.run(
            "UPDATE payment SET asked = amount, amount = :taken WHERE id = :id",
            taken=word.amount.minor,
            id=payment.id,
        )
    _follow(tx, move(tx, payment, word.status, word), product)
    _end_agreements(tx, [(payment, word)])
    return word.status


def hear_many(tx: Tx, words: Sequence[Word], *, rail: str, in_part: bool, cause: str) -> tuple[int, list[Refusal]]:
    """A rail's word on debits of what is due, one a loan, applied together: (how many moved, what could not be true).

    Twice is once. Refuses, with nothing done: LoanNotLiving, FactImpossible.
    """
    by_id = {word.payment_id: word for word in words}
    moving, doubtful = list[tuple[Payment, Word]](), list[Refusal]()
    taken = queries.of_others(tx, rail, words)
    for payment in queries.kept(tx, by_id, lock=True):
        assert payment.intent is Intent.DUE, payment.id
        word = by_id.pop(payment.id)
        try:
            if word.reference in taken:
                raise WordDiffers(payment=payment.id, why="its reference belongs to another order")
            payment.carried_by(rail, word, in_part=in_part)
            if payment.move(word.status) is not None:
                moving.append((payment, word))
        except Refusal as refusal:
            doubtful.append(refusal)
    doubtful += [PaymentMissing(field="payment") for _ in by_id]
    if moving:
        _move_many(tx, moving)
        _end_agreements(tx, moving)
        paid = [
            (payment.of_loan(), fact_of(replace(payment, amount=word.amount)))
            for payment, word in moving
            if word.status is Status.SETTLED
        ]
        if paid:
            loans.record_many(tx, facts=paid, cause=cause)
    return len(moving), doubtful


def _move_many(tx: Tx, moving: Sequence[tuple[Payment, Word]]) -> None:
    """Move orders that are locked to where a rail says they are, journal it, tell of it."""
    tx.run(
        "UPDATE payment p SET status = t.status, bank_reference = coalesce(p.bank_reference, nullif(t.reference, '')),"
        " reason = coalesce(nullif(t.reason, ''), p.reason), amount = t.amount,"
        " asked = CASE WHEN t.amount < p.amount THEN p.amount ELSE p.asked END,"
        " settled_on = CASE WHEN t.status = 'settled' THEN CAST(:on AS date) ELSE p.settled_on END"
        " FROM unnest(CAST(:ids AS text[]), CAST(:statuses AS text[]), CAST(:references AS text[]),"
        " CAST(:reasons AS text[]), CAST(:amounts AS bigint[])) AS t (id, status, reference, reason, amount)"
        " WHERE p.id = t.id",
        on=tx.on,
        ids=array([payment.id for payment, _ in moving]),
        statuses=array([word.status.value for _, word in moving]),
        references=array([word.reference or "" for _, word in moving]),
        reasons=array([word.reason or "" for _, word in moving]),
        amounts=array([word.amount.minor for _, word in moving]),
    )
    _journal(tx, [(payment.id, payment.status, word.status) for payment, word in moving])
    publish(
        tx,
        *(
            Event(MOVES[payment.status][word.status], payment.subject, _told(payment, word.reason))
            for payment, word in moving
        ),
    )


def _end_agreements(tx: Tx, moved: Sequence[tuple[Payment, Word]]) -> None:
    """Whose agreement has ended at the rail is not debited by it any more."""
    for payment, word in moved:
        if word.status is Status.FAILED and word.reason == ENDED_THERE and payment.person_id and payment.rail:
            agreements.end_there(tx, person_id=payment.person_id, rail=payment.rail)


def _journal(tx: Tx, moves: Sequence[tuple[PaymentId, Status, Status]]) -> None:
    tx.run(
        "INSERT INTO payment_move (payment_id, number, before, after, event, on_day, at)"
        " SELECT t.id, (SELECT count(*) + 1 FROM payment_move m WHERE m.payment_id = t.id), t.before, t.after, t.event, :on, :at"
        " FROM unnest(CAST(:ids AS text[]), CAST(:befores AS text[]), CAST(:afters AS text[]), CAST(:events AS text[]))"
        " AS t (id, before, after, event)",
        ids=array([payment_id for payment_id, _, _ in moves]),
        befores=array([before.value for _, before, _ in moves]),
        afters=array([after.value for _, _, after in moves]),
        events=array([MOVES[before][after] for _, before, after in moves]),
        on=tx.on,
        at=tx.at,
    )


def _told(payment: Payment, reason: str | None) -> dict[str, Any]:
    """What an event says of an order that moves."""
    return {"payment": payment.id, "direction": payment.direction.value, "reason": reason, "person": payment.person_id}


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
    _journal(tx, [(payment.id, payment.status, to)])
    publish(tx, Event(event, payment.subject, _told(payment, reason)))
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
