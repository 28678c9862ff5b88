"""Registering merchants, and settling with them."""

from __future__ import annotations

from datetime import timedelta

from xindai.base import audit
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.lending.ledger import operations as ledger
from xindai.lending.pay_later.model import Merchant, MerchantId, MerchantStatus
from xindai.lending.settlements import postings, queries
from xindai.lending.settlements.model import MOVES, Settlement, SettlementId, Status
from xindai.values.rate import rate


def register(tx: Tx, ring: KeyRing, *, merchant: Merchant, by: str) -> None:
    """A merchant that sells on our lines; the same id again changes nothing."""
    added = tx.run(
        "INSERT INTO merchant (id, name, account_number, discount, settle_days, status, at)"
        " VALUES (:id, :name, :account, :discount, :days, :status, :at) ON CONFLICT (id) DO NOTHING",
        id=merchant.id,
        name=merchant.name,
        account=ring.seal(merchant.account.reveal(), f"merchant.account_number|{merchant.id}"),
        discount=str(merchant.discount),
        days=merchant.settle_days,
        status=merchant.status,
        at=tx.at,
    )
    if added:
        audit.note(tx, actor=by, action="merchant_registered", subject=merchant.id, facts={"name": merchant.name})


def close(tx: Tx, *, merchant_id: str, by: str) -> None:
    """The merchant takes no purchases any more; it is still paid for those it took. Twice is once."""
    closed = tx.run(
        "UPDATE merchant SET status = :closed WHERE id = :id AND status = :open",
        id=merchant_id,
        open=MerchantStatus.OPEN,
        closed=MerchantStatus.CLOSED,
    )
    if closed:
        audit.note(tx, actor=by, action="merchant_closed", subject=merchant_id, facts={})


def settle(tx: Tx, *, merchant_id: str) -> Settlement | None:
    """What a merchant is to be paid today: sales old enough, less refunds, less our discount; none if nothing is left.

    The discount is rounded down. What it gave back beyond its sales waits for the next ones.
    """
    row = tx.row("SELECT * FROM merchant WHERE id = :id FOR NO KEY UPDATE", id=merchant_id)
    assert row is not None, merchant_id
    cutoff = tx.on - timedelta(days=row["settle_days"])
    sums = tx.rows(
        "SELECT (SELECT coalesce(sum(amount), 0) FROM purchase WHERE merchant_id = :merchant AND settlement_id IS NULL"
        " AND on_day <= :cutoff) AS purchased, (SELECT coalesce(sum(r.amount), 0) FROM purchase_refund r JOIN purchase p"
        " ON p.id = r.purchase_id WHERE p.merchant_id = :merchant AND r.settlement_id IS NULL AND p.on_day <= :cutoff) AS refunded",
        merchant=merchant_id,
        cutoff=cutoff,
    )[0]
    purchased, refunded = int(sums["purchased"]), int(sums["refunded"])
    share = rate(row["discount"])
    discount = max(0, purchased - refunded) * share.numerator // share.denominator
    if purchased - refunded - discount <= 0:
        return None
    settlement_id = SettlementId.derived(MerchantId(merchant_id), tx.on.isoformat())
    added = tx.run(
        "INSERT INTO settlement (id, merchant_id, on_day, purchased, refunded, discount, status, at)"
        " VALUES (:id, :merchant, :on, :purchased, :refunded, :discount, :status, :at) ON CONFLICT (id) DO NOTHING",
        id=settlement_id,
        merchant=merchant_id,
        on=tx.on,
        purchased=purchased,
        refunded=refunded,
        discount=discount,
        status=Status.ORDERED,
        at=tx.at,
    )
    if not added:
        return None
    of = {"id": settlement_id, "merchant": merchant_id, "cutoff": cutoff}
    tx.run(
        "UPDATE purchase SET settlement_id = :id WHERE merchant_id = :merchant AND settlement_id IS NULL"
        " AND on_day <= :cutoff",
        **of,
    )
    tx.run(
        "UPDATE purchase_refund r SET settlement_id = :id FROM purchase p WHERE p.id = r.purchase_id"
        " AND p.merchant_id = :merchant AND r.settlement_id IS NULL AND p.on_day <= :cutoff",
        **of,
    )
    return queries.settlement(tx, settlement_id)


def end(tx: Tx, *, settlement_id: str, paid: bool) -> None:
    """The merchant has its money, or could not be paid: then its sales are part of the next settlement."""
    settlement = queries.settlement(tx, settlement_id, lock=True)
    to = Status.PAID if paid else Status.FAILED
    event = MOVES[settlement.status][to]
    tx.run("UPDATE settlement SET status = :to WHERE id = :id", to=to, id=settlement_id)
    if paid:
        ledger.post(tx, [postings.for_settlement(settlement, on=tx.on)])
    else:
        _free(tx, settlement_id)
    publish(tx, Event(event, settlement.merchant_id, {"settlement": settlement_id}))


def bring_back(tx: Tx, *, settlement_id: str) -> None:
    """What the merchant was paid has come back: its sales are part of the next settlement."""
    settlement = queries.settlement(tx, settlement_id, lock=True)
    event = MOVES[settlement.status][Status.RETURNED]
    tx.run("UPDATE settlement SET status = :to WHERE id = :id", to=Status.RETURNED, id=settlement_id)
    ledger.post(tx, [postings.for_return(settlement, on=tx.on)])
    _free(tx, settlement_id)
    publish(tx, Event(event, settlement.merchant_id, {"settlement": settlement_id}))


def _free(tx: Tx, settlement_id: str) -> None:
    tx.run("UPDATE purchase SET settlement_id = NULL WHERE settlement_id = :id", id=settlement_id)
    tx.run("UPDATE purchase_refund SET settlement_id = NULL WHERE settlement_id = :id", id=settlement_id)
