"""What the books say. Balances of a closed day are kept; those of an open one add what has moved since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from xindai.base.db import Tx, array

_SIDES = "ARRAY['asset','liability','income','expense','memorandum']"


@dataclass(frozen=True, slots=True)
class Balance:
    """One account; `minor` is a debit above zero, a credit below. `debit` and `credit` moved since `opening`."""

    account: str
    name_en: str
    name_zh: str
    side: str
    opening: int
    debit: int
    credit: int
    minor: int


def trial_balance(tx: Tx, *, on: date | None = None, since: date | None = None) -> list[Balance]:
    """Every account with its balance at the end of the day `on` (or with all that is posted).

    Opening balances are those before the day `since`, the start of the books without one.
    """
    rows = tx.rows(
        "SELECT a.code, a.name_en, a.name_zh, a.side, coalesce(o.minor, 0) AS opening, coalesce(c.minor, 0) AS closing,"
        " coalesce(m.debit, 0) AS debit, coalesce(m.credit, 0) AS credit FROM ledger_account a"
        f" LEFT JOIN ({_balances('before')}) o ON o.account = a.code LEFT JOIN ({_balances('on')}) c ON c.account = a.code"
        " LEFT JOIN (SELECT l.account, sum(greatest(l.amount, 0)) AS debit, sum(greatest(-l.amount, 0)) AS credit"
        " FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id"
        " WHERE (CAST(:on AS date) IS NULL OR e.on_day <= :on) AND (CAST(:since AS date) IS NULL OR e.on_day >= :since)"
        f" GROUP BY l.account) m ON m.account = a.code ORDER BY array_position({_SIDES}, a.side), a.code",
        on=on,
        since=since,
        before=_before(since),
    )
    return [
        Balance(
            row["code"],
            row["name_en"],
            row["name_zh"],
            row["side"],
            int(row["opening"]),
            int(row["debit"]),
            int(row["credit"]),
            int(row["closing"]),
        )
        for row in rows
    ]


def balance(tx: Tx, account: str, *, on: date) -> int:
    """The balance of one account at the end of the day `on`: the last kept one, and what moved after it."""
    found = tx.value(f"SELECT minor FROM ({_balances('on')}) b WHERE account = :account", on=on, account=account)
    return int(found or 0)


def _balances(day: str) -> str:
    """Balances by account at the end of the day bound as `day`; with all that is posted if it is null."""
    bound = f"coalesce(CAST(:{day} AS date), 'infinity'::date)"
    return (
        f"WITH kept AS (SELECT max(on_day) AS on_day FROM ledger_balance WHERE on_day <= {bound}),"
        " parts AS (SELECT b.account, b.minor FROM ledger_balance b JOIN kept k ON b.on_day = k.on_day"
        " UNION ALL SELECT l.account, l.amount FROM ledger_entry e JOIN ledger_line l ON l.entry_id = e.id"
        f" WHERE e.on_day <= {bound} AND e.on_day > coalesce((SELECT on_day FROM kept), '-infinity'::date))"
        " SELECT account, sum(minor) AS minor FROM parts GROUP BY account"
    )


def _before(since: date | None) -> date:
    return date.fromordinal(since.toordinal() - 1) if since else date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of an account: what moved it, and its balance after it."""

    entry: int
    on: date
    recorded_at: datetime
    kind: str
    cause: str
    corrects: date | None
    minor: int
    balance: int


@dataclass(frozen=True, slots=True)
class Posted:
    """One entry with its lines: (account, minor units; a debit above zero, a credit below)."""

    entry: int
    on: date
    at: datetime
    kind: str
    cause: str
    lines: tuple[tuple[str, int], ...]


def of_causes(tx: Tx, causes: Sequence[str]) -> list[Posted]:
    """The entries that followed from these causes, in the order they were posted."""
    rows = tx.rows(
        "SELECT e.id, e.on_day, e.at, e.kind, e.cause, array_agg(l.account ORDER BY l.amount DESC, l.account) AS accounts,"
        " array_agg(l.amount ORDER BY l.amount DESC, l.account) AS amounts FROM ledger_entry e"
        " JOIN ledger_line l ON l.entry_id = e.id WHERE e.cause = ANY(CAST(:causes AS text[])) GROUP BY e.id ORDER BY e.id",
        causes=array(causes),
    )
    return [
        Posted(
            row["id"],
            row["on_day"],
            row["at"],
            row["kind"],
            row["cause"],
            tuple(zip(row["accounts"], map(int, row["amounts"]), strict=True)),
        )
        for row in rows
    ]


def general_ledger(
    tx: Tx, *, account: str, since: date, until: date, after: int = 0, most: int = 200
) -> list[Movement]:
    """The movements of one account on the days from `since` to `until`, in the order they were posted."""
    opening = balance(tx, account, on=_before(since))
    rows = tx.rows(
        "SELECT * FROM (SELECT e.id, e.on_day, e.at, e.kind, e.cause, e.corrects, l.amount,"
        " sum(l.amount) OVER (ORDER BY e.on_day, e.id) AS moved FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id"
        " WHERE l.account = :account AND e.on_day BETWEEN :since AND :until) lines WHERE id > :after"
        " ORDER BY on_day, id LIMIT :most",
        account=account,
        since=since,
        until=until,
        after=after,
        most=most,
    )
    return [
        Movement(
            row["id"],
            row["on_day"],
            row["at"],
            row["kind"],
            row["cause"],
            row["corrects"],
            int(row["amount"]),
            opening + int(row["moved"]),
        )
        for row in rows
    ]
