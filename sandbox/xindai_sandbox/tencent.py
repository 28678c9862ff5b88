"""Tencent Cloud's API 3.0, made up: the vendor's signature is checked, its errors and result numbers are the vendor's own.

What a camera sees is ordered (`POST /_control/faces`, or the page to which a face check leads), and so is what the vendor reads on a
picture (`POST /_control/papers`): this world has no eyes.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from datetime import UTC, datetime
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from xindai_sandbox.failures import Failures
from xindai_sandbox.store import Store

SKEW = 300
SIDES = {"FRONT": "id_card_front", "BACK": "id_card_back"}
SEEN = {
    "self": {"ErrCode": 0, "LiveStatus": 0, "Comparestatus": 0, "Sim": "97.50"},
    "other": {"ErrCode": 2010, "ErrMsg": "比对失败", "LiveStatus": 0, "Comparestatus": 2010, "Sim": "21.30"},
    "photo": {"ErrCode": 1005, "ErrMsg": "活体检测未通过", "LiveStatus": 1005, "Comparestatus": None, "Sim": None},
}
PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>人脸核验 · 样本</title><style>
body { font: 16px/1.6 system-ui; max-width: 22rem; margin: 3rem auto; padding: 0 1.25rem; color: #1b2430 }
h1 { font-size: 1.5rem; margin: 0 } small, p { color: #5b6b80 }
button { display: block; width: 100%; margin: .75rem 0; padding: .9rem; font: inherit; text-align: left; color: inherit;
  background: #f3f6fa; border: 1px solid #d5dde8; border-radius: .75rem } button:hover { background: #e8eef6 }
</style><h1>人脸核验</h1><small>Face check of the sandbox. No camera is opened. 沙箱演示，不开启摄像头。</small>
<p>谁在镜头前？Who looks into the camera?</p><form method="post">
<button name="who" value="self">本人 · the person</button>
<button name="who" value="other">他人 · somebody else</button>
<button name="who" value="photo">照片 · a photo</button></form></html>"""


class People(Protocol):
    """Who lives in this world, and what their phones receive."""

    store: Store

    def matches(self, elements: dict[str, str]) -> bool:
        """Whether four elements belong together."""

    def deliver(self, message_id: str, phone: str, text: str) -> None:
        """A message comes to a phone."""


class Wrong(Exception):
    """An error of the vendor: code and message."""


class Tencent:
    """The vendor behind one path."""

    def __init__(self, account: str, failures: Failures, people: People, address: str) -> None:
        secret_id, _, self._secret_key = account.rpartition(":")
        self._secret_id = secret_id or "sandbox"
        self._failures = failures
        self._people = people
        self._address = address
        self._receipts: list[dict[str, Any]] = []
        self._answers: list[dict[str, Any]] = []
        self._faces: dict[str, dict[str, Any]] = {}
        self._papers: dict[str, dict[str, str]] = {}
        self._actions = {
            "BankCard4EVerification": self.four_elements,
            "IdCardVerification": self.register,
            "MobileStatus": self.phone_status,
            "SendSms": self.send,
            "PullSmsSendStatus": self.receipts,
            "PullSmsReplyStatus": self.answers,
            "DetectAuth": self.begin_face,
            "GetDetectInfoEnhanced": self.face_result,
            "IDCardOCR": self.id_card,
            "BankCardOCR": self.bank_card,
            "BizLicenseOCR": self.licence,
            "Encrypt": self.encrypt,
            "Decrypt": self.decrypt,
        }

    def routes(self) -> list[Route]:
        """All paths."""
        return [
            Route("/", self.ask, methods=["POST"]),
            Route("/tencent/faces/{token}", self.camera, methods=["GET", "POST"]),
            Route("/_control/faces", self.look, methods=["POST"]),
            Route("/_control/papers", self.lay, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """One action."""
        raw = await request.body()
        action = request.headers.get("x-tc-action", "")
        failure = self._failures.next("tencent", action)
        if failure is not None and failure.kind == "delay":
            await asyncio.sleep(failure.seconds)
        elif failure is not None and failure.kind != "refuse":
            return Response("<html>busy</html>", 200 if failure.kind == "garbage" else 502)
        try:
            self._prove(request, raw)
            told = self._told("broken" if failure and failure.kind == "refuse" else action, raw)
        except Wrong as wrong:
            told = {"Error": {"Code": wrong.args[0], "Message": wrong.args[1]}}
        return JSONResponse({"Response": {**told, "RequestId": secrets.token_hex(16)}})

    def _told(self, action: str, raw: bytes) -> dict[str, Any]:
        if action == "broken":
            raise Wrong("InternalError", "Something went wrong.")
        if action not in self._actions:
            raise Wrong("InvalidAction", f"The action {action} is unknown.")
        return self._actions[action](json.loads(raw))

    def _prove(self, request: Request, raw: bytes) -> None:
        """TC3-HMAC-SHA256 as the vendor's documentation tells it."""
        told = request.headers
        moment = told.get("x-tc-timestamp", "")
        if not moment.isdigit() or abs(time.time() - int(moment)) > SKEW:
            raise Wrong("AuthFailure.SignatureExpire", "The signature has expired.")
        day = datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%d")
        parts = dict(
            one.strip().split("=", 1)
            for one in told.get("authorization", "")[len("TC3-HMAC-SHA256 ") :].split(",")
            if "=" in one
        )
        scope = parts.get("Credential", "").partition("/")
        if scope[0] != self._secret_id:
            raise Wrong("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
        service = scope[2].split("/")[1] if scope[2].count("/") == 2 else ""
        names = parts.get("SignedHeaders", "").split(";")
        if not {"content-type", "host"} <= set(names):
            raise Wrong("AuthFailure.InvalidAuthorization", "Headers are not signed.")
        headers = "".join(f"{name}:{told.get(name, '').strip().lower()}\n" for name in names)
        canonical = "\n".join(
            (request.method, "/", request.url.query, headers, ";".join(names), hashlib.sha256(raw).hexdigest())
        )
        signed = "\n".join(
            (
                "TC3-HMAC-SHA256",
                moment,
                f"{day}/{service}/tc3_request",
                hashlib.sha256(canonical.encode()).hexdigest(),
            )
        )
        key = f"TC3{self._secret_key}".encode()
        for part in (day, service, "tc3_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        expected = hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, parts.get("Signature", "")):
            raise Wrong("AuthFailure.SignatureFailure", "The signature does not fit.")

    def four_elements(self, asked: dict[str, Any]) -> dict[str, Any]:
        """`BankCard4EVerification`."""
        names = {"name": "Name", "id_number": "IdCard", "phone": "Phone", "card_number": "BankCard"}
        if any(not isinstance(asked.get(one), str) for one in names.values()):
            raise Wrong("MissingParameter", "An element is missing.")
        same = self._people.matches({ours: asked[theirs] for ours, theirs in names.items()})
        return {"Result": "0", "Description": "认证通过"} if same else {"Result": "-1", "Description": "认证未通过"}

    def register(self, asked: dict[str, Any]) -> dict[str, Any]:
        """`IdCardVerification`."""
        owner = self._people.store.person("id_number", str(asked.get("IdCard"))) or {}
        unknown = owner.get("unregistered") or owner.get("name", asked.get("Name")) != asked.get("Name")
        return {"Result": "-1" if unknown else "0", "Description": ""}

    def phone_status(self, asked: dict[str, Any]) -> dict[str, Any]:
        """`MobileStatus`."""
        owner = self._people.store.person("phone", str(asked.get("Mobile"))) or {}
        out = owner.get("phone_status") == "out_of_service"
        return {"Result": "0", "Description": "", "StatusCode": 1 if out else 0}

    def send(self, asked: dict[str, Any]) -> dict[str, Any]:
        """`SendSms`: template 1 is a code and has two places, others have none."""
        places: list[str] = asked.get("TemplateParamSet") or []
        is_code = asked.get("TemplateId") == "1"
        if not asked.get("SmsSdkAppId") or not asked.get("TemplateId") or len(places) != (2 if is_code else 0):
            raise Wrong("InvalidParameterValue.TemplateParameterFormatError", "The template has other places.")
        text = f"【{asked.get('SignName')}】模板 {asked['TemplateId']}"
        if is_code:
            text = f"【{asked.get('SignName')}】您的验证码是 {places[0]}，{places[1]} 分钟内有效，请勿告知他人。"
        lost = self._failures.next("tencent", "delivery")
        for phone in asked["PhoneNumberSet"]:
            if lost is None:
                self._people.deliver(str(asked.get("SessionContext")), str(phone).removeprefix("+86"), text)
            self._receipts.append({
                "UserReceiveTime": int(time.time()), "CountryCode": "86", "SubscriberNumber": str(phone).removeprefix("+86"),
                "PhoneNumber": phone, "SerialNo": secrets.token_hex(8), "ReportStatus": "FAIL" if lost else "SUCCESS",
                "Description": "phone_off" if lost else "DELIVRD", "SessionContext": asked.get("SessionContext", ""),
            })  # fmt: skip
        return {"SendStatusSet": [{"Code": "Ok", "PhoneNumber": one, "Fee": 1} for one in asked["PhoneNumberSet"]]}

    def answered(self, phone: str, text: str) -> None:
        """Somebody answers a message."""
        self._answers.append({"ExtendCode": "", "CountryCode": "86", "PhoneNumber": f"+86{phone}", "SignName": "",
                              "ReplyContent": text, "ReplyTime": int(time.time())})  # fmt: skip

    def receipts(self, asked: dict[str, Any]) -> dict[str, Any]:
        """`PullSmsSendStatus`: each receipt once."""
        taken, self._receipts = self._receipts[: asked["Limit"]], self._receipts[asked["Limit"] :]
        return {"PullSmsSendStatusSet": taken}

    def answers(self, asked: dict[str, Any]) -> dict[str, Any]:
        """`PullSmsReplyStatus`: each answer once."""
        taken, self._answers = self._answers[: asked["Limit"]], self._answers[asked["Limit"] :]
        return {"PullSmsReplyStatusSet": taken}

    def begin_face(self, asked: dict[str, Any]) -> dict[str, Any]:
        """`DetectAuth`."""
        if not asked.get("RuleId") or not asked.get("IdCard") or not asked.get("Name"):
            raise Wrong("MissingParameter", "RuleId, IdCard or Name is missing.")
        token = secrets.token_hex(18).upper()
        self._faces[token] = {"IdCard": asked["IdCard"], "back": asked.get("RedirectUrl", ""), "seen": None}
        return {"BizToken": token, "Url": f"{self._address}/tencent/faces/{token}"}

    def face_result(self, asked: dict[str, Any]) -> dict[str, Any]:
        """`GetDetectInfoEnhanced`, the text only."""
        face = self._faces.get(str(asked.get("BizToken")))
        if face is None:
            raise Wrong("InvalidParameterValue.BizTokenIllegal", "The BizToken is not ours.")
        seen = SEEN[face["seen"]] if face["seen"] else {"ErrCode": None}
        return {"Text": {"IdCard": face["IdCard"], **seen}}

    def id_card(self, asked: dict[str, Any]) -> dict[str, Any]:
        """`IDCardOCR`."""
        read = self._read(SIDES.get(str(asked.get("CardSide")), "id_card_front"))
        return {
            "Name": read.get("name", ""),
            "Sex": read.get("sex", ""),
            "Nation": read.get("ethnicity", ""),
            "Birth": read.get("born_on", "").replace("-", "/"),
            "Address": read.get("address", ""),
            "IdNum": read.get("id_number", ""),
            "Authority": read.get("authority", ""),
            "ValidDate": "-".join(
                read[part].replace("-", ".") for part in ("valid_from", "valid_until") if part in read
            ),
        }

    def bank_card(self, _: dict[str, Any]) -> dict[str, Any]:
        """`BankCardOCR`."""
        return {"CardNo": self._read("bank_card").get("card_number", ""), "WarningCode": []}

    def licence(self, _: dict[str, Any]) -> dict[str, Any]:
        """`BizLicenseOCR`."""
        read = self._read("business_licence")
        names = {"RegNum": "uscc", "Name": "business_name", "Type": "business_kind", "Person": "legal_representative"}
        names |= {"Capital": "capital", "SetDate": "founded_on", "Address": "address"}
        return {theirs: read.get(ours, "") for theirs, ours in names.items()}

    def _read(self, kind: str) -> dict[str, str]:
        if kind not in self._papers:
            raise Wrong("FailedOperation.OcrFailed", "Nothing was recognised.")
        return self._papers[kind]

    def encrypt(self, asked: dict[str, Any]) -> dict[str, Any]:
        """A text under one of the account's keys, which the name of the key and the account's secret give."""
        nonce = secrets.token_bytes(12)
        sealed = self._key(asked["KeyId"]).encrypt(nonce, base64.b64decode(asked["Plaintext"]), None)
        blob = base64.b64encode(nonce + sealed).decode()
        return {"KeyId": asked["KeyId"], "CiphertextBlob": f"{asked['KeyId']}.{blob}"}

    def decrypt(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The text again; the blob names its key."""
        name, _, blob = asked["CiphertextBlob"].rpartition(".")
        sealed = base64.b64decode(blob)
        try:
            plain = self._key(name).decrypt(sealed[:12], sealed[12:], None)
        except InvalidTag:
            raise Wrong("InvalidParameterValue.InvalidCiphertext", "The ciphertext is invalid.") from None
        return {"KeyId": name, "Plaintext": base64.b64encode(plain).decode()}

    def _key(self, name: str) -> AESGCM:
        return AESGCM(hashlib.sha256(f"kms|{self._secret_key}|{name}".encode()).digest())

    async def camera(self, request: Request) -> Response:
        """The page to which a face check leads."""
        face = self._faces.get(request.path_params["token"])
        if face is None:
            return HTMLResponse("没有该核验。", 404)
        if request.method == "POST":
            who = (await request.form()).get("who")
            face["seen"] = str(who) if who in SEEN else None
            return RedirectResponse(face["back"] or "/", 303)
        return HTMLResponse(PAGE)

    async def look(self, request: Request) -> Response:
        """Somebody looks: `{"url": ..., "who": "self" | "other" | "photo"}`."""
        body = await request.json()
        face = self._faces.get(str(body["url"]).rsplit("/", 1)[-1])
        if face is None or body.get("who") not in SEEN:
            return JSONResponse({"error": "unknown", "who": sorted(SEEN)}, 422)
        face["seen"] = body["who"]
        return Response(status_code=204)

    async def lay(self, request: Request) -> Response:
        """What the vendor reads on the next pictures of a kind: `{"kind": ..., "fields": {...}}`."""
        body = await request.json()
        self._papers[str(body["kind"])] = body["fields"]
        return Response(status_code=204)
