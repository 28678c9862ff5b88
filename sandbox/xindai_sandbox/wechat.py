"""WeChat, made up: the vendor's own paths and error numbers, codes that serve once, a token that can be lost."""

from __future__ import annotations

import secrets
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from xindai_sandbox.failures import Failures
from xindai_sandbox.wire import digest

CODE_LIVES = 300.0
TOKEN_LIVES = 7200


class Wechat:
    """Who presses which button is ordered by `POST /_control/wechat-codes`; the openid follows from the phone."""

    def __init__(self, account: str, failures: Failures) -> None:
        app_id, _, self._secret = account.rpartition(":")
        self._app_id = app_id or "sandbox"
        self._failures = failures
        self._codes: dict[str, tuple[str, str, float]] = {}
        self._token = ""
        self._messages: list[dict[str, Any]] = []

    def routes(self) -> list[Route]:
        """All paths."""
        return [
            Route("/wechat/sns/jscode2session", self.session, methods=["GET"]),
            Route("/wechat/cgi-bin/stable_token", self.token, methods=["POST"]),
            Route("/wechat/cgi-bin/message/subscribe/send", self.tell, methods=["POST"]),
            Route("/wechat/wxa/business/getuserphonenumber", self.phone, methods=["POST"]),
            Route("/_control/wechat-codes", self.press, methods=["POST"]),
        ]

    async def press(self, request: Request) -> Response:
        """Somebody opens the mini-program and presses the phone number button: the two codes."""
        phone = str((await request.json())["phone"])
        now = time.monotonic()
        log_in, number = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self._codes[log_in] = ("session", phone, now + CODE_LIVES)
        self._codes[number] = ("phone", phone, now + CODE_LIVES)
        return JSONResponse({"code": log_in, "phone_code": number})

    async def session(self, request: Request) -> Response:
        """`code2session`."""
        asked = request.query_params
        if asked.get("appid") != self._app_id:
            return _no(40013, "invalid appid")
        if asked.get("secret") != self._secret:
            return _no(40125, "invalid appsecret")
        if failed := self._failure("code2session"):
            return failed
        phone = self._used("session", asked.get("js_code", ""))
        if phone is None:
            return _no(40029, "invalid code")
        return JSONResponse({"openid": openid_of(phone), "session_key": secrets.token_hex(12)})

    async def token(self, request: Request) -> Response:
        """`stable_token`."""
        body = await request.json()
        if body.get("appid") != self._app_id or body.get("secret") != self._secret:
            return _no(40125, "invalid appsecret")
        if not self._token or body.get("force_refresh"):
            self._token = secrets.token_urlsafe(40)
        return JSONResponse({"access_token": self._token, "expires_in": TOKEN_LIVES})

    async def phone(self, request: Request) -> Response:
        """`getuserphonenumber`."""
        failure = self._failures.next("wechat", "token")
        if failure is not None:
            self._token = ""  # what was given out before is worth nothing any more
        if not self._token or request.query_params.get("access_token") != self._token:
            return _no(40001, "invalid credential")
        if failed := self._failure("phone_number"):
            return failed
        phone = self._used("phone", str((await request.json()).get("code", "")))
        if phone is None:
            return _no(40029, "invalid code")
        info: dict[str, Any] = {
            "phoneNumber": phone,
            "purePhoneNumber": phone,
            "countryCode": "86",
            "watermark": {"timestamp": int(time.time()), "appid": self._app_id},
        }
        return JSONResponse({"errcode": 0, "errmsg": "ok", "phone_info": info})

    async def tell(self, request: Request) -> Response:
        """`subscribeMessage.send`."""
        if not self._token or request.query_params.get("access_token") != self._token:
            return _no(40001, "invalid credential")
        failure = self._failures.next("wechat", "subscribe_send")
        if failure is not None and failure.kind == "refuse":
            return _no(43101, "user refuse to accept the msg")
        if failure is not None:
            return Response(status_code=502)
        body = await request.json()
        if not body.get("touser") or not body.get("template_id") or not isinstance(body.get("data"), dict):
            return _no(47003, "argument invalid")
        if any(len(str(one.get("value", ""))) > 20 for field, one in body["data"].items() if field.startswith("thing")):
            return _no(47003, "argument invalid! data.thing.value is too long")
        self._messages.append({"openid": body["touser"], "template_id": body["template_id"], "data": body["data"]})
        return JSONResponse({"errcode": 0, "errmsg": "ok"})

    async def messages(self, request: Request) -> Response:
        """What came to the WeChat account of a phone, newest first."""
        openid = openid_of(request.query_params.get("phone", ""))
        return JSONResponse([one for one in reversed(self._messages) if one["openid"] == openid])

    def _used(self, kind: str, code: str) -> str | None:
        known, phone, ends = self._codes.pop(code, ("", "", 0.0))
        return phone if known == kind and time.monotonic() < ends else None

    def _failure(self, operation: str) -> Response | None:
        failure = self._failures.next("wechat", operation)
        if failure is None:
            return None
        if failure.kind == "garbage":
            return Response("<html>busy</html>")
        return _no(-1, "system error") if failure.kind != "server_error" else Response(status_code=502)


def openid_of(phone: str) -> str:
    """The WeChat account of whoever has this phone."""
    return "o" + digest(phone.encode())[:27]


def _no(number: int, text: str) -> Response:
    return JSONResponse({"errcode": number, "errmsg": text})
