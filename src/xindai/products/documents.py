"""Terms as JSON that is kept, and back: exact ratios for rates, minor units for money, nothing left to a default."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from xindai.products.terms import (
    Charge,
    Fee,
    FeeOn,
    InterestBy,
    Method,
    Part,
    Prepayment,
    Recalculation,
    Step,
    Terms,
)
from xindai.values.business_days import Shift
from xindai.values.money import Money, Rounding
from xindai.values.period import Every, Unit
from xindai.values.rate import DayCount, Rate


def terms_document(terms: Terms) -> dict[str, Any]:
    """Terms as they are kept."""
    return {
        "principal": terms.principal.minor,
        "currency": terms.principal.currency,
        "rate": ratio(terms.annual_rate),
        "method": terms.method.value,
        "installments": terms.installments,
        "every": [terms.every.count, terms.every.unit.value],
        "disbursed_on": terms.disbursed_on.isoformat(),
        "day_count": terms.day_count.value,
        "interest_by": terms.interest_by.value,
        "recalculation": terms.recalculation.value,
        "rounding": terms.rounding.value,
        "multiple": terms.multiple,
        "first_due_on": terms.first_due_on.isoformat() if terms.first_due_on else None,
        "grace": [terms.principal_grace, terms.interest_grace],
        "penalty": [*ratio(terms.penalty_rate), terms.penalty_grace_days],
        "allocation": [part.value for part in terms.allocation],
        "prepayment": terms.prepayment.value,
        "down_payment": charge_document(terms.down_payment) if terms.down_payment else None,
        "fees": fees_document(terms.fees),
        "shift": [terms.shift.value, terms.shifts_interest],
        "steps": [[step.number, *ratio(step.times)] for step in terms.steps],
        "balloon": terms.balloon,
        "non_accrual_days": terms.non_accrual_days,
        "charge_off_days": terms.charge_off_days,
    }


def terms_of(document: dict[str, Any]) -> Terms:
    """The terms again."""
    first, down = document["first_due_on"], document["down_payment"]
    up, low, grace_days = document["penalty"]
    return Terms(
        principal=Money(document["principal"], document["currency"]),
        annual_rate=rate_of(document["rate"]),
        method=Method(document["method"]),
        installments=document["installments"],
        every=Every(document["every"][0], Unit(document["every"][1])),
        disbursed_on=date.fromisoformat(document["disbursed_on"]),
        day_count=DayCount(document["day_count"]),
        interest_by=InterestBy(document["interest_by"]),
        recalculation=Recalculation(document["recalculation"]),
        rounding=Rounding(document["rounding"]),
        multiple=document["multiple"],
        first_due_on=date.fromisoformat(first) if first else None,
        principal_grace=document["grace"][0],
        interest_grace=document["grace"][1],
        penalty_rate=Rate(up, low),
        penalty_grace_days=grace_days,
        allocation=tuple(Part(part) for part in document["allocation"]),
        prepayment=Prepayment(document["prepayment"]),
        down_payment=_charge(down) if down else None,
        fees=fees_of(document["fees"]),
        shift=Shift(document["shift"][0]),
        shifts_interest=document["shift"][1],
        steps=tuple(Step(number, Rate(up, low)) for number, up, low in document["steps"]),
        balloon=document["balloon"],
        non_accrual_days=document["non_accrual_days"],
        charge_off_days=document["charge_off_days"],
    )


def fees_document(fees: Sequence[Fee]) -> list[list[Any]]:
    """Fees as they are kept."""
    return [[fee.on.value, *charge_document(fee.charge)] for fee in fees]


def fees_of(kept: Sequence[Sequence[Any]]) -> tuple[Fee, ...]:
    """The fees again."""
    return tuple(Fee(FeeOn(on), _charge(charge)) for on, *charge in kept)


def ratio(rate: Rate) -> list[int]:
    """A rate as it is kept."""
    return [rate.numerator, rate.denominator]


def rate_of(kept: Sequence[int]) -> Rate:
    """The rate again."""
    return Rate(kept[0], kept[1])


def charge_document(charge: Charge) -> list[int]:
    """An amount or share as it is kept."""
    return [charge.amount, *ratio(charge.share)]


def _charge(kept: Sequence[int]) -> Charge:
    return Charge(kept[0], Rate(kept[1], kept[2]))
