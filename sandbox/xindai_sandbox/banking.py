"""What a made-up bank does behind its wire: orders taken once and carried out later, lines booked by its own day, money brought back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from xindai_sandbox import wire
from xindai_sandbox.failures import Failures
from xindai_sandbox.store import Store

SETTLES_AFTER = 0.01
PAGE = 1000
CAPITAL = 10_000_000_000
"""What the lender's account begins with, in fen."""

Tell = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Taken:
    """An order as it stands, whether it is new, and whether it differs from what the bank has under its id."""

    order: dict[str, Any]
    new: bool
    differs: bool


class Banking:
    """One bank. Its day is that of the newest order, and turns when a final statement is asked for."""

    def __init__(self, store: Store, failures: Failures, name: str, *, tell: Tell, tell_credit: Tell) -> None:
        self.store = store
        self.failures = failures
        self.name = name
        self._tell = tell
        self._tell_credit = tell_credit
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """Go on with the orders that were taken before."""
        for order in self.store.rows(
            "SELECT order_id FROM bank_order WHERE bank = ? AND status = 'accepted'", self.name
        ):
            self._later(self._settle(order["order_id"], SETTLES_AFTER, None))

    async def end(self) -> None:
        """Leave what is not carried out for the next time."""
        for task in self._tasks:
            task.cancel()

    def order(self, order_id: str) -> dict[str, Any] | None:
        """One order."""
        return self.store.row("SELECT * FROM bank_order WHERE bank = ? AND order_id = ?", self.name, order_id)

    def take(
        self, kind: str, order: dict[str, str], *, today: str, waits: bool = False, in_part: bool = False
    ) -> Taken:
        """Take an order; the same again is the same order. One that `waits` is for its person to go on with.

        Of one that may be taken `in_part`, what there is is taken where that is less.
        """
        known = self.order(order["order_id"])
        if known:
            same = (known["amount"], known["card"], known["kind"]) == (order["amount"], order["card"], kind)
            return Taken(known, new=False, differs=not same)
        ordered = self.failures.next(self.name, f"{kind}_outcome")
        self.store.run(
            "INSERT INTO bank_order (bank, order_id, kind, amount, currency, card, value_on, notify_url, status, reference, in_part)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self.name,
            order["order_id"],
            kind,
            order["amount"],
            order["currency"],
            order["card"],
            order["value_on"],
            order["notify_url"],
            "waiting" if waits else "accepted",
            f"{self.name[0].upper()}{wire.digest(order['order_id'].encode())[:16].upper()}",
            int(in_part),
        )
        self._turn_to(today)
        delay = ordered.seconds if ordered and ordered.kind == "delay" else SETTLES_AFTER
        reason = "refused_by_bank" if ordered and ordered.kind == "refuse" else None
        if not waits:
            self._later(self._settle(order["order_id"], delay, reason))
        made = self.order(order["order_id"])
        assert made is not None
        return Taken(made, new=True, differs=False)

    def go_on(self, order_id: str) -> None:
        """The person has paid or accepted an order that waited for them."""
        if self._move(order_id, "waiting", "accepted"):
            self._later(self._settle(order_id, SETTLES_AFTER, None))

    def call_off(self, order_id: str, reason: str) -> None:
        """An order that waits is not wanted any more."""
        self._move(order_id, "waiting", "failed", reason)

    def book_fee(self, order_id: str, minor: int) -> None:
        """What the bank takes for an order, as agreed; once."""
        self._book("fee", f"{self.name[0].upper()}G{wire.digest(order_id.encode())[:15].upper()}", order_id, -minor)

    def _move(self, order_id: str, before: str, after: str, reason: str | None = None) -> bool:
        changed = self.store.run(
            "UPDATE bank_order SET status = ?, reason = coalesce(?, reason) WHERE bank = ? AND order_id = ? AND status = ?",
            after,
            reason,
            self.name,
            order_id,
            before,
        )
        return changed == 1

    def refuse(self, kind: str, order: dict[str, str], reason: str) -> None:
        """An order that the bank takes and turns down at once."""
        self.take(
            kind, {"currency": "CNY", "value_on": self.day, "notify_url": "", **order}, today=self.day, waits=True
        )
        self.call_off(order["order_id"], reason)

    def bring_back(self, order_id: str, reason: str) -> dict[str, Any] | None:
        """The money of a settled order goes the other way: the account was closed, the payer disputes."""
        order = self.order(order_id)
        if order is None or order["status"] != "settled":
            return None
        status = "reversed" if order["kind"] == "debit" else "returned"
        self.store.run(
            "UPDATE bank_order SET status = ?, reason = ? WHERE bank = ? AND order_id = ?",
            status,
            reason,
            self.name,
            order_id,
        )
        way = 1 if order["kind"] == "pay_out" else -1
        reference = f"{self.name[0].upper()}R{wire.digest(order_id.encode())[:15].upper()}"
        self._book("back", reference, order_id, way * fen(order["taken"] or order["amount"]), {"remark": reason})
        self._later(self._told(order_id))
        return self.order(order_id)

    def receive(self, transfer: dict[str, str]) -> dict[str, Any]:
        """Somebody transfers to one of our virtual accounts."""
        place = self._place()
        reference = f"{self.name[0].upper()}C{place:014d}"
        self._book("credit", reference, None, fen(transfer["amount"]), transfer)
        line = self.store.row("SELECT * FROM bank_line WHERE bank = ? AND reference = ?", self.name, reference)
        assert line is not None
        self._later(self._tell_credit(line))
        return line

    def charge(self, amount: str, remark: str) -> None:
        """The bank takes a fee by itself."""
        self._book("charge", f"{self.name[0].upper()}F{self._place():014d}", None, -fen(amount), {"remark": remark})

    def repeat(self, order_id: str) -> None:
        """The bank carries an order out a second time."""
        line = self.line_of(order_id, ("pay_out", "debit"))
        assert line is not None, order_id
        self._book(line["kind"], f"{line['reference']}X", order_id, line["minor"])

    def misbook(self, reference: str, *, amount: str | None) -> int:
        """The statement lies: a line has another amount, or is not there."""
        if amount is None:
            return self.store.run("DELETE FROM bank_line WHERE bank = ? AND reference = ?", self.name, reference)
        return self.store.run(
            "UPDATE bank_line SET minor = sign(minor) * ? WHERE bank = ? AND reference = ?",
            fen(amount),
            self.name,
            reference,
        )

    def statement(self, on: str, *, final: bool, after: int, skip: int = 0) -> dict[str, Any]:
        """A page of the lines of a day, with what the account opened and closed with."""
        self.store.run("UPDATE bank_line SET booked_on = ? WHERE bank = ? AND booked_on = ''", on, self.name)
        if final:
            self._turn_to(next_day(on))
        opening = CAPITAL + self._sum("booked_on < ?", on)
        found = self.store.rows(
            "SELECT * FROM bank_line WHERE bank = ? AND booked_on = ? AND place > ? ORDER BY place LIMIT ? OFFSET ?",
            self.name,
            on,
            after,
            PAGE,
            skip,
        )
        return {
            "on": on,
            "opening": opening,
            "closing": opening + self._sum("booked_on = ?", on),
            "lines": found,
            "next": str(found[-1]["place"]) if len(found) == PAGE else "",
        }

    def line_of(self, order_id: str, kinds: Sequence[str]) -> dict[str, Any] | None:
        """The line of an order that is of one of these kinds."""
        lines = self.store.rows("SELECT * FROM bank_line WHERE bank = ? AND order_id = ?", self.name, order_id)
        return next((line for line in lines if line["kind"] in kinds), None)

    @property
    def day(self) -> str:
        """The bank's day; the first one is that of the first order."""
        row = self.store.row("SELECT day FROM bank_state WHERE bank = ?", self.name)
        return row["day"] if row else ""

    async def _settle(self, order_id: str, delay: float, reason: str | None) -> None:
        await asyncio.sleep(delay)
        order = self.order(order_id)
        assert order is not None
        if order["status"] != "accepted":
            return
        if reason is None and order["value_on"] > self.day:
            return  # it is carried out when the day has come
        taken = None
        if reason is None and order["kind"] == "debit":
            reason = self._dry(order["card"])
            taken = self._rest(order) if reason and order["in_part"] else None
            reason = None if taken else reason
        self.store.run(
            "UPDATE bank_order SET status = ?, reason = ?, taken = ? WHERE bank = ? AND order_id = ? AND status = 'accepted'",
            "failed" if reason else "settled",
            reason,
            taken,
            self.name,
            order_id,
        )
        if reason is None:
            way = 1 if order["kind"] == "debit" else -1
            self._book(order["kind"], order["reference"], order_id, way * fen(taken or order["amount"]))
        await self._told(order_id)

    async def _told(self, order_id: str) -> None:
        order = self.order(order_id)
        assert order is not None
        await self._tell(order)

    def _dry(self, card: str) -> str | None:
        """Why a debit fails, if it does."""
        owner = self.store.person("card_number", card)
        if owner is None:
            return None
        if any(since <= self.day < until for since, until in owner.get("broke", ())):
            return "insufficient_funds"
        if owner.get("pays") is None:
            return None
        done = self.store.row(
            "SELECT count(*) AS n FROM bank_order WHERE card = ? AND kind = 'debit' AND status = 'settled'", card
        )
        assert done is not None
        return "insufficient_funds" if done["n"] >= owner["pays"] else None

    def _rest(self, order: dict[str, Any]) -> str | None:
        """What is left on a card that holds too little, which goes once."""
        owner = self.store.person("card_number", order["card"]) or {}
        gone = self.store.row("SELECT 1 FROM bank_order WHERE card = ? AND taken IS NOT NULL", order["card"])
        left = owner.get("left")
        return yuan(min(fen(left), fen(order["amount"]))) if left and not gone else None

    def _book(
        self, kind: str, reference: str, order_id: str | None, minor: int, more: dict[str, str] | None = None
    ) -> None:
        more = more or {}
        self.store.run(
            "INSERT OR IGNORE INTO bank_line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self.name,
            self._place(),
            kind,
            reference,
            order_id,
            minor,
            self.day,
            more.get("account"),
            more.get("sender_name", ""),
            more.get("sender_account", ""),
            more.get("remark", ""),
        )

    def _place(self) -> int:
        row = self.store.row("SELECT coalesce(max(place), 0) + 1 AS place FROM bank_line WHERE bank = ?", self.name)
        assert row is not None
        return int(row["place"])

    def _sum(self, where: str, on: str) -> int:
        row = self.store.row(
            f"SELECT coalesce(sum(minor), 0) AS minor FROM bank_line WHERE bank = ? AND {where}", self.name, on
        )
        assert row is not None
        return int(row["minor"])

    def _turn_to(self, day: str) -> None:
        before = self.day
        if day <= before:
            return
        self.store.run("INSERT OR REPLACE INTO bank_state VALUES (?, ?)", self.name, day)
        for order in self.store.rows(
            "SELECT order_id FROM bank_order WHERE bank = ? AND status = 'accepted' AND value_on <= ? AND value_on > ?",
            self.name,
            day,
            before,
        ):
            self._later(self._settle(order["order_id"], SETTLES_AFTER, None))

    def _later(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def fen(amount: str) -> int:
    """A decimal text in fen."""
    return int(Decimal(amount) * 100)


def yuan(minor: int) -> str:
    """Fen as a decimal text."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def next_day(day: str) -> str:
    """The day after."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
