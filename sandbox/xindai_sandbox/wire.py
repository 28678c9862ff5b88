"""Signatures of the providers' wire (`contracts/signature.md`), written from the contract, not from the product."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response


def sign(secret: str, *parts: str) -> str:
    """Hex HMAC-SHA-256 over the parts joined by line feeds."""
    return hmac.new(secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def digest(body: bytes) -> str:
    """Hex SHA-256."""
    return hashlib.sha256(body).hexdigest()


def path_of(request: Request) -> str:
    """Path and query as they were signed."""
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def is_signed(request: Request, body: bytes, secret: str) -> bool:
    """Whether the caller holds the secret and spoke just now."""
    headers = request.headers
    moment = headers.get("x-timestamp", "")
    if not moment.isdigit() or abs(time.time() - int(moment)) > 300:
        return False
    expected = sign(secret, request.method, path_of(request), moment, headers.get("x-nonce", ""), digest(body))
    return hmac.compare_digest(expected, headers.get("x-signature", ""))


def answer(request: Request, secret: str, status: int, document: Any) -> Response:
    """A signed answer to this very request, in JSON."""
    return answer_bytes(request, secret, status, json.dumps(document, ensure_ascii=False).encode())


def answer_bytes(
    request: Request, secret: str, status: int, body: bytes, *, kind: str = "application/json"
) -> Response:
    """A signed answer to this very request."""
    signature = sign(secret, str(status), request.headers.get("x-nonce", ""), digest(body))
    return Response(body, status, headers={"X-Signature": signature}, media_type=kind)


def notice_headers(secret: str, path: str, body: bytes) -> Mapping[str, str]:
    """The headers of a signed call-back."""
    moment, nonce = str(int(time.time())), secrets.token_hex(12)
    return {
        "Content-Type": "application/json",
        "X-Key-Id": "bank",
        "X-Timestamp": moment,
        "X-Nonce": nonce,
        "X-Signature": sign(secret, "POST", path, moment, nonce, digest(body)),
    }
