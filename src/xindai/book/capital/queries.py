"""Questions about capital and what bears on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from xindai.base.db import Row, Tx
from xindai.book.capital.model import (
    Bounds,
    Burden,
    Exposure,
    Statement,
    StatementId,
    StatementMissing,
    Status,
    headroom,
)
from xindai.products.catalogue.model import MOST_LENT, Product
from xindai.values import law

LARGEST = 10
EXPOSURE = """
SELECT l.person_id, l.product, CASE l.status WHEN 'awaiting_pay_out' THEN l.principal ELSE s.principal END AS owed
FROM loan l LEFT JOIN loan_standing s ON s.loan_id = l.id WHERE l.status IN ('awaiting_pay_out', 'current', 'overdue') {of}
UNION ALL SELECT l.person_id, l.product, l.unbilled FROM credit_line l WHERE l.unbilled <> 0 {of}
"""
"""Who owes how much on which product: principal, on its way or lent, and what was bought and is not billed yet."""
IN_FORCE = "FROM capital_statement WHERE status = 'approved' AND as_of <= :on ORDER BY as_of DESC LIMIT 1"
NET_ASSETS = f"SELECT net_assets {IN_FORCE}"
TOGETHER = (
    "SELECT :person UNION SELECT b.person_id FROM application a JOIN application b ON b.business_index = a.business_index"
    " WHERE a.person_id = :person"
)
"""Who belongs together with somebody: whoever ever asked for the same business."""
OF_ALL, OF_GROUP = EXPOSURE.format(of=""), EXPOSURE.format(of=f"AND l.person_id IN ({TOGETHER})")


def statement(tx: Tx, statement_id: str, *, lock: bool = False) -> Statement:
    """One statement. Refuses: StatementMissing."""
    row = tx.row(
        "SELECT * FROM capital_statement WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=statement_id
    )
    if row is None:
        raise StatementMissing(field="statement_id")
    return _statement(row)


def statements(tx: Tx, *, after: str | None, most: int) -> list[Statement]:
    """Up to `most`, the newest first."""
    rows = tx.rows(
        "SELECT * FROM capital_statement WHERE (CAST(:after AS text) IS NULL OR id < :after) ORDER BY id DESC LIMIT :most",
        after=after,
        most=most,
    )
    return [_statement(row) for row in rows]


def in_force(tx: Tx, *, on: date) -> Statement | None:
    """The newest that was agreed to, of a day that had ended by then."""
    row = tx.row(f"SELECT * {IN_FORCE}", on=on)
    return _statement(row) if row else None


def headroom_of(tx: Tx, person_id: str, product: Product) -> int:
    """What may still be lent to somebody on a product, in minor units, by the law and the capital of the day."""
    row = tx.row(
        "SELECT sum(e.owed) FILTER (WHERE e.person_id = :person) AS in_all, sum(e.owed) AS with_others,"
        " sum(e.owed) FILTER (WHERE e.person_id = :person AND v.document ->> 'audience' = :audience) AS alike,"
        f" ({NET_ASSETS}) AS net_assets FROM ({OF_GROUP}) e JOIN product_version v ON v.code || '@' || v.version = e.product",
        audience=product.audience.value,
        person=person_id,
        on=tx.on,
    )
    assert row is not None
    bounds = Bounds(
        alike=int(law.on(MOST_LENT[product.audience], tx.on)) * 100,
        borrower=Fraction(law.on("most_of_one_borrower", tx.on)),
        group=Fraction(law.on("most_of_one_group", tx.on)),
    )
    owes = Exposure(*(int(row[name] or 0) for name in ("alike", "in_all", "with_others")))
    return headroom(owes, bounds, net_assets=row["net_assets"])


def burdens(tx: Tx, stated: Statement, *, on: date) -> list[Burden]:
    """What bears on capital as it was stated last, heaviest borrowers first."""

    def share(figure: str, day: date) -> Fraction:
        return Fraction(law.on(figure, day))

    net = stated.net_assets
    found = [
        Burden("borrowed", "R-LIMIT-03", stated.borrowed, net, share("most_borrowed", stated.as_of)),
        Burden("issued", "R-LIMIT-03", stated.issued, net, share("most_issued", stated.as_of)),
    ]
    for row in largest(tx, most=LARGEST):
        part = int(row["owed"])
        found.append(
            Burden("borrower", "R-LIMIT-03", part, net, share("most_of_one_borrower", on), of=row["person_id"])
        )
    for row in groups(tx, most=LARGEST):
        name, part = f"{row['people']} × {row['person_id']}", int(row["owed"])
        found.append(Burden("group", "R-LIMIT-03", part, net, share("most_of_one_group", on), of=name))
    lent, partners = with_partners(tx)
    if partners:
        both = sum(partners.values())
        found.append(Burden("partners", "R-LIMIT-06", both, lent, share("most_with_partners", on)))
    for code, part in partners.items():
        found.append(Burden("partner", "R-LIMIT-06", part, net, share("most_with_one_partner", on), of=code))
    return found


def largest(tx: Tx, *, most: int) -> Sequence[Row]:
    """(person_id, owed) of who owes most, in minor units."""
    return tx.rows(
        f"SELECT person_id, sum(owed) AS owed FROM ({OF_ALL}) e GROUP BY person_id ORDER BY owed DESC, person_id LIMIT :most",
        most=most,
    )


def groups(tx: Tx, *, most: int) -> Sequence[Row]:
    """(people, person_id of one of them, owed) of the owners of one business who owe most together, where several owe."""
    return tx.rows(
        "SELECT count(*) AS people, min(o.person_id) AS person_id, sum(o.owed) AS owed FROM"
        " (SELECT DISTINCT business_index, person_id FROM application WHERE business_index IS NOT NULL) b"
        f" JOIN (SELECT person_id, sum(owed) AS owed FROM ({OF_ALL}) e GROUP BY person_id) o ON o.person_id = b.person_id"
        " GROUP BY b.business_index HAVING count(*) > 1 ORDER BY owed DESC LIMIT :most",
        most=most,
    )


def with_partners(tx: Tx) -> tuple[int, dict[str, int]]:
    """(all that we lend, and of it what we lend beside each partner, by its code): our part of the principal, in minor units.

    Beside two partners it counts for both.
    """
    lent, beside = 0, dict[str, int]()
    for row in tx.rows(
        f"SELECT v.document -> 'partners' AS partners, sum(e.owed) AS owed FROM ({OF_ALL}) e"
        " JOIN product_version v ON v.code || '@' || v.version = e.product GROUP BY 1"
    ):
        partners = row["partners"] or []
        ours = 1 - sum(Fraction(up, per) for _, _, up, per in partners)
        part = int(row["owed"]) * ours.numerator // ours.denominator
        lent += part
        for code, *_ in partners:
            beside[code] = beside.get(code, 0) + part
    return lent, dict(sorted(beside.items()))


def _statement(row: Row) -> Statement:
    return Statement(
        StatementId(row["id"]),
        row["as_of"],
        row["net_assets"],
        row["borrowed"],
        row["issued"],
        row["source"],
        Status(row["status"]),
        row["proposed_by"],
        row["proposed_on"],
        row["decided_by"],
        row["decided_on"],
    )
