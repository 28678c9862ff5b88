"""The books proved within, and against what the bank itself says."""

from __future__ import annotations

from xindai.base import audit
from xindai.base.http import ProviderFault
from xindai.governance import books
from xindai.governance.books import Check
from xindai.journeys.parts import parts
from xindai.payments.orders import queries as ordered
from xindai.payments.orders.model import OUTGOING


def prove_books() -> list[Check]:
    """All checks of the books, and then: each pay-out is known to the bank exactly once, for the same amount."""
    with parts().db.transaction() as tx:
        audit.forge(tx)
    with parts().db.snapshot() as tx:
        checks = books.prove(tx)
    return [*checks, _bank_knows_each_pay_out_once()]


def _bank_knows_each_pay_out_once() -> Check:
    code, en, zh = "bank_pay_outs", "The bank knows every pay-out exactly once", "银行对每笔放款恰好记录一次"
    with parts().db.transaction() as tx:
        ours = {payment.id: payment.amount for payment in ordered.settled(tx, *OUTGOING)}
    theirs: dict[str, int] = {}
    try:
        for word in parts().world.bank.settled_pay_outs():
            theirs[word.payment_id] = theirs.get(word.payment_id, 0) + 1
            if theirs[word.payment_id] > 1:
                return Check(code, en, zh, len(ours), f"{word.payment_id} was paid out {theirs[word.payment_id]} times")
            if word.payment_id in ours and ours[word.payment_id] != word.amount:
                return Check(code, en, zh, len(ours), f"{word.payment_id} has another amount at the bank")
    except ProviderFault as fault:
        return Check(code, en, zh, 0, f"the bank gave no statement ({fault})")
    missing = next((payment for payment in ours if payment not in theirs), None)
    if missing:
        return Check(code, en, zh, len(ours), f"{missing} is settled here and unknown to the bank")
    with parts().db.transaction() as tx:
        settled_now = {payment.id for payment in ordered.settled(tx, *OUTGOING)}
        waiting = {payment.id for payment in ordered.open_orders(tx, most=100_000)}
    unknown = next((payment for payment in theirs if payment not in settled_now and payment not in waiting), None)
    return Check(code, en, zh, len(ours), f"{unknown} was paid by the bank and is unknown here" if unknown else None)
