"""Questions about sales of claims."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xindai.base.db import Row, Tx, array
from xindai.postloan.sales.model import Bar, Offered, Sale, SaleId, SaleMissing, Status
from xindai.values import law
from xindai.values.money import Money

_SALES = (
    "SELECT s.*, c.* FROM sale s CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE dropped IS NULL) AS claims,"
    " count(*) FILTER (WHERE dropped IS NOT NULL) AS dropped,"
    " coalesce(sum(claim) FILTER (WHERE dropped IS NULL), 0) AS claim,"
    " coalesce(sum(price) FILTER (WHERE dropped IS NULL), 0) AS price FROM sale_claim WHERE sale_id = s.id) c"
)


def get(tx: Tx, sale_id: str, *, lock: bool = False) -> Sale:
    """One sale. Refuses SaleMissing."""
    if lock:
        tx.run("SELECT 1 FROM sale WHERE id = :id FOR NO KEY UPDATE", id=sale_id)
    row = tx.row(f"{_SALES} WHERE s.id = :id", id=sale_id)
    if row is None:
        raise SaleMissing(field="sale")
    return _sale(row)


def page(tx: Tx, *, after: str | None, most: int, status: Status | None = None) -> list[Sale]:
    """Up to `most` sales, newest first, older than `after`."""
    rows = tx.rows(
        f"{_SALES} WHERE (CAST(:after AS text) IS NULL OR s.id < :after)"
        " AND (CAST(:status AS text) IS NULL OR s.status = :status) ORDER BY s.id DESC LIMIT :most",
        after=after,
        status=status.value if status else None,
        most=most,
    )
    return [_sale(row) for row in rows]


def claims(tx: Tx, sale_id: str, *, after: str | None = None, most: int | None = None) -> list[Offered]:
    """What is in a sale, and what was dropped from it, by loan."""
    rows = tx.rows(
        "SELECT * FROM sale_claim WHERE sale_id = :sale AND (CAST(:after AS text) IS NULL OR loan_id > :after)"
        " ORDER BY loan_id LIMIT CAST(:most AS bigint)",
        sale=sale_id,
        after=after,
        most=most,
    )
    return [
        Offered(row["loan_id"], row["person_id"], row["days"], row["claim"], row["price"], row["dropped"])
        for row in rows
    ]


def paid_since(tx: Tx, sale_id: str) -> frozenset[str]:
    """The loans of a sale on which something came in, or was taken back, since it was proposed."""
    rows = tx.rows(
        "SELECT DISTINCT f.loan_id FROM sale s JOIN sale_claim c ON c.sale_id = s.id AND c.dropped IS NULL"
        " JOIN loan_fact f ON f.loan_id = c.loan_id AND f.at > s.at AND f.kind IN ('repayment', 'prepayment', 'reversal')"
        " WHERE s.id = :sale",
        sale=sale_id,
    )
    return frozenset(row["loan_id"] for row in rows)


def sold_from(on: date) -> int:
    """How many days late a claim has to be on a day to be sold (R-SALE-01)."""
    return int(law.on("claims_sold_from", on))


def candidates(tx: Tx, *, days_from: int | None, given_up_only: bool, product: str | None, most: int) -> list[str]:
    """Loans that are so many days late (at least as the law asks), or were charged off, and are in no other sale; the longest late first."""
    rows = tx.rows(
        "SELECT l.id FROM loan l JOIN loan_standing s ON s.loan_id = l.id"
        " WHERE (l.status = 'charged_off' AND s.off_balance > 0 OR l.status = 'overdue' AND NOT :given_up"
        " AND CAST(:on AS date) - s.next_due_on >= :days)"
        " AND (CAST(:product AS text) IS NULL OR split_part(l.product, '@', 1) = :product)"
        " AND NOT EXISTS (SELECT 1 FROM sale_claim c WHERE c.loan_id = l.id AND c.dropped IS NULL)"
        " ORDER BY l.status, s.next_due_on, l.id LIMIT :most",
        days=max(days_from or 0, sold_from(tx.on)),
        given_up=given_up_only,
        product=product,
        on=tx.on,
        most=most,
    )
    return [row["id"] for row in rows]


def bars(tx: Tx, loan_ids: Sequence[str], *, apart_from: str | None = None) -> dict[str, frozenset[Bar]]:
    """What is known that bars the sale of each of these loans, but for a sale that they are in already."""
    rows = tx.rows(
        "SELECT l.id,"
        " EXISTS (SELECT 1 FROM contact_dispute d WHERE d.person_id = l.person_id AND d.answered_on IS NULL) AS dispute,"
        " EXISTS (SELECT 1 FROM contact_stop t WHERE t.person_id = l.person_id AND t.lifted_on IS NULL) AS contacts_stopped,"
        " EXISTS (SELECT 1 FROM hardship_request h WHERE h.person_id = l.person_id"
        " AND h.status IN ('asked', 'proposed', 'offered')) AS hardship,"
        " EXISTS (SELECT 1 FROM legal_case g WHERE g.loan_id = l.id AND g.status <> 'closed') AS legal_case,"
        " EXISTS (SELECT 1 FROM social_mark m WHERE m.person_id = l.person_id AND m.kind = 'fraud') AS fraud,"
        " EXISTS (SELECT 1 FROM payment y WHERE y.loan_id = l.id"
        " AND y.status IN ('held', 'created', 'submitted', 'unknown', 'accepted')) AS payment_open,"
        " EXISTS (SELECT 1 FROM sale_claim c WHERE c.loan_id = l.id AND c.dropped IS NULL"
        " AND c.sale_id IS DISTINCT FROM CAST(:sale AS text)) AS offered_elsewhere"
        " FROM loan l WHERE l.id = ANY(CAST(:ids AS text[]))",
        ids=array(loan_ids),
        sale=apart_from,
    )
    return {row["id"]: frozenset(bar for bar in Bar if row.get(bar.value)) for row in rows}


def unpaid(tx: Tx) -> tuple[int, str | None]:
    """(how many sales are settled, the first whose receipts, prices and facts do not agree)."""
    row = tx.row(
        "SELECT count(*) AS n, min(id) FILTER (WHERE price <> paid OR price <> told) AS id FROM (SELECT s.id,"
        " (SELECT coalesce(sum(price), 0) FROM sale_claim c WHERE c.sale_id = s.id AND c.dropped IS NULL) AS price,"
        " (SELECT coalesce(sum(amount), 0) FROM receipt r WHERE r.sale_id = s.id AND r.status = 'applied') AS paid,"
        " (SELECT coalesce(sum(f.amount), 0) FROM sale_claim c JOIN loan_fact f ON f.loan_id = c.loan_id AND f.kind = 'sale'"
        " AND f.id = s.id || '|' || c.loan_id WHERE c.sale_id = s.id) AS told FROM sale s WHERE s.status = 'settled') x"
    )
    assert row is not None
    return int(row["n"]), row["id"]


def _sale(row: Row) -> Sale:
    return Sale(
        id=SaleId(row["id"]),
        buyer=row["buyer"],
        licence=row["licence"],
        rate_ppm=row["rate_ppm"],
        status=Status(row["status"]),
        proposed_by=row["proposed_by"],
        proposed_on=row["proposed_on"],
        decided_by=row["decided_by"],
        decided_on=row["decided_on"],
        settled_by=row["settled_by"],
        settled_on=row["settled_on"],
        claims=int(row["claims"]),
        claim=Money(int(row["claim"])),
        price=Money(int(row["price"])),
        dropped=int(row["dropped"]),
    )
