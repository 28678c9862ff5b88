"""The end of a day: debits, accrual and ageing, the audit chain, the next day opened, and its first looks."""

from __future__ import annotations

import time
from datetime import date, timedelta

from xindai.base import audit, clock, workflow
from xindai.base.db import Tx
from xindai.base.log import log
from xindai.book.loss import operations as loss
from xindai.book.portfolio import expected
from xindai.book.portfolio import operations as portfolio
from xindai.book.portfolio import queries as kept_months
from xindai.book.returns import operations as returns
from xindai.credit.decision import operations as decisions
from xindai.credit.graph import operations as graph
from xindai.credit.sources.ties import MarkKind
from xindai.governance import books
from xindai.governance.alarms import operations as alarms
from xindai.governance.alarms.model import What
from xindai.governance.partners import operations as partners
from xindai.journeys import bill, erase, file, oversee, pay, place, reconcile, report, treat, watch
from xindai.journeys.parts import parts
from xindai.lending.ledger import operations as ledger
from xindai.lending.loans import operations as loans
from xindai.lending.loans import queries as lent
from xindai.onboarding.application import operations as applications
from xindai.onboarding.application.model import Status as ApplicationStatus
from xindai.onboarding.documents import operations as documents
from xindai.payments.batches import queries as batched
from xindai.payments.orders import queries as ordered
from xindai.products.catalogue import queries as catalogue
from xindai.values.refusal import Kind, Refusal

CHUNK = 500
PARTS = 4
"""Into how many journeys many loans of a day are dealt; any worker takes any of them."""
FORGED_AT_ONCE = 10_000
PATIENCE = 8.0
"""So many seconds without any order of the day ending, and the evening goes on without them."""
MOST_AT_ONCE = 366
"""Days that a sandbox closes at once; elsewhere a day that has not begun is not closed."""


class DayNotOpen(Refusal):
    """A day is closed once it has begun, and once."""

    kind = Kind.CONFLICT
    code = "day_not_open"
    en = "The open business day is {open}; {asked} cannot be closed now."
    zh = "当前营业日为 {open}，不能结 {asked} 的账。"


@workflow.journey("close days")
def close_days(first: str, last: str) -> None:
    """Close day after day, from `first` to `last` (ISO); if closing the first has failed before, it is tried again."""
    day, start = date.fromisoformat(first), workflow.start_again
    while day <= date.fromisoformat(last):
        workflow.results([start(f"close day|{day}", close_day, day.isoformat())])
        day, start = day + timedelta(days=1), workflow.start


@workflow.journey("close day")
def close_day(day: str) -> int:
    """Close the business day `day` (ISO); how many loans moved."""
    files, orders = workflow.step("close day: debits", _order_debits, day)
    for batch_id in files:
        file.begin(batch_id)
    for payment_id in orders:
        pay.begin(payment_id)
    workflow.step("close day: bank", _await_bank, day)
    of = workflow.step("close day: turned", _turn, day)
    if of == 0:
        loans_moved = 0
    elif of == 1:
        loans_moved = _fold(day, 0, of)
    else:
        own = workflow.own_id()
        folding = [workflow.enqueue(f"{own}|{part}", fold_part, day, part, of) for part in range(of)]
        loans_moved = sum(workflow.results(folding))
    loans_moved += workflow.step("close day: grown", _grow, day)
    month = workflow.step("close day: last looks", _last_looks, day)
    if month:
        report.begin(date.fromisoformat(month))
    workflow.step("close day: next day", _next_day, day, loans_moved)
    return loans_moved


def _grow(day: str) -> int:
    """What goes on as planned accrues, and how late the book has become is kept; how many loans moved."""
    moved = _accrue(day)
    _age(day)
    return moved


def _last_looks(day: str) -> str:
    """What is looked at while the day is still open, one after the other; each of them may run twice.

    The month that a bureau is told of now (its first day, ISO), or nothing.
    """
    month = report.tell(day)
    for look in (_mark, _look_at_ties, _watch, _look_at_lines, _expire_offers, _forge_audit):
        look(day)
    return month


def _next_day(day: str, loans_moved: int) -> None:
    """The next day is opened; what it begins with may run twice."""
    _open_next(day, loans_moved)
    for look in (_agencies, _treat, _reconcile, _prove, _draw_return, _oversee, _erase):
        look(day)


@workflow.journey("close day: loans that do more than grow")
def fold_part(day: str, part: int, of: int) -> int:
    """Bring one part of them to the end of the day; how many loans moved."""
    return _fold(day, part, of)


def close(through: date | None = None, *, within: float = 600.0) -> date:
    """Close the open day, or every day that is open up to `through`, in order, and wait; the day that is open then.

    Waits up to `within` seconds for each. Refuses DayNotOpen for a day that is closed, or has not begun.
    """
    open_day, today = _days()
    through = through or open_day
    last = open_day + timedelta(days=MOST_AT_ONCE) if parts().sandbox else today
    if not open_day <= through <= last:
        raise DayNotOpen(open=open_day, asked=through)
    handle = workflow.enqueue_again(
        f"close days|{open_day}|{through}", close_days, open_day.isoformat(), through.isoformat()
    )
    workflow.outcome(handle, within=within * ((through - open_day).days + 1))
    return through + timedelta(days=1)


def _days() -> tuple[date, date]:
    """(the open business day, the day by the clock at the debtors' place)."""
    with parts().db.transaction() as tx:
        return tx.on, clock.local_time(tx.at).date()


def advance(days: int) -> date:
    """Close day after day, `days` times; the day that is open then."""
    assert parts().sandbox
    open_day, _ = _days()
    return close(open_day + timedelta(days=days - 1))


def _order_debits(day: str) -> tuple[list[str], list[str]]:
    on = date.fromisoformat(day)
    settling = bill.order_settlements(on)
    files, orders = pay.order_due(on)
    return files, settling + orders


def _statements(on: date) -> int:
    """Decide on statements that fall due, then make those of cycles that close: what is put off is in the next one."""
    return bill.decide_statements(on) + bill.bill_lines(on)


def _await_bank(day: str) -> int:
    """Ask about what earlier days left open, then give the bank some time for today's; how many orders stay open.

    Today's orders have journeys that ask for themselves; those of earlier days may have given up asking, and those that a rail
    holds for a later day are not waited for. What a person was to pay themselves ends with the business day.
    """
    on = date.fromisoformat(day)
    with parts().db.transaction() as tx:
        files = batched.still_open(tx, before=on)
        still = ordered.open_orders(tx, filed=False)
    for batch in files:
        file.go_on(batch.id)
    for payment in still:
        if payment.payable_until is not None and payment.rail is not None:
            pay.end_invitation(payment)
        elif payment.value_on < on:
            pay.ask(payment.id)
    before, deadline = 0, time.monotonic() + PATIENCE
    while True:
        with parts().db.transaction() as tx:
            count = ordered.count_open(tx, on=on, but_by=pay.holding(tx))
        if count != before:
            before, deadline = count, time.monotonic() + PATIENCE  # they go on
        if not count or time.monotonic() > deadline:
            if count:
                log.warning("orders_left_open", day=day, count=count)
            return count
        time.sleep(0.02)


def _agencies(_day: str) -> int:
    """The next morning: what came in is reckoned, and cases that are over come back; how many."""
    return place.evening()


def _treat(_day: str) -> int:
    """The next morning: what is late and what falls due is looked at; how many texts are wanted."""
    return treat.treat()


def _turn(day: str) -> int:
    """Bill what closes and let what goes on as planned go on; into how many journeys the others are dealt: none, or one where they are few."""
    on = date.fromisoformat(day)
    _statements(on)
    with parts().db.transaction("close day: turned") as tx:
        loans.turn(tx, on=on)
        changed = lent.count_changed(tx, on=on)
    return min(changed, 1) if changed <= 2 * CHUNK else PARTS


def _fold(day: str, part: int, of: int) -> int:
    moved, after = 0, ""
    while True:
        count, after = workflow.step("close day: folded", _fold_chunk, day, part, of, after)
        moved += count
        if not after:
            return moved


def _fold_chunk(day: str, part: int, of: int, after: str) -> tuple[int, str]:
    on = date.fromisoformat(day)
    with parts().db.transaction("close day: folded") as tx:
        ids = lent.changed(tx, part=part, of=of, after=after, most=CHUNK, on=on)
        if not ids:
            return 0, ""
        cause = f"close day|{day}|{ids[0]}"
        moved = loans.fold_changed(tx, loan_ids=ids, on=on, cause=cause)
    return moved, ids[-1] if len(ids) == CHUNK else ""


def _accrue(day: str) -> int:
    with parts().db.transaction("close day: accrued") as tx:
        return loans.accrue(tx, on=date.fromisoformat(day), cause=f"close day|{day}")


def _age(day: str) -> int:
    """Keep how late the book is, on the last day of a month each loan of it, and set aside what that asks for; into how many products and buckets it falls."""
    with parts().db.transaction("close day: aged") as tx:
        on = date.fromisoformat(day)
        portfolio.keep(tx, on=on)
        found = len(loss.age(tx, on=on, co_lent=catalogue.co_lent(tx)))
        if portfolio.is_last(on):
            _expect(tx, on)
        return found


def _expect(tx: Tx, on: date) -> None:
    """What a month's last evening expects to lose is kept, and set aside where it is more than the rule asks for."""
    kept = kept_months.frame(tx)
    try:
        lgd, stages = expected.of_book(kept)
    except expected.TooYoung:
        return
    loss.expect(tx, stages, lgd=lgd, on=on)


LATE_DAYS = {MarkKind.OVERDUE: 4, MarkKind.DEFAULTED: 61}
"""How late somebody is marked as what."""


def _mark(day: str) -> int:
    """Mark those who have become late with this day, and keep how late each loan has been; how many are new."""
    on, marked = date.fromisoformat(day), 0
    with parts().db.transaction("close day: marked") as tx:
        for kind, days in LATE_DAYS.items():
            for loan_id, person_id in lent.late_since(tx, on=on, days=days):
                if graph.mark(tx, person_ids=[person_id], kind=kind, on=on, cause=loan_id):
                    watch.marked(tx, person_id, kind=kind, cause=loan_id)
                    marked += 1
        loans.note_lateness(tx, on=on)
    return marked


SUNDAY = 6


def _look_at_ties(day: str) -> int:
    """On Sundays, where everybody stands in the whole net of ties is found anew; of how many people."""
    if date.fromisoformat(day).weekday() != SUNDAY:
        return 0
    with parts().db.transaction("close day: ties looked at") as tx:
        seen = graph.look_at_whole(tx)
    watch.find_rings()
    return seen


def _watch(_day: str) -> int:
    """Others are asked about whoever owes us and allows it, once a month; how many have told."""
    return watch.ask()


def _look_at_lines(day: str) -> int:
    """The monthly look at lines whose turn it is; how many."""
    return watch.look(date.fromisoformat(day))


def _reconcile(day: str) -> int:
    """The next morning, before anything else: the rails' statements of the day; how many discrepancies are open."""
    return reconcile.reconcile(date.fromisoformat(day))


def _prove(day: str) -> list[str]:
    """The checks of the books that are quick at any size; what does not hold is on record, and in the log."""
    with parts().db.snapshot() as tx:
        broken = [check for check in books.prove(tx, only=books.EVERY_EVENING) if check.broken]
    for check in broken:
        log.error("books_do_not_hold", day=day, check=check.code, why=check.broken)
        with parts().db.transaction("close day: books noted") as tx:
            audit.note(
                tx,
                actor="close_day",
                action="books_do_not_hold",
                subject=day,
                facts={"check": check.code, "why": check.broken},
            )
            alarms.sound(tx, What.BOOKS, check.code, {"why": check.broken, "day": day})
    return [check.code for check in broken]


def _draw_return(day: str) -> None:
    """After the last day of a month: what a regulator is told of it."""
    on = date.fromisoformat(day)
    if portfolio.is_last(on):
        with parts().db.transaction() as tx:
            returns.draw(tx, on.replace(day=1))


def _oversee(day: str) -> int:
    """What has to be watched over each evening; how many alerts against money laundering are new."""
    return oversee.oversee(date.fromisoformat(day))


def _erase(day: str) -> int:
    """What is held of people ends: of how many something ended."""
    return erase.evening(date.fromisoformat(day))


def _expire_offers(day: str) -> int:
    with parts().db.transaction("close day: offers expired") as tx:
        gone = decisions.expire(tx, on=date.fromisoformat(day))
        for application_id in gone:
            applications.move(tx, application_id=application_id, to=ApplicationStatus.EXPIRED, actor="close_day")
        applications.forget_old_forms(tx)
        documents.hold_or_forget(tx, parts().ring, has_borrowed=lambda person_id: lent.has_borrowed(tx, person_id))
    return len(gone)


def _forge_audit(day: str) -> int:
    """Chain what was noted, and write down outside the database where the chain stands; how many notes."""
    forged, some = 0, FORGED_AT_ONCE
    while some == FORGED_AT_ONCE:
        with parts().db.transaction("close day: audit forged") as tx:
            some = audit.forge(tx, most=FORGED_AT_ONCE)
            stands = audit.head(tx)
        forged += some
    if stands is not None:
        parts().anchors.append(date.fromisoformat(day), *stands)
        log.info("audit_anchored", day=day, position=stands[0], hash=stands[1])
    return forged


def _open_next(day: str, loans_moved: int) -> str:
    on = date.fromisoformat(day)
    with parts().db.transaction("close day: next day opened", alone=True) as tx:
        if ledger.close_day(
            tx, on=on, loans=loans_moved
        ):  # once only: the next day may have begun to move what partners carry
            partners.keep_balances(tx, catalogue.co_lent(tx), on=on)
        return clock.to_next_day(tx, closed=on, move_time=parts().sandbox).isoformat()
