"""Moving orders along their table: by a rail's word on one or on many, and what that means for what they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from xindai.base.db import Tx, array
from xindai.base.events import Event, publish
from xindai.lending.life.model import Fact, FactKind
from xindai.lending.loans import operations as loans
from xindai.lending.settlements import operations as settlements
from xindai.payments.agreements import operations as agreements
from xindai.payments.agreements.model import ENDED_THERE
from xindai.payments.orders import queries
from xindai.payments.orders.model import (
    BACK,
    MOVES,
    Intent,
    Payment,
    PaymentId,
    PaymentMissing,
    Status,
    Word,
    WordDiffers,
)
from xindai.payments.receipts import operations as receipts
from xindai.products.catalogue.model import Product
from xindai.values.refusal import Refusal


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
    follow(tx, move(tx, payment, word.status, word), product)
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
    journal(tx, [(payment.id, payment.status, to)])
    publish(tx, Event(event, payment.subject, _told(payment, reason)))
    return queries.get(tx, payment.id)


def follow(tx: Tx, payment: Payment, product: Product | None) -> None:
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


def journal(tx: Tx, moves: Sequence[tuple[PaymentId, Status, Status]]) -> None:
    """Write down (order, before, after) of orders that move, each with its event."""
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


def fact_of(payment: Payment) -> Fact:
    """What a settled collection is to its loan."""
    kind = FactKind.PREPAYMENT if payment.intent is Intent.PREPAYMENT else FactKind.REPAYMENT
    return Fact(id=payment.id, kind=kind, on=payment.value_on, amount=payment.amount.minor)


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
    journal(tx, [(payment.id, payment.status, word.status) for payment, word in moving])
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


def _told(payment: Payment, reason: str | None) -> dict[str, Any]:
    """What an event says of an order that moves."""
    return {"payment": payment.id, "direction": payment.direction.value, "reason": reason, "person": payment.person_id}
