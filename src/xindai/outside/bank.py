"""The bank: pay-outs and debits, asynchronous and idempotent by our order id (wire: `contracts/bank.md`)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xindai.base.http import ProviderFault, SignedClient, signed_by
from xindai.payments.orders.model import Direction, Payment, PaymentId, Status
from xindai.values import money
from xindai.values.masked import CardNumber, PersonName
from xindai.values.money import Money
from xindai.values.refusal import Invalid, Kind, Refusal

NOTICE_PATH = "/v1/callbacks/bank"


class NoticeUnproven(Refusal):
    """A call-back whose signature or content cannot be believed."""

    kind = Kind.UNPROVEN
    code = "notice_unproven"
    en = "The notice is not signed by the bank or cannot be read."
    zh = "通知签名或内容无效。"


@dataclass(frozen=True, slots=True)
class BankWord:
    """What the bank says about one order."""

    payment_id: PaymentId
    status: Status
    reference: str
    reason: str | None
    amount: Money


@dataclass(frozen=True, slots=True)
class Payee:
    """Whose account an order concerns: a person's, or a merchant's."""

    name: PersonName
    account: CardNumber


_STATUS = {"accepted": Status.ACCEPTED, "settled": Status.SETTLED, "failed": Status.FAILED}


class Bank:
    """The client."""

    def __init__(self, client: SignedClient, *, secret: str, notices_to: str) -> None:
        self._client = client
        self._secret = secret
        self._notices_to = notices_to

    def send(self, payment: Payment, payee: Payee) -> BankWord:
        """Order it; the same order again gets the same answer. Raises ProviderFault."""
        path = "/bank/debits" if payment.direction is Direction.COLLECTION else "/bank/pay-outs"
        status, body = self._client.call(
            "POST",
            path,
            payment.direction.value,
            {
                "order_id": payment.id,
                "amount": str(payment.amount).split(" ")[1],
                "currency": payment.amount.currency,
                "card_number": payee.account.reveal(),
                "name": payee.name.reveal(),
                "value_on": payment.value_on.isoformat(),
                "notify_url": self._notices_to,
            },
        )
        if status not in {200, 202}:
            raise ProviderFault(f"bank: status {status}")
        return self._same(_word(body), payment)

    def ask(self, payment: Payment) -> BankWord | None:
        """What became of an order; none when the bank never saw it. Raises ProviderFault."""
        status, body = self._client.call("GET", f"/bank/orders/{payment.id}", "query")
        if status == 404:
            return None
        if status != 200:
            raise ProviderFault(f"bank: status {status}")
        return self._same(_word(body), payment)

    def settled_pay_outs(self) -> Iterator[BankWord]:
        """Every pay-out that the bank has carried out, as its own books list them. Raises ProviderFault."""
        after = ""
        while True:
            status, body = self._client.call("GET", f"/bank/statement?kind=pay_out&after={after}", "statement")
            if status != 200:
                raise ProviderFault(f"bank: status {status}")
            for line in body["lines"]:
                yield _word(line)
            after = body["next"]
            if not after:
                return

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> BankWord:
        """A call-back, if the bank signed it. Refuses: NoticeUnproven."""
        if not signed_by(self._secret, method="POST", path=NOTICE_PATH, headers=headers, body=body):
            raise NoticeUnproven
        try:
            return _word(json.loads(body))
        except (ValueError, ProviderFault):
            raise NoticeUnproven from None

    def _same(self, word: BankWord, payment: Payment) -> BankWord:
        if word.payment_id != payment.id or word.amount != payment.amount:
            raise ProviderFault("bank: the answer speaks of another order")
        return word


def _word(body: Any) -> BankWord:
    try:
        return BankWord(
            PaymentId.parse(body["order_id"]),
            _STATUS[body["status"]],
            str(body["reference"]),
            body.get("reason"),
            money.parse(body["amount"], body["currency"]),
        )
    except (KeyError, TypeError, AttributeError, Invalid) as error:
        raise ProviderFault(f"bank: unreadable answer ({error})") from None
