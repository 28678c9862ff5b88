"""The books proved within, and against what the rails themselves say."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from xindai.base import audit
from xindai.base.anchors import Unsigned
from xindai.base.http import ProviderFault
from xindai.governance import books
from xindai.governance.books import Check
from xindai.journeys.parts import parts
from xindai.outside.rails import Rail
from xindai.payments.orders import queries as ordered
from xindai.payments.reconciliation import queries as reconciled
from xindai.payments.reconciliation.model import LineKind


def prove_books(*, quick: bool = False) -> list[Check]:
    """All checks of the books, and then: each pay-out is known to its rail exactly once, for the same amount.

    `quick` leaves out what goes through every loan: what remains is what each evening proves.
    """
    if quick:
        with parts().db.snapshot() as tx:
            return books.prove(tx, only=books.EVERY_EVENING)
    with parts().db.transaction() as tx:
        audit.forge(tx)
    with parts().db.snapshot() as tx:
        checks = books.prove(tx)
    return [*checks, _rails_know_each_pay_out_once()]


def verify_trail(copy: Path | None = None) -> tuple[int, int, list[audit.Finding]]:
    """(notes walked, anchors held against, what is wrong) of the whole trail; against a copy of the anchors where one is given."""
    with parts().db.transaction() as tx:
        audit.forge(tx)
    try:
        anchors = parts().anchors.read(copy)
    except Unsigned as line:
        return 0, 0, [audit.Finding("unsigned", int(str(line)))]
    with parts().db.snapshot() as tx:
        walked, found = audit.verify(tx, anchors)
    return walked, len(anchors), found


def _rails_know_each_pay_out_once() -> Check:
    code, en, zh = "rails_pay_outs", "The rails know every pay-out exactly once", "各支付通道对每笔付款恰好记录一次"
    counted = 0
    for rail in parts().world.rails.all():
        try:
            known, broken = _knows_each_once(rail)
        except ProviderFault as fault:
            return Check(code, en, zh, 0, f"{rail.facts.name} gave no statement ({fault})")
        counted += known
        if broken:
            return Check(code, en, zh, counted, f"{rail.facts.name}: {broken}")
    return Check(code, en, zh, counted, None)


def _knows_each_once(rail: Rail) -> tuple[int, str | None]:
    """(how many pay-outs, what does not hold): by the statements taken, and by the rail's own word on the days since."""
    name = rail.facts.name
    with parts().db.transaction() as tx:
        paid = ordered.paid_by(tx, name)
        theirs = reconciled.paid_lines(tx, name)
        on, today = reconciled.first_day(tx, name, else_on=tx.on), tx.on
        agreed = reconciled.settled_by_people(tx, name)
    told_later = set() if rail.facts.says_today else {one.id for one in paid if one.settled_on == today}
    ours = {one.id: -one.amount.minor for one in paid if one.id not in told_later}
    last = today if rail.facts.says_today else date.fromordinal(today.toordinal() - 1)
    while on <= last:
        for line in rail.statement(on, final=not rail.facts.says_today).lines:
            if line.kind is LineKind.ORDER and line.amount.minor < 0 and line.payment_id is not None:
                theirs.setdefault(line.payment_id, {})[line.reference] = line.amount.minor
        on += timedelta(days=1)
    twice = next((payment for payment, lines in theirs.items() if len(lines) > 1), None)
    if twice:
        return len(ours), f"{twice} was paid out {len(theirs[twice])} times"
    for payment, amount in ours.items():
        if payment in agreed:
            continue
        if payment not in theirs:
            return len(ours), f"{payment} is settled here and unknown there"
        if list(theirs[payment].values()) != [amount]:
            return len(ours), f"{payment} has another amount there"
    with parts().db.transaction() as tx:
        known = {payment.id for payment in ordered.paid_by(tx, name)}
        known |= {payment.id for payment in ordered.open_orders(tx, most=100_000)}
    unknown = next((payment for payment in theirs if payment not in known), None)
    return len(ours), f"{unknown} was paid there and is unknown here" if unknown else None
