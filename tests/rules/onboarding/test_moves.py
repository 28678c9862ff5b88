from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from xindai.onboarding.application.model import Application, ApplicationId, ApplicationMoved, Purpose, Status
from xindai.onboarding.identity.model import CODE_TRIES, code_refused
from xindai.payments.orders.model import (
    Direction,
    Intent,
    MoveImpossible,
    NothingDue,
    Payment,
    PaymentId,
    TooMuch,
    amount_to_pay,
)
from xindai.payments.orders.model import Status as PaymentStatus
from xindai.values.money import Money

APPLICATION = Application(ApplicationId("app_x"), "R", "per_x", "p", Money(1), 3, Purpose.RENT, Money(1), Status.DRAFT)
NOW = datetime(2026, 3, 1, 2, tzinfo=UTC)


def test_an_application_moves_along_its_table_and_tells() -> None:
    assert APPLICATION.move(Status.SUBMITTED) == "application_submitted"
    assert APPLICATION.move(Status.DRAFT) is None
    with pytest.raises(ApplicationMoved):
        APPLICATION.move(Status.ACCEPTED)
    with pytest.raises(ApplicationMoved):
        replace(APPLICATION, status=Status.DECLINED).move(Status.OFFERED)


def payment(status: PaymentStatus) -> Payment:
    return Payment(
        PaymentId("pay_x"), Direction.PAY_OUT, "loan_x", None, Money(1), Intent.DISBURSEMENT, status, NOW.date()
    )


def test_what_the_bank_says_twice_or_late_changes_nothing() -> None:
    settled = payment(PaymentStatus.SETTLED)
    assert settled.move(PaymentStatus.SETTLED) is None
    assert settled.move(PaymentStatus.ACCEPTED) is None
    with pytest.raises(MoveImpossible):
        settled.move(PaymentStatus.FAILED)


def test_unknown_may_become_anything_the_bank_then_says() -> None:
    unknown = payment(PaymentStatus.UNKNOWN)
    for status in (PaymentStatus.ACCEPTED, PaymentStatus.SETTLED, PaymentStatus.FAILED, PaymentStatus.SUBMITTED):
        assert unknown.move(status)


def test_a_code_proves_nothing_once_used_guessed_at_or_old() -> None:
    fresh = {"used_at": None, "tries": 0, "sent_at": NOW, "at": NOW + timedelta(minutes=4)}
    assert not code_refused(**fresh)  # type: ignore[arg-type]
    for change in ({"used_at": NOW}, {"tries": CODE_TRIES}, {"at": NOW + timedelta(minutes=6)}):
        assert code_refused(**{**fresh, **change})  # type: ignore[arg-type]


def test_a_borrower_pays_what_is_due_or_asked_and_never_more_than_settles() -> None:
    due, payoff = Money(100), Money(900)
    assert amount_to_pay(intent=Intent.DUE, asked=None, due=due, payoff=payoff) == due
    assert amount_to_pay(intent=Intent.PREPAYMENT, asked=None, due=due, payoff=payoff) == payoff
    assert amount_to_pay(intent=Intent.PREPAYMENT, asked=Money(300), due=due, payoff=payoff) == Money(300)
    with pytest.raises(TooMuch):
        amount_to_pay(intent=Intent.DUE, asked=Money(901), due=due, payoff=payoff)
    with pytest.raises(NothingDue):
        amount_to_pay(intent=Intent.DUE, asked=None, due=Money(0), payoff=payoff)
