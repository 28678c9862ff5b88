"""A POST that is harmless when repeated still honours its Idempotency-Key: the same answer, or a conflict.

Doors whose nouns take their ids from the key say so with a parameter `key`; all others of a router with this class of
routes get the key's promise here. Log-ins are left out: their answer is a secret, and is kept nowhere.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from xindai.base import repeat
from xindai.journeys.parts import parts

HEADER = "Idempotency-Key"
_DECLARED = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Same key, same answer.",
    "schema": {"anyOf": [{"type": "string", "maxLength": 128}, {"type": "null"}], "title": HEADER},
}
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class RepeatableRoute(APIRoute):
    """A route that keeps the answer to a POST under its key, for the session that asked."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        repeats = "key" in inspect.signature(endpoint).parameters or path.endswith("/sessions")
        is_ours = "POST" in (options.get("methods") or ()) and not repeats
        if is_ours:
            options["openapi_extra"] = {"parameters": [_DECLARED]}
        self._is_ours = is_ours
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Handler:
        """The plain handler, or one that looks the key up first."""
        plain = super().get_route_handler()
        return _repeating(plain) if self._is_ours else plain


def _repeating(plain: Handler) -> Handler:
    async def handle(request: Request) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return await plain(request)
        session = hashlib.sha256(request.headers.get("Authorization", "").encode()).hexdigest()[:32]
        asked = {"route": request.url.path, "body": (await request.body()).decode("utf-8", "replace")}
        known = await run_in_threadpool(_begin, f"session|{session}", key, asked)
        if known.answer is not None:
            return JSONResponse(known.answer["body"], known.answer["status"], headers={"Idempotent-Replayed": "true"})
        answer = await plain(request)
        if answer.status_code < 300:
            kept = {"status": answer.status_code, "body": json.loads(bytes(answer.body))}
            await run_in_threadpool(_finish, f"session|{session}", key, known.seed, kept)
        return answer

    return handle


def _begin(door: str, key: str, asked: dict[str, Any]) -> repeat.Known:
    with parts().db.transaction() as tx:
        return repeat.begin(tx, parts().ring, door=door, key=key, request=asked)


def _finish(door: str, key: str, seed: repeat.Seed, answer: dict[str, Any]) -> None:
    with parts().db.transaction() as tx:
        repeat.finish(tx, parts().ring, door=door, key=key, seed=seed, answer=answer)
