"""Nouns of pay-later lines and their tables of moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xindai.values import ids
from xindai.values.masked import CardNumber
from xindai.values.money import Money
from xindai.values.rate import Rate
from xindai.values.refusal import Invalid, Kind, Refusal


class MerchantId(ids.Id):
    """Names a merchant."""

    prefix = "mer"


class PurchaseId(ids.Id):
    """Names a purchase."""

    prefix = "pur"


class RefundId(ids.Id):
    """Names a refund; where it repays a loan, it is that fact of the loan too."""

    prefix = "rfd"


class StatementId(ids.Id):
    """Names a statement."""

    prefix = "stmt"


class MerchantMissing(Refusal):
    """There is no such merchant."""

    kind = Kind.MISSING
    code = "merchant_not_found"
    en = "There is no such merchant."
    zh = "没有该商户。"


class MerchantClosed(Refusal):
    """The merchant sells no more on our lines."""

    kind = Kind.CONFLICT
    code = "merchant_closed"
    en = "This merchant takes no purchases any more."
    zh = "该商户已停止受理。"


class PurchaseMissing(Refusal):
    """There is no such purchase, or it is not the asker's."""

    kind = Kind.MISSING
    code = "purchase_not_found"
    en = "There is no such purchase."
    zh = "没有该笔消费。"


class PurchaseBilled(Refusal):
    """It is in a statement or in instalments already."""

    kind = Kind.CONFLICT
    code = "purchase_billed"
    en = "This purchase has been billed already; its statement can be turned into instalments until it falls due."
    zh = "该笔消费已出账，到期前可办理账单分期。"


class RefundTooLarge(Refusal):
    """More than what was not refunded yet."""

    code = "refund_too_large"
    en = "{most} yuan of this purchase can be refunded."
    zh = "该笔消费最多可退 {most} 元。"


class StatementMissing(Refusal):
    """There is no such statement, or it is not the asker's."""

    kind = Kind.MISSING
    code = "statement_not_found"
    en = "There is no such statement."
    zh = "没有该期账单。"


class StatementDecided(Refusal):
    """It has fallen due, or is in instalments already."""

    kind = Kind.CONFLICT
    code = "statement_decided"
    en = "This statement is {status}; it cannot be turned into instalments any more."
    zh = "该账单状态为 {status}，不能再办理分期。"


class MerchantStatus(StrEnum):
    """Whether a merchant sells on our lines."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Merchant:
    """Who sells. `discount` is our share of each sale; it is paid `settle_days` after the day of the sale."""

    id: MerchantId
    name: str
    account: CardNumber
    discount: Rate
    settle_days: int
    status: MerchantStatus

    def check_sells(self) -> None:
        """Refuses MerchantClosed."""
        if self.status is not MerchantStatus.OPEN:
            raise MerchantClosed(field="merchant")

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise Invalid("A merchant has a name.", field="name")
        if self.discount.numerator * 10 > self.discount.denominator:
            raise Invalid("The discount is at most a tenth of the sale.", field="discount")
        if not 0 <= self.settle_days <= 30:
            raise Invalid("A merchant is paid within 30 days.", field="settle_days")


@dataclass(frozen=True, slots=True)
class Purchase:
    """What was bought. `refunded` is what was given back of it; `loan_id` the loan that took it over, if any has."""

    id: PurchaseId
    line_id: str
    merchant_id: str
    merchant: str
    what: str
    amount: Money
    refunded: Money
    on: date
    loan_id: str | None

    @property
    def left(self) -> Money:
        """What was not given back."""
        return self.amount - self.refunded

    def check_refund(self, amount: Money) -> None:
        """Refuses: Invalid, RefundTooLarge."""
        if amount.minor <= 0:
            raise Invalid("A refund is more than zero.", field="amount")
        if self.left < amount:
            raise RefundTooLarge(most=str(self.left).split(" ", 1)[1], field="amount")

    def check_convertible(self) -> None:
        """Refuses: PurchaseBilled, Invalid when nothing is left of it."""
        if self.loan_id is not None:
            raise PurchaseBilled(field="purchase")
        if not self.left:
            raise Invalid("All of this purchase was given back.", field="purchase")


class Status(StrEnum):
    """What became of a statement."""

    BILLED = "billed"
    CONVERTED = "converted"
    PAID = "paid"
    REVOLVED = "revolved"
    MISSED = "missed"
    CHARGED = "charged"


MOVES: dict[Status, dict[Status, str]] = {
    Status.BILLED: {
        Status.CONVERTED: "statement_converted",
        Status.PAID: "statement_paid",
        Status.REVOLVED: "statement_revolved",
        Status.MISSED: "statement_missed",
    },
    Status.MISSED: {
        Status.PAID: "statement_paid",
        Status.REVOLVED: "statement_revolved",
        Status.CHARGED: "statement_charged_late",
    },
    Status.CONVERTED: {},
    Status.PAID: {},
    Status.REVOLVED: {},
    Status.CHARGED: {},
}
"""Decided on the day a statement falls due; one that was missed is looked at again when the days of grace are over."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a line owes by `due_on`: `total`, of which `least` must be paid then.

    `purchased` less `refunded` is what is new in it, and is what `loan_id` took over; the rest of the total are
    instalments and what was owed longer.
    """

    id: StatementId
    line_id: str
    number: int
    closed_on: date
    due_on: date
    purchased: Money
    refunded: Money
    total: Money
    least: Money
    loan_id: str | None
    status: Status

    def check_convertible(self) -> str:
        """The loan that can be turned into instalments. Refuses StatementDecided."""
        if self.status is not Status.BILLED or self.loan_id is None:
            raise StatementDecided(status=self.status.value, field="statement")
        return self.loan_id
