"""The apps in a browser: built files, served as they are beside the API."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Scope

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:;"
    " connect-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
CONSOLE_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:")
"""The graph editor checks expressions with an engine in WebAssembly, and colours them in a worker."""
HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache"}
FOR_GOOD = "public, max-age=31536000, immutable"
"""A built file's name holds its hash: another content is another name."""
MISSING = (
    "<!doctype html><html lang='zh'><meta charset='utf-8'><title>信贷 Xindai</title>"
    "<p>This page has not been built here: <code>make .venv/web .venv/console</code>. The API is at <code>/v1/</code>.</p>"
    "<p>页面尚未构建，接口已启动。</p></html>"
)


class _Built(StaticFiles):
    """Files that never change under their name."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOR_GOOD
        return response


def open_borrowers(app: FastAPI) -> None:
    """The borrower's app at `/`; without it a page that says how to build it."""
    folder = built("miniapp")

    def front() -> Response:
        return _index(folder, headers=HEADERS)

    app.get("/", include_in_schema=False)(front)
    for part in ("js", "css", "static"):
        if (folder / part).is_dir():
            app.mount(f"/{part}", GZipMiddleware(_Built(directory=folder / part)))


def open_console(app: FastAPI) -> None:
    """The staff console at `/console/`; without it the same page that says how to build it."""
    folder = built("console")

    def front() -> Response:
        return _index(folder, headers=HEADERS | {"Content-Security-Policy": CONSOLE_POLICY})

    def slash() -> Response:
        return RedirectResponse("console/")

    app.get("/console", include_in_schema=False)(slash)
    app.get("/console/", include_in_schema=False)(front)
    if (folder / "assets").is_dir():
        app.mount("/console/assets", GZipMiddleware(_Built(directory=folder / "assets")))


def _index(folder: Path, headers: Mapping[str, str]) -> Response:
    index = folder / "index.html"
    if not index.is_file():
        return HTMLResponse(MISSING, headers=dict(headers))
    return FileResponse(index, headers=dict(headers), media_type="text/html; charset=utf-8")


def built(name: str) -> Path:
    """Where an app was built to: it is part of the package."""
    return Path(__file__).parents[1] / "_web" / name
