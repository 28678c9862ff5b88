"""A bank by ISO 20022: credit transfers and direct debits ordered, their status asked, statements read (wire: `contracts/iso20022.md`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time

from xindai.base.http import ProviderFault, SignedClient, signed_by
from xindai.outside import iso_messages
from xindai.outside.iso_messages import OurAccount, Page
from xindai.outside.rails import NOTICES_UNDER, FileRefused, NoticeUnproven, Payee, same
from xindai.payments.batches.model import Batch
from xindai.payments.orders.model import Direction, Payment, Status, Word
from xindai.payments.orders.routing import RailFacts
from xindai.payments.receipts.model import Credit
from xindai.payments.reconciliation.model import Line, Statement

NAME = "iso20022"
NOTICE_PATH = f"{NOTICES_UNDER}iso20022"
MOST = 100_000_000
"""One million yuan an order."""
IN_FILE = 5_000
XML = "application/xml"


class IsoBank:
    """The client. `now` is the instant that messages are made at (UTC)."""

    facts = RailFacts(NAME, fen=10, carries=frozenset(Direction), most=MOST, cut_off=time(17), in_file=IN_FILE)

    def __init__(self, client: SignedClient, *, secret: str, account: OurAccount, now: Callable[[], datetime]) -> None:
        self._client = client
        self._secret = secret
        self._account = account
        self._now = now

    def send(self, payment: Payment, payee: Payee) -> Word:
        """Order it: pain.001 or pain.008, answered by a pain.002. Raises ProviderFault."""
        message = iso_messages.initiation(payment, payee, ours=self._account, at=self._now())
        path = "/iso20022/direct-debits" if payment.direction is Direction.COLLECTION else "/iso20022/credit-transfers"
        status, content = self._client.exchange(
            "POST", path, payment.direction.value, message, kind=XML, read=lambda raw: raw
        )
        if status != 200:
            raise ProviderFault(f"{NAME}: status {status}")
        return same(iso_messages.status_report(content, payment), payment)

    def ask(self, payment: Payment) -> Word | None:
        """What became of an order; none when the bank never saw it. Raises ProviderFault."""
        path = f"/iso20022/status?end_to_end_id={payment.id}"
        status, content = self._client.exchange("GET", path, "query", b"", kind=XML, read=lambda raw: raw)
        if status == 404:
            return None
        if status != 200:
            raise ProviderFault(f"{NAME}: status {status}")
        return same(iso_messages.status_report(content, payment), payment)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Sequence[Word | Credit]:
        """A camt.054, if the bank signed it. Refuses: NoticeUnproven."""
        if not signed_by(self._secret, method="POST", path=NOTICE_PATH, headers=headers, body=body):
            raise NoticeUnproven
        try:
            return iso_messages.notification(body, NAME)
        except ProviderFault:
            raise NoticeUnproven from None

    def send_file(self, batch: Batch, orders: Iterator[tuple[Payment, Payee]]) -> None:
        """One pain.008 over all of them; the same again is seen to be the same. Refuses FileRefused. Raises ProviderFault."""
        if self._status_of(batch) is not None:
            return
        message = iso_messages.direct_debits(
            batch.id, orders, on=batch.value_on, total=batch.amount, ours=self._account, at=self._now()
        )
        path = "/iso20022/direct-debits"
        status, content = self._client.exchange("POST", path, "file", message, kind=XML, read=lambda raw: raw)
        if status == 400:
            raise FileRefused(why=content.decode(errors="replace"))
        if status != 200:
            raise ProviderFault(f"{NAME}: status {status}")
        iso_messages.status_reports(content)

    def read_file(self, batch: Batch) -> Iterator[Word] | None:
        """What became of its orders; none while the bank holds one of them. Raises ProviderFault."""
        words = self._status_of(batch)
        if words is None or any(word.status is Status.ACCEPTED for word in words):
            return None
        return iter(words)

    def _status_of(self, batch: Batch) -> list[Word] | None:
        path = f"/iso20022/status?msg_id={batch.id}"
        status, content = self._client.exchange("GET", path, "query", b"", kind=XML, read=lambda raw: raw)
        if status == 404:
            return None
        if status != 200:
            raise ProviderFault(f"{NAME}: status {status}")
        return iso_messages.status_reports(content)

    def statement(self, on: date, *, final: bool) -> Statement:
        """The bank's statement of the day `on`, camt.053 by pages. Raises ProviderFault."""
        first = self._page(on, 1, final=final)
        return Statement(NAME, on, first.opening, first.closing, self._lines(on, first, final=final))

    def _lines(self, on: date, page: Page, *, final: bool) -> Iterator[Line]:
        number = 1
        while True:
            yield from page.lines
            if page.last:
                return
            number += 1
            page = self._page(on, number, final=final)

    def _page(self, on: date, number: int, *, final: bool) -> Page:
        path = f"/iso20022/statements?on={on.isoformat()}&final={int(final)}&page={number}"
        status, content = self._client.exchange("GET", path, "statement", b"", kind=XML, read=lambda raw: raw)
        if status != 200:
            raise ProviderFault(f"{NAME}: no statement (status {status})")
        return iso_messages.statement_page(content, NAME)
