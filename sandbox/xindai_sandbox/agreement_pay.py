"""A made-up gateway that debits cards by agreement (`contracts/agreement-pay.md`), one by one or by file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.requests import Request

from xindai_sandbox import wire
from xindai_sandbox.bank import Notices, answer_of, statement_of
from xindai_sandbox.banking import Banking
from xindai_sandbox.failures import Failures
from xindai_sandbox.store import Store

BANK = "agreement_pay"
IN_FILE = 10_000
SCHEMA = """
CREATE TABLE IF NOT EXISTS debit_agreement (
    id TEXT PRIMARY KEY, card TEXT NOT NULL, phone TEXT NOT NULL, number TEXT UNIQUE, ended INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS debit_file (id TEXT PRIMARY KEY, digest TEXT NOT NULL, head TEXT NOT NULL, orders TEXT NOT NULL);
"""


class Refused(ValueError):
    """A file that is not taken, and the line that says why."""

    def __init__(self, why: str, line: int) -> None:
        self.why, self.line = why, line
        super().__init__(why)


class AgreementPay:
    """Its doors. `fits` says whether four elements belong together, `text` brings a message to a phone."""

    def __init__(
        self,
        store: Store,
        failures: Failures,
        secret: str,
        *,
        fits: Callable[[dict[str, Any]], bool],
        text: Callable[[str, str, str], None],
    ) -> None:
        self._store, self._failures, self._fits, self._text = store, failures, fits, text
        store.prepare(SCHEMA)
        self.notices = Notices(BANK, failures, secret)
        self.banking = Banking(store, failures, BANK, tell=self._tell, tell_credit=self._tell)

    def begin(self) -> None:
        """Go on with what was taken before."""
        self.banking.begin()

    async def end(self) -> None:
        """Leave what is not carried out for the next time."""
        await self.banking.end()
        await self.notices.end()

    # agreements

    async def agree(self, _request: Request, body: dict[str, Any]) -> tuple[int, Any]:
        """Send a code to whoever wants to be debited."""
        if not body["authorisation"] or not self._fits(body):
            return 422, {"error": "elements_differ"}
        self._store.run(
            "INSERT OR IGNORE INTO debit_agreement (id, card, phone) VALUES (?, ?, ?)",
            body["agreement_id"],
            body["card_number"],
            body["phone"],
        )
        code = self._code(body["agreement_id"])
        self._text(
            f"agr|{body['agreement_id']}", body["phone"], f"【银行】您正在签约代扣，验证码 {code}，切勿告诉他人。"
        )
        return 202, {"agreement_id": body["agreement_id"]}

    async def confirm(self, request: Request, body: dict[str, Any]) -> tuple[int, Any]:
        """The code that was sent makes an agreement."""
        row = self._store.row("SELECT * FROM debit_agreement WHERE id = ?", request.path_params["id"])
        if row is None:
            return 404, {"error": "agreement_unknown"}
        if body["code"] != self._code(row["id"]):
            return 422, {"error": "code_wrong"}
        number = f"A{wire.digest(row['id'].encode())[:20].upper()}"
        self._store.run("UPDATE debit_agreement SET number = ? WHERE id = ?", number, row["id"])
        return 200, {"number": number}

    async def finish(self, request: Request, _body: dict[str, Any]) -> tuple[int, Any]:
        """An agreement holds no longer."""
        self.forget(request.path_params["id"])
        return 204, {}

    def forget(self, agreement_id: str) -> None:
        """It holds no longer."""
        self._store.run("UPDATE debit_agreement SET ended = 1 WHERE id = ?", agreement_id)

    @staticmethod
    def _code(agreement_id: str) -> str:
        return str(int(wire.digest(agreement_id.encode())[:8], 16) % 1_000_000).zfill(6)

    def _card(self, number: str) -> str | None:
        row = self._store.row("SELECT card FROM debit_agreement WHERE number = ? AND ended = 0", number)
        return row["card"] if row else None

    # one by one

    async def debit(self, _request: Request, body: dict[str, Any]) -> tuple[int, Any]:
        """Take a debit; the same order again is the same order."""
        known = self.banking.order(body["order_id"])
        card = self._card(body["agreement_number"])
        if card is None and known is None:
            return 202, self._refuse(body)
        order = {
            "order_id": body["order_id"],
            "amount": body["amount"],
            "currency": body["currency"],
            "card": card or (known or {})["card"],
            "value_on": body["value_on"],
            "notify_url": body["notify_url"],
        }
        taken = self.banking.take("debit", order, today=body["value_on"], in_part=bool(body["in_part"]))
        if taken.differs:
            return 409, {"error": "order_differs"}
        return 202 if taken.new else 200, answer_of(taken.order)

    def _refuse(self, body: dict[str, Any]) -> dict[str, Any]:
        order = {**body, "card": "", "currency": body["currency"]}
        self.banking.refuse("debit", order, "agreement_ended")
        made = self.banking.order(body["order_id"])
        assert made is not None
        return answer_of(made)

    async def query(self, request: Request, _body: dict[str, Any]) -> tuple[int, Any]:
        """What became of an order."""
        order = self.banking.order(request.path_params["order_id"])
        return (200, answer_of(order)) if order else (404, {"error": "order_unknown"})

    async def statement(self, request: Request, _body: dict[str, Any]) -> tuple[int, Any]:
        """A page of a day's statement."""
        return 200, statement_of(self.banking, request)

    # by file

    async def take_file(self, request: Request, raw: bytes) -> tuple[int, bytes]:
        """Take a file whole, or nothing of it."""
        batch_id = request.path_params["id"]
        known = self._store.row("SELECT digest FROM debit_file WHERE id = ?", batch_id)
        digest = wire.digest(raw)
        if known:
            return (
                (200, _json({"status": "known"})) if known["digest"] == digest else (409, _json({"error": "differs"}))
            )
        try:
            head, orders = read_file(raw, batch_id)
        except Refused as refused:
            return 422, _json({"error": refused.why, "line": refused.line})
        day = head.split(",")[2]
        self._store.run(
            "INSERT INTO debit_file VALUES (?, ?, ?, ?)",
            batch_id,
            digest,
            head,
            json.dumps([order["order_id"] for order in orders]),
        )
        with self._store.together():
            for order in orders:
                card = self._card(order["agreement_number"])
                if card is None:
                    self.banking.refuse("debit", {**order, "card": ""}, "agreement_ended")
                else:
                    about = {**order, "card": card, "value_on": day, "notify_url": "", "currency": "CNY"}
                    self.banking.take("debit", about, today=day, in_part=order["in_part"] == "1")
        return 202, _json({"status": "working"})

    async def file(self, request: Request, _body: dict[str, Any]) -> tuple[int, Any]:
        """Whether a file is worked through."""
        row = self._store.row("SELECT * FROM debit_file WHERE id = ?", request.path_params["id"])
        if row is None:
            return 404, {"error": "file_unknown"}
        return 200, {"status": "working" if self._working(row) else "done"}

    async def results(self, request: Request, _raw: bytes) -> tuple[int, bytes]:
        """What became of its orders."""
        row = self._store.row("SELECT * FROM debit_file WHERE id = ?", request.path_params["id"])
        if row is None:
            return 404, _json({"error": "file_unknown"})
        if self._working(row):
            return 409, _json({"error": "working"})
        orders = self._orders(row)
        if self._failures.next(BANK, "result_lines") is not None:
            orders = orders[1:]
        lines = [
            f"R,{one['order_id']},{'failed' if one['status'] == 'failed' else 'settled'},"
            f"{one['amount'] if one['status'] == 'failed' else one['taken'] or one['amount']},{one['reference']},"
            f"{(one['reason'] or '') if one['status'] == 'failed' else ''}"
            for one in orders
        ]
        settled = sum(
            (Decimal(one["taken"] or one["amount"]) for one in orders if one["status"] != "failed"), Decimal()
        )
        return 200, "\n".join([row["head"], *lines, f"T,{len(orders)},{settled:.2f}", ""]).encode()

    def _orders(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        return self._store.rows(
            "SELECT o.* FROM debit_file f, json_each(f.orders) j JOIN bank_order o ON o.order_id = j.value WHERE f.id = ?",
            row["id"],
        )

    def _working(self, row: dict[str, Any]) -> bool:
        return any(one["status"] == "accepted" for one in self._orders(row))

    async def _tell(self, order: dict[str, Any]) -> None:
        if order["notify_url"] and order["status"] in {"settled", "failed"}:
            await self.notices.post(order["notify_url"], _json(answer_of(order)))


def read_file(raw: bytes, batch_id: str) -> tuple[str, list[dict[str, str]]]:
    """(head, orders) of a file. Raises Refused."""
    lines = raw.decode(errors="replace").split("\n")
    if len(lines) < 4 or lines[-1]:
        raise Refused("incomplete", len(lines))
    head, *middle, tail, _ = lines
    told = head.split(",")
    if len(told) != 6 or told[0] != "H" or told[1] != batch_id or told[5] != "CNY":
        raise Refused("head_wrong", 1)
    orders, total, seen = [], Decimal(), set()
    for number, line in enumerate(middle, start=2):
        cells = line.split(",")
        if len(cells) != 5 or cells[0] != "D" or cells[4] not in {"0", "1"} or not re.fullmatch(r"\d+\.\d\d", cells[3]):
            raise Refused("line_wrong", number)
        if cells[1] in seen:
            raise Refused("order_twice", number)
        seen.add(cells[1])
        try:
            total += Decimal(cells[3])
        except InvalidOperation:
            raise Refused("amount_wrong", number) from None
        orders.append({"order_id": cells[1], "agreement_number": cells[2], "amount": cells[3], "in_part": cells[4]})
    if (
        len(orders) > IN_FILE
        or tail != f"T,{len(orders)},{total:.2f}"
        or told[3:5] != [str(len(orders)), f"{total:.2f}"]
    ):
        raise Refused("sums_wrong", len(lines) - 1)
    return head, orders


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
