"""The house bank's wire (`contracts/bank.md`): orders in JSON, told of by signed call-backs, listed in statements."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.requests import Request

from xindai_sandbox import wire
from xindai_sandbox.banking import Banking, yuan
from xindai_sandbox.failures import Failures
from xindai_sandbox.store import Store

NOTICE_TRIES = 4


class Notices:
    """Call-backs of a bank, with the failures that are ordered for them."""

    def __init__(self, name: str, failures: Failures, secret: str) -> None:
        self._name, self._failures, self._secret = name, failures, secret
        self._http = httpx.AsyncClient(timeout=5.0, trust_env=False)
        self._latest = ""

    async def end(self) -> None:
        """No more."""
        await self._http.aclose()

    def reached_at(self, url: str) -> None:
        """Where whoever ordered wants to hear."""
        self._latest = url

    async def post(self, url: str, body: bytes, *, kind: str = "application/json") -> None:
        """Once, or as the failures say; again while there is no answer."""
        url = url or self._latest
        failure = self._failures.next(self._name, "notice")
        wrong = failure.kind if failure else ""
        if wrong == "loss" or not url:
            return
        if failure and wrong == "delay":
            await asyncio.sleep(failure.seconds)
        sent = b"<html>garbage" if wrong == "garbage" else body
        secret = "somebody else" if wrong == "wrong_signature" else self._secret
        for _ in range(2 if wrong == "duplicate" else 1):
            await self._try(url, sent, {**wire.notice_headers(secret, urlsplit(url).path, sent), "Content-Type": kind})

    async def _try(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        for attempt in range(NOTICE_TRIES):
            with contextlib.suppress(httpx.HTTPError):
                answer = await self._http.post(url, content=body, headers=headers)
                if answer.status_code < 500:
                    return
            await asyncio.sleep(0.1 * 2**attempt)


class Bank:
    """Its doors; it calls back where the last order wants to hear, and `notices_to` before there is any."""

    def __init__(self, store: Store, failures: Failures, secret: str, *, notices_to: str) -> None:
        self.notices = Notices("bank", failures, secret)
        self.notices.reached_at(notices_to)
        self.banking = Banking(store, failures, "bank", tell=self._tell, tell_credit=self._tell_credit)

    def begin(self) -> None:
        """Go on with the orders that were taken before."""
        self.banking.begin()

    async def end(self) -> None:
        """Leave what is not carried out for the next time."""
        await self.banking.end()
        await self.notices.end()

    async def pay_out(self, _request: Request, body: dict[str, Any]) -> tuple[int, Any]:
        """Take a pay-out; the same order again is the same order."""
        return self._take("pay_out", body)

    async def debit(self, _request: Request, body: dict[str, Any]) -> tuple[int, Any]:
        """Take a debit; the same order again is the same order."""
        return self._take("debit", body)

    async def query(self, request: Request, _body: dict[str, Any]) -> tuple[int, Any]:
        """What became of an order."""
        order = self.banking.order(request.path_params["order_id"])
        return (200, answer_of(order)) if order else (404, {"error": "order_unknown"})

    async def statement(self, request: Request, _body: dict[str, Any]) -> tuple[int, Any]:
        """A page of a day's statement."""
        return 200, statement_of(self.banking, request)

    def _take(self, kind: str, body: dict[str, Any]) -> tuple[int, Any]:
        order = {name: str(body[name]) for name in ("order_id", "amount", "currency", "value_on", "notify_url")}
        self.notices.reached_at(order["notify_url"])
        taken = self.banking.take(kind, {**order, "card": str(body["card_number"])}, today=order["value_on"])
        if taken.differs:
            return 409, {"error": "order_differs"}
        return (202 if taken.new else 200), answer_of(taken.order)

    async def _tell(self, order: dict[str, Any]) -> None:
        await self.notices.post(order["notify_url"], json.dumps(answer_of(order)).encode())

    async def _tell_credit(self, line: dict[str, Any]) -> None:
        await self.notices.post("", json.dumps(_line(line), ensure_ascii=False).encode())


def answer_of(order: dict[str, Any]) -> dict[str, Any]:
    """An order on the wire; its amount is what was taken of it."""
    names = ("order_id", "status", "reference", "reason", "currency", "value_on")
    return {**{name: order[name] for name in names}, "amount": order["taken"] or order["amount"]}


def statement_of(banking: Banking, request: Request) -> dict[str, Any]:
    """A page of a day's statement on the wire."""
    asked = request.query_params
    page = banking.statement(asked["on"], final=asked.get("final") == "1", after=int(asked.get("after") or 0))
    return {
        "on": page["on"],
        "currency": "CNY",
        "opening": yuan(page["opening"]),
        "closing": yuan(page["closing"]),
        "lines": [_line(line) for line in page["lines"]],
        "next": page["next"],
    }


def _line(line: dict[str, Any]) -> dict[str, Any]:
    names = ("kind", "reference", "order_id", "booked_on", "account", "sender_name", "sender_account", "remark")
    return {**{name: line[name] for name in names}, "amount": yuan(line["minor"]), "currency": "CNY"}
