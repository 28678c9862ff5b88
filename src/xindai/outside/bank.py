"""The house bank: pay-outs and debits, asynchronous and idempotent by our order id (wire: `contracts/bank.md`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from xindai.base.http import ProviderFault, SignedClient, signed_by
from xindai.outside.rails import NOTICES_UNDER, NoticeUnproven, Payee, same
from xindai.payments.orders.model import Direction, Payment, PaymentId, Status, Word
from xindai.payments.orders.routing import RailFacts
from xindai.payments.receipts.model import Credit, Sender
from xindai.payments.reconciliation.model import Line, LineKind, Statement
from xindai.values import json_text, money
from xindai.values.masked import CardNumber, PersonName
from xindai.values.money import decimal_text
from xindai.values.refusal import Invalid

NAME = "house"
NOTICE_PATH = f"{NOTICES_UNDER}bank"
MOST = 500_000_000
"""Five million yuan an order."""

_STATUS = {status.value: status for status in Status if status not in {Status.HELD, Status.CREATED, Status.SUBMITTED}}
_KINDS = {
    "pay_out": LineKind.ORDER,
    "debit": LineKind.ORDER,
    "back": LineKind.BACK,
    "credit": LineKind.CREDIT,
}


class Bank:
    """The client."""

    facts = RailFacts(NAME, fen=30, carries=frozenset(Direction), most=MOST)

    def __init__(self, client: SignedClient, *, secret: str, notices_to: str) -> None:
        self._client = client
        self._secret = secret
        self._notices_to = notices_to

    def send(self, payment: Payment, payee: Payee) -> Word:
        """Order it; the same order again gets the same answer. Raises ProviderFault."""
        path = "/bank/debits" if payment.direction is Direction.COLLECTION else "/bank/pay-outs"
        status, body = self._client.call(
            "POST",
            path,
            payment.direction.value,
            {
                "order_id": payment.id,
                "amount": decimal_text(payment.amount.minor, payment.amount.currency),
                "currency": payment.amount.currency,
                "card_number": payee.account.reveal(),
                "name": payee.name.reveal(),
                "value_on": payment.value_on.isoformat(),
                "notify_url": self._notices_to,
            },
        )
        if status not in {200, 202}:
            raise ProviderFault(f"bank: status {status}")
        return same(word(body), payment)

    def ask(self, payment: Payment) -> Word | None:
        """What became of an order; none when the bank never saw it. Raises ProviderFault."""
        status, body = self._client.call("GET", f"/bank/orders/{payment.id}", "query")
        if status == 404:
            return None
        if status != 200:
            raise ProviderFault(f"bank: status {status}")
        return same(word(body), payment)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Sequence[Word | Credit]:
        """A call-back, if the bank signed it: word of an order, or of money that came. Refuses: NoticeUnproven."""
        if not signed_by(self._secret, method="POST", path=NOTICE_PATH, headers=headers, body=body):
            raise NoticeUnproven
        try:
            document = json_text.read(body)
            if isinstance(document, dict) and document.get("kind") == "credit":
                credit = _line(document, NAME).credit
                assert credit is not None
                return [credit]
            return [word(document)]
        except (ValueError, ProviderFault):
            raise NoticeUnproven from None

    def statement(self, on: date, *, final: bool) -> Statement:
        """The bank's statement of the day `on`. Raises ProviderFault."""
        return read_statement(self._client, "/bank/statement", NAME, on, final=final)


def read_statement(client: SignedClient, path: str, rail: str, on: date, *, final: bool) -> Statement:
    """A day's statement by pages, of any rail that speaks as the bank does. Raises ProviderFault."""
    path = f"{path}?on={on.isoformat()}&final={int(final)}&after="
    first = _page(client, path)
    try:
        opening, closing = (money.parse(first[name], first["currency"]) for name in ("opening", "closing"))
    except (KeyError, TypeError, Invalid) as error:
        raise ProviderFault(f"{rail}: unreadable statement ({error})") from None
    return Statement(rail, on, opening, closing, _lines(client, path, rail, first))


def _lines(client: SignedClient, path: str, rail: str, page: dict[str, Any]) -> Iterator[Line]:
    while True:
        for line in page["lines"]:
            yield _line(line, rail)
        if not page["next"]:
            return
        page = _page(client, path + str(page["next"]))


def _page(client: SignedClient, path: str) -> dict[str, Any]:
    status, body = client.call("GET", path, "statement")
    if status != 200 or not isinstance(body, dict) or not {"lines", "next"} <= body.keys():
        raise ProviderFault(f"{client.provider}: no statement (status {status})")
    return body


def word(body: Any) -> Word:
    """What the bank says of one order. Raises ProviderFault."""
    try:
        return Word(
            PaymentId.parse(body["order_id"]),
            _STATUS[body["status"]],
            str(body["reference"]),
            _text(body.get("reason")),
            money.parse(body["amount"], body["currency"]),
        )
    except (KeyError, TypeError, AttributeError, Invalid) as error:
        raise ProviderFault(f"bank: unreadable answer ({error})") from None


def _line(body: Any, rail: str) -> Line:
    """One line; money in is above zero."""
    try:
        kind = _KINDS.get(body["kind"], LineKind.OTHER)
        amount = money.parse(body["amount"], body["currency"])
        reference, on = str(body["reference"]), date.fromisoformat(body["booked_on"])
        credit = None
        if kind is LineKind.CREDIT:
            sender = Sender(PersonName(body["sender_name"]), CardNumber(body["sender_account"]), str(body["remark"]))
            credit = Credit(rail, reference, amount, on, _text(body["account"]), sender)
            assert amount.minor > 0, "a credit brings money"
        order_id, remark = _text(body.get("order_id")), _text(body.get("remark"))
        return Line(reference, kind, on, amount, order_id, credit, remark or None)
    except (AssertionError, KeyError, TypeError, AttributeError, ValueError, Invalid) as error:
        raise ProviderFault(f"bank: unreadable line ({error})") from None


def _text(value: Any) -> str | None:
    if not isinstance(value, str | None):
        raise TypeError("a text is something else")
    return value
