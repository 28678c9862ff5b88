"""WeChat's own HTTP API: who opens the mini-program, and their phone number when they press its button.

Wire: the vendor's `sns/jscode2session`, `cgi-bin/stable_token` and `wxa/business/getuserphonenumber`. A code serves once. The
token that opens the last of them is kept until shortly before it ends, and asked for anew when WeChat no longer takes it.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

import httpx

from xindai.base.http import ProviderDown, ProviderFault
from xindai.base.log import PROVIDER_CALLS
from xindai.values import json_text
from xindai.values.masked import Phone, PhoneWrong, Secret
from xindai.values.refusal import Kind, Refusal

LONGEST = 86_400
"""No token lives longer than a day, in seconds."""
CODE_REFUSED = {40029, 40163, 41008, 40226}
NOT_ALLOWED = {43101, 43107, 43004, 40003}
TOKEN_REFUSED = {40001, 40014, 42001}
EARLY = 300.0
"""A token is given up so many seconds before its end."""


class WechatCodeWrong(Refusal):
    """WeChat does not take the code: used, too old, or of another app; which of them is not said."""

    kind = Kind.UNPROVEN
    code = "wechat_code_wrong"
    en = "WeChat does not recognise this log-in any more; please try again."
    zh = "微信登录已失效，请重试。"


@dataclass(frozen=True, slots=True)
class App:
    """The mini-program, as registered with WeChat."""

    app_id: str
    secret: str


class Wechat:
    """The client; one a process."""

    def __init__(self, app: App, base_url: str, *, timeout: float = 5.0) -> None:
        self._app = app
        self._http = httpx.Client(base_url=base_url.rstrip("/"), timeout=timeout, trust_env=False)
        self._turn = threading.Lock()
        self._token, self._ends = "", 0.0

    def who_opens(self, code: Secret) -> Secret:
        """The openid behind a code of `wx.login`. Refuses WechatCodeWrong. Raises ProviderFault."""
        found = self._asked(
            "GET",
            "/sns/jscode2session",
            "code2session",
            params={
                "appid": self._app.app_id,
                "secret": self._app.secret,
                "js_code": code.reveal(),
                "grant_type": "authorization_code",
            },
        )
        openid = found.get("openid")
        if not isinstance(openid, str) or not 1 <= len(openid) <= 128:
            raise ProviderFault("wechat: no openid")
        return Secret(openid)

    def phone_of(self, code: Secret) -> Phone:
        """The number behind a code of the phone number button. Refuses WechatCodeWrong, PhoneWrong. Raises ProviderFault."""
        found = self._with_token("/wxa/business/getuserphonenumber", "phone_number", {"code": code.reveal()})
        told = found.get("phone_info")
        if not isinstance(told, dict):
            raise ProviderFault("wechat: no phone")
        stamp = told.get("watermark")
        if not isinstance(stamp, dict) or stamp.get("appid") != self._app.app_id:
            raise ProviderFault("wechat: the phone was told to another app")
        if str(told.get("countryCode")) != "86":
            raise PhoneWrong(field="phone_code")
        return Phone.parse(told.get("purePhoneNumber"), field="phone_code")

    def tell(self, openid: Secret, *, template: str, said: dict[str, str]) -> bool:
        """Send a subscription message; false where its person has not allowed it, or has blocked us. Raises ProviderFault."""
        body = {
            "touser": openid.reveal(),
            "template_id": template,
            "data": {field: {"value": text[:20]} for field, text in said.items()},
        }
        try:
            self._with_token("/cgi-bin/message/subscribe/send", "subscribe_send", body)
        except _NotAllowed:
            return False
        return True

    def _with_token(self, path: str, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        for fresh in (False, True):
            token = self._opener(fresh=fresh)
            try:
                return self._asked("POST", path, operation, params={"access_token": token}, json=body)
            except _TokenRefused:
                continue
        raise ProviderFault("wechat: the token is not taken")

    def _opener(self, *, fresh: bool) -> str:
        with self._turn:
            if fresh or time.monotonic() > self._ends:
                told = self._asked(
                    "POST",
                    "/cgi-bin/stable_token",
                    "token",
                    json={
                        "grant_type": "client_credential",
                        "appid": self._app.app_id,
                        "secret": self._app.secret,
                        "force_refresh": fresh,
                    },
                )
                token, lives = told.get("access_token"), told.get("expires_in")
                if not isinstance(token, str) or not isinstance(lives, int) or not 0 <= lives <= LONGEST:
                    raise ProviderFault("wechat: no token")
                self._token, self._ends = token, time.monotonic() + max(0.0, lives - EARLY)
            return self._token

    def _asked(self, method: str, path: str, operation: str, **rest: Any) -> dict[str, Any]:
        try:
            answer = self._http.request(method, path, **rest)
            body = json_text.read(answer.content) if answer.status_code == 200 else None
        except httpx.ConnectError as error:
            PROVIDER_CALLS.labels("wechat", operation, "down").inc()
            raise ProviderDown("wechat") from error
        except (httpx.HTTPError, ValueError) as error:
            PROVIDER_CALLS.labels("wechat", operation, "fault").inc()
            raise ProviderFault(f"wechat: {type(error).__name__}") from None  # the address holds a secret
        if not isinstance(body, dict):
            PROVIDER_CALLS.labels("wechat", operation, "fault").inc()
            raise ProviderFault(f"wechat: status {answer.status_code}")
        PROVIDER_CALLS.labels("wechat", operation, "answered").inc()
        wrong = body.get("errcode", 0)
        if not isinstance(wrong, int):
            raise ProviderFault("wechat: an error that is no number")
        if wrong in CODE_REFUSED:
            raise WechatCodeWrong(field="code")
        if wrong in TOKEN_REFUSED:
            raise _TokenRefused(f"wechat: error {wrong}")
        if wrong in NOT_ALLOWED:
            raise _NotAllowed(f"wechat: error {wrong}")
        if wrong:
            raise ProviderFault(f"wechat: error {wrong}")
        return body


class _NotAllowed(ProviderFault):
    """The person does not want this message."""


class _TokenRefused(ProviderFault):
    """The token has ended before its time."""
