"""WeChat Pay v3 as its vendor speaks it: signed by a merchant's key, answered under a platform certificate, notices encrypted.

Nobody pays by themselves: `POST /_control/wechat-payments` is the person who presses the button, scans the code, or accepts.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import csv
import hashlib
import io
import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from xindai_sandbox.bank import NOTICE_TRIES
from xindai_sandbox.banking import Banking, fen, yuan
from xindai_sandbox.failures import Failures
from xindai_sandbox.store import Store
from xindai_sandbox.wechat import openid_of

BANK = "wechat_pay"
SCHEME = "WECHATPAY2-SHA256-RSA2048"
FEE_PER_MILLE = 6
"""What the platform takes of a payment."""
NAMED_FROM = 200_000
HEAD = "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号"
SUMS = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"

Answer = tuple[int, Any]
Act = Callable[[Request, dict[str, Any]], Awaitable[Answer]]


class WechatPay:
    """Its doors. `keys` is the merchant's file; `home` where the platform keeps its own key."""

    def __init__(
        self, store: Store, failures: Failures, *, keys: Path, home: Path, owner: Callable[[str], dict[str, Any] | None]
    ) -> None:
        self._keys, self._home, self._failures, self._owner = keys, home, failures, owner
        self.banking = Banking(store, failures, BANK, tell=self._tell, tell_credit=self._tell)
        self._store = store
        self._http = httpx.AsyncClient(timeout=5.0, trust_env=False)

    def routes(self) -> list[Route]:
        """All of them."""
        doors: list[tuple[str, str, str, Act]] = [
            ("POST", "/v3/pay/transactions/jsapi", "pay", self.jsapi),
            ("POST", "/v3/pay/transactions/native", "pay", self.native),
            ("GET", "/v3/pay/transactions/out-trade-no/{number}", "query", self.query_trade),
            ("POST", "/v3/pay/transactions/out-trade-no/{number}/close", "close", self.close),
            ("POST", "/v3/refund/domestic/refunds", "refund", self.refund),
            ("GET", "/v3/refund/domestic/refunds/{number}", "query", self.query_refund),
            ("POST", "/v3/fund-app/mch-transfer/transfer-bills", "transfer", self.transfer),
            ("GET", "/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{number}", "query", self.query_transfer),
            ("GET", "/v3/bill/fundflowbill", "bill", self.bill),
            ("GET", "/v3/certificates", "certificates", self.certificates),
        ]
        return [
            *(self._signed(*one) for one in doors),
            Route("/v3/billdownload/file", self.download),
            Route("/_control/wechat-payments", self.act, methods=["POST"]),
        ]

    def begin(self) -> None:
        """Go on with what was taken before."""
        self.banking.begin()

    async def end(self) -> None:
        """No more."""
        await self.banking.end()
        await self._http.aclose()

    # payments

    async def jsapi(self, _request: Request, body: dict[str, Any]) -> Answer:
        """A payment by one wallet."""
        return self._take_trade(body, "prepay_id", payer=body["payer"]["openid"])

    async def native(self, _request: Request, body: dict[str, Any]) -> Answer:
        """A payment by whoever scans the code."""
        return self._take_trade(body, "code_url", payer="")

    def _take_trade(self, body: dict[str, Any], link: str, *, payer: str) -> Answer:
        number, amount = body["out_trade_no"], body["amount"]
        if not re.fullmatch(r"[0-9A-Za-z_\-|*]{6,32}", number) or amount["total"] <= 0 or body["mchid"] != self._mchid:
            return _wrong("PARAM_ERROR", "参数错误")
        if datetime.fromisoformat(body["time_expire"]).tzinfo is None or not body["notify_url"]:
            return _wrong("PARAM_ERROR", "time_expire")
        taken = self._take("debit", number, amount["total"], f"trade:{payer}", body["notify_url"])
        if taken.differs:
            return _wrong("INVALID_REQUEST", "商户订单号重复")
        if taken.order["status"] == "settled":
            return _wrong("ORDERPAID", "订单已支付")
        if taken.order["status"] == "failed":
            return _wrong("ORDER_CLOSED", "订单已关闭")
        token = hashlib.sha256(number.encode()).hexdigest()[:32]
        return 200, {link: f"wx{token}" if link == "prepay_id" else f"weixin://wxpay/bizpayurl?pr={token[:9]}"}

    async def query_trade(self, request: Request, _body: dict[str, Any]) -> Answer:
        """Where a payment stands."""
        order = self._order(request, "trade:")
        if order is None:
            return _wrong("ORDER_NOT_EXIST", "订单不存在", 404)
        return 200, self._trade(order)

    async def close(self, request: Request, _body: dict[str, Any]) -> Answer:
        """A payment that is not wanted any more."""
        order = self._order(request, "trade:")
        if order is None:
            return _wrong("ORDER_NOT_EXIST", "订单不存在", 404)
        if order["status"] == "settled":
            return _wrong("ORDERPAID", "订单已支付")
        self.banking.call_off(order["order_id"], "closed")
        return 204, None

    # refunds and transfers

    async def refund(self, _request: Request, body: dict[str, Any]) -> Answer:
        """Some of a payment goes back the way it came."""
        came = self.banking.order(body["out_trade_no"])
        if came is None or came["status"] != "settled" or _minor(came) != body["amount"]["total"]:
            return _wrong("RESOURCE_NOT_EXISTS", "订单不存在", 404)
        gone = self._store.rows(
            "SELECT amount FROM bank_order WHERE bank = ? AND card = ? AND status <> 'failed' AND order_id <> ?",
            BANK,
            f"refund:{came['order_id']}",
            body["out_refund_no"],
        )
        if sum(_minor(one) for one in gone) + body["amount"]["refund"] > _minor(came):
            return _wrong("NOT_ENOUGH", "可退金额不足", 403)
        number, to = body["out_refund_no"], f"refund:{came['order_id']}"
        taken = self._take("pay_out", number, body["amount"]["refund"], to, body["notify_url"])
        if taken.differs:
            return _wrong("INVALID_REQUEST", "商户退款单号重复")
        return 200, self._refund(taken.order)

    async def query_refund(self, request: Request, _body: dict[str, Any]) -> Answer:
        """Where a refund stands."""
        order = self._order(request, "refund:")
        return (200, self._refund(order)) if order else _wrong("RESOURCE_NOT_EXISTS", "退款单不存在", 404)

    async def transfer(self, _request: Request, body: dict[str, Any]) -> Answer:
        """Money for a wallet; its owner accepts it."""
        number, minor = body["out_bill_no"], body["transfer_amount"]
        if not re.fullmatch(r"[0-9A-Za-z]{1,32}", number) or not isinstance(body["transfer_scene_report_infos"], list):
            return _wrong("PARAM_ERROR", "out_bill_no")
        if minor >= NAMED_FROM and "user_name" not in body:
            return _wrong("PARAM_ERROR", "user_name")
        if "user_name" in body:
            owner = self._owner(body["openid"])
            if owner is not None and owner["name"] != self._decrypted(body["user_name"]):
                return _wrong("PARAM_ERROR", "姓名校验不通过")
        taken = self._take("pay_out", number, minor, f"transfer:{body['openid']}", body["notify_url"])
        if taken.differs:
            return _wrong("ALREADY_EXISTS", "商户单号重复")
        found = self._transfer(taken.order)
        if found["state"] == "WAIT_USER_CONFIRM":
            found["package_info"] = base64.b64encode(hashlib.sha256(number.encode()).digest()).decode()
        return 200, found

    async def query_transfer(self, request: Request, _body: dict[str, Any]) -> Answer:
        """Where a transfer stands."""
        order = self._order(request, "transfer:")
        return (200, self._transfer(order)) if order else _wrong("NOT_FOUND", "转账单不存在", 404)

    # bills and certificates

    async def bill(self, request: Request, _body: dict[str, Any]) -> Answer:
        """Where the bill of a day that has ended lies, and its hash."""
        on = request.query_params["bill_date"]
        content = self._bill(on)
        if content is None:
            return _wrong("NO_STATEMENT_EXIST", "账单文件不存在")
        address = f"https://api.mch.weixin.qq.com/v3/billdownload/file?token={on}"
        digest = hashlib.sha1(content).hexdigest()  # noqa: S324 - the vendor's choice
        return 200, {"hash_type": "SHA1", "hash_value": digest, "download_url": address}

    async def download(self, request: Request) -> Response:
        """The bill; it bears no signature."""
        raw = await request.body()
        content = self._bill(request.query_params.get("token", ""))
        if content is None or not self._is_signed(request, raw):
            return Response(status_code=404)
        failure = self._failures.next(BANK, "download")
        if failure and failure.kind == "garbage":
            content = content.replace(b"`", b"'")
        return Response(content, media_type="text/plain")

    async def certificates(self, _request: Request, _body: dict[str, Any]) -> Answer:
        """The platform's certificate, encrypted for the merchant."""
        certificate = self._platform[1]
        pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
        one = {
            "serial_no": self._serial,
            "effective_time": certificate.not_valid_before_utc.isoformat(),
            "expire_time": certificate.not_valid_after_utc.isoformat(),
            "encrypt_certificate": self._encrypted(pem, "certificate"),
        }
        return 200, {"data": [one]}

    # the person

    async def act(self, request: Request) -> Response:
        """Somebody pays or accepts what a link leads to; `phone` says who presses."""
        body = await request.json()
        for order in self._store.rows("SELECT * FROM bank_order WHERE bank = ? AND status = 'waiting'", BANK):
            number = order["order_id"]
            token = hashlib.sha256(number.encode()).hexdigest()[:32]
            package = base64.b64encode(hashlib.sha256(number.encode()).digest()).decode()
            if body["link"] not in {f"prepay_id=wx{token}", f"weixin://wxpay/bizpayurl?pr={token[:9]}", package}:
                continue
            wanted = order["card"].partition(":")[2]
            if wanted and wanted != openid_of(body.get("phone", "")):
                return JSONResponse({"error": "another_wallet"}, 403)
            self.banking.go_on(number)
            return JSONResponse({"status": "paid"})
        return JSONResponse({"error": "nothing_to_pay"}, 404)

    # nouns on the wire

    def _take(self, kind: str, number: str, minor: int, about: str, url: str) -> Any:
        order = {
            "order_id": number,
            "amount": yuan(minor),
            "currency": "CNY",
            "card": about,
            "value_on": "",
            "notify_url": url,
        }
        return self.banking.take(kind, order, today=self.banking.day, waits=not about.startswith("refund:"))

    def _order(self, request: Request, about: str) -> dict[str, Any] | None:
        order = self.banking.order(request.path_params["number"])
        return order if order and order["card"].startswith(about) else None

    def _trade(self, order: dict[str, Any]) -> dict[str, Any]:
        state = {"waiting": "NOTPAY", "accepted": "USERPAYING", "failed": "CLOSED"}.get(order["status"], "SUCCESS")
        found: dict[str, Any] = {
            "appid": "sandbox",
            "mchid": self._mchid,
            "out_trade_no": order["order_id"],
            "trade_state": state,
            "trade_state_desc": order["reason"] or "",
            "amount": {"total": _minor(order), "currency": "CNY"},
        }
        if state == "SUCCESS":
            found |= {"transaction_id": order["reference"], "success_time": _now()}
        return found

    def _refund(self, order: dict[str, Any]) -> dict[str, Any]:
        status = {"accepted": "PROCESSING", "failed": "CLOSED"}.get(order["status"], "SUCCESS")
        return {
            "mchid": self._mchid,
            "refund_id": order["reference"],
            "out_refund_no": order["order_id"],
            "out_trade_no": order["card"].partition(":")[2],
            "status": status,
            "amount": {"refund": _minor(order), "currency": "CNY"},
        }

    def _transfer(self, order: dict[str, Any]) -> dict[str, Any]:
        states = {"waiting": "WAIT_USER_CONFIRM", "accepted": "PROCESSING", "failed": "FAIL"}
        found = {
            "mch_id": self._mchid,
            "out_bill_no": order["order_id"],
            "transfer_bill_no": order["reference"],
            "state": states.get(order["status"], "SUCCESS"),
            "transfer_amount": _minor(order),
            "openid": order["card"].partition(":")[2],
        }
        return found | ({"fail_reason": order["reason"]} if order["reason"] else {})

    def _bill(self, on: str) -> bytes | None:
        page = self.banking.statement(on, final=True, after=0)
        if not page["lines"]:
            return None
        out = io.StringIO()
        out.write(HEAD + "\r\n")
        write = csv.writer(out, lineterminator="\r\n")
        balance = page["opening"]
        came: list[int] = []
        went: list[int] = []
        for line in page["lines"]:
            minor = line["minor"]
            balance += minor
            (came if minor > 0 else went).append(abs(minor))
            name = "商家转账" if line["kind"] == "pay_out" and "_" not in line["order_id"] else "退款"
            kind = {"debit": "交易", "pay_out": name, "fee": "扣除交易手续费", "charge": "其他"}.get(
                line["kind"], "其他"
            )
            row = [
                f"{on} 12:00:00",
                line["reference"],
                line["reference"],
                kind,
                kind,
                "收入" if minor > 0 else "支出",
                yuan(abs(minor)),
                yuan(balance),
                "system",
                line["remark"],
                line["order_id"] or "",
            ]
            write.writerow([f"`{cell}" for cell in row])
        out.write(SUMS + "\r\n")
        sums = (len(page["lines"]), len(came), yuan(sum(came)), len(went), yuan(sum(went)))
        write.writerow([f"`{one}" for one in sums])
        return out.getvalue().encode("utf-8-sig")

    # notices

    async def _tell(self, order: dict[str, Any]) -> None:
        if order["status"] == "settled" and order["kind"] == "debit":
            fee = _minor(order) * FEE_PER_MILLE // 1000
            if fee:
                self.banking.book_fee(order["order_id"], fee)
        if order["status"] not in {"settled", "failed"} or not order["notify_url"]:
            return
        if order["card"].startswith("trade:"):
            if order["status"] == "failed":
                return  # the vendor tells of payments that were made
            event, kind, resource = "TRANSACTION.SUCCESS", "transaction", self._trade(order)
        elif order["card"].startswith("refund:"):
            resource = self._refund(order)
            resource["refund_status"] = resource.pop("status")
            event, kind = f"REFUND.{resource['refund_status']}", "refund"
        else:
            event, kind, resource = "MCHTRANSFER.BILL.FINISHED", "mch_payment", self._transfer(order)
        await self._notify(order["notify_url"], event, kind, resource)

    async def _notify(self, url: str, event: str, kind: str, resource: dict[str, Any]) -> None:
        failure = self._failures.next(BANK, "notice")
        wrong = failure.kind if failure else ""
        if wrong == "loss":
            return
        secret = self._encrypted(json.dumps(resource, ensure_ascii=False), kind)
        notice = {
            "id": secrets.token_hex(16),
            "create_time": _now(),
            "event_type": event,
            "resource_type": "encrypt-resource",
            "resource": {"original_type": kind, **secret},
        }
        body = json.dumps(notice).encode()
        headers = {"Content-Type": "application/json", **self._signature(body, spoilt=wrong == "wrong_signature")}
        for _ in range(2 if wrong == "duplicate" else 1):
            await self._try(url, body, headers)

    async def _try(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        """Again while there is no answer below 500, a few times."""
        for attempt in range(NOTICE_TRIES):
            with contextlib.suppress(httpx.HTTPError):
                if (await self._http.post(url, content=body, headers=headers)).status_code < 500:
                    return
            await asyncio.sleep(0.1 * 2**attempt)

    # keys

    @cached_property
    def _merchant(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._keys.read_text())
        return found

    @property
    def _mchid(self) -> str:
        return str(self._merchant["mchid"])

    @cached_property
    def _merchant_key(self) -> rsa.RSAPublicKey:
        key = serialization.load_pem_private_key(self._merchant["private_key"].encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key.public_key()

    @cached_property
    def _platform(self) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
        """The platform's key and certificate, made once."""
        path = self._home / "wechat-platform.pem"
        if not path.exists():
            made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "WeChat Pay sandbox")])
            now = datetime.now(UTC)
            certificate = (
                x509.CertificateBuilder()
                .subject_name(name)
                .issuer_name(name)
                .public_key(made.public_key())
                .serial_number(x509.random_serial_number())
                .not_valid_before(now - timedelta(days=1))
                .not_valid_after(now + timedelta(days=3650))
                .sign(made, hashes.SHA256())
            )
            form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            pem = made.private_bytes(serialization.Encoding.PEM, *form)
            path.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
        pem = path.read_bytes()
        key = serialization.load_pem_private_key(pem, None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key, x509.load_pem_x509_certificate(pem[pem.index(b"-----BEGIN CERTIFICATE") :])

    @property
    def _serial(self) -> str:
        return f"{self._platform[1].serial_number:X}"

    def _signature(self, body: bytes, *, spoilt: bool = False) -> dict[str, str]:
        moment, nonce = str(int(time.time())), secrets.token_hex(16)
        text = f"{moment}\n{nonce}\n{body.decode()}\n" + ("spoilt" if spoilt else "")
        signature = self._platform[0].sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return {
            "Wechatpay-Timestamp": moment,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": self._serial,
            "Wechatpay-Signature": base64.b64encode(signature).decode(),
            "Wechatpay-Signature-Type": SCHEME,
        }

    def _encrypted(self, text: str, about: str) -> dict[str, str]:
        nonce = secrets.token_hex(6)
        secret = AESGCM(self._merchant["api_key"].encode()).encrypt(nonce.encode(), text.encode(), about.encode())
        return {
            "algorithm": "AEAD_AES_256_GCM",
            "nonce": nonce,
            "associated_data": about,
            "ciphertext": base64.b64encode(secret).decode(),
        }

    def _decrypted(self, field: str) -> str:
        oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303 - the vendor's choice
        try:
            return self._platform[0].decrypt(base64.b64decode(field), oaep).decode()
        except (ValueError, binascii.Error):
            return ""

    def _is_signed(self, request: Request, raw: bytes) -> bool:
        """Whether the merchant signed this just now."""
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        told = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        moment = told.get("timestamp", "")
        if scheme != SCHEME or not moment.isdigit() or abs(time.time() - int(moment)) > 300:
            return False
        if told.get("mchid") != self._mchid or told.get("serial_no") != self._merchant["serial"]:
            return False
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        text = f"{request.method}\n{path}\n{moment}\n{told.get('nonce_str')}\n{raw.decode()}\n"
        try:
            signature = base64.b64decode(told.get("signature", ""))
            self._merchant_key.verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, binascii.Error):
            return False
        return True

    def _signed(self, method: str, path: str, operation: str, act: Act) -> Route:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            if not self._is_signed(request, raw):
                return self._answer(*_wrong("SIGN_ERROR", "签名错误", 401))
            failure = self._failures.next(BANK, operation)
            wrong = failure.kind if failure else ""
            if wrong == "server_error":
                return self._answer(*_wrong("SYSTEM_ERROR", "系统错误", 500))
            if wrong == "lost_request":
                return Response(status_code=504)
            try:
                status, document = await act(request, json.loads(raw) if raw else {})
            except (KeyError, ValueError, TypeError) as error:
                status, document = _wrong("PARAM_ERROR", str(error))
            if wrong == "loss":
                return Response(status_code=504)
            if wrong == "garbage":
                return self._answer(200, "<html>")
            return self._answer(status, document, spoilt=wrong == "wrong_signature")

        return Route(path, endpoint, methods=[method])

    def _answer(self, status: int, document: Any, *, spoilt: bool = False) -> Response:
        body = b"" if document is None else json.dumps(document, ensure_ascii=False).encode()
        return Response(body, status, headers=self._signature(body, spoilt=spoilt), media_type="application/json")


def _wrong(code: str, message: str, status: int = 400) -> Answer:
    return status, {"code": code, "message": message}


def _minor(order: dict[str, Any]) -> int:
    return fen(order["amount"])


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")
