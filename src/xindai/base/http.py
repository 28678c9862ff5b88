"""Signed JSON over HTTP to providers, and the check of what comes back.

The scheme stands in `contracts/signature.md`: HMAC-SHA-256 over method, path, time, nonce and body hash; the answer is
signed too, over status, the question's nonce and its own body hash, so an answer cannot be swapped for another.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from xindai.base.log import PROVIDER_CALLS
from xindai.values import json_text

CLOCK_SKEW = 300
_LIMITS = httpx.Limits(max_connections=32, keepalive_expiry=2.0)
"""An idle connection is given up before the other side, at five seconds by custom, closes it under our next call."""


class ProviderFault(Exception):
    """The provider did not give an answer that can be believed; whether it did anything is not known."""


class ProviderDown(ProviderFault):
    """The provider could not be reached at all: it did nothing."""


def signature(secret: str, *parts: str) -> str:
    """Hex HMAC-SHA-256 of the parts, joined by line feeds."""
    return hmac.new(secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def body_hash(body: bytes) -> str:
    """Hex SHA-256 of a body."""
    return hashlib.sha256(body).hexdigest()


class SignedClient:
    """A connection pool to one provider."""

    def __init__(self, provider: str, base_url: str, *, key_id: str, secret: str, timeout: float = 5.0) -> None:
        self.provider = provider
        self._base_url = base_url.rstrip("/")
        self._key_id = key_id
        self._secret = secret
        self._http = httpx.Client(timeout=timeout, trust_env=False, limits=_LIMITS)

    def call(self, method: str, path: str, operation: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """(status, JSON). Raises ProviderDown when nothing was sent, ProviderFault for anything unbelievable."""
        content = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        return self.exchange(method, path, operation, content, kind="application/json", read=json_text.read)

    def exchange(
        self, method: str, path: str, operation: str, content: bytes, *, kind: str, read: Callable[[bytes], Any]
    ) -> tuple[int, Any]:
        """(status, what `read` makes of the answer), for any kind of content; `read` raises ValueError for what it cannot.

        Raises ProviderDown when nothing was sent, ProviderFault for anything unbelievable.
        """
        nonce, moment = secrets.token_hex(12), str(int(time.time()))
        headers = {
            "Content-Type": kind,
            "X-Key-Id": self._key_id,
            "X-Timestamp": moment,
            "X-Nonce": nonce,
            "X-Signature": signature(self._secret, method, path, moment, nonce, body_hash(content)),
        }
        try:
            answer = self._http.request(method, self._base_url + path, content=content, headers=headers)
            result = self._believed(answer, nonce, read)
        except httpx.ConnectError as error:
            PROVIDER_CALLS.labels(self.provider, operation, "down").inc()
            raise ProviderDown(self.provider) from error
        except (httpx.HTTPError, ProviderFault) as error:
            PROVIDER_CALLS.labels(self.provider, operation, "fault").inc()
            raise ProviderFault(f"{self.provider}: {error}") from error
        PROVIDER_CALLS.labels(self.provider, operation, "answered").inc()
        return result

    def _believed(self, answer: httpx.Response, nonce: str, read: Callable[[bytes], Any]) -> tuple[int, Any]:
        if answer.status_code >= 500:
            raise ProviderFault(f"status {answer.status_code}")
        expected = signature(self._secret, str(answer.status_code), nonce, body_hash(answer.content))
        if not hmac.compare_digest(expected, answer.headers.get("X-Signature", "")):
            raise ProviderFault("the answer's signature is wrong")
        try:
            return answer.status_code, read(answer.content)
        except ValueError:
            raise ProviderFault("the answer cannot be read") from None


def signed_by(secret: str, *, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a request that reached us carries a fresh signature of that secret."""
    moment, nonce = headers.get("x-timestamp", ""), headers.get("x-nonce", "")
    expected = signature(secret, method, path, moment, nonce, body_hash(body))
    fresh = moment.isdigit() and len(moment) < 12 and abs(time.time() - int(moment)) <= CLOCK_SKEW
    return fresh and hmac.compare_digest(expected, headers.get("x-signature", ""))
