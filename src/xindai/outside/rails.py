"""What a rail is: somebody who moves money by our orders. One file each; see `docs/providers.md` for adding one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol, runtime_checkable

from xindai.base.http import ProviderFault
from xindai.onboarding.consent.model import Grant
from xindai.onboarding.identity.model import Person
from xindai.outside.asking import Breakers
from xindai.payments.batches.model import Batch
from xindai.payments.orders.model import Direction, Payment, PaymentId, Status, Word, came_back
from xindai.payments.orders.routing import RailFacts
from xindai.payments.receipts.model import Credit
from xindai.payments.reconciliation.model import Line, LineKind, Statement
from xindai.values.masked import CardNumber, PersonName, Secret
from xindai.values.money import Money
from xindai.values.refusal import Kind, Refusal

NOTICES_UNDER = "/v1/callbacks/"


class NoticeUnproven(Refusal):
    """A call-back whose signature or content cannot be believed."""

    kind = Kind.UNPROVEN
    code = "notice_unproven"
    en = "The notice is not signed by its rail or cannot be read."
    zh = "通知签名或内容无效。"


class RailSilent(Refusal):
    """The rail gives no answer now."""

    kind = Kind.UNREADY
    code = "rail_silent"
    en = "The payment rail gives no answer now; please try again."
    zh = "支付通道暂无应答，请稍后再试。"


class StatementLater(ProviderFault):
    """The rail tells of a day once it has ended, and not at once."""


class FileRefused(Refusal):
    """The rail takes nothing of a file: a bug there or here."""

    kind = Kind.CONFLICT
    code = "file_refused"
    en = "The rail refuses the file: {why}."
    zh = "通道拒收文件：{why}。"


class NoRail(Refusal):
    """There is no rail of that name here."""

    kind = Kind.MISSING
    code = "rail_not_found"
    en = "There is no such payment rail here."
    zh = "没有该支付通道。"


@dataclass(frozen=True, slots=True)
class Payee:
    """Whose account an order concerns: a person's, a merchant's, or the sender's of a receipt that goes back.

    `wallet` is how WeChat knows a person; `gets_back` the payment that their money came by, where it goes back that way;
    `agreement` what the rail calls their permission to be debited.
    """

    name: PersonName
    account: CardNumber
    wallet: Secret | None = None
    gets_back: Payment | None = None
    agreement: Secret | None = None


class Rail(Protocol):
    """One rail. Every method raises ProviderFault where no answer came that can be believed."""

    @property
    def facts(self) -> RailFacts:
        """Its name, price, and what it carries."""

    def send(self, payment: Payment, payee: Payee) -> Word:
        """Order it; the payment's id is the idempotency key: the same order again is the same order."""

    def ask(self, payment: Payment) -> Word | None:
        """What became of an order; none where the rail never saw it, and so may be sent it again."""

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Sequence[Word | Credit]:
        """What a call-back says, if the rail sent it. Refuses: NoticeUnproven."""

    def statement(self, on: date, *, final: bool) -> Statement:
        """What it did on the day `on`; `final` closes the day there: what comes later is on a later day."""


@runtime_checkable
class PaidByHand(Rail, Protocol):
    """A rail on which the person does something themselves: pays, or accepts."""

    def invitation(self, payment: Payment) -> dict[str, str]:
        """What an app hands to the wallet, or shows as a code."""

    def call_off(self, payment: Payment) -> Word:
        """It is not to be paid any more; what became of it, which may be that it was just paid. Raises ProviderFault."""


@runtime_checkable
class ByAgreement(Rail, Protocol):
    """A rail that debits those who have agreed to it there; it proves their agreement by a code of its own."""

    def ask_for_agreement(self, grant: Grant, person: Person, *, agreement_id: str) -> bool:
        """Have a code sent to the person; false where the card is not believed to be theirs. Raises ProviderFault."""

    def confirm_agreement(self, agreement_id: str, code: Secret) -> Secret:
        """What the rail calls the agreement. Refuses CodeWrong, AgreementMissing. Raises ProviderFault."""

    def end_agreement(self, agreement_id: str) -> None:
        """It is to hold no longer. Raises ProviderFault."""


@runtime_checkable
class ByFile(Rail, Protocol):
    """A rail that takes debits by file too; `facts.in_file` says how many."""

    def send_file(self, batch: Batch, orders: Iterator[tuple[Payment, Payee]]) -> None:
        """Hand a file in; the same one again is the same. Refuses FileRefused. Raises ProviderFault."""

    def read_file(self, batch: Batch) -> Iterator[Word] | None:
        """What became of its orders; none while the rail works at it, or never saw it. Raises ProviderFault."""


class Rails:
    """The rails of one process, and how well each of them is."""

    def __init__(self, rails: Sequence[Rail]) -> None:
        self._rails = {rail.facts.name: rail for rail in rails}
        self._breakers = Breakers("rail")

    def facts(self) -> list[RailFacts]:
        """Of all rails, in their order."""
        return [replace(rail.facts, rests=self._breakers.rests(name)) for name, rail in self._rails.items()]

    def all(self) -> list[Rail]:
        """In their order."""
        return list(self._rails.values())

    def named(self, name: str) -> Rail:
        """One of them; orders that it carried are asked about there and nowhere else. Refuses NoRail."""
        if name not in self._rails:
            raise NoRail
        return self._rails[name]

    def paid_by_hand(self, name: str) -> PaidByHand:
        """A rail on which people pay themselves. Refuses NoRail."""
        rail = self.named(name)
        if not isinstance(rail, PaidByHand):
            raise NoRail
        return rail

    def by_file(self, name: str) -> ByFile:
        """A rail that takes files. Refuses NoRail."""
        rail = self.named(name)
        if not isinstance(rail, ByFile):
            raise NoRail
        return rail

    def by_agreement(self) -> ByAgreement | None:
        """The first rail that people agree with, if there is one."""
        return next((rail for rail in self._rails.values() if isinstance(rail, ByAgreement)), None)

    def send(self, payment: Payment, payee: Payee) -> Word:
        """Order it on the rail that was chosen. Raises ProviderFault."""
        assert payment.rail is not None, payment.id
        try:
            word = self.named(payment.rail).send(payment, payee)
        except ProviderFault:
            self._breakers.failed(payment.rail)
            raise
        self._breakers.answered(payment.rail, fen=self.named(payment.rail).facts.fen)
        return word


def word_of(line: Line) -> Word | None:
    """What a booked line says of its order, if it has one: it was carried out, or its money went the other way."""
    if line.payment_id is None or line.kind not in {LineKind.ORDER, LineKind.BACK}:
        return None
    payment_id, size = PaymentId.parse(line.payment_id), Money(abs(line.amount.minor), line.amount.currency)
    if line.kind is LineKind.ORDER:
        return Word(payment_id, Status.SETTLED, line.reference, None, size)
    had_gone_out = line.amount.minor > 0
    status = came_back(Direction.PAY_OUT if had_gone_out else Direction.COLLECTION)
    return Word(payment_id, status, None, line.reason, size)


def same(word: Word, payment: Payment) -> Word:
    """The word, if it speaks of this very order. Raises ProviderFault."""
    if word.payment_id != payment.id or word.amount != payment.amount:
        raise ProviderFault("the answer speaks of another order")
    return word
