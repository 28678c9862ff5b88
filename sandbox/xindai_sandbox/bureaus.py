"""Two bureaus: what they know of people, and what lenders tell the first of them each month."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from xindai_sandbox import population
from xindai_sandbox.store import Store

RECORD_CODES = frozenset("*N1234567CG")


def record_error(one: dict[str, Any]) -> str:
    """Why the bureau does not take a month of an account; nothing where it does."""
    if not one.get("id_number") or not one.get("name"):
        return "person_missing"
    if one.get("kind") != "D1" or one.get("code") not in RECORD_CODES or one.get("class") not in set("12345"):
        return "code_unknown"
    if one.get("status") not in set("12345"):
        return "status_unknown"
    late = int(one["late_periods"])
    if (late > 0) != (float(one["late_amount"]) > 0) or (one["code"].isdigit() and int(one["code"]) != min(7, late)):
        return "late_contradicts_code"
    if one["status"] in {"3", "5"} and float(one["balance"]) != 0:
        return "settled_with_balance"
    return ""


class Bureaus:
    """Their doors; `today` is the day in the world, nothing before its first one."""

    def __init__(self, store: Store, *, today: Callable[[], str]) -> None:
        self._store = store
        self._today = today

    async def report(self, _request: Request, body: dict[str, Any]) -> tuple[int, Any]:
        """The report of a person: the registered one, or one that follows from the ID number."""
        if not body.get("authorisation") or not body.get("reason"):
            return 403, {"error": "authorisation_missing"}
        return 200, self._report_on("bureau", body["id_number"], body["reason"], body["authorisation"])

    async def account_records(self, _request: Request, body: dict[str, Any]) -> tuple[int, Any]:
        """A lender's month: each account is taken, and takes the place of what was told of it before, or refused with why."""
        accepted, refused = [], []
        for one in body["accounts"]:
            error = record_error(one)
            if error:
                refused.append({"account": one.get("account", ""), "error": error})
                continue
            accepted.append(one["account"])
            self._store.run(
                "INSERT OR REPLACE INTO account_record VALUES (?, ?, ?, ?)",
                one["account"],
                body["month"],
                one["id_number"],
                json.dumps(one, ensure_ascii=False),
            )
        return 200, {"accepted": accepted, "refused": refused}

    async def records_of(self, request: Request) -> Response:
        """What lenders have told of a person, the latest month first."""
        rows = self._store.rows(
            "SELECT month, document FROM account_record WHERE id_number = ? ORDER BY month DESC, account",
            request.query_params.get("id_number", ""),
        )
        return JSONResponse([{"month": row["month"], **json.loads(row["document"])} for row in rows])

    async def market_report(self, _request: Request, body: dict[str, Any]) -> tuple[int, Any]:
        """What the market bureau knows of a person: what is registered of it, or what follows from the central report."""
        if not body.get("authNo") or not body.get("queryReason"):
            return 403, {"error": "authNo_missing"}
        report = self._report_on("market_bureau", body["certNo"], body["queryReason"], body["authNo"])
        owner = self._store.person("id_number", body["certNo"]) or {}
        return 200, owner.get("market") or population.market_of(report)

    def _report_on(self, provider: str, id_number: str, reason: str, authorisation: str) -> dict[str, Any]:
        self._store.run(
            "INSERT INTO query_log (provider, id_number, reason, authorisation) VALUES (?, ?, ?, ?)",
            provider,
            id_number,
            reason,
            authorisation,
        )
        owner = self._store.person("id_number", id_number)
        found: dict[str, Any] = owner["report"] if owner else population.somebody(id_number, on=date(2026, 1, 1))
        if owner is None or not (owner.get("habits") or {}).get("hard"):
            return found
        return population.report_now(found, owner["habits"], date.fromisoformat(self._today() or found["issued_on"]))
