"""WeChat Pay's wire: requests signed, answers and notices checked, fields and notices encrypted, by the library `wechatpayv3`.

What the library raises, which is anything, becomes a fault here; what it leaves open (old notices, certificates asked for by
whoever sends nonsense) is closed here. Imported when it is first needed.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from typing import Any

import requests
from wechatpayv3.core import Core
from wechatpayv3.type import RequestType

from xindai.base.http import CLOCK_SKEW, ProviderDown, ProviderFault
from xindai.base.log import PROVIDER_CALLS
from xindai.outside.rails import NoticeUnproven

NAME = "wechat_pay"
TIMEOUT = 5.0
ONCE_IN = 60.0
"""Certificates are looked for that often, whoever asks."""


class Wire(Core):  # type: ignore[misc]
    """One merchant's connection; certificates are fetched when one is first needed."""

    def __init__(
        self,
        *,
        gateway: str,
        mchid: str,
        serial: str,
        private_key: str,
        api_key: str,
        public_key: str | None,
        public_key_id: str | None,
    ) -> None:
        super().__init__(
            mchid, serial, private_key, api_key, timeout=TIMEOUT, public_key=public_key, public_key_id=public_key_id
        )
        self._gate_way = gateway
        self._turn = threading.Lock()
        self._fetched = -ONCE_IN

    def call(
        self, method: str, path: str, operation: str, body: dict[str, Any] | None, *, encrypted: bool = False
    ) -> tuple[int, dict[str, Any]]:
        """(status, the JSON of the answer); of a good answer the signature was checked. Raises ProviderDown, ProviderFault."""
        status, text = self._exchange(method, path, operation, body, encrypted=encrypted)
        try:
            found = json.loads(text) if text else {}
        except ValueError:
            found = None
        if not isinstance(found, dict) or status >= 500:
            raise ProviderFault(f"{NAME}: status {status}")
        return status, found

    def file(self, path: str, operation: str) -> bytes:
        """A file, which bears no signature; whoever asks knows its hash. Raises ProviderDown, ProviderFault."""
        status, content = self._exchange("GET", path, operation, None, unsigned=True)
        if status != 200:
            raise ProviderFault(f"{NAME}: no file (status {status})")
        return content if isinstance(content, bytes) else content.encode()

    def sealed(self, text: str) -> str:
        """A field that only the vendor can read. Raises ProviderFault where its certificate cannot be had."""
        try:
            return str(self.encrypt(text))
        except Exception as error:  # noqa: BLE001 - whatever it met
            raise ProviderFault(f"{NAME}: {type(error).__name__}") from None

    def heard(self, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """A notice that the vendor signed just now, with its resource in the clear. Refuses: NoticeUnproven."""
        moment = headers.get("wechatpay-timestamp", "")
        is_fresh = moment.isdigit() and len(moment) < 12 and abs(time.time() - int(moment)) <= CLOCK_SKEW
        if not is_fresh or not self._signs(headers.get("wechatpay-serial", "")):
            raise NoticeUnproven
        try:
            told = self.callback(headers, body)
        except Exception:  # noqa: BLE001 - whatever it met, it proves nothing
            raise NoticeUnproven from None
        if not isinstance(told, dict) or not isinstance(told.get("resource"), dict):
            raise NoticeUnproven
        return told

    def _exchange(
        self,
        method: str,
        path: str,
        operation: str,
        body: dict[str, Any] | None,
        *,
        encrypted: bool = False,
        unsigned: bool = False,
    ) -> tuple[int, str | bytes]:
        try:
            found: tuple[int, str | bytes] = self.request(
                path, method=RequestType[method], data=body, skip_verify=unsigned, cipher_data=encrypted
            )
        except requests.exceptions.ConnectTimeout:
            PROVIDER_CALLS.labels(NAME, operation, "down").inc()
            raise ProviderDown(NAME) from None
        except Exception as error:  # noqa: BLE001 - whatever it met, the answer cannot be believed
            PROVIDER_CALLS.labels(NAME, operation, "fault").inc()
            raise ProviderFault(f"{NAME}: {type(error).__name__}") from None
        PROVIDER_CALLS.labels(NAME, operation, "answered").inc()
        return found

    def _signs(self, serial: str) -> bool:
        """Whether the vendor signs by that key."""
        if self._public_key_id is not None:
            return bool(serial == self._public_key_id)
        try:
            number = int(serial, 16)
        except ValueError:
            return False
        if not self._knows(number):
            with self._turn:
                if self._knows(number) or time.monotonic() - self._fetched < ONCE_IN:
                    return self._knows(number)
                self._fetched = time.monotonic()
                try:
                    self._update_certificates()
                except Exception:  # noqa: BLE001 - whatever it met, there is none
                    return False
        return self._knows(number)

    def _knows(self, number: int) -> bool:
        return any(one.serial_number == number for one in self._certificates)

    def _init_certificates(self) -> None:
        """Not when it is made."""

    def _update_certificates(self) -> None:
        """Those it had are kept where none come."""
        before: list[Any] = self._certificates
        self._certificates: list[Any] = []
        try:
            super()._update_certificates()
        finally:
            self._certificates = self._certificates or before
