"""The reader's HTTP server: `python -m xindai_reader.server --port P --keys FILE` (wire: `contracts/reading.md`).

Pictures are hostile until they have been made anew, so they are opened here, apart from data and keys. A picture that takes too
long ends the process; whoever keeps it alive starts it again.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import os
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from xindai.base.http import body_hash, signature, signed_by
from xindai_reader import pictures
from xindai_reader.engine import Engine

PATIENCE = 30.0
LARGEST = 20_000_000


class Reader:
    """Its two uses behind one port."""

    def __init__(self, engine: Engine, secret: str) -> None:
        self._engine = engine
        self._secret = secret
        self._turn = threading.Lock()

    def app(self) -> Starlette:
        """All routes."""
        return Starlette(
            routes=[
                Route("/reader/pictures", self._door(self.prepare), methods=["POST"]),
                Route("/reader/lines", self._door(self.lines), methods=["POST"]),
                Route("/health/ready", lambda _: JSONResponse({"status": "ready"})),
            ]
        )

    def prepare(self, body: dict[str, Any]) -> tuple[int, Any]:
        """An upload made anew."""
        try:
            prepared = pictures.prepare(_bytes(body["content"]))
        except pictures.Unfit as unfit:
            return 422, {"error": str(unfit)}
        return 200, {
            "pages": [{**asdict(page), "jpeg": _text(page.jpeg)} for page in prepared.pages],
            "thumbnail": _text(prepared.thumbnail),
            "sharpness": prepared.sharpness,
            "glare_bps": prepared.glare_bps,
            "brightness": prepared.brightness,
        }

    def lines(self, body: dict[str, Any]) -> tuple[int, Any]:
        """The lines of one page."""
        return 200, {"lines": [asdict(line) for line in self._engine.lines(_bytes(body["jpeg"]))]}

    def _door(self, do: Callable[[dict[str, Any]], tuple[int, Any]]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            path = request.url.path
            if len(raw) > LARGEST or not signed_by(
                self._secret, method=request.method, path=path, headers=request.headers, body=raw
            ):
                return self._answer(request, 401, {"error": "signature_wrong"})
            try:
                status, document = await run_in_threadpool(self._watched, do, json.loads(raw))
            except (KeyError, ValueError, TypeError, binascii.Error):
                status, document = 400, {"error": "malformed"}
            return self._answer(request, status, document)

        return endpoint

    def _watched(self, do: Callable[[dict[str, Any]], tuple[int, Any]], body: dict[str, Any]) -> tuple[int, Any]:
        """One picture at a time; its work is timed, not its waiting for others."""
        with self._turn:
            overdue = threading.Timer(PATIENCE, os._exit, (70,))
            overdue.daemon = True
            overdue.start()
            try:
                return do(body)
            finally:
                overdue.cancel()

    def _answer(self, request: Request, status: int, document: Any) -> Response:
        body = json.dumps(document, ensure_ascii=False).encode()
        signed = signature(self._secret, str(status), request.headers.get("x-nonce", ""), body_hash(body))
        return Response(body, status, headers={"X-Signature": signed}, media_type="application/json")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def main() -> None:
    """Serve until told to stop, or until whoever started us is gone (standard input closes)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--with-parent", action="store_true", help="stop when standard input closes")
    options = parser.parse_args()
    if options.with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    reader = Reader(Engine(), json.loads(options.keys.read_text())["reader"])
    uvicorn.run(reader.app(), host=options.host, port=options.port, log_level="warning", access_log=False)


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
