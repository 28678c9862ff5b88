"""The proof of the books: what must hold over all loans, all payments and the whole ledger, or the first thing that fails."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from xindai.base import audit
from xindai.base.db import Tx
from xindai.book.loss import queries as loss
from xindai.governance.partners import queries as partners
from xindai.lending.loans import postings
from xindai.lending.loans import queries as loans
from xindai.lending.pay_later import queries as pay_later
from xindai.payments.receipts import queries as receipts
from xindai.payments.reconciliation import queries as reconciled
from xindai.postloan.agencies import queries as agencies
from xindai.postloan.legal import queries as legal
from xindai.postloan.sales import queries as sales
from xindai.products.catalogue import queries as catalogue

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: how many, and what does not hold (none when all is well)."""

    code: str
    en: str
    zh: str
    counted: int
    broken: str | None


EVERY_EVENING = frozenset(
    {"entries_balance", "ledger_is_loans", "losses_covered", "lines_hold", "merchants_paid", "sales_paid"}
)
"""Checks that are sums, quick at any size; those that go through every loan are for `xindai books`."""


def prove(tx: Tx, *, only: Collection[str] | None = None) -> list[Check]:
    """Every check, or those named; `tx` is a snapshot, so all of them look at the same moment."""
    return list(_checks(tx, only))


def _checks(tx: Tx, only: Collection[str] | None) -> Iterator[Check]:
    for code, en, zh, look in _CHECKS:
        if only is None or code in only:
            counted, broken = look(tx)
            yield Check(code, en, zh, counted, broken)


def _first(tx: Tx, count: str, sql: str, words: str) -> tuple[int, str | None]:
    row = tx.rows(sql + " LIMIT 1")
    return int(tx.value(count)), words.format(**row[0]) if row else None


def _entries_balance(tx: Tx) -> tuple[int, str | None]:
    return _first(
        tx,
        "SELECT count(*) FROM ledger_entry",
        "SELECT e.cause, coalesce(sum(l.amount), 0) AS rest FROM ledger_entry e LEFT JOIN ledger_line l"
        " ON l.entry_id = e.id GROUP BY e.id, l.currency HAVING coalesce(sum(l.amount), 1) <> 0",
        "entry {cause} is off by {rest}",
    )


def _loans_fold(tx: Tx) -> tuple[int, str | None]:
    ids = [row["id"] for row in tx.rows("SELECT id FROM loan WHERE terms IS NOT NULL ORDER BY id")]
    for start in range(0, len(ids), CHUNK):
        differing = loans.differing(tx, ids[start : start + CHUNK])
        if differing:
            return len(ids), f"{differing} does not fold to what is posted"
    return len(ids), None


def _ledger_is_loans(tx: Tx) -> tuple[int, str | None]:
    expected = postings.balances(loans.totals(tx))
    _, suspended = receipts.suspended(tx)
    for part in (
        pay_later.balances(tx),
        {"cash": suspended, "suspense": -suspended},
        reconciled.booked(tx),
        legal.balances(tx),
        agencies.balances(tx),
    ):
        for account, minor in part.items():
            expected[account] = expected.get(account, 0) + minor
    booked = {
        one["account"]: int(one["amount"])
        for one in tx.rows("SELECT account, sum(amount) AS amount FROM ledger_line GROUP BY account")
    }
    for account, amount in expected.items():
        if booked.get(account, 0) != amount:
            return len(expected), f"account {account} shows {booked.get(account, 0)}, the loans say {amount}"
    return len(expected), None


_RECEIPTS = (
    "SELECT id, loan_id, amount FROM payment WHERE kind = 'collection' AND status IN ('settled', 'reversed')"
    " UNION ALL SELECT id, loan_id, amount FROM receipt WHERE status = 'applied' AND sale_id IS NULL"
    " UNION ALL SELECT r.id, f.loan_id, r.to_loan FROM purchase_refund r JOIN loan_fact f ON f.id = r.id WHERE r.to_loan > 0"
    " UNION ALL SELECT r.id, NULL, r.to_loan FROM purchase_refund r WHERE r.to_loan > 0"
    " AND NOT EXISTS (SELECT 1 FROM loan_fact f WHERE f.id = r.id)"
)
"""What loans have received: debits, transfers, and what merchants gave back."""


_BROUGHT_BACK = "SELECT id, loan_id, amount FROM payment WHERE intent = 'disbursement' AND status = 'returned'"
_PRICES = (
    "SELECT s.id || '|' || c.loan_id AS id, c.loan_id, c.price AS amount FROM sale s JOIN sale_claim c ON c.sale_id = s.id"
    " AND c.dropped IS NULL WHERE s.status = 'settled'"
)
"""What else loans have received: their pay-out that came back, and the price of their claim."""


def _receipts_are_allocated(tx: Tx) -> tuple[int, str | None]:
    return _first(
        tx,
        f"SELECT count(*) FROM ({_RECEIPTS}) r",
        f"SELECT l.id, coalesce(p.paid, 0) AS paid, coalesce(s.received, 0) AS received FROM loan l"
        " LEFT JOIN loan_standing s ON s.loan_id = l.id"
        f" LEFT JOIN (SELECT loan_id, sum(amount) AS paid FROM ({_RECEIPTS} UNION ALL {_BROUGHT_BACK} UNION ALL {_PRICES}) r"
        " WHERE NOT EXISTS (SELECT 1 FROM loan_fact f WHERE f.reverses = r.id) GROUP BY loan_id) p ON p.loan_id = l.id"
        " WHERE coalesce(p.paid, 0) <> coalesce(s.received, 0)",
        "{id} was paid {paid} and allocated {received}",
    )


def _partners_hold(tx: Tx) -> tuple[int, str | None]:
    products = catalogue.co_lent(tx)
    differing = partners.differing(tx, products)
    return len(
        partners.partners(products)
    ), f"what {differing} lends is not its share of each loan" if differing else None


def _cash_is_what_moved(tx: Tx) -> tuple[int, str | None]:
    """Orders and ledger tie: the cash of the books is what orders moved, what came, and what rails did by themselves."""
    row = tx.rows(
        "SELECT (SELECT count(*) FROM payment) AS n,"
        " (SELECT coalesce(sum(CASE WHEN kind = 'collection' THEN amount ELSE -amount END), 0) FROM payment"
        " WHERE status = 'settled') + (SELECT coalesce(sum(amount), 0) FROM receipt)"
        " + (SELECT coalesce(sum(theirs), 0) FROM discrepancy WHERE status = 'closed' AND books_to IS NOT NULL)"
        " + (SELECT coalesce(sum(amount), 0) FROM rail_line WHERE kind = 'fee' AND matched) AS moved,"
        " (SELECT coalesce(sum(amount), 0) FROM ledger_line WHERE account = 'cash') AS booked"
    )[0]
    off = int(row["booked"]) - int(row["moved"])
    return int(row["n"]), f"cash shows {row['booked']}, orders and receipts moved {row['moved']}" if off else None


def _rails_tie(tx: Tx) -> tuple[int, str | None]:
    """Rails and orders tie: statements follow each other, and every line is matched or is a discrepancy."""
    lines, broken = _first(
        tx,
        "SELECT count(*) FROM rail_line",
        "SELECT s.rail, s.on_day FROM rail_statement s WHERE s.closing - s.opening <>"
        " (SELECT coalesce(sum(l.amount), 0) FROM rail_line l WHERE l.rail = s.rail AND l.on_day = s.on_day)",
        "the lines of {rail} on {on_day} do not lead from its opening to its closing",
    )
    if broken:
        return lines, broken
    return _first(
        tx,
        "SELECT count(*) FROM rail_line",
        "SELECT l.rail, l.reference FROM rail_line l JOIN rail_statement s ON s.rail = l.rail AND s.on_day = l.on_day"
        " WHERE NOT l.matched AND NOT EXISTS"
        " (SELECT 1 FROM discrepancy d WHERE d.rail = l.rail AND d.reference = l.reference)",
        "line {reference} of {rail} is neither matched nor looked into",
    )


def _losses_are_covered(tx: Tx) -> tuple[int, str | None]:
    days, off = loss.off_by(tx)
    beyond = loss.beyond_off_by(tx)
    if off or beyond:
        return days, f"the allowance is off by {off}, that for expected loss by {beyond}"
    return days, None


def _collections_are_facts(tx: Tx) -> tuple[int, str | None]:
    return _first(
        tx,
        "SELECT count(*) FROM loan_fact WHERE kind IN ('repayment', 'prepayment')",
        f"SELECT coalesce(p.id, f.id) AS id FROM ({_RECEIPTS}) p"
        " FULL JOIN (SELECT * FROM loan_fact WHERE kind IN ('repayment', 'prepayment')) f ON f.id = p.id"
        " AND f.amount = p.amount AND f.loan_id = p.loan_id WHERE p.id IS NULL OR f.id IS NULL",
        "{id} is a settled collection, or a refund, or a fact, but not both",
    )


def _pay_outs_are_loans(tx: Tx) -> tuple[int, str | None]:
    return _first(
        tx,
        "SELECT count(*) FROM payment WHERE intent = 'disbursement' AND status IN ('settled', 'returned')",
        "SELECT l.id, count(p.id) AS n FROM loan l LEFT JOIN payment p ON p.loan_id = l.id AND p.intent = 'disbursement'"
        " AND p.status IN ('settled', 'returned') AND p.amount = l.principal GROUP BY l.id"
        " HAVING count(p.id) <> CASE WHEN l.terms IS NULL OR l.paid_out_of <> 'cash' THEN 0 ELSE 1 END",
        "{id} has {n} settled pay-outs of its principal",
    )


def _sales_are_paid(tx: Tx) -> tuple[int, str | None]:
    settled, broken = sales.unpaid(tx)
    return settled, f"what came for {broken} is not what its claims cost, or not what was recorded" if broken else None


def _offers_are_kept(tx: Tx) -> tuple[int, str | None]:
    return _first(
        tx,
        "SELECT count(*) FROM loan",
        "SELECT l.id FROM loan l LEFT JOIN offer o ON o.id = l.offer_id WHERE l.line_id IS NULL AND (o.id IS NULL"
        " OR o.status <> 'accepted' OR coalesce(o.chosen_amount, o.principal) <> l.principal"
        " OR o.annual_rate <> l.annual_rate OR coalesce(o.chosen_months, o.months) <> l.months)",
        "{id} is not what its offer said",
    )


def _lines_hold(tx: Tx) -> tuple[int, str | None]:
    return _first(
        tx,
        "SELECT count(*) FROM credit_line",
        "SELECT c.id FROM credit_line c LEFT JOIN loan l ON l.line_id = c.id AND l.status NOT IN ('closed', 'cancelled')"
        " LEFT JOIN loan_standing s ON s.loan_id = l.id GROUP BY c.id HAVING bool_or(l.person_id <> c.person_id)"
        " OR coalesce(sum(CASE WHEN l.status = 'awaiting_pay_out' THEN l.principal ELSE s.principal END), 0) + c.unbilled >"
        " (SELECT max(greatest(before::bigint, after::bigint)) FROM credit_line_change h"
        " WHERE h.line_id = c.id AND h.what = 'limit')",
        "{id} is drawn above any limit it had, or by somebody else",
    )


def _purchases_are_owed_once(tx: Tx) -> tuple[int, str | None]:
    counted, broken = _first(
        tx,
        "SELECT count(*) FROM purchase",
        "SELECT c.id, c.unbilled, coalesce(b.bought, 0) - coalesce(r.back, 0) AS left_over FROM credit_line c"
        " LEFT JOIN (SELECT line_id, sum(amount) AS bought FROM purchase WHERE loan_id IS NULL GROUP BY line_id) b"
        " ON b.line_id = c.id"
        " LEFT JOIN (SELECT p.line_id, sum(r.amount - r.to_loan) AS back FROM purchase_refund r"
        " JOIN purchase p ON p.id = r.purchase_id WHERE r.loan_id IS NULL GROUP BY p.line_id) r ON r.line_id = c.id"
        " WHERE c.unbilled <> coalesce(b.bought, 0) - coalesce(r.back, 0)",
        "{id} has {unbilled} unbilled, its purchases say {left_over}",
    )
    if broken:
        return counted, broken
    return _first(
        tx,
        "SELECT count(*) FROM purchase",
        "SELECT l.id, l.principal, coalesce(b.bought, 0) - coalesce(r.back, 0) AS taken FROM loan l"
        " LEFT JOIN (SELECT loan_id, sum(amount) AS bought FROM purchase GROUP BY loan_id) b ON b.loan_id = l.id"
        " LEFT JOIN (SELECT loan_id, sum(amount - to_loan) AS back FROM purchase_refund GROUP BY loan_id) r ON r.loan_id = l.id"
        " WHERE l.paid_out_of = 'purchases' AND l.principal <> coalesce(b.bought, 0) - coalesce(r.back, 0)",
        "{id} lends {principal} for purchases of {taken}",
    )


def _merchants_are_paid_once(tx: Tx) -> tuple[int, str | None]:
    return _first(
        tx,
        "SELECT count(*) FROM settlement",
        "SELECT s.id FROM settlement s LEFT JOIN payment p ON p.settlement_id = s.id AND p.status = 'settled'"
        " GROUP BY s.id HAVING count(p.id) <> CASE WHEN s.status = 'paid' THEN 1 ELSE 0 END"
        " OR coalesce(sum(p.amount), 0) <> CASE WHEN s.status = 'paid' THEN s.purchased - s.refunded - s.discount ELSE 0 END"
        " OR (s.status NOT IN ('failed', 'returned') AND (s.purchased <>"
        " (SELECT coalesce(sum(amount), 0) FROM purchase u WHERE u.settlement_id = s.id) OR s.refunded <>"
        " (SELECT coalesce(sum(amount), 0) FROM purchase_refund u WHERE u.settlement_id = s.id)))",
        "{id} is not what its merchant was paid",
    )


def _audit_is_whole(tx: Tx) -> tuple[int, str | None]:
    walked, broken = audit.prove(tx)
    return walked, None if broken is None else f"note {broken} was changed or removed"


_CHECKS: tuple[tuple[str, str, str, Callable[[Tx], tuple[int, str | None]]], ...] = (
    ("entries_balance", "Ledger entries sum to zero", "分录借贷平衡", _entries_balance),
    ("ledger_is_loans", "Ledger accounts equal the loans' own figures", "总账与贷款明细一致", _ledger_is_loans),
    (
        "loans_fold",
        "Loans fold to what is posted; schedules sum to principal",
        "贷款重算一致，还款计划本金合计一致",
        _loans_fold,
    ),
    ("partners_hold", "Partners carry their share of each loan", "合作方份额与逐笔分摊一致", _partners_hold),
    (
        "losses_covered",
        "Allowances are what the classes of the book, and expected loss beyond them, ask for",
        "贷款损失准备与五级分类及预期损失一致",
        _losses_are_covered,
    ),
    ("receipts_allocated", "Receipts equal allocations", "收款与分配一致", _receipts_are_allocated),
    (
        "collections_facts",
        "Every settled collection is one fact of its loan",
        "每笔成功扣款对应一条贷款事实",
        _collections_are_facts,
    ),
    ("pay_outs_loans", "Every loan was paid out exactly once", "每笔贷款恰好放款一次", _pay_outs_are_loans),
    (
        "sales_paid",
        "Claims that were sold are paid for, each at its price",
        "已转让债权价款收讫且逐笔一致",
        _sales_are_paid,
    ),
    ("offers_kept", "Loans are what their offers said", "贷款与报价一致", _offers_are_kept),
    ("lines_hold", "No line is drawn above its limit", "额度使用未超授信", _lines_hold),
    (
        "purchases_owed",
        "Every purchase is owed once: unbilled, or by one loan",
        "每笔消费恰好入账一次",
        _purchases_are_owed_once,
    ),
    ("merchants_paid", "Every merchant is paid its sales once", "每笔商户款恰好结算一次", _merchants_are_paid_once),
    ("cash_moved", "Cash is what orders and receipts moved", "银行存款与收付款指令一致", _cash_is_what_moved),
    ("rails_tie", "Every line of every rail is matched or looked into", "通道流水逐笔匹配或已立差异", _rails_tie),
    ("audit_whole", "The audit chain is unbroken", "审计链完整", _audit_is_whole),
)
