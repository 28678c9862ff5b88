"""Questions about returns, and the figures of a month."""

from __future__ import annotations

from datetime import date

from xindai.base.db import Row, Tx
from xindai.book.capital import queries as capital
from xindai.book.returns.model import Return, ReturnMissing, Status, last_day, share
from xindai.lending.ledger import queries as ledger
from xindai.lending.ledger.model import Account

EARNED = (Account.EARNED_INTEREST, Account.EARNED_PENALTY, Account.EARNED_FEE)
CLASSES = {"C01": "normal", "C02": "special_mention", "C03": "substandard", "C04": "doubtful", "C05": "loss"}
BAD = ("C03", "C04", "C05")
TOP = 10


def one(tx: Tx, ref: str, *, lock: bool = False) -> Return:
    """One return, by `2026-03@1`. Refuses: ReturnMissing."""
    row = tx.row(
        "SELECT * FROM regulator_return WHERE to_char(month, 'YYYY-MM') || '@' || number = :ref"
        + (" FOR NO KEY UPDATE" if lock else ""),
        ref=ref,
    )
    if row is None:
        raise ReturnMissing(field="return")
    return _return(row)


def of_month(tx: Tx, month: date) -> Return | None:
    """The one of a month that counts."""
    row = tx.row("SELECT * FROM regulator_return WHERE month = :month AND status <> 'replaced'", month=month)
    return _return(row) if row else None


def page(tx: Tx, *, most: int) -> list[Return]:
    """Up to `most`, the newest first."""
    rows = tx.rows("SELECT * FROM regulator_return ORDER BY month DESC, number DESC LIMIT :most", most=most)
    return [_return(row) for row in rows]


def unreported(tx: Tx) -> list[Return]:
    """Those that count and are not reported yet."""
    rows = tx.rows("SELECT * FROM regulator_return WHERE status IN ('drawn', 'checked') ORDER BY month")
    return [_return(row) for row in rows]


def figures(tx: Tx, month: date) -> dict[str, int | None]:
    """Every line of a month whose last day is closed."""
    last = last_day(month)
    found = _stock(tx, month, last) | _flow(tx, month, last) | _people(tx, month, last)
    return found | _capital(tx, month, last, lent=found["A03"] or 0)


def _stock(tx: Tx, month: date, last: date) -> dict[str, int | None]:
    rows = tx.rows(
        "SELECT d.class, COALESCE(v.document ->> 'audience', 'person') AS audience, d.late_from > 90 AS bad, sum(d.loans) AS loans,"
        " sum(d.principal) AS principal, sum(d.own) AS own, sum(d.allowance) AS allowance FROM portfolio_day d"
        " LEFT JOIN product_version v ON v.code || '@' || v.version = d.product WHERE d.on_day = :on GROUP BY 1, 2, 3",
        on=last,
    )

    def total(what: str, **only: object) -> int:
        return sum(int(row[what]) for row in rows if all(row[name] == value for name, value in only.items()))

    classes: dict[str, int | None] = {code: total("principal", **{"class": name}) for code, name in CLASSES.items()}
    bad = sum(classes[code] or 0 for code in BAD)
    beyond = int(tx.value("SELECT beyond FROM expected_loss_month WHERE month = :month", month=month) or 0)
    allowance = total("allowance") + beyond
    return classes | {
        "A01": total("loans"),
        "A03": total("principal"),
        "A04": total("principal", audience="person"),
        "A05": total("principal", audience="business"),
        "A06": total("own"),
        "C06": share(bad, total("principal")),
        "C07": total("principal", bad=True),
        "C08": allowance,
        "C09": share(allowance, bad),
    }


def _flow(tx: Tx, month: date, last: date) -> dict[str, int | None]:
    books = {row.account: row for row in ledger.trial_balance(tx, on=last, since=month)}
    lent = tx.row(
        "SELECT count(*) AS loans, COALESCE(sum(l.principal), 0) AS lent, max(c.cost) AS highest,"
        " sum(l.principal * c.cost) / NULLIF(sum(l.principal) FILTER (WHERE c.cost IS NOT NULL), 0) AS cost FROM loan l"
        " LEFT JOIN LATERAL (SELECT (d.statement::jsonb ->> 'annual_cost')::numeric * 1000000 AS cost FROM contract k"
        " JOIN disclosure d ON d.id = k.disclosure_id WHERE k.loan_id = l.id LIMIT 1) c ON true"
        " WHERE l.disbursed_on BETWEEN :first AND :last",
        first=month,
        last=last,
    )
    assert lent is not None
    return {
        "A07": books[Account.PRINCIPAL].minor,
        "B01": lent["loans"],
        "B02": int(lent["lent"]),
        "B03": None if lent["cost"] is None else int(lent["cost"]),
        "B04": None if lent["highest"] is None else int(lent["highest"]),
        "B05": sum(books[account].credit - books[account].debit for account in EARNED),
        "C10": books[Account.WRITTEN_OFF].debit - books[Account.WRITTEN_OFF].credit,
        "C11": books[Account.RECOVERED].credit - books[Account.RECOVERED].debit,
    }


def _people(tx: Tx, month: date, last: date) -> dict[str, int | None]:
    row = tx.row(
        "SELECT (SELECT count(DISTINCT l.person_id) FROM loan_month m JOIN loan l ON l.id = m.loan_id"
        " WHERE m.month = :first AND m.state = 'living') AS owing,"
        " (SELECT count(*) FROM contact_dispute WHERE opened_on BETWEEN :first AND :last) AS disputes,"
        " (SELECT count(*) FROM contact_dispute WHERE opened_on BETWEEN :first AND :last"
        " AND LEAST(COALESCE(answered_on, :last), :last) > answer_by) AS late,"
        " (SELECT count(*) FROM hardship_request WHERE asked_on BETWEEN :first AND :last) AS trouble,"
        " (SELECT count(*) FROM rights_request WHERE asked_on BETWEEN :first AND :last) AS rights",
        first=month,
        last=last,
    )
    assert row is not None
    return {
        "A02": row["owing"],
        "E01": row["disputes"],
        "E02": row["late"],
        "E03": row["trouble"],
        "E04": row["rights"],
    }


def _capital(tx: Tx, month: date, last: date, *, lent: int) -> dict[str, int | None]:
    stated = capital.in_force(tx, on=last)
    rows = tx.rows(
        "SELECT sum(m.principal) AS owed FROM loan_month m JOIN loan l ON l.id = m.loan_id WHERE m.month = :month"
        " AND m.state = 'living' GROUP BY l.person_id ORDER BY owed DESC LIMIT :most",
        month=month,
        most=TOP,
    )
    owing = [int(row["owed"]) for row in rows]
    heaviest = owing[0] if owing else 0
    return {
        "D01": stated.net_assets if stated else None,
        "D02": stated.borrowed if stated else None,
        "D03": stated.issued if stated else None,
        "D04": heaviest,
        "D05": share(heaviest, stated.net_assets) if stated else None,
        "D06": share(sum(owing), lent),
    }


def _return(row: Row) -> Return:
    return Return(
        row["month"],
        row["number"],
        row["figures"],
        Status(row["status"]),
        row["why"],
        row["drawn_on"],
        row["checked_by"],
        row["checked_on"],
        row["reported_by"],
        row["reported_on"],
        row["reference"],
    )
