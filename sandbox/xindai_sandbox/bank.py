"""The made-up bank: orders taken once, carried out a moment later, told of by signed call-backs, listed in a statement."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.requests import Request

from xindai_sandbox import wire
from xindai_sandbox.failures import Failures
from xindai_sandbox.store import Store

SETTLES_AFTER = 0.01
NOTICE_TRIES = 4
PAGE = 1000


class Bank:
    """Its doors, and what goes on behind them."""

    def __init__(self, store: Store, failures: Failures, secret: str) -> None:
        self.store = store
        self.failures = failures
        self._secret = secret
        self._tasks: set[asyncio.Task[None]] = set()
        self._http = httpx.AsyncClient(timeout=5.0, trust_env=False)

    def begin(self) -> None:
        """Go on with the orders that were taken before."""
        for order in self.store.rows("SELECT order_id FROM bank_order WHERE status = 'accepted'"):
            self._later(self._settle(order["order_id"], SETTLES_AFTER, None))

    async def end(self) -> None:
        """Leave what is not carried out for the next time."""
        for task in self._tasks:
            task.cancel()
        await self._http.aclose()

    async def pay_out(self, _request: Request, body: dict[str, Any]) -> tuple[int, Any]:
        """Take a pay-out; the same order again is the same order."""
        return self._take("pay_out", body)

    async def debit(self, _request: Request, body: dict[str, Any]) -> tuple[int, Any]:
        """Take a debit; the same order again is the same order."""
        return self._take("debit", body)

    async def query(self, request: Request, _body: dict[str, Any]) -> tuple[int, Any]:
        """What became of an order."""
        order = self._order(request.path_params["order_id"])
        return (200, _public(order)) if order else (404, {"error": "order_unknown"})

    async def statement(self, request: Request, _body: dict[str, Any]) -> tuple[int, Any]:
        """The orders carried out, in the order of carrying out."""
        after = request.query_params.get("after") or "0"
        found = self.store.rows(
            "SELECT * FROM bank_order WHERE kind = ? AND status = 'settled' AND place > ? ORDER BY place LIMIT ?",
            request.query_params.get("kind", "pay_out"),
            int(after),
            PAGE,
        )
        following = str(found[-1]["place"]) if len(found) == PAGE else ""
        return 200, {"lines": [_public(order) for order in found], "next": following}

    def _take(self, kind: str, body: dict[str, Any]) -> tuple[int, Any]:
        known = self._order(body["order_id"])
        if known:
            same = (known["amount"], known["card"], known["kind"]) == (body["amount"], body["card_number"], kind)
            return (200, _public(known)) if same else (409, {"error": "order_differs"})
        refusal = self.failures.next("bank", f"{kind}_outcome")
        self.store.run(
            "INSERT INTO bank_order VALUES (?, ?, ?, ?, ?, ?, ?, 'accepted', ?, NULL, NULL)",
            body["order_id"],
            kind,
            body["amount"],
            body["currency"],
            body["card_number"],
            body["value_on"],
            body["notify_url"],
            f"B{wire.digest(body['order_id'].encode())[:16].upper()}",
        )
        delay = refusal.seconds if refusal and refusal.kind == "delay" else SETTLES_AFTER
        reason = "refused_by_bank" if refusal and refusal.kind == "refuse" else None
        self._later(self._settle(body["order_id"], delay, reason))
        order = self._order(body["order_id"])
        assert order is not None
        return 202, _public(order)

    async def _settle(self, order_id: str, delay: float, reason: str | None) -> None:
        await asyncio.sleep(delay)
        order = self._order(order_id)
        assert order is not None
        if reason is None and order["kind"] == "debit":
            reason = self._dry(order["card"])
        self.store.run(
            "UPDATE bank_order SET status = ?, reason = ?, place = (SELECT coalesce(max(place), 0) + 1 FROM bank_order)"
            " WHERE order_id = ? AND status = 'accepted'",
            "failed" if reason else "settled",
            reason,
            order_id,
        )
        await self._notify(order_id)

    def _dry(self, card: str) -> str | None:
        """Why a debit fails, if it does."""
        owner = self.store.person("card_number", card)
        if owner is None or owner.get("pays") is None:
            return None
        done = self.store.row(
            "SELECT count(*) AS n FROM bank_order WHERE card = ? AND kind = 'debit' AND status = 'settled'", card
        )
        assert done is not None
        return "insufficient_funds" if done["n"] >= owner["pays"] else None

    async def _notify(self, order_id: str) -> None:
        order = self._order(order_id)
        assert order is not None
        failure = self.failures.next("bank", "notice")
        kind = failure.kind if failure else ""
        if kind == "loss":
            return
        if failure and kind == "delay":
            await asyncio.sleep(failure.seconds)
        body = b"<html>garbage" if kind == "garbage" else json.dumps(_public(order)).encode()
        secret = "somebody else" if kind == "wrong_signature" else self._secret
        for _ in range(2 if kind == "duplicate" else 1):
            await self._post(order["notify_url"], body, secret)

    async def _post(self, url: str, body: bytes, secret: str) -> None:
        path = urlsplit(url).path
        for attempt in range(NOTICE_TRIES):
            with contextlib.suppress(httpx.HTTPError):
                answer = await self._http.post(url, content=body, headers=wire.notice_headers(secret, path, body))
                if answer.status_code < 500:
                    return
            await asyncio.sleep(0.1 * 2**attempt)

    def _order(self, order_id: str) -> dict[str, Any] | None:
        return self.store.row("SELECT * FROM bank_order WHERE order_id = ?", order_id)

    def _later(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _public(order: dict[str, Any]) -> dict[str, Any]:
    return {
        name: order[name] for name in ("order_id", "status", "reference", "reason", "amount", "currency", "value_on")
    }
