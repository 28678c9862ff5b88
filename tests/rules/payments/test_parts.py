"""Less than was asked may be taken of what is due, and of nothing else."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.payments.orders.model import ENDS, Direction, Intent, Payment, PaymentId, Status, Word, WordDiffers
from xindai.values.money import Money

ORDER = Payment(
    PaymentId.made(milliseconds=1_772_000_000_000, randomness=7), Direction.COLLECTION, "loan_1", None, Money(10_000),
    Intent.DUE, Status.SUBMITTED, date(2026, 3, 6), rail="gateway",
)  # fmt: skip


def word(minor: int, status: Status = Status.SETTLED) -> Word:
    return Word(ORDER.id, status, None, None, Money(minor))


def fits(payment: Payment, told: Word, *, in_part: bool = True, rail: str = "gateway") -> bool:
    try:
        payment.carried_by(rail, told, in_part=in_part)
    except WordDiffers:
        return False
    return True


@given(st.integers(1, 20_000), st.sampled_from(Status), st.sampled_from(Intent), st.booleans())
def test_a_word_over_another_amount_fits_only_a_part_of_what_is_due(
    minor: int, status: Status, intent: Intent, in_part: bool
) -> None:
    is_part = in_part and intent is Intent.DUE and minor < 10_000
    taken = status in {Status.SETTLED, Status.RETURNED, Status.REVERSED}
    assert fits(replace(ORDER, intent=intent), word(minor, status), in_part=in_part) == (
        minor == 10_000 or (is_part and taken)
    )


@pytest.mark.parametrize("status", sorted(ENDS))
def test_what_has_ended_is_over_what_was_taken_and_nothing_less(status: Status) -> None:
    taken = replace(ORDER, status=status, amount=Money(3_000), asked=Money(10_000))
    assert fits(taken, word(3_000))
    assert not fits(taken, word(2_000))
    assert not fits(taken, word(10_000))
    assert fits(taken, word(10_000, Status.ACCEPTED))  # what was said before it was taken, and comes late


def test_a_word_of_another_rail_never_fits() -> None:
    assert not fits(ORDER, word(10_000), rail="house")
