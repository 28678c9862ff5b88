"""What is done to files of debits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xindai.base import clock
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.payments.agreements import queries as agreements
from xindai.payments.batches import queries
from xindai.payments.batches.model import MOVES, Batch, BatchId, Status
from xindai.payments.orders import operations as orders
from xindai.payments.orders import queries as ordered
from xindai.payments.orders.model import Payment, Word
from xindai.payments.orders.model import Status as OrderStatus
from xindai.payments.orders.routing import RailFacts
from xindai.values.refusal import Refusal


def fill(tx: Tx, *, rail: RailFacts, on: date) -> list[Batch]:
    """Put the new debits of the day `on` that may go by that rail's files into files; the orders are submitted by it."""
    made, after, waiting = list[Batch](), "", list[Payment]()
    while True:
        page = ordered.new_debits(tx, on=on, up_to=rail.most, after=after, most=rail.in_file)
        after = page[-1].id if page else after
        waiting += _agreed(tx, page, rail) if rail.needs_agreement else page
        if len(waiting) < rail.in_file and page:
            continue
        if not waiting:
            return made
        wanted, waiting = waiting[: rail.in_file], waiting[rail.in_file :]
        batch_id, total = clock.new_id(BatchId), sum(one.amount.minor for one in wanted)
        tx.run(
            "INSERT INTO payment_batch (id, rail, value_on, orders, amount, currency, status, at)"
            " VALUES (:id, :rail, :on, :orders, :amount, :currency, 'made', :at)",
            id=batch_id,
            rail=rail.name,
            on=on,
            orders=len(wanted),
            amount=total,
            currency=wanted[0].amount.currency,
            at=tx.at,
        )
        orders.submit_many(tx, [one.id for one in wanted], rail=rail.name, batch_id=batch_id)
        made.append(queries.get(tx, batch_id))


def _agreed(tx: Tx, page: Sequence[Payment], rail: RailFacts) -> list[Payment]:
    people = agreements.holders(tx, [one.person_id for one in page if one.person_id is not None], rail=rail.name)
    return [one for one in page if one.person_id in people]


def sent(tx: Tx, *, batch_id: str) -> None:
    """The rail has taken the file; twice is once."""
    batch = queries.get(tx, batch_id, lock=True)
    if batch.status is Status.MADE:
        _move(tx, batch, Status.SENT)


def refused(tx: Tx, *, batch_id: str, reason: str) -> None:
    """The rail took none of it: its orders have failed. Twice is once."""
    batch = queries.get(tx, batch_id, lock=True)
    if batch.status is not Status.MADE:
        return
    words = [
        Word(one.id, OrderStatus.FAILED, None, "file_refused", one.amount) for one in ordered.of_batch(tx, batch_id)
    ]
    orders.hear_many(tx, words, rail=batch.rail, in_part=False, cause=f"{batch_id}|refused")
    _move(tx, batch, Status.REFUSED, reason=reason)


def hear(tx: Tx, words: Sequence[Word], *, batch: Batch, in_part: bool) -> list[Refusal]:
    """What became of some orders of a file; what of it cannot be true. Twice is once. Refuses: LoanNotLiving, FactImpossible."""
    cause = f"{batch.id}|{words[0].payment_id}"
    _, doubtful = orders.hear_many(tx, words, rail=batch.rail, in_part=in_part, cause=cause)
    return doubtful


def read(tx: Tx, *, batch_id: str) -> None:
    """All of it has been heard; twice is once."""
    batch = queries.get(tx, batch_id, lock=True)
    if batch.status is Status.SENT:
        _move(tx, batch, Status.READ)


def _move(tx: Tx, batch: Batch, to: Status, *, reason: str | None = None) -> None:
    event = MOVES[batch.status][to]
    tx.run(
        "UPDATE payment_batch SET status = :to, reason = :reason WHERE id = :id",
        to=to.value,
        reason=reason,
        id=batch.id,
    )
    publish(tx, Event(event, batch.id, {"rail": batch.rail, "orders": batch.orders, "amount": batch.amount.minor}))
