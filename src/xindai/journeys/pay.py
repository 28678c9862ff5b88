"""Money by a rail: the intent is written, the rail called, the answer written; unknown is asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from xindai.base import clock, workflow
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.base.http import ProviderFault
from xindai.base.log import PAYMENTS, log
from xindai.book.capital import operations as capital
from xindai.journeys import contract
from xindai.journeys.parts import parts
from xindai.lending.contracts import operations as contracts
from xindai.lending.contracts.model import Asked, Subject
from xindai.lending.line import operations as lines
from xindai.lending.line import queries as lined
from xindai.lending.loans import queries as lent
from xindai.lending.loans.model import LoanId
from xindai.lending.pay_later import queries as pay_later
from xindai.lending.settlements import queries as settlements
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import Session
from xindai.onboarding.proof import operations as proofs
from xindai.outside.rails import NoRail, Payee, RailSilent, word_of
from xindai.payments.agreements import queries as agreed
from xindai.payments.batches import operations as batches
from xindai.payments.batches import queries as batched
from xindai.payments.orders import operations as payments
from xindai.payments.orders import queries as ordered
from xindai.payments.orders import routing
from xindai.payments.orders.model import (
    ENDS,
    Direction,
    Intent,
    MoveImpossible,
    NoRailForIt,
    NotTheirs,
    NoWallet,
    Payment,
    PaymentId,
    PaymentMissing,
    Status,
    Via,
    Word,
    amount_to_pay,
)
from xindai.payments.orders.routing import RailFacts
from xindai.payments.receipts import operations as receipts
from xindai.payments.receipts import queries as received
from xindai.payments.receipts.model import Credit, Receipt
from xindai.payments.receipts.model import Status as ReceiptStatus
from xindai.payments.reconciliation.model import Line
from xindai.products.catalogue import queries as catalogue
from xindai.values.masked import PersonName
from xindai.values.money import Money

QUESTIONS = 14
FIRST_WAIT, LONGEST_WAIT = 0.4, 30.0
MOST_ORDERS = 100_000
"""So many orders are begun of an evening, the oldest first; what is beyond waits for the next."""
RAIL = "bank"
"""The topic under which a waiting journey is woken."""


@workflow.journey("carry out payment")
def carry_out(payment_id: str) -> str:
    """Send an order and see it to its end; what is open after some minutes is left to close of day to ask about."""
    status = workflow.step("pay: send", _send, payment_id)
    wait = FIRST_WAIT
    for _ in range(QUESTIONS):
        if Status(status) in ENDS:
            break
        workflow.wait_for_word(RAIL, seconds=wait)
        status = workflow.step("pay: ask", ask, payment_id)
        wait = min(2 * wait, LONGEST_WAIT)
    return status


def draw(
    line_id: str, session: Session, *, loan_id: LoanId, amount: Money, months: int, disclosure_id: str | None
) -> str:
    """Draw on a line, once the whole cost of the draw has been read and confirmed. The loan's id.

    Contract, loan and pay-out order are made in one transaction, then the money goes.
    Refuses: LineMissing, NotDrawable, OverLimit, ExposureTooHigh, OutsideProduct, StepUpNeeded, DisclosureNeeded, DisclosureStale, Invalid.
    """
    person_id, contract_id = session.holder, None
    with parts().db.transaction("draw") as tx:
        product = catalogue.lendable(tx, lined.get(tx, line_id, person_id=person_id).product)
        proofs.refuse_stale(tx, person_id=person_id, sum_out=amount)
        is_new = not lent.exists(tx, loan_id)
        if is_new:
            capital.refuse_beyond(tx, person_id=person_id, product=product, amount=amount)
        lines.draw(
            tx, line_id=line_id, loan_id=loan_id, person_id=person_id, product=product, amount=amount, months=months
        )
        if is_new:
            asked = Asked(Subject.LINE, line_id, amount, months)
            disclosure = contracts.take(tx, disclosure_id=disclosure_id, person_id=person_id, asked=asked)
            contract_id = contract.sign(tx, session, disclosure, product, loan_id=loan_id, line_id=None)
        payment_id = order_pay_out(tx, loan_id, amount)
    if contract_id is not None:
        contract.begin(contract_id)
    if payment_id is not None:
        begin(payment_id)
    return loan_id


def order_pay_out(tx: Tx, loan_id: LoanId, amount: Money) -> PaymentId | None:
    """Order the pay-out of a loan, in the transaction that makes it; the order to begin, if it is not held."""
    payment_id = PaymentId.derived(loan_id, "pay_out")
    payments.order_pay_out(tx, payment_id=payment_id, loan_id=loan_id, amount=amount)
    return unless_held(tx, payment_id)


def unless_held(tx: Tx, payment_id: PaymentId) -> PaymentId | None:
    """The order, if it may go: one that is held has no journey before it is released, however long that takes."""
    return None if ordered.get(tx, payment_id).status is Status.HELD else payment_id


def repay(
    loan_id: str, person_id: str, *, intent: Intent, asked: Money | None, payment_id: PaymentId, via: Via = Via.CARD
) -> Payment:
    """Take what is due, a part of it, or early: by a debit of the borrower's card now, or as they pay it by a wallet.

    Refuses: LoanMissing, LoanNotLiving, NothingDue, TooMuch, CollectionUnderWay, NoWallet, NoRailForIt.
    """
    with parts().db.transaction("repay") as tx:
        state = lent.payable(tx, loan_id, person_id=person_id)
        amount = amount_to_pay(intent=intent, asked=asked, due=Money(state.due), payoff=Money(state.payoff))
        if via is Via.WALLET and not people.has_wallet(tx, person_id):
            raise NoWallet(field="by")
        payments.order_collection(
            tx, payment_id=payment_id, loan_id=loan_id, amount=amount, intent=intent, on=tx.on, via=via
        )
        payment = ordered.get(tx, payment_id)
        if via is not Via.CARD and _rail_for(tx, payment) is None:
            raise NoRailForIt(field="by")
    begin(payment_id)
    return payment


def call_off(payment_id: str, person_id: str) -> Payment:
    """The person does not pay this one after all; where they just did, it is paid. Twice is once.

    Refuses: PaymentMissing, NotTheirs, RailSilent.
    """
    with parts().db.transaction() as tx:
        payment = of_person(tx, payment_id, person_id)
    if payment.status is Status.FAILED:
        return payment
    if payment.payable_until is None or payment.status in ENDS or payment.rail is None:
        raise NotTheirs(status=payment.status.value)
    if not end_invitation(payment):
        raise RailSilent
    with parts().db.transaction() as tx:
        return ordered.get(tx, payment_id)


def end_invitation(payment: Payment) -> bool:
    """What its person was to pay is not to be paid any more; false where the rail gives no answer now."""
    assert payment.rail is not None, payment.id
    try:
        word = parts().world.rails.paid_by_hand(payment.rail).call_off(payment)
    except (ProviderFault, NoRail) as fault:
        log.warning("rail_unanswered", payment=payment.id, rail=payment.rail, why=str(fault))
        return False
    _believe(payment, word, "pay: called off")
    return True


def of_person(tx: Tx, payment_id: str, person_id: str) -> Payment:
    """An order on a loan of the person. Refuses PaymentMissing."""
    payment = ordered.get(tx, payment_id)
    if payment.person_id != person_id:
        raise PaymentMissing(field="payment")
    return payment


def ways_to_pay(payment: Payment) -> dict[str, str]:
    """What an app hands to a wallet for an order that its person pays or accepts; empty where there is nothing to do."""
    if payment.link is None or payment.rail is None or payment.status is not Status.ACCEPTED:
        return {}
    return parts().world.rails.paid_by_hand(payment.rail).invitation(payment)


def release(payment_id: str, *, by: str) -> Payment:
    """Let a held order go. Refuses: PaymentMissing, NotHeld, SamePerson."""
    with parts().db.transaction("pay: released") as tx:
        payment = payments.release(tx, payment_id=payment_id, by=by)
    begin(payment_id)
    return payment


def agree_on_receipt(receipt_id: str, *, by: str) -> Receipt:
    """A second person agrees to what a held receipt is; one that goes back is ordered and sent.

    Refuses: ReceiptMissing, ReceiptDecided, NothingProposed, SamePerson, LoanNotLiving.
    """
    with parts().db.transaction("pay: receipt agreed") as tx:
        receipt = receipts.agree(tx, receipt_id=receipt_id, by=by)
        way = None
        if receipt.status is ReceiptStatus.GOING_BACK:
            back = PaymentId.derived(receipt.id, tx.on.isoformat())
            payments.order_way_back(tx, payment_id=back, receipt_id=receipt.id, amount=receipt.amount, by=by)
            way = unless_held(tx, back)
    if way is not None:
        begin(way)
    return receipt


def begin(payment_id: str) -> None:
    """See to it that an order is carried out; the same order again changes nothing."""
    workflow.enqueue(journey_id(payment_id), carry_out, payment_id)


def journey_id(payment_id: str) -> str:
    """The name of the journey that carries out an order."""
    return f"pay|{payment_id}"


def notice(rail: str, headers: Mapping[str, str], body: bytes) -> None:
    """A call-back of a rail: once, twice, late or early, it counts once.

    Refuses: NoticeUnproven, PaymentMissing, WordDiffers, MoveImpossible.
    """
    for word in parts().world.rails.named(rail).read_notice(headers, body):
        if isinstance(word, Credit):
            take([word])
            continue
        status = _hear(rail, word, "pay: notice")
        if status in ENDS:
            once = f"{word.payment_id}|{status.value}"
            workflow.send_word(journey_id(word.payment_id), RAIL, status.value, once=once)


def take(came: Sequence[Credit]) -> None:
    """Money that came without an order of ours: each is taken once, however often it is told."""
    with parts().db.transaction("pay: credits taken") as tx:
        for credit in came:
            owner = received.owner_of(tx, credit.account)
            name = people.person(tx, parts().ring, owner).name if owner else None
            receipts.take(tx, parts().ring, credit, owner=owner, name=name)


def order_due(on: date) -> tuple[list[str], list[str]]:
    """Collection orders for all that is due on the day `on` and not being collected: (files, orders) that have not ended.

    What may go by file does. Pay-outs to cards that have been theirs for long enough by now are among the orders. Of a
    statement whose person pays the least, no more than that is taken.
    """
    with parts().db.transaction("close day: debits ordered") as tx:
        payments.release_cooled(tx)
        least = pay_later.least_due(tx, on=on)
        wanted = {
            due.loan_id: Money(least.get(due.loan_id, due.amount), due.currency)
            for due in lent.due(tx, by=on, on=on)
            if is_debited(due.overdue_days)
        }
        payments.order_debits(tx, {loan_id: amount for loan_id, amount in wanted.items() if amount}, on=on)
        for rail in routing.filing(parts().world.rails.facts(), on=on, at=clock.local_time(tx.at)):
            batches.fill(tx, rail=rail, on=on)
        files = [str(batch.id) for batch in batched.still_open(tx)]
        return files, [str(payment.id) for payment in ordered.open_orders(tx, most=MOST_ORDERS, filed=False)]


def is_debited(overdue_days: int) -> bool:
    """Whether today is a day on which arrears are tried again: the due day, the next three, then weekly."""
    return overdue_days <= 3 or overdue_days % 7 == 0


def _send(payment_id: str) -> str:
    """Choose the rail, write the intent, call the rail, write its answer. An order that may have been sent is asked about."""
    with parts().db.transaction("pay: submitted") as tx:
        payment = ordered.get(tx, payment_id, lock=True)
        sent_before = payment.status is not Status.CREATED
        if payment.status is Status.HELD:
            return payment.status.value
        if not sent_before:
            rail = _rail_for(tx, payment)
            if rail is None:
                log.error("no_rail", payment=payment_id, direction=payment.direction.value)
                return payment.status.value
            payment = payments.submit(tx, payment_id=payment_id, rail=rail)
        payee = _payee(tx, payment)
    return ask(payment_id) if sent_before else _order(payment, payee)


def _rail_for(tx: Tx, payment: Payment) -> RailFacts | None:
    """Who carries a new order; an order that goes back the way it came goes by the rail it came by."""
    facts = parts().world.rails.facts()
    if payment.gives_back is not None:
        came_by = ordered.get(tx, payment.gives_back).rail
        facts = [rail for rail in facts if rail.name == came_by]
    return routing.choose(
        facts,
        direction=payment.direction,
        amount=payment.amount.minor,
        on=tx.on,
        at=clock.local_time(tx.at),
        via=payment.via,
        agreed=agreed.rails_of(tx, payment.person_id) if payment.person_id else (),
    )


def holding(tx: Tx) -> list[str]:
    """The rails that carry out today's orders on a later day."""
    at = clock.local_time(tx.at)
    return [rail.name for rail in parts().world.rails.facts() if rail.value_day(on=tx.on, at=at) > tx.on]


def ask(payment_id: str) -> str:
    """Ask its rail what became of an order, and send it again only if the rail never saw it."""
    with parts().db.transaction() as tx:
        payment = ordered.get(tx, payment_id)
    if payment.status in ENDS or payment.status is Status.HELD:
        return payment.status.value
    if payment.status is Status.CREATED:
        return _send(payment_id)
    assert payment.rail is not None, payment_id
    try:
        word = parts().world.rails.named(payment.rail).ask(payment)
    except (ProviderFault, NoRail) as fault:
        return _lose_sight(payment, fault)
    if word is not None:
        return _believe(payment, word, "pay: answer heard")
    with parts().db.transaction("pay: sent again") as tx:
        payments.send_again(tx, payment_id=payment_id)
        payment = ordered.get(tx, payment_id)
        payee = _payee(tx, payment)
    return _order(payment, payee)


def believe(rail: str, line: Line) -> None:
    """What a rail has booked is so: an order that stands otherwise here moves. Refuses: PaymentMissing, WordDiffers, MoveImpossible."""
    word = word_of(line)
    if word is not None:
        hear(rail, word)


def hear(rail: str, word: Word) -> Status:
    """A word that came neither as an answer nor as a notice. Refuses: PaymentMissing, WordDiffers, MoveImpossible."""
    return _hear(rail, word, "pay: booked")


def payees(tx: Tx, ring: KeyRing, orders: Sequence[Payment], *, rail: str) -> dict[str, Payee]:
    """Whose cards debits of a file are from, by person."""
    ids = sorted({one.person_id for one in orders if one.person_id is not None})
    numbers = agreed.numbers(tx, ring, ids, rail=rail)
    found = {}
    for person in people.persons(tx, ring, ids):
        assert person.name is not None, person.id
        assert person.card_number is not None, person.id
        found[str(person.id)] = Payee(person.name, person.card_number, agreement=numbers.get(person.id))
    return found


def _payee(tx: Tx, payment: Payment) -> Payee:
    """Whose account an order goes to or comes from."""
    if payment.direction is Direction.SETTLEMENT:
        merchant = pay_later.merchant(tx, parts().ring, settlements.settlement(tx, payment.subject).merchant_id)
        return Payee(PersonName(merchant.name), merchant.account)
    if payment.receipt_id is not None:
        sender = received.sender_of(tx, parts().ring, payment.receipt_id)
        return Payee(sender.name, sender.account)
    person = people.person(tx, parts().ring, lent.person_of(tx, payment.of_loan()))
    assert person.name is not None, person.id
    assert person.card_number is not None, person.id
    wallet = people.openid_of(tx, parts().ring, person.id) if payment.via is not Via.CARD else None
    gets_back = ordered.get(tx, payment.gives_back) if payment.gives_back else None
    number = agreed.numbers(tx, parts().ring, [person.id], rail=payment.rail).get(person.id) if payment.rail else None
    return Payee(person.name, person.card_number, wallet, gets_back, number)


def _order(payment: Payment, payee: Payee) -> str:
    try:
        word = parts().world.rails.send(payment, payee)
    except (ProviderFault, NoRail) as fault:
        return _lose_sight(payment, fault)
    return _believe(payment, word, "pay: rail answered")


def _lose_sight(payment: Payment, fault: Exception) -> str:
    log.warning("rail_unanswered", payment=payment.id, rail=payment.rail, why=str(fault))
    with parts().db.transaction("pay: lost sight") as tx:
        payments.lose_sight(tx, payment_id=payment.id)
        return ordered.get(tx, payment.id).status.value


def _believe(payment: Payment, word: Word, name: str) -> str:
    """Take a rail's answer; one that cannot be true changes nothing, and is for people to look at."""
    assert payment.rail is not None, payment.id
    try:
        return _hear(payment.rail, word, name).value
    except MoveImpossible as impossible:
        log.error("rail_contradicts_itself", payment=payment.id, rail=payment.rail, why=str(impossible))
        return payment.status.value


def _hear(rail: str, word: Word, name: str) -> Status:
    with parts().db.transaction(name) as tx:
        payment = ordered.get(tx, word.payment_id)
        payment.carried_by(rail, word, in_part=parts().world.rails.named(rail).facts.takes_parts)
        product = catalogue.sold_as(tx, lent.product_of(tx, payment.loan_id)) if payment.loan_id else None
        status = payments.hear(tx, word, product=product)
    if status in ENDS:
        PAYMENTS.labels(payment.direction.value, status.value).inc()
    return status
