"""The providers' HTTP server: `python -m xindai_sandbox.server --port P --home DIR --keys FILE`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from xindai_sandbox import society, wire
from xindai_sandbox.agreement_pay import AgreementPay
from xindai_sandbox.bank import Bank, Notices
from xindai_sandbox.banking import Banking
from xindai_sandbox.bureaus import Bureaus
from xindai_sandbox.failures import KINDS, Failure, Failures
from xindai_sandbox.iso_bank import IsoBank
from xindai_sandbox.store import Store
from xindai_sandbox.tencent import Tencent
from xindai_sandbox.wechat import Wechat, openid_of
from xindai_sandbox.wechat_pay import WechatPay

Handle = Callable[[Request, dict[str, Any]], Awaitable[tuple[int, Any]]]
Respond = Callable[[Request, bytes], Awaitable[tuple[int, bytes]]]


class Providers:
    """Bank, bureau, SMS and identity behind one port."""

    def __init__(
        self, store: Store, keys: dict[str, str], *, address: str = "", ours: str = "", home: Path, key_folder: Path
    ) -> None:
        self.store = store
        self.keys = keys
        self.failures = Failures()
        self.bank = Bank(store, self.failures, keys["bank"], notices_to=f"{ours}/v1/callbacks/bank" if ours else "")
        self.bureaus = Bureaus(store, today=lambda: self.bank.banking.day)
        self.iso_bank = IsoBank(
            store, self.failures, keys["iso20022"], notices_to=f"{ours}/v1/callbacks/iso20022" if ours else ""
        )
        self.agreement_pay = AgreementPay(
            store, self.failures, keys["agreement_pay"], fits=self.matches, text=self.deliver
        )
        self.texts = Notices("sms", self.failures, keys["sms"])
        self._sms_notify_url = ""
        self._telling: set[asyncio.Task[None]] = set()
        self.wechat = Wechat(keys["wechat"], self.failures)
        self.wechat_pay = WechatPay(
            store, self.failures, keys=key_folder / "wechat_pay.json", home=home, owner=self._of_wallet
        )
        self.tencent = Tencent(keys["tencent"], self.failures, self, address)

    def app(self) -> Starlette:
        """All routes."""
        return Starlette(
            lifespan=self._lifespan,
            routes=[
                self._route("POST", "/bank/pay-outs", "bank", "pay_out", self.bank.pay_out),
                self._route("POST", "/bank/debits", "bank", "debit", self.bank.debit),
                self._route("GET", "/bank/orders/{order_id}", "bank", "query", self.bank.query),
                self._route("GET", "/bank/statement", "bank", "statement", self.bank.statement),
                *self._iso_routes(),
                *self._agreement_routes(),
                self._route("POST", "/bureau/reports", "bureau", "report", self.bureaus.report),
                self._route(
                    "POST", "/bureau/account-records", "bureau", "account_records", self.bureaus.account_records
                ),
                self._route("POST", "/market-bureau/queries", "market_bureau", "report", self.bureaus.market_report),
                self._route("POST", "/identity/four-elements", "identity", "four_elements", self.four_elements),
                self._route("POST", "/behaviour/events", "behaviour", "events", self.events),
                self._route("POST", "/social/ties", "social", "ties", self.ties),
                self._route("POST", "/sms/messages", "sms", "send", self.send),
                *self.wechat.routes(),
                *self.tencent.routes(),
                *self.wechat_pay.routes(),
                Route("/_control/people", self.register, methods=["POST"]),
                Route("/_control/failures", self.order_failures, methods=["POST", "DELETE"]),
                Route("/_control/messages", self.messages),
                Route("/_control/orders", self.orders),
                Route("/_control/replies", self.reply, methods=["POST"]),
                Route("/_control/wechat-messages", self.wechat.messages),
                Route("/_control/lines", self.lines),
                Route("/_control/account-records", self.bureaus.records_of),
                Route("/_control/transfers", self.transfer, methods=["POST"]),
                Route("/_control/agreement-endings", self.end_agreement, methods=["POST"]),
                Route("/_control/returns", self.bring_back, methods=["POST"]),
                Route("/_control/charges", self.charge, methods=["POST"]),
                Route("/_control/misbookings", self.misbook, methods=["POST"]),
                Route("/health/ready", lambda _: JSONResponse({"status": "ready"})),
            ],
        )

    def _iso_routes(self) -> list[Route]:
        one = self.iso_bank
        doors: list[tuple[str, str, str, Respond]] = [
            ("POST", "credit-transfers", "pay_out", one.initiate),
            ("POST", "direct-debits", "debit", one.initiate),
            ("GET", "status", "query", one.status),
            ("GET", "statements", "statement", one.statement),
        ]
        return [
            self._signed(method, f"/iso20022/{path}", "iso20022", operation, respond, kind="application/xml")
            for method, path, operation, respond in doors
        ]

    def _agreement_routes(self) -> list[Route]:
        one, name = self.agreement_pay, "agreement_pay"
        agreements, files = "/agreement-pay/agreements", "/agreement-pay/files/{id}"
        return [
            self._route("POST", agreements, name, "agreement", one.agree),
            self._route("POST", f"{agreements}/{{id}}/confirmations", name, "agreement", one.confirm),
            self._route("POST", f"{agreements}/{{id}}/endings", name, "agreement", one.finish),
            self._route("POST", "/agreement-pay/debits", name, "debit", one.debit),
            self._route("GET", "/agreement-pay/orders/{order_id}", name, "query", one.query),
            self._route("GET", "/agreement-pay/statement", name, "statement", one.statement),
            self._signed("PUT", files, name, "file", one.take_file, kind="application/json"),
            self._route("GET", files, name, "file", one.file),
            self._signed("GET", f"{files}/results", name, "results", one.results, kind="text/csv"),
        ]

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        self.bank.begin()
        self.iso_bank.begin()
        self.wechat_pay.begin()
        self.agreement_pay.begin()
        yield
        await self.bank.end()
        await self.iso_bank.end()
        await self.wechat_pay.end()
        await self.agreement_pay.end()
        await self.texts.end()

    # identity, behaviour, ties, SMS

    async def events(self, _request: Request, body: dict[str, Any]) -> tuple[int, Any]:
        """What a registered person did in the year before a day; nothing is known of others."""
        if not body.get("authorisation"):
            return 403, {"error": "authorisation_missing"}
        owner = self.store.person("id_number", body["id_number"])
        habits = owner.get("habits") if owner else None
        until = date.fromisoformat(body["until"])
        return 200, {"events": society.events(habits, until) if habits else []}

    async def ties(self, _request: Request, body: dict[str, Any]) -> tuple[int, Any]:
        """Whom a registered person has to do with; others have nobody."""
        if not body.get("authorisation"):
            return 403, {"error": "authorisation_missing"}
        owner = self.store.person("phone", body["phone"])
        ties = owner.get("ties") if owner else None
        told = society.told(ties or [], date.fromisoformat(body["until"]))
        return 200, {"node": society.node_of(body["phone"]), "ties": told}

    async def four_elements(self, _request: Request, body: dict[str, Any]) -> tuple[int, Any]:
        """Whether name, number, phone and card belong together; whom nobody registered is believed."""
        owners = self._owners(body)
        owner = owners[0] or {}
        return 200, {
            "match": _fit(owners, body),
            "registered": not owner.get("unregistered", False),
            "phone_status": owner.get("phone_status", "in_service"),
            "reference": wire.digest(json.dumps(body).encode())[:16],
        }

    def matches(self, body: dict[str, str]) -> bool:
        """Whether four elements belong to one person; whom nobody registered is believed."""
        return _fit(self._owners(body), body)

    def _owners(self, body: dict[str, str]) -> list[dict[str, Any] | None]:
        return [self.store.person(column, body[column]) for column in ("id_number", "card_number", "phone")]

    async def send(self, _request: Request, body: dict[str, Any]) -> tuple[int, Any]:
        """Take a message, and say what became of it; the same id again is the same message."""
        lost = self.failures.next("sms", "delivery")
        if lost is None:
            self.deliver(body["message_id"], body["phone"], body["text"])
        if body.get("notify_url"):
            self._sms_notify_url = body["notify_url"]
            status, reason = ("undelivered", "phone_off") if lost else ("delivered", None)
            report = {"kind": "report", "message_id": body["message_id"], "status": status, "reason": reason}
            self._tell_of_texts(report)
        return 202, {"message_id": body["message_id"]}

    async def reply(self, request: Request) -> Response:
        """Somebody answers a message."""
        body = await request.json()
        self.tencent.answered(body["phone"], body["text"])
        self._tell_of_texts({"kind": "reply", "phone": body["phone"], "text": body["text"]})
        return Response(status_code=204)

    def _tell_of_texts(self, word: dict[str, Any]) -> None:
        sending = self.texts.post(self._sms_notify_url, json.dumps(word, ensure_ascii=False).encode())
        task = asyncio.get_running_loop().create_task(sending)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    def deliver(self, message_id: str, phone: str, text: str) -> None:
        """A message comes to a phone, once."""
        self.store.run(
            "INSERT OR IGNORE INTO message VALUES (?, ?, ?, (SELECT coalesce(max(place), 0) + 1 FROM message))",
            message_id,
            phone,
            text,
        )

    # control

    async def register(self, request: Request) -> Response:
        """Make people known to all providers."""
        people = await request.json()
        self.store.register(people)
        return JSONResponse({"registered": len(people)})

    async def order_failures(self, request: Request) -> Response:
        """Order failures, or clear them."""
        if request.method == "DELETE":
            self.failures.clear()
            return Response(status_code=204)
        body = await request.json()
        if body.get("kind") not in KINDS:
            return JSONResponse({"error": "kind_unknown", "kinds": KINDS}, 422)
        self.failures.order(
            Failure(
                body["provider"],
                body["operation"],
                body["kind"],
                int(body.get("times", 1)),
                float(body.get("seconds", 0.5)),
            )
        )
        return Response(status_code=204)

    async def messages(self, request: Request) -> Response:
        """The messages of a phone, newest first."""
        return JSONResponse(
            self.store.rows(
                "SELECT message_id, text FROM message WHERE phone = ? ORDER BY place DESC LIMIT 50",
                request.query_params.get("phone", ""),
            )
        )

    async def lines(self, _request: Request) -> Response:
        """All lines that the banks have booked."""
        return JSONResponse(self.store.rows("SELECT bank, kind, order_id, minor, reference FROM bank_line"))

    async def orders(self, _request: Request) -> Response:
        """How many orders of each kind stand where."""
        return JSONResponse(
            self.store.rows(
                "SELECT kind, status, count(*) AS orders FROM bank_order GROUP BY kind, status ORDER BY kind, status"
            )
        )

    async def transfer(self, request: Request) -> Response:
        """Somebody transfers to a virtual account of ours."""
        body = await request.json()
        return JSONResponse(self._bank(body).receive(body))

    async def bring_back(self, request: Request) -> Response:
        """The money of an order that was carried out goes the other way."""
        body = await request.json()
        order = self._bank(body).bring_back(body["order_id"], body.get("reason", "account_closed"))
        return JSONResponse({"status": order["status"]} if order else {"error": "not_settled"}, 200 if order else 409)

    async def end_agreement(self, request: Request) -> Response:
        """Somebody ends an agreement at their bank's counter; nobody tells us."""
        self.agreement_pay.forget((await request.json())["agreement_id"])
        return Response(status_code=204)

    async def charge(self, request: Request) -> Response:
        """A bank takes a fee."""
        body = await request.json()
        self._bank(body).charge(body["amount"], body.get("remark", "fee"))
        return Response(status_code=204)

    async def misbook(self, request: Request) -> Response:
        """A statement lies about an order: another amount, or nothing; or an order is carried out `twice`."""
        body = await request.json()
        order = self._bank(body).order(body["order_id"])
        if order and body.get("twice"):
            self._bank(body).repeat(body["order_id"])
            return JSONResponse({"changed": 1})
        changed = self._bank(body).misbook(order["reference"], amount=body.get("amount")) if order else 0
        return JSONResponse({"changed": changed}, 200 if changed else 409)

    def _bank(self, body: dict[str, Any]) -> Banking:
        all_of_them = (self.bank, self.iso_bank, self.agreement_pay, self.wechat_pay)
        banks = {one.banking.name: one.banking for one in all_of_them}
        return banks[body.get("bank", "bank")]

    def _of_wallet(self, openid: str) -> dict[str, Any] | None:
        """Whose wallet that is, if they are registered."""
        return next((one for one in self.store.people() if openid_of(one["phone"]) == openid), None)

    # the wire

    def _route(self, method: str, path: str, provider: str, operation: str, handle: Handle) -> Route:
        async def respond(request: Request, raw: bytes) -> tuple[int, bytes]:
            try:
                status, document = await handle(request, json.loads(raw) if raw else {})
            except (KeyError, ValueError, TypeError) as error:
                status, document = 400, {"error": "malformed", "detail": str(error)}
            return status, json.dumps(document, ensure_ascii=False).encode()

        return self._signed(method, path, provider, operation, respond, kind="application/json")

    def _signed(self, method: str, path: str, provider: str, operation: str, respond: Respond, *, kind: str) -> Route:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            if not wire.is_signed(request, raw, self.keys[provider]):
                return wire.answer(request, self.keys[provider], 401, {"error": "signature_wrong"})
            failure = self.failures.next(provider, operation)
            wrong = failure.kind if failure else ""
            if wrong == "server_error":
                return JSONResponse({"error": "internal"}, 500)
            if wrong == "lost_request":
                return JSONResponse({"error": "gateway_timeout"}, 504)
            status, body = await respond(request, raw)
            if wrong == "loss":
                return JSONResponse({"error": "gateway_timeout"}, 504)
            if failure and wrong == "delay":
                await asyncio.sleep(failure.seconds)
            secret = "somebody else" if wrong == "wrong_signature" else self.keys[provider]
            if wrong == "garbage":
                return _garbage(request, secret)
            return wire.answer_bytes(request, secret, status, body, kind=kind)

        return Route(path, endpoint, methods=[method])


def _fit(owners: list[dict[str, Any] | None], body: dict[str, str]) -> bool:
    elements = ("name", "id_number", "phone", "card_number")
    return all(owner is None or all(owner[part] == body[part] for part in elements) for owner in owners)


def _garbage(request: Request, secret: str) -> Response:
    body = b"<html>maintenance</html>"
    signature = wire.sign(secret, "200", request.headers.get("x-nonce", ""), wire.digest(body))
    return Response(body, 200, headers={"X-Signature": signature})


def main() -> None:
    """Serve until told to stop, or until whoever started us is gone (standard input closes)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--calls-back", default="", help="the lender's address, for what is told without being asked")
    parser.add_argument("--with-parent", action="store_true", help="stop when standard input closes")
    options = parser.parse_args()
    providers = Providers(
        Store(options.home / "world.sqlite"),
        json.loads(options.keys.read_text()),
        address=f"http://127.0.0.1:{options.port}",
        ours=options.calls_back,
        home=options.home,
        key_folder=options.keys.parent,
    )
    if options.with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    uvicorn.run(
        providers.app(),
        host="127.0.0.1",
        port=options.port,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=30,
    )


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
