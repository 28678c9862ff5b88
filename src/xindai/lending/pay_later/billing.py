"""What a statement asks for, and what becomes of it when it falls due. Pure; amounts in minor units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xindai.lending.pay_later.model import Status
from xindai.products.catalogue.model import Cycle


@dataclass(frozen=True, slots=True)
class Owed:
    """What one loan of a line owes by the day its statement falls due.

    `revolves` says that its principal may be owed longer: it is that of a statement, not in instalments, not late.
    """

    loan_id: str
    principal: int
    rest: int
    revolves: bool

    @property
    def total(self) -> int:
        """All of it: principal, and interest, fees and penalty."""
        return self.principal + self.rest

    def least(self, cycle: Cycle) -> int:
        """What must be paid of it: a share of what may be owed longer, rounded up, and all else."""
        if not self.revolves:
            return self.total
        share = cycle.least_share
        return self.rest - (-self.principal * share.numerator // share.denominator)


def least(owed: Sequence[Owed], cycle: Cycle) -> int:
    """What must be paid of a statement; never under the cycle's least amount, never above all of it."""
    return min(sum(one.total for one in owed), max(cycle.least_amount.minor, sum(one.least(cycle) for one in owed)))


def least_left(*, total: int, least: int, left: int) -> int:
    """What of the least is not paid yet, when `left` of the whole is not."""
    return max(0, least - (total - left))


def decided(*, total: int, least: int, left: int) -> Status:
    """What becomes of a statement of which `left` was not paid when it fell due."""
    if left <= 0:
        return Status.PAID
    return Status.REVOLVED if left <= total - least else Status.MISSED


def spread(amount: int, owed: Sequence[Owed]) -> list[tuple[str, int]]:
    """A payment dealt to loans: first to what cannot be owed longer, each in the order of its making; nothing is over.

    What is more than all of them owe is left out.
    """
    dealt = []
    for one in sorted(owed, key=lambda one: (one.revolves, one.loan_id)):
        part = min(amount, one.total)
        if part:
            dealt.append((one.loan_id, part))
        amount -= part
    return dealt
