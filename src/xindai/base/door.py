"""What every HTTP door shares: problems (RFC 9457), tokens, repeats, request ids, counters, pages."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection, Mapping
from contextvars import ContextVar
from typing import Annotated, Any, Generic, TypeVar

import psycopg
from fastapi import FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, model_validator
from sqlalchemy.exc import OperationalError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xindai.base import repeat
from xindai.base.clock import new_id
from xindai.base.crypto import KeyRing
from xindai.base.db import Away, Database
from xindai.base.log import REQUEST_SECONDS, REQUESTS, log
from xindai.base.pace import Paces
from xindai.values import money
from xindai.values.ids import Id
from xindai.values.money import Money
from xindai.values.refusal import Invalid, Kind, Refusal

LARGEST_BODY = 256 * 1024
STATUS = {
    Kind.INVALID: 422,
    Kind.MISSING: 404,
    Kind.CONFLICT: 409,
    Kind.FORBIDDEN: 403,
    Kind.UNREADY: 503,
    Kind.UNPROVEN: 401,
}
_CODES = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large", 415: "media_type_unsupported"}

Item = TypeVar("Item")


class Body(BaseModel):
    """A request body: nothing that is not asked for, and no text that no database keeps."""

    model_config = ConfigDict(extra="forbid", str_max_length=500)

    @model_validator(mode="before")
    @classmethod
    def _no_nul(cls, values: Any) -> Any:
        if isinstance(values, dict) and any(isinstance(value, str) and "\x00" in value for value in values.values()):
            raise ValueError("a text holds the character NUL")
        return values


class MoneyBody(BaseModel):
    """An amount on the wire: `{"amount": "100.00", "currency": "CNY"}`."""

    model_config = ConfigDict(extra="forbid")
    amount: str
    currency: str = "CNY"

    def money(self, field: str) -> Money:
        """The amount. Refuses what is not a positive amount."""
        amount = money.parse(self.amount, self.currency, field=field)
        if amount.minor <= 0:
            raise Invalid("The amount is more than zero.", field=field)
        return amount

    @classmethod
    def of(cls, minor: int, currency: str = "CNY") -> MoneyBody:
        """Minor units for the wire."""
        return cls(amount=money.decimal_text(minor, currency), currency=currency)


class Page(BaseModel, Generic[Item]):
    """One page; `next` is the cursor of the one after it, null at the end."""

    data: list[Item]
    next: str | None


class Problem(BaseModel):
    """RFC 9457 problem details, with a stable `code`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    request_id: str


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}, "description": text}
    for status, text in {
        400: "The request cannot be read",
        401: "Not proven",
        403: "Not allowed",
        404: "Not found",
        409: "Conflict",
        422: "Invalid",
        429: "Too many requests",
        503: "Not ready",
    }.items()
}
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="Same key, same answer.", max_length=128)]
Authorization = Annotated[str | None, Header(description="Bearer and the token of a session.")]
After = Annotated[str | None, Query(description="The `next` of the page before.", max_length=64)]
Most = Annotated[int, Query(ge=1, le=200, description="How many at most.")]


def token(authorization: str | None) -> str | None:
    """The bearer token of a header."""
    scheme, _, value = (authorization or "").partition(" ")
    return value if scheme.lower() == "bearer" else None


def source(request: Request, *, proxies: int) -> str | None:
    """The address that asks, behind so many proxies of our own; none for this very machine.

    Each proxy adds the address it was called from; what stands left of ours is what anybody may have written.
    """
    caller = request.client.host if request.client else ""
    told = [one.strip() for one in request.headers.get("x-forwarded-for", "").split(",") if one.strip()]
    chain = [*told, caller] if proxies else [caller]
    address = chain[max(0, len(chain) - 1 - proxies)]
    return None if address in {"127.0.0.1", "::1", ""} else address


def repeatable(
    db: Database,
    ring: KeyRing,
    *,
    door: str,
    key: str | None,
    request: Any,
    do: Callable[[repeat.Seed], BaseModel],
    status: int = 201,
) -> JSONResponse:
    """Answer a POST: with a key, the same request is answered once, and then with the same answer."""
    if key is None:
        return JSONResponse(do(new_id(repeat.Seed)).model_dump(mode="json"), status)
    with db.transaction() as tx:
        known = repeat.begin(tx, ring, door=door, key=key, request=request)
    if known.answer is not None:
        return JSONResponse(known.answer, status, headers={"Idempotent-Replayed": "true"})
    answer = do(known.seed).model_dump(mode="json")
    with db.transaction() as tx:
        repeat.finish(tx, ring, door=door, key=key, seed=known.seed, answer=answer)
    return JSONResponse(answer, status)


def page(items: list[Item], ids: list[Id], most: int) -> Page[Item]:
    """A page of `most` items out of up to one more than that."""
    cursor = str(ids[most - 1]) if len(items) > most else None
    return Page[Item](data=items[:most], next=cursor)


def harden(app: FastAPI, *, larger: Mapping[str, int] | None = None, unpaced: Collection[str] = ()) -> None:
    """Give an application its problems, request ids, limits and counters; `larger` bodies are taken at these paths.

    Who asks for too much is told to wait, by `app.state.paces` where that is set, but not at the paths in `unpaced`.
    """
    # What is uploaded never touches a disk.
    MultiPartParser.spool_max_size = max([LARGEST_BODY, *(larger or {}).values()])
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(_Around, larger=larger or {}, unpaced=frozenset(unpaced))


_device: ContextVar[str | None] = ContextVar("the app's own name for itself", default=None)


_scope: ContextVar[Scope] = ContextVar("the request that is answered")


def opened() -> str:
    """The door that is asked, as the schema names it: `GET /v1/staff/loans/{loan_id}`."""
    scope = _scope.get()
    return f"{scope['method']} {scope['route'].path}"


def device() -> str | None:
    """What the app that asks calls itself for good (`X-Device-Id`), if it does."""
    return _device.get()


class _Around:
    """Around every request: an id, a size limit, counters, headers, and a bug answered without showing it."""

    def __init__(self, app: ASGIApp, *, larger: Mapping[str, int], unpaced: frozenset[str]) -> None:
        self._app = app
        self._larger = larger
        self._unpaced = unpaced

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, request, status = time.perf_counter(), Request(scope, receive), 0
        request.state.id = f"req_{uuid.uuid4().hex}"
        _device.set(request.headers.get("x-device-id"))
        _scope.set(scope)

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["Request-Id"] = request.state.id
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        most = self._larger.get(scope["path"], LARGEST_BODY)
        length = request.headers.get("content-length", "0")
        taken = 0

        async def take() -> Message:
            """What a body without a length brings is counted as it comes."""
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise _TooLarge
            return message

        try:
            if b"%00" in scope.get("raw_path", b"") + scope["query_string"]:
                nul = _problem(request, 422, "request_invalid", "The address holds the character NUL.")
                await nul(scope, receive, answer)
            elif seconds := self._seconds_to_wait(request):
                await _too_fast(request, seconds)(scope, receive, answer)
            elif not length.isdigit() or int(length) > most:
                await _too_large(request)(scope, receive, answer)
            else:
                await self._app(scope, take, answer)
        except _TooLarge:
            if status:
                raise
            await _too_large(request)(scope, receive, answer)
        except Exception as error:
            if status:
                raise
            await (await _bug(request, error))(scope, receive, answer)
        route = getattr(scope.get("route"), "path", "unknown")
        REQUESTS.labels(request.method, route, str(status)).inc()
        REQUEST_SECONDS.labels(route).observe(time.perf_counter() - began)

    def _seconds_to_wait(self, request: Request) -> int:
        paces: Paces | None = getattr(request.app.state, "paces", None)
        if paces is None or not request.url.path.startswith("/v1/") or request.url.path in self._unpaced:
            return 0
        return paces.wait(
            token=token(request.headers.get("authorization")),
            address=source(request, proxies=paces.proxies),
            at=time.monotonic(),
        )


class _TooLarge(Exception):
    """A body that goes on and on."""


def _too_large(request: Request) -> JSONResponse:
    return _problem(request, 413, "body_too_large", "The body is larger than any request here.")


def _too_fast(request: Request, seconds: int) -> JSONResponse:
    said = {
        "zh": f"请求过于频繁，请在 {seconds} 秒后再试。",
        "en": f"Too many requests; ask again in {seconds} seconds.",
    }
    problem = _problem(request, 429, "too_many_requests", said[_language(request)])
    problem.headers["Retry-After"] = str(seconds)
    return problem


def _language(request: Request) -> str:
    return "zh" if request.headers.get("accept-language", "").lower().startswith("zh") else "en"


def _problem(request: Request, status: int, code: str, detail: str, field: str | None = None) -> JSONResponse:
    body = Problem(
        type=f"https://xindai.dev/problems/{code}",
        title=code.replace("_", " "),
        status=status,
        detail=detail,
        code=code,
        field=field,
        request_id=request.state.id,
    )
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(body.model_dump(), status, headers=headers, media_type="application/problem+json")


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return _problem(request, STATUS[refusal.kind], refusal.code, refusal.sentence(_language(request)), refusal.field)


async def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    path = ".".join(str(part) for part in first["loc"][1:])
    return _problem(request, 422, "request_invalid", f"{path or 'body'}: {first['msg']}", path or None)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "request_refused")
    answer = _problem(request, error.status_code, code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _bug(request: Request, error: Exception) -> Response:
    if isinstance(error, OperationalError | psycopg.OperationalError | Away):
        log.error("database_unavailable", request=request.state.id, path=request.url.path, why=type(error).__name__)
        return _problem(
            request, 503, "database_unavailable", "The database does not answer just now; please try again."
        )
    log.error("bug", request=request.state.id, path=request.url.path, exc_info=error)
    return _problem(request, 500, "internal_error", "Something went wrong on our side; the request id finds it.")
