"""Somebody with a phone, and somebody at the lender: the public API as they use it. Only the wire is known here."""

from __future__ import annotations

import json
import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

PATIENCE = 300.0
_TRUST = ssl.create_default_context()
"""Read once: the certificates of a machine take longer to read than a person to apply."""
CONSENTS = ("identity", "bureau", "behaviour", "social", "automated_decision")


class Refused(Exception):
    """The API said no; `code` is its stable code."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code"))
        super().__init__(f"{status} {self.code}: {problem.get('detail')}")


@dataclass(frozen=True)
class Addresses:
    """Where an installation is reached, and its demo members of staff."""

    api: str
    world: str
    staff: dict[str, str]
    second: dict[str, str]


def addresses(home: Path) -> Addresses:
    """From the files that a running installation keeps."""
    found = json.loads((home / "run" / "installation.json").read_text(encoding="utf-8"))
    staff, second = (
        json.loads((home / "keys" / f"{name}.json").read_text(encoding="utf-8")) for name in ("demo", "demo-finance")
    )
    return Addresses(found["api_url"], found["world_url"], staff, second)


class Caller:
    """One who calls the API; while a process is being restarted, the call is made again with the same key."""

    def __init__(self, base: str, token: str | None = None) -> None:
        self._http = httpx.Client(base_url=base, timeout=600.0, trust_env=False, verify=_TRUST)
        if token:
            self._http.headers["Authorization"] = f"Bearer {token}"
        self._keys = 0
        self._own = f"{id(self):x}{time.time_ns():x}"

    def get(self, path: str, **query: Any) -> Any:
        """GET."""
        return self._call("GET", path, params=query)

    def post(self, path: str, body: Any = None) -> Any:
        """POST with an idempotency key."""
        self._keys += 1
        return self._call("POST", path, json=body or {}, headers={"Idempotency-Key": f"{self._own}-{self._keys}"})

    def send(self, path: str, content: bytes, *, name: str = "picture.jpg", **fields: str) -> Any:
        """POST a file as a form, with an idempotency key."""
        self._keys += 1
        return self._call(
            "POST",
            path,
            data=fields,
            files={"file": (name, content)},
            headers={"Idempotency-Key": f"{self._own}-{self._keys}"},
        )

    def delete(self, path: str) -> Any:
        """DELETE."""
        return self._call("DELETE", path)

    def _call(self, method: str, path: str, **rest: Any) -> Any:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                answer = self._http.request(method, path, **rest)
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
                continue
            if answer.status_code >= 400:
                try:
                    problem = answer.json()
                except ValueError:
                    problem = {"detail": answer.text[:200]}
                raise Refused(answer.status_code, problem)
            if "json" not in answer.headers.get("content-type", ""):
                return answer.content or None
            return answer.json()


class World:
    """The control side of the sandbox: who lives here, what goes wrong, what was sent."""

    def __init__(self, base: str) -> None:
        self._call = Caller(base)

    def register(self, people: list[dict[str, Any]]) -> None:
        """Make people known."""
        for start in range(0, len(people), 2000):
            self._call.post("/_control/people", people[start : start + 2000])

    def fail(self, provider: str, operation: str, kind: str, *, times: int = 1, seconds: float = 0.5) -> None:
        """Order a failure."""
        self._call.post(
            "/_control/failures",
            {"provider": provider, "operation": operation, "kind": kind, "times": times, "seconds": seconds},
        )

    def heal(self) -> None:
        """No more failures."""
        self._call.delete("/_control/failures")

    def messages(self, phone: str) -> list[dict[str, str]]:
        """What a phone has received, newest first."""
        found: list[dict[str, str]] = self._call.get("/_control/messages", phone=phone)
        return found

    def transfer(self, account: str, amount: str, *, name: str, remark: str = "", bank: str = "bank") -> None:
        """Somebody of this name transfers to an account."""
        sender = {"sender_name": name, "sender_account": "6217000000000000012", "remark": remark}
        self._call.post("/_control/transfers", {"account": account, "amount": amount, "bank": bank, **sender})

    def bring_back(self, order_id: str, reason: str, *, bank: str = "bank") -> None:
        """The money of an order that was carried out goes the other way."""
        self._call.post("/_control/returns", {"order_id": order_id, "reason": reason, "bank": bank})

    def charge(self, amount: str, *, bank: str = "bank") -> None:
        """A bank takes a fee by itself."""
        self._call.post("/_control/charges", {"amount": amount, "bank": bank})

    def misbook(self, order_id: str, amount: str | None, *, bank: str = "bank") -> None:
        """A statement lies about an order: another amount, or nothing."""
        self._call.post("/_control/misbookings", {"order_id": order_id, "amount": amount, "bank": bank})

    def end_agreement(self, agreement_id: str) -> None:
        """Somebody ends an agreement at their bank's counter."""
        self._call.post("/_control/agreement-endings", {"agreement_id": agreement_id})

    def pay_by_wechat(self, link: str, *, phone: str = "") -> None:
        """Whoever has that phone scans a code, or presses pay or accept, in their wallet."""
        self._call.post("/_control/wechat-payments", {"link": link, "phone": phone})

    def wechat_messages(self, phone: str) -> list[dict[str, Any]]:
        """What came to somebody's WeChat, newest first."""
        found: list[dict[str, Any]] = self._call.get("/_control/wechat-messages", phone=phone)
        return found

    def carry_out_twice(self, order_id: str, *, bank: str = "bank") -> None:
        """A bank carries an order out a second time."""
        self._call.post("/_control/misbookings", {"order_id": order_id, "twice": True, "bank": bank})

    def reply(self, phone: str, text: str) -> None:
        """Somebody answers a text message."""
        self._call.post("/_control/replies", {"phone": phone, "text": text})

    def account_records(self, id_number: str) -> list[dict[str, Any]]:
        """What lenders have told the bureau of somebody, the latest month first."""
        found: list[dict[str, Any]] = self._call.get("/_control/account-records", id_number=id_number)
        return found

    def lines(self) -> list[dict[str, Any]]:
        """Everything that the banks have booked."""
        found: list[dict[str, Any]] = self._call.get("/_control/lines")
        return found

    def orders(self) -> list[dict[str, Any]]:
        """The bank's orders, counted."""
        found: list[dict[str, Any]] = self._call.get("/_control/orders")
        return found


class Clock:
    """The sandbox's clock."""

    def __init__(self, base: str) -> None:
        self._call = Caller(base)

    def today(self) -> date:
        """The open business day."""
        return date.fromisoformat(self._call.get("/v1/sandbox/clock")["business_day"])

    def to(self, day: date) -> None:
        """Close days until `day` is open; the same again when it is cut off."""
        while self.today() < day:
            self._call.post("/v1/sandbox/clock/advance", {"to": day.isoformat()})


class Member:
    """Somebody with a session; one that ended on the moved clock is begun again."""

    def __init__(self, where: Addresses) -> None:
        self._where = where
        self._call = self._log_in()

    def get(self, path: str, **query: Any) -> Any:
        """GET."""
        return self._again(lambda: self._call.get(path, **query))

    def post(self, path: str, body: Any = None) -> Any:
        """POST with an idempotency key."""
        return self._again(lambda: self._call.post(path, body))

    def send(self, path: str, content: bytes, *, name: str = "picture.jpg", **fields: str) -> Any:
        """POST a file as a form, with an idempotency key."""
        return self._again(lambda: self._call.send(path, content, name=name, **fields))

    def delete(self, path: str) -> Any:
        """DELETE."""
        return self._again(lambda: self._call.delete(path))

    def wait(self, path: str, done: Any) -> dict[str, Any]:
        """Look again until it is done, soon at first and then less often: looking takes time from what is waited for."""
        deadline, pause = time.monotonic() + PATIENCE, 0.03
        while True:
            found: dict[str, Any] = self.get(path)
            if done(found):
                return found
            if time.monotonic() > deadline:
                raise TimeoutError(path)
            time.sleep(pause)
            pause = min(0.25, pause * 1.3)

    def _log_in(self) -> Caller:
        raise NotImplementedError

    def _again(self, do: Callable[[], Any]) -> Any:
        try:
            return do()
        except Refused as refused:
            if refused.code != "not_logged_in":
                raise
            self._call = self._log_in()
            return do()


class Staff(Member):
    """A member of staff; the `second` one decides what the first proposes."""

    def __init__(self, where: Addresses, *, second: bool = False) -> None:
        self._person = where.second if second else where.staff
        super().__init__(where)

    def _log_in(self) -> Caller:
        """Each one-time code serves once, so the next one may have to be waited for."""
        door = Caller(self._where.api)
        deadline = time.monotonic() + 100
        while True:
            code = one_time_code(self._person["totp_secret"])
            try:
                token = door.post(
                    "/v1/staff/sessions",
                    {
                        "name": self._person["name"],
                        "password": self._person["password"],
                        "code": code,
                    },
                )["token"]
            except Refused:
                if time.monotonic() > deadline:
                    raise
                time.sleep(8)
                continue
            return Caller(self._where.api, token)


def one_time_code(secret: str) -> str:
    """What an authenticator shows for a secret right now."""
    made = TOTP(bytes.fromhex(secret), 6, SHA1(), 30, enforce_key_length=False)  # noqa: S303 - RFC 6238's own hash
    return made.generate(int(time.time())).decode()


class Borrower(Member):
    """A person with a phone."""

    def __init__(self, where: Addresses, person: dict[str, Any]) -> None:
        self.person = person
        self._world = World(where.world)
        super().__init__(where)

    def _log_in(self) -> Caller:
        """By the code that comes to the phone; where the answer to it was lost, by another one."""
        try:
            return self._prove_phone()
        except Refused as refused:
            if refused.code != "code_wrong":
                raise
            return self._prove_phone()

    def _prove_phone(self) -> Caller:
        door = Caller(self._where.api)
        sent = door.post("/v1/phone-codes", {"phone": self.person["phone"]})
        newest = next(one for one in self._world.messages(self.person["phone"]) if one["message_id"] == sent["id"])
        code = re.findall(r"\d{6}", newest["text"])[0]
        session = door.post("/v1/sessions", {"phone_code_id": sent["id"], "phone": self.person["phone"], "code": code})
        return Caller(self._where.api, session["token"])

    def apply(
        self,
        amount: str,
        months: int,
        *,
        product: str = "consumer_instalment",
        consents: tuple[str, ...] = CONSENTS,
        typed: tuple[str, ...] = ("name", "id_number", "card_number"),
    ) -> dict[str, Any]:
        """Consent, ask, hand in; the application as it stands when it is decided. What is not `typed` stands on papers."""
        self.allow(*consents)
        application = self.post(
            "/v1/applications",
            {
                "product": product,
                "amount": {"amount": amount},
                "months": months,
                "purpose": "stock" if product == "business_instalment" else "shopping",
                "monthly_income": {"amount": self.person["monthly_income"]},
                **{name: self.person[name] for name in typed},
                **({"business": self.person["business"]} if product == "business_instalment" else {}),
            },
        )
        told = {"session": self.person["session"]} if "session" in self.person else None
        self.post(f"/v1/applications/{application['id']}/submissions", told)
        return self.wait(f"/v1/applications/{application['id']}", lambda one: one["status"] != "submitted")

    def allow(self, *scopes: str) -> None:
        """Read today's words, and say yes to each of these scopes."""
        texts = {one["scope"]: one["hash"] for one in self.get("/v1/consent-texts")["data"]}
        for scope in scopes:
            self.post("/v1/consents", {"scope": scope, "text_hash": texts[scope]})

    def photograph(self, kind: str, *, level: str = "good") -> dict[str, Any]:
        """Send a picture of one of one's papers, and ask again while no reader has looked at it."""
        from xindai_sandbox import specimens

        found: dict[str, Any] = self.send(
            "/v1/documents", specimens.taken(kind, self.person, level=level).jpeg, kind=kind
        )
        deadline = time.monotonic() + PATIENCE
        while found["status"] == "received" and time.monotonic() < deadline:
            time.sleep(0.5)
            found = self.post(f"/v1/documents/{found['id']}/readings")
        return found

    def read_cost(self, subject: str, subject_id: str, amount: str | None = None, months: int | None = None) -> str:
        """Be shown the whole cost, take the time that it asks for, and confirm it; the disclosure's id."""
        asked: dict[str, Any] = {"subject": subject, "subject_id": subject_id}
        asked |= {"amount": {"amount": amount}} if amount else {}
        shown = self.post("/v1/disclosures", asked | ({"months": months} if months else {}))
        wait = datetime.fromisoformat(shown["confirm_from"]) - datetime.fromisoformat(shown["shown_at"])
        time.sleep(wait.total_seconds())
        self.post(f"/v1/disclosures/{shown['id']}/confirmations", {"text_hash": shown["text_hash"]})
        return str(shown["id"])

    def sign(self, offer_id: str, amount: str | None = None, months: int | None = None) -> dict[str, Any]:
        """Read the cost of an offer, and sign; what follows."""
        body: dict[str, Any] = {"disclosure_id": self.read_cost("offer", offer_id, amount, months)}
        body |= {"amount": {"amount": amount}} if amount else {}
        found: dict[str, Any] = self.post(
            f"/v1/offers/{offer_id}/acceptances", body | ({"months": months} if months else {})
        )
        return found

    def accept(self, offer_id: str) -> dict[str, Any]:
        """Sign, and wait for the money (or for word that it does not come)."""
        loan_id = self.sign(offer_id)["loan_id"]
        return self.wait(f"/v1/loans/{loan_id}", lambda one: one["status"] != "awaiting_pay_out")

    def open_line(self, offer_id: str) -> dict[str, Any]:
        """Say yes to a line of credit."""
        line_id = self.sign(offer_id)["line_id"]
        found: dict[str, Any] = self.get(f"/v1/lines/{line_id}")
        return found

    def draw(self, line_id: str, amount: str, months: int) -> dict[str, Any]:
        """Draw on a line and wait for the money."""
        read = self.read_cost("line", line_id, amount, months)
        body = {"amount": {"amount": amount}, "months": months, "disclosure_id": read}
        loan_id = self.post(f"/v1/lines/{line_id}/draws", body)["loan_id"]
        return self.wait(f"/v1/loans/{loan_id}", lambda one: one["status"] != "awaiting_pay_out")

    def put_into_instalments(self, kind: str, subject_id: str, months: int) -> dict[str, Any]:
        """Turn a purchase or a statement into instalments, their cost read."""
        read = self.read_cost(kind, subject_id, months=months)
        path = f"/v1/{kind}s/{subject_id}/instalments"
        found: dict[str, Any] = self.post(path, {"months": months, "disclosure_id": read})
        return found

    def agree_to_debits(self) -> dict[str, Any]:
        """Let the gateway debit the card, by the code that it sends."""
        asked = self.post("/v1/debit-agreements")
        sent = next(one for one in self._world.messages(self.person["phone"]) if asked["id"] in one["message_id"])
        code = re.findall(r"\d{6}", sent["text"])[0]
        made: dict[str, Any] = self.post(f"/v1/debit-agreements/{asked['id']}/confirmations", {"code": code})
        return made

    def repay(self, loan_id: str, kind: str, amount: str | None = None) -> dict[str, Any]:
        """Pay by debit of the card and wait for the outcome."""
        body = {"kind": kind, "amount": {"amount": amount} if amount else None}
        payment = self.post(f"/v1/loans/{loan_id}/repayments", body)
        return self.wait(f"/v1/payments/{payment['id']}", lambda one: one["status"] in {"settled", "failed"})

    def loan(self, loan_id: str) -> dict[str, Any]:
        """A loan as it stands."""
        found: dict[str, Any] = self.get(f"/v1/loans/{loan_id}")
        return found
