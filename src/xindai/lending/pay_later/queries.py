"""Questions about purchases, statements and merchants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xindai.base.crypto import KeyRing
from xindai.base.db import Row, Tx, array
from xindai.lending.line import queries as lines
from xindai.lending.line.queries import OnDay
from xindai.lending.loans import queries as loans
from xindai.lending.pay_later.billing import Owed, least_left, spread
from xindai.lending.pay_later.model import (
    Merchant,
    MerchantId,
    MerchantMissing,
    MerchantStatus,
    Purchase,
    PurchaseId,
    PurchaseMissing,
    Statement,
    StatementId,
    StatementMissing,
    Status,
)
from xindai.values.masked import CardNumber
from xindai.values.money import Money
from xindai.values.rate import rate

_PURCHASES = (
    "SELECT p.*, m.name AS merchant, c.person_id, coalesce(r.refunded, 0) AS refunded FROM purchase p"
    " JOIN merchant m ON m.id = p.merchant_id JOIN credit_line c ON c.id = p.line_id"
    " LEFT JOIN LATERAL (SELECT sum(amount) AS refunded FROM purchase_refund WHERE purchase_id = p.id) r ON true"
)


def merchant(tx: Tx, ring: KeyRing, merchant_id: str) -> Merchant:
    """One merchant. Refuses MerchantMissing."""
    row = tx.row("SELECT * FROM merchant WHERE id = :id", id=merchant_id)
    if row is None:
        raise MerchantMissing(field="merchant")
    return _merchant(row, ring)


def merchants(tx: Tx, ring: KeyRing, *, after: str | None, most: int) -> list[Merchant]:
    """Up to `most` merchants, newest first, older than `after`."""
    rows = tx.rows(
        "SELECT * FROM merchant WHERE (CAST(:after AS text) IS NULL OR id < :after) ORDER BY id DESC LIMIT :most",
        after=after,
        most=most,
    )
    return [_merchant(row, ring) for row in rows]


def is_known(tx: Tx, purchase_id: str) -> bool:
    """Whether there is such a purchase."""
    return bool(tx.value("SELECT 1 FROM purchase WHERE id = :id", id=purchase_id))


def purchase(tx: Tx, purchase_id: str, *, person_id: str | None = None) -> Purchase:
    """One purchase, of that person if one is given. Refuses PurchaseMissing."""
    row = tx.row(f"{_PURCHASES} WHERE p.id = :id", id=purchase_id)
    if row is None or (person_id is not None and row["person_id"] != person_id):
        raise PurchaseMissing(field="purchase")
    return _purchase(row)


def purchases(tx: Tx, line_id: str, *, person_id: str, after: str | None, most: int) -> list[Purchase]:
    """Up to `most` purchases of a person's line, newest first, older than `after`. Refuses LineMissing."""
    lines.get(tx, line_id, person_id=person_id)
    rows = tx.rows(
        f"{_PURCHASES} WHERE p.line_id = :line AND (CAST(:after AS text) IS NULL OR p.id < :after)"
        " ORDER BY p.id DESC LIMIT :most",
        line=line_id,
        after=after,
        most=most,
    )
    return [_purchase(row) for row in rows]


def in_loan(tx: Tx, loan_id: str) -> list[Purchase]:
    """The purchases that a loan took over, newest first."""
    return [_purchase(row) for row in tx.rows(f"{_PURCHASES} WHERE p.loan_id = :loan ORDER BY p.id DESC", loan=loan_id)]


def statement(tx: Tx, statement_id: str, *, person_id: str | None = None) -> Statement:
    """One statement, of that person if one is given. Refuses StatementMissing."""
    row = tx.row(
        "SELECT s.*, c.person_id FROM line_statement s JOIN credit_line c ON c.id = s.line_id WHERE s.id = :id",
        id=statement_id,
    )
    if row is None or (person_id is not None and row["person_id"] != person_id):
        raise StatementMissing(field="statement")
    return _statement(row)


def statements(tx: Tx, line_id: str, *, person_id: str | None = None) -> list[Statement]:
    """All statements of a line, of that person's if one is given, the newest first. Refuses LineMissing."""
    lines.get(tx, line_id, person_id=person_id)
    rows = tx.rows("SELECT * FROM line_statement WHERE line_id = :line ORDER BY number DESC", line=line_id)
    return [_statement(row) for row in rows]


def to_bill(tx: Tx, *, on: date, after: str, most: int) -> list[str]:
    """Lines whose cycle closes with the day `on` and that have no statement of it, in order of id."""
    rows = tx.rows(
        "SELECT c.id FROM credit_line c WHERE c.statement_day = :day AND c.id > :after AND NOT EXISTS"
        " (SELECT 1 FROM line_statement s WHERE s.line_id = c.id AND s.closed_on = :on) ORDER BY c.id LIMIT :most",
        day=on.day,
        on=on,
        after=after,
        most=most,
    )
    return [row["id"] for row in rows]


def to_decide(tx: Tx, *, on: date, after: str, most: int) -> list[str]:
    """Statements that fall due on the day `on` and those missed before, in order of id."""
    rows = tx.rows(
        "SELECT id FROM line_statement WHERE ((status = 'billed' AND due_on <= :on) OR (status = 'missed' AND due_on < :on))"
        " AND id > :after ORDER BY id LIMIT :most",
        on=on,
        after=after,
        most=most,
    )
    return [row["id"] for row in rows]


def owed(tx: Tx, line_id: str, *, by: date, on: date) -> list[Owed]:
    """What each loan of a line owes of all that falls due by the day `by`, as it stands at the end of the day `on`."""
    rows = tx.rows(
        "SELECT l.id, s.status FROM loan l JOIN loan_standing n ON n.loan_id = l.id LEFT JOIN line_statement s ON s.loan_id = l.id"
        " WHERE l.line_id = :line AND (l.status IN ('current', 'overdue') OR n.on_day > :on) ORDER BY l.id",
        line=line_id,
        on=on,
    )
    states = loans.states(tx, [row["id"] for row in rows], on=on)
    found = []
    for row in rows:
        state = states.get(row["id"])
        due = [] if state is None else [one for one in state.lines if one.due_on <= by and one.outstanding]
        principal, total = sum(min(one.outstanding, one.principal) for one in due), sum(one.outstanding for one in due)
        is_billed = row["status"] is not None and Status(row["status"]) is not Status.CONVERTED
        revolves = is_billed and not any(one.due_on < on for one in due)
        if total:
            found.append(Owed(row["id"], principal, total - principal, revolves))
    return found


def left_of(tx: Tx, one: Statement, *, on: date) -> int:
    """What of a statement is not paid at the end of the day `on`, in minor units."""
    return sum(each.total for each in owed(tx, one.line_id, by=one.due_on, on=on))


def least_due(tx: Tx, *, on: date) -> dict[str, int]:
    """For lines of which only the least is debited: what each of their loans is debited for on the day `on`."""
    rows = tx.rows(
        "SELECT s.* FROM line_statement s JOIN credit_line c ON c.id = s.line_id WHERE c.pays_least"
        " AND s.status = 'billed' AND s.due_on = :on",
        on=on,
    )
    debits: dict[str, int] = {}
    for one in map(_statement, rows):
        still = owed(tx, one.line_id, by=one.due_on, on=on)
        left = sum(each.total for each in still)
        least = least_left(total=one.total.minor, least=one.least.minor, left=left)
        debits |= {each.loan_id: 0 for each in still} | dict(spread(least, still))
    return debits


def balances(tx: Tx) -> dict[str, int]:
    """What purchases, refunds and settlements put into the accounts of the ledger, loans' own entries left out."""
    row = tx.rows(
        "SELECT coalesce((SELECT sum(amount) FROM purchase), 0) AS bought,"
        " coalesce((SELECT sum(amount) FROM purchase_refund), 0) AS refunded,"
        " coalesce((SELECT sum(to_loan) FROM purchase_refund), 0) AS repaid,"
        " coalesce((SELECT sum(principal) FROM loan WHERE paid_out_of = 'purchases' AND terms IS NOT NULL), 0) AS taken_over,"
        " coalesce((SELECT sum(discount) FROM settlement WHERE status = 'paid'), 0) AS discount,"
        " coalesce((SELECT sum(purchased - refunded - discount) FROM settlement WHERE status = 'paid'), 0) AS paid"
    )[0]
    bought, refunded, repaid, taken_over, discount, paid = (int(value) for value in row.values())
    return {
        "purchases": bought - (refunded - repaid) - taken_over,
        "merchants": refunded - bought + paid + discount,
        "merchant_discount": -discount,
        "cash": taken_over - repaid - paid,
    }


def _merchant(row: Row, ring: KeyRing) -> Merchant:
    account = ring.unseal(bytes(row["account_number"]), f"merchant.account_number|{row['id']}")
    return Merchant(
        id=MerchantId(row["id"]),
        name=row["name"],
        account=CardNumber(account),
        discount=rate(row["discount"]),
        settle_days=row["settle_days"],
        status=MerchantStatus(row["status"]),
    )


def _purchase(row: Row) -> Purchase:
    return Purchase(
        id=PurchaseId(row["id"]),
        line_id=row["line_id"],
        merchant_id=row["merchant_id"],
        merchant=row["merchant"],
        what=row["what"],
        amount=Money(row["amount"]),
        refunded=Money(int(row["refunded"])),
        on=row["on_day"],
        loan_id=row["loan_id"],
    )


def _statement(row: Row) -> Statement:
    return Statement(
        id=StatementId(row["id"]),
        line_id=row["line_id"],
        number=row["number"],
        closed_on=row["closed_on"],
        due_on=row["due_on"],
        purchased=Money(row["purchased"]),
        refunded=Money(row["refunded"]),
        total=Money(row["total"]),
        least=Money(row["least"]),
        loan_id=row["loan_id"],
        status=Status(row["status"]),
    )


def bought(tx: Tx, line_ids: Sequence[str], *, since: date, on: date) -> list[OnDay]:
    """What was bought on lines, day by day."""
    rows = tx.rows(
        "SELECT line_id, on_day, amount FROM purchase WHERE line_id = ANY(CAST(:lines AS text[]))"
        " AND on_day BETWEEN :since AND :on ORDER BY line_id, on_day",
        lines=array(line_ids),
        since=since,
        on=on,
    )
    return [OnDay(row["line_id"], row["on_day"], row["amount"]) for row in rows]
