"""Debits by file: sent once, read back when the rail has worked through it, applied by sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from xindai.base import workflow
from xindai.base.http import ProviderFault
from xindai.base.log import PAYMENTS, log
from xindai.journeys import pay
from xindai.journeys.parts import parts
from xindai.outside.rails import FileRefused, NoRail, Payee
from xindai.payments.batches import operations as batches
from xindai.payments.batches import queries as batched
from xindai.payments.batches.model import ENDS, Status
from xindai.payments.orders import queries as ordered
from xindai.payments.orders.model import ENDS as ENDED
from xindai.payments.orders.model import Payment, Word
from xindai.payments.orders.model import Status as OrderStatus
from xindai.values.refusal import Refusal

CHUNK = 1000
QUESTIONS = 20
FIRST_WAIT, LONGEST_WAIT = 0.2, 60.0


@workflow.journey("carry out file")
def carry_out(batch_id: str) -> str:
    """Send a file and read back what became of it; one that takes too long is left to close of day to ask about."""
    status = workflow.step("file: send", send, batch_id)
    wait = FIRST_WAIT
    for _ in range(QUESTIONS):
        if Status(status) in ENDS:
            break
        workflow.sleep(wait)
        status = workflow.step("file: read back", go_on, batch_id)
        wait = min(2 * wait, LONGEST_WAIT)
    return status


def begin(batch_id: str) -> None:
    """See to it that a file is carried out; the same file again changes nothing."""
    workflow.enqueue(f"file|{batch_id}", carry_out, batch_id)


def send(batch_id: str) -> str:
    """Hand a file in, as often as it takes: the rail takes it once."""
    with parts().db.transaction() as tx:
        batch = batched.get(tx, batch_id)
        if batch.status is not Status.MADE:
            return batch.status.value
        orders = ordered.of_batch(tx, batch_id)
        payees = pay.payees(tx, parts().ring, orders, rail=batch.rail)
    try:
        parts().world.rails.by_file(batch.rail).send_file(batch, _paired(orders, payees))
    except (ProviderFault, NoRail) as fault:
        log.warning("rail_unanswered", batch=batch.id, rail=batch.rail, why=str(fault))
        return batch.status.value
    except FileRefused as refusal:
        log.error("file_refused", batch=batch.id, rail=batch.rail, why=str(refusal))
        with parts().db.transaction("file: refused") as tx:
            batches.refused(tx, batch_id=batch_id, reason=str(refusal)[:200])
        return Status.REFUSED.value
    with parts().db.transaction("file: sent") as tx:
        batches.sent(tx, batch_id=batch_id)
    return Status.SENT.value


def go_on(batch_id: str) -> str:
    """Send it if it was not, else read it back if the rail is done with it; where it stands then."""
    with parts().db.transaction() as tx:
        batch = batched.get(tx, batch_id)
    if batch.status is not Status.SENT:
        return send(batch_id)
    try:
        rail = parts().world.rails.by_file(batch.rail)
        words = rail.read_file(batch)
    except (ProviderFault, NoRail) as fault:
        log.warning("rail_unanswered", batch=batch.id, rail=batch.rail, why=str(fault))
        return batch.status.value
    if words is None:
        return batch.status.value
    for some in _chunks(words):
        try:
            with parts().db.transaction("file: heard") as tx:
                doubtful = batches.hear(tx, some, batch=batch, in_part=rail.facts.takes_parts)
        except Refusal as refusal:
            log.error("debits_not_taken_together", batch=batch.id, rail=batch.rail, why=str(refusal))
            doubtful = _one_by_one(batch.rail, some)
        for one in doubtful:
            log.error("rail_contradicts_itself", batch=batch.id, rail=batch.rail, why=str(one))
        for word in some:
            PAYMENTS.labels("collection", word.status.value).inc()
    if _left_out(batch_id):
        return batch.status.value
    with parts().db.transaction("file: read") as tx:
        batches.read(tx, batch_id=batch_id)
    return Status.READ.value


def _left_out(batch_id: str) -> int:
    """Orders of a file that its results say nothing believable of are asked about one by one; how many are open after that."""
    with parts().db.transaction() as tx:
        still = [one.id for one in ordered.of_batch(tx, batch_id) if one.status not in ENDED]
    if not still:
        return 0
    log.error("results_leave_out_orders", batch=batch_id, count=len(still))
    return sum(OrderStatus(pay.ask(payment_id)) not in ENDED for payment_id in still)


def _one_by_one(rail: str, words: Sequence[Word]) -> list[Refusal]:
    """Each by itself, where one of them stands in the way of all; what cannot be true of them."""
    doubtful = []
    for word in words:
        try:
            pay.hear(rail, word)
        except Refusal as refusal:
            doubtful.append(refusal)
    return doubtful


def _paired(orders: Sequence[Payment], payees: dict[str, Payee]) -> Iterator[tuple[Payment, Payee]]:
    for one in orders:
        assert one.person_id is not None, one.id
        yield one, payees[one.person_id]


def _chunks(words: Iterator[Word]) -> Iterator[Sequence[Word]]:
    while some := list(islice(words, CHUNK)):
        yield some
