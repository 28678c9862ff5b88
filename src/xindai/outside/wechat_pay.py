"""WeChat Pay v3: a person pays by their wallet or by scanning a code, and gets back what was too much (wire: the vendor's own).

What its orders are called and mean to us is here; the wire is in `wechat_wire`. A payment waits for its person; what is not paid in time is closed there.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from xindai.base import crypto
from xindai.base.clock import local_time
from xindai.base.http import ProviderFault
from xindai.outside.rails import NOTICES_UNDER, NoticeUnproven, Payee, StatementLater
from xindai.payments.orders.model import Direction, Payment, PaymentId, Status, Via, Word
from xindai.payments.orders.routing import RailFacts
from xindai.payments.receipts.model import Credit
from xindai.payments.reconciliation.model import Line, LineKind, Statement
from xindai.values import money
from xindai.values.money import Money
from xindai.values.refusal import Invalid

if TYPE_CHECKING:
    from xindai.outside.wechat_wire import Wire

NAME = "wechat_pay"
GATEWAY = "https://api.mch.weixin.qq.com"
NOTICE_PATH = f"{NOTICES_UNDER}wechat-pay"
KEYS = "wechat_pay.json"
MOST = 5_000_000
"""Fifty thousand yuan an order."""
NAMED_FROM = 200_000
"""From two thousand yuan on, a transfer says whose name the wallet bears."""

TRADES = {
    "SUCCESS": Status.SETTLED,
    "REFUND": Status.SETTLED,
    "NOTPAY": Status.ACCEPTED,
    "USERPAYING": Status.ACCEPTED,
    "CLOSED": Status.FAILED,
    "REVOKED": Status.FAILED,
    "PAYERROR": Status.FAILED,
}
REFUNDS = {
    "SUCCESS": Status.SETTLED,
    "PROCESSING": Status.ACCEPTED,
    "ABNORMAL": Status.ACCEPTED,  # the vendor holds the money until somebody says where it goes
    "CLOSED": Status.FAILED,
}
TRANSFERS = {
    "SUCCESS": Status.SETTLED,
    "FAIL": Status.FAILED,
    "CANCELLED": Status.FAILED,
    **dict.fromkeys(("ACCEPTED", "PROCESSING", "WAIT_USER_CONFIRM", "TRANSFERING", "CANCELING"), Status.ACCEPTED),
}
NOT_KNOWN = {"ORDER_NOT_EXIST", "RESOURCE_NOT_EXISTS", "NOT_FOUND", "ORDERNOTEXIST"}
NOTHING_DONE = {"PARAM_ERROR", "NO_AUTH", "NOT_ENOUGH", "ACCOUNT_ERROR", "RULE_LIMIT", "USER_ACCOUNT_ABNORMAL"}
"""With these the vendor turns an order down; nothing was made of it."""
LINES = {
    "交易": LineKind.ORDER,
    "退款": LineKind.ORDER,
    "商家转账": LineKind.ORDER,
    "商家转账退回": LineKind.BACK,
    "扣除交易手续费": LineKind.FEE,
    "退回交易手续费": LineKind.FEE,
}
OF_NOTICES = {"TRANSACTION": TRADES, "REFUND": REFUNDS, "MCHTRANSFER": TRANSFERS}


@dataclass(frozen=True, slots=True)
class Merchant:
    """Our account with the vendor; its public key, where it gave one, else certificates are fetched.

    `scene` is what the vendor has admitted our transfers as, `scene_reports` what it wants to be told with each of them.
    """

    mchid: str
    serial: str
    private_key: str
    api_key: str
    public_key: str | None = None
    public_key_id: str | None = None
    scene: str = "1000"
    scene_reports: Sequence[Mapping[str, str]] = ()


def merchant(folder: Path) -> Merchant:
    """The account in `wechat_pay.json` of the keys; made up on first use, which only the sandbox believes."""
    path = folder / KEYS
    if not path.exists():
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        pem = made.private_bytes(serialization.Encoding.PEM, *form).decode()
        fresh = {
            "mchid": "1900000001",
            "serial": secrets.token_hex(20).upper(),
            "private_key": pem,
            "api_key": secrets.token_hex(16),
        }
        crypto.write_secret(path, json.dumps(fresh), only_if_new=True)
    return Merchant(**json.loads(path.read_text(encoding="utf-8")))


class WechatPay:
    """The client. `app_id` is the mini-program's; `now` the instant by our clock."""

    facts = RailFacts(
        NAME,
        fen=60,
        carries=frozenset({Direction.COLLECTION, Direction.PAY_OUT}),
        most=MOST,
        via=frozenset({Via.WALLET, Via.CODE}),
        says_today=False,
    )

    def __init__(
        self, ours: Merchant, *, gateway: str, app_id: str, notices_to: str, now: Callable[[], datetime]
    ) -> None:
        self._ours = ours
        self._gateway = gateway.rstrip("/")
        self._app_id = app_id
        self._notices_to = notices_to
        self._now = now

    def send(self, payment: Payment, payee: Payee) -> Word:
        """Ask for a payment, give one back, or transfer; the same order again is the same order. Raises ProviderFault."""
        if payment.direction is Direction.COLLECTION:
            return self._invite(payment, payee)
        return self._give_back(payment, payee) if payee.gets_back else self._transfer(payment, payee)

    def ask(self, payment: Payment) -> Word | None:
        """What became of an order; none where it may be ordered again. What was not paid in time is closed. Raises ProviderFault."""
        status, body = self._wire.call("GET", *self._where(payment), None)
        if status == 404 and body.get("code") in NOT_KNOWN:
            return None
        if status != 200:
            raise ProviderFault(f"{NAME}: status {status} {body.get('code')}")
        word = self._read(body, _states(payment))
        if word.payment_id != payment.id:
            raise ProviderFault(f"{NAME}: the answer speaks of another order")
        if word.status is not Status.ACCEPTED:
            return word
        if payment.payable_until is not None and self._now() >= payment.payable_until:
            return self.call_off(payment)
        waits = payment.direction is Direction.COLLECTION or body.get("state") == "WAIT_USER_CONFIRM"
        return None if waits and payment.link is None else word

    def call_off(self, payment: Payment) -> Word:
        """Close it there; where it was paid at that very moment, it is paid. Raises ProviderFault."""
        path = f"/v3/pay/transactions/out-trade-no/{payment.id}/close"
        status, body = self._wire.call("POST", path, "close", {"mchid": self._ours.mchid})
        if status == 204:
            return Word(payment.id, Status.FAILED, None, "not_paid", payment.amount)
        status, body = self._wire.call("GET", *self._where(payment), None)
        if status == 404 and body.get("code") in NOT_KNOWN:  # nobody has its link, and its time ends
            return Word(payment.id, Status.FAILED, None, "not_paid", payment.amount)
        if status != 200:
            raise ProviderFault(f"{NAME}: status {status} {body.get('code')}")
        return self._read(body, TRADES)

    def invitation(self, payment: Payment) -> dict[str, str]:
        """What a page shows as a code, or hands to `wx.requestPayment` or `wx.requestMerchantTransfer`."""
        assert payment.link is not None, payment.id
        if payment.direction is not Direction.COLLECTION:
            return {"mchId": self._ours.mchid, "appId": self._app_id, "package": payment.link}
        if payment.via is Via.CODE:
            return {"code_url": payment.link}
        moment, nonce, package = str(int(time.time())), secrets.token_hex(16), f"prepay_id={payment.link}"
        sign = self._wire.sign([self._app_id, moment, nonce, package])
        return {
            "appId": self._app_id,
            "timeStamp": moment,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": sign,
        }

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Sequence[Word | Credit]:
        """A call-back that the vendor signed just now and encrypted for us. Refuses: NoticeUnproven."""
        told = self._wire.heard(headers, body)
        resource = told["resource"]
        event = str(told.get("event_type")).split(".", 1)[0]
        if event not in OF_NOTICES or resource.get("mchid", resource.get("mch_id")) != self._ours.mchid:
            raise NoticeUnproven
        try:
            return [self._read(resource, OF_NOTICES[event])]
        except ProviderFault:
            raise NoticeUnproven from None

    def statement(self, on: date, *, final: bool) -> Statement:
        """The bill of what moved on our account on a day that has ended. Raises ProviderFault."""
        if not final:
            raise StatementLater(f"{NAME}: a day's bill is made after it")
        path = f"/v3/bill/fundflowbill?bill_date={on.isoformat()}&account_type=BASIC"
        status, body = self._wire.call("GET", path, "bill", None)
        if status == 400 and body.get("code") in {"NO_STATEMENT_EXIST", "STATEMENT_NOT_EXIST"}:
            return Statement(NAME, on, None, None, iter(()))
        if status != 200:
            raise ProviderFault(f"{NAME}: no bill (status {status} {body.get('code')})")
        try:
            address, digest = urlsplit(str(body["download_url"])), str(body["hash_value"])
        except KeyError:
            raise ProviderFault(f"{NAME}: unreadable answer") from None
        content = self._wire.file(f"{address.path}?{address.query}", "download")
        if not hmac.compare_digest(hashlib.sha1(content, usedforsecurity=False).hexdigest(), digest.lower()):
            raise ProviderFault(f"{NAME}: the bill is not the one that was promised")
        return read_bill(content, on)

    # orders

    def _invite(self, payment: Payment, payee: Payee) -> Word:
        assert payment.payable_until is not None, payment.id
        body: dict[str, Any] = {
            "appid": self._app_id,
            "mchid": self._ours.mchid,
            "description": "贷款还款",
            "out_trade_no": payment.id,
            "time_expire": local_time(payment.payable_until).isoformat(timespec="seconds"),
            "notify_url": self._notices_to,
            "amount": {"total": payment.amount.minor, "currency": payment.amount.currency},
        }
        path = "/v3/pay/transactions/native"
        if payment.via is Via.WALLET:
            assert payee.wallet is not None, payment.id
            path = "/v3/pay/transactions/jsapi"
            body["payer"] = {"openid": payee.wallet.reveal()}
        answer = self._ordered(path, "pay", body)
        if isinstance(answer, str):
            return Word(payment.id, Status.FAILED, None, answer, payment.amount)
        link = answer.get("prepay_id" if payment.via is Via.WALLET else "code_url")
        if not isinstance(link, str) or not link:
            raise ProviderFault(f"{NAME}: nothing to pay with")
        return Word(payment.id, Status.ACCEPTED, None, None, payment.amount, link)

    def _give_back(self, payment: Payment, payee: Payee) -> Word:
        came = payee.gets_back
        assert came is not None, payment.id
        body = {
            "out_trade_no": came.id,
            "out_refund_no": payment.id,
            "reason": "溢缴款退回",
            "notify_url": self._notices_to,
            "amount": {"refund": payment.amount.minor, "total": came.amount.minor, "currency": came.amount.currency},
        }
        answer = self._ordered("/v3/refund/domestic/refunds", "refund", body)
        if isinstance(answer, str):
            return Word(payment.id, Status.FAILED, None, answer, payment.amount)
        return self._read(answer, REFUNDS)

    def _transfer(self, payment: Payment, payee: Payee) -> Word:
        assert payee.wallet is not None, payment.id
        named = payment.amount.minor >= NAMED_FROM
        body: dict[str, Any] = {
            "appid": self._app_id,
            "out_bill_no": _bill_no(payment.id),
            "transfer_scene_id": self._ours.scene,
            "openid": payee.wallet.reveal(),
            "transfer_amount": payment.amount.minor,
            "transfer_remark": "溢缴款退回",
            "transfer_scene_report_infos": list(self._ours.scene_reports),
            "notify_url": self._notices_to,
        }
        if named:
            body["user_name"] = self._wire.sealed(payee.name.reveal())
        answer = self._ordered("/v3/fund-app/mch-transfer/transfer-bills", "transfer", body, encrypted=named)
        if isinstance(answer, str):
            return Word(payment.id, Status.FAILED, None, answer, payment.amount)
        link, state = answer.get("package_info"), TRANSFERS.get(str(answer.get("state")))
        if state is None or answer.get("out_bill_no") != body["out_bill_no"]:
            raise ProviderFault(f"{NAME}: unreadable answer")
        return Word(payment.id, state, _text(answer, "transfer_bill_no"), None, payment.amount, link)

    def _where(self, payment: Payment) -> tuple[str, str]:
        """The address at which an order is asked about, and what that is called."""
        if payment.direction is Direction.COLLECTION:
            return f"/v3/pay/transactions/out-trade-no/{payment.id}?mchid={self._ours.mchid}", "query"
        if payment.gives_back is not None:
            return f"/v3/refund/domestic/refunds/{payment.id}", "query"
        return f"/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{_bill_no(payment.id)}", "query"

    def _read(self, body: Mapping[str, Any], states: Mapping[str, Status]) -> Word:
        """The vendor's account of one order, by an answer or a notice. Raises ProviderFault."""
        try:
            if states is TRADES:
                named, state, reference = body["out_trade_no"], body["trade_state"], body.get("transaction_id")
                if body["mchid"] != self._ours.mchid or body.get("appid", self._app_id) != self._app_id:
                    raise ProviderFault(f"{NAME}: the answer is for another merchant")
                minor, currency = body["amount"]["total"], body["amount"].get("currency", "CNY")
                reason = body.get("trade_state_desc") if states[state] is Status.FAILED else None
            elif states is REFUNDS:
                named, reference, currency = body["out_refund_no"], body.get("refund_id"), "CNY"
                state, minor = body.get("status") or body["refund_status"], body["amount"]["refund"]
                reason = "refund_closed" if state == "CLOSED" else None
            else:
                named, state, reference = (
                    _from_bill_no(body["out_bill_no"]),
                    body["state"],
                    body.get("transfer_bill_no"),
                )
                minor, currency, reason = body["transfer_amount"], "CNY", body.get("fail_reason")
            return Word(
                PaymentId.parse(named),
                states[state],
                reference,
                reason and str(reason)[:200],
                Money(int(minor), currency),
            )
        except (KeyError, TypeError, ValueError, AttributeError, Invalid) as error:
            raise ProviderFault(f"{NAME}: unreadable answer ({error!r})") from None

    # the wire

    def _ordered(
        self, path: str, operation: str, body: dict[str, Any], *, encrypted: bool = False
    ) -> dict[str, Any] | str:
        """What the vendor says to an order; a text where it turns it down for good. Raises ProviderFault."""
        status, answer = self._wire.call("POST", path, operation, body, encrypted=encrypted)
        if status == 200:
            return answer
        if 400 <= status < 500 and answer.get("code") in NOTHING_DONE:
            return str(answer["code"]).lower()
        raise ProviderFault(f"{NAME}: status {status} {answer.get('code')}")

    @cached_property
    def _wire(self) -> Wire:
        """The signed connection; its library is loaded when it is first needed."""
        from xindai.outside.wechat_wire import Wire

        ours = self._ours
        return Wire(
            gateway=self._gateway,
            mchid=ours.mchid,
            serial=ours.serial,
            private_key=ours.private_key,
            api_key=ours.api_key,
            public_key=ours.public_key,
            public_key_id=ours.public_key_id,
        )


def read_bill(content: bytes, on: date) -> Statement:
    """The vendor's bill of a day (资金账单): a head, lines, a head of sums, and sums. Raises ProviderFault."""
    try:
        rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
        lines = [[cell.removeprefix("`") for cell in row] for row in rows[1:-2]]
        told = int(rows[-1][0].removeprefix("`"))
        if told != len(lines) or not lines:
            raise ProviderFault(f"{NAME}: the bill has {len(lines)} lines and says {told}")
        found = [_line(row, on) for row in lines]
        opening = money.parse(lines[0][7], "CNY").minor - found[0].amount.minor
        closing = money.parse(lines[-1][7], "CNY")
    except (ValueError, LookupError, csv.Error, Invalid) as error:
        raise ProviderFault(f"{NAME}: unreadable bill ({error!r})") from None
    return Statement(NAME, on, Money(opening), closing, iter(found))


def _line(row: Sequence[str], on: date) -> Line:
    _, _, reference, _, kind_text, way, amount_text, _, _, remark, voucher = row[:11]
    kind = LINES.get(kind_text, LineKind.OTHER)
    sign = {"收入": 1, "支出": -1}[way]
    payment_id = None
    if kind is not LineKind.OTHER:
        payment_id = _from_bill_no(voucher)
    return Line(reference, kind, on, Money(sign * money.parse(amount_text, "CNY").minor), payment_id, reason=remark)


def _states(payment: Payment) -> Mapping[str, Status]:
    if payment.direction is Direction.COLLECTION:
        return TRADES
    return REFUNDS if payment.gives_back is not None else TRANSFERS


def _bill_no(payment_id: str) -> str:
    """The vendor's numbers of transfers have letters and digits only."""
    return payment_id.replace("_", "")


def _from_bill_no(number: str) -> str:
    return number if "_" in number or not number.startswith("pay") else f"pay_{number[3:]}"


def _text(body: Mapping[str, Any], name: str) -> str | None:
    found = body.get(name)
    return str(found) if found is not None else None
