"""A gateway that debits cards by agreement, one by one or by file (wire: `contracts/agreement-pay.md`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from xindai.base.http import ProviderFault, SignedClient, signed_by
from xindai.onboarding.consent.model import Grant, Scope
from xindai.onboarding.identity.model import Person
from xindai.outside import bank
from xindai.outside.kyc import allows
from xindai.outside.rails import NOTICES_UNDER, FileRefused, NoticeUnproven, Payee
from xindai.payments.agreements.model import AgreementMissing, CodeWrong
from xindai.payments.batches.model import Batch
from xindai.payments.orders.model import Direction, Intent, Payment, PaymentId, Status, Word
from xindai.payments.orders.routing import RailFacts
from xindai.payments.receipts.model import Credit
from xindai.payments.reconciliation.model import Statement
from xindai.values import json_text, money
from xindai.values.masked import Secret
from xindai.values.money import decimal_text
from xindai.values.refusal import Invalid

NAME = "agreement_pay"
NOTICE_PATH = f"{NOTICES_UNDER}agreement-pay"
MOST = 5_000_000
"""Fifty thousand yuan an order."""
IN_FILE = 10_000
TEXT = "text/csv"
_ENDED = {"settled": Status.SETTLED, "failed": Status.FAILED}


class AgreementPay:
    """The client."""

    facts = RailFacts(
        NAME,
        fen=8,
        carries=frozenset({Direction.COLLECTION}),
        most=MOST,
        takes_parts=True,
        needs_agreement=True,
        in_file=IN_FILE,
    )

    def __init__(self, client: SignedClient, *, secret: str, notices_to: str) -> None:
        self._client = client
        self._secret = secret
        self._notices_to = notices_to

    # agreements

    def ask_for_agreement(self, grant: Grant, person: Person, *, agreement_id: str) -> bool:
        """Have a code sent to the person; false where the gateway does not believe the card to be theirs. Raises ProviderFault."""
        allows(grant, Scope.IDENTITY, person)
        assert person.name is not None, person.id
        assert person.id_number is not None, person.id
        assert person.card_number is not None, person.id
        body = {
            "agreement_id": agreement_id,
            "authorisation": grant.id,
            "name": person.name.reveal(),
            "id_number": person.id_number.reveal(),
            "phone": person.phone.reveal(),
            "card_number": person.card_number.reveal(),
        }
        status, _ = self._client.call("POST", "/agreement-pay/agreements", "agreement", body)
        if status not in {202, 422}:
            raise ProviderFault(f"{NAME}: status {status}")
        return status == 202

    def confirm_agreement(self, agreement_id: str, code: Secret) -> Secret:
        """What the gateway calls the agreement, by the code it sent. Refuses CodeWrong, AgreementMissing. Raises ProviderFault."""
        path = f"/agreement-pay/agreements/{agreement_id}/confirmations"
        status, body = self._client.call("POST", path, "agreement", {"code": code.reveal()})
        if status == 422:
            raise CodeWrong(field="code")
        if status == 404:
            raise AgreementMissing(field="agreement")
        number = body.get("number") if isinstance(body, dict) else None
        if status != 200 or not isinstance(number, str) or not number.isalnum() or len(number) > 64:
            raise ProviderFault(f"{NAME}: status {status}")
        return Secret(number)

    def end_agreement(self, agreement_id: str) -> None:
        """It is to hold no longer. Raises ProviderFault."""
        status, _ = self._client.call("POST", f"/agreement-pay/agreements/{agreement_id}/endings", "agreement", {})
        if status not in {204, 404}:
            raise ProviderFault(f"{NAME}: status {status}")

    # orders

    def send(self, payment: Payment, payee: Payee) -> Word:
        """Order a debit; the same order again gets the same answer. Raises ProviderFault."""
        assert payee.agreement is not None, payment.id
        body = {
            "order_id": payment.id,
            "agreement_number": payee.agreement.reveal(),
            "amount": decimal_text(payment.amount.minor, payment.amount.currency),
            "currency": payment.amount.currency,
            "in_part": payment.intent is Intent.DUE,
            "value_on": payment.value_on.isoformat(),
            "notify_url": self._notices_to,
        }
        status, answer = self._client.call("POST", "/agreement-pay/debits", payment.direction.value, body)
        if status not in {200, 202}:
            raise ProviderFault(f"{NAME}: status {status}")
        return _of(payment, bank.word(answer))

    def ask(self, payment: Payment) -> Word | None:
        """What became of an order; none when the gateway never saw it. Raises ProviderFault."""
        status, answer = self._client.call("GET", f"/agreement-pay/orders/{payment.id}", "query")
        if status == 404:
            return None
        if status != 200:
            raise ProviderFault(f"{NAME}: status {status}")
        return _of(payment, bank.word(answer))

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Sequence[Word | Credit]:
        """A call-back, if the gateway signed it. Refuses: NoticeUnproven."""
        if not signed_by(self._secret, method="POST", path=NOTICE_PATH, headers=headers, body=body):
            raise NoticeUnproven
        try:
            return [bank.word(json_text.read(body))]
        except (ValueError, ProviderFault):
            raise NoticeUnproven from None

    def statement(self, on: date, *, final: bool) -> Statement:
        """The gateway's statement of the day `on`. Raises ProviderFault."""
        return bank.read_statement(self._client, "/agreement-pay/statement", NAME, on, final=final)

    # files

    def send_file(self, batch: Batch, orders: Iterator[tuple[Payment, Payee]]) -> None:
        """Hand a file in; the same one again is the same. Refuses FileRefused. Raises ProviderFault."""
        total = decimal_text(batch.amount.minor, batch.amount.currency)
        lines = [f"H,{batch.id},{batch.value_on.isoformat()},{batch.orders},{total},{batch.amount.currency}"]
        for payment, payee in orders:
            number = payee.agreement.reveal() if payee.agreement else "NONE"
            lines.append(f"D,{payment.id},{number},{decimal_text(payment.amount.minor, payment.amount.currency)},1")
        lines.append(f"T,{batch.orders},{total}\n")
        content = "\n".join(lines).encode()
        path = f"/agreement-pay/files/{batch.id}"
        status, answer = self._client.exchange("PUT", path, "file", content, kind=TEXT, read=json_text.read)
        if status == 422:
            raise FileRefused(why=f"{answer.get('error')} in line {answer.get('line')}")
        if status not in {200, 202, 409}:  # 409: an agreement has ended since it was sent; what was sent first stands
            raise ProviderFault(f"{NAME}: status {status}")

    def read_file(self, batch: Batch) -> Iterator[Word] | None:
        """What became of the orders of a file; none while the gateway works at it, or never saw it. Raises ProviderFault."""
        path = f"/agreement-pay/files/{batch.id}"
        status, answer = self._client.call("GET", path, "file")
        if status == 404 or (status == 200 and answer.get("status") == "working"):
            return None
        if status != 200 or answer.get("status") != "done":
            raise ProviderFault(f"{NAME}: status {status}")
        status, content = self._client.exchange("GET", f"{path}/results", "file", b"", kind=TEXT, read=bytes)
        if status != 200:
            raise ProviderFault(f"{NAME}: no results (status {status})")
        return iter(read_results(content, batch))


def read_results(content: bytes, batch: Batch) -> list[Word]:
    """A file of results that is whole and speaks of that file. Raises ProviderFault."""
    try:
        head, *lines, tail, end = content.decode().split("\n")
        total = decimal_text(batch.amount.minor, batch.amount.currency)
        if end or head != f"H,{batch.id},{batch.value_on.isoformat()},{batch.orders},{total},{batch.amount.currency}":
            raise ProviderFault(f"{NAME}: results of another file")
        words = [_result(line, batch.amount.currency) for line in lines]
        settled = sum(word.amount.minor for word in words if word.status is Status.SETTLED)
        if len({word.payment_id for word in words}) != len(words):
            raise ProviderFault(f"{NAME}: an order twice in the results")
        if tail != f"T,{len(words)},{decimal_text(settled, batch.amount.currency)}":
            raise ProviderFault(f"{NAME}: the results do not add up")
    except (ValueError, KeyError, Invalid) as error:
        raise ProviderFault(f"{NAME}: unreadable results ({error!r})") from None
    return words


def _result(line: str, currency: str) -> Word:
    record, order_id, status, amount, reference, reason = line.split(",")
    if record != "R":
        raise ValueError(record)
    return Word(
        PaymentId.parse(order_id), _ENDED[status], reference or None, reason or None, money.parse(amount, currency)
    )


def _of(payment: Payment, word: Word) -> Word:
    """The word, if it may be about this very order; how much may have been taken is the order's to say. Raises ProviderFault."""
    if word.payment_id != payment.id or word.amount.minor > payment.amount.minor:
        raise ProviderFault(f"{NAME}: the answer speaks of another order")
    return word
