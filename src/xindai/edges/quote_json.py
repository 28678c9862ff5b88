"""A loan as JSON in, its schedule, cost and life as JSON out: `xindai quote` and `POST /v1/quotes`.

Nothing is guessed; what is not understood is refused.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from xindai.lending.life.model import RECEIPTS, Fact, FactKind, LoanState, Receipt
from xindai.lending.life.quote import Quote, quote
from xindai.products.terms import (
    ALLOCATION,
    MOST_INSTALLMENTS,
    NO_RATE,
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
from xindai.values import money
from xindai.values.business_days import Shift
from xindai.values.money import Rounding, decimal_text
from xindai.values.period import Every, Unit
from xindai.values.rate import DayCount, Rate, rate
from xindai.values.refusal import Invalid

Choice = TypeVar("Choice", bound=StrEnum)

FIELDS = frozenset(
    {
        "principal",
        "currency",
        "annual_rate",
        "method",
        "installments",
        "every",
        "disbursed_on",
        "day_count",
        "interest_by",
        "rounding",
        "installment_multiple",
        "first_due_on",
        "grace",
        "down_payment",
        "fees",
        "penalty",
        "recalculation",
        "allocation",
        "prepayment",
        "calendar",
        "steps",
        "balloon",
        "events",
        "as_of",
    }
)
MOST_EVENTS = 10_000
AMOUNTS = RECEIPTS | {FactKind.DISBURSEMENT, FactKind.REFUND, FactKind.FEE, FactKind.WAIVER}
OF_EVENT: dict[FactKind, frozenset[str]] = {
    FactKind.WAIVER: frozenset({"kind"}),
    FactKind.PREPAYMENT: frozenset({"mode"}),
    FactKind.RATE_CHANGE: frozenset({"annual_rate"}),
    FactKind.INTEREST_PAUSE: frozenset({"until"}),
    FactKind.RESCHEDULE: frozenset({"annual_rate", "installments", "first_due_on"}),
    FactKind.REVERSAL: frozenset({"of"}),
}
"""What an event may say beside its id, its day, its type and its amount."""


def answer(document: Any) -> dict[str, Any]:
    """The quote of one loan document. Refuses: Invalid, FactUnknown, FactImpossible."""
    if not isinstance(document, dict):
        raise Invalid("A loan is a JSON object.", field="loan")
    _known(document, FIELDS, "")
    terms = _terms(document)
    facts = [
        event_fact(event, f"events.{index}", str(index), terms=terms)
        for index, event in enumerate(_list(document, "events"))
    ]
    _distinct(facts)
    return _document(quote(terms, facts, as_of=_as_of(document, terms)))


def _as_of(document: dict[str, Any], terms: Terms) -> date | None:
    on = _date(document, "as_of")
    if on is not None and on < terms.disbursed_on:
        raise Invalid("A loan is looked at on or after the day it is paid out.", field="as_of")
    return on


def _distinct(facts: list[Fact]) -> None:
    seen: set[str] = set()
    for index, fact in enumerate(facts):
        if fact.id in seen:
            raise Invalid("Each event has an id of its own.", field=f"events.{index}.id")
        seen.add(fact.id)


def _terms(document: dict[str, Any]) -> Terms:
    for name in ("principal", "annual_rate", "installments", "disbursed_on"):
        if document.get(name) is None:
            raise Invalid(f"{name} is missing.", field=name)
    currency = document.get("currency", "CNY")
    money.digits(currency)
    grace, penalty = _object(document, "grace"), _object(document, "penalty")
    _known(grace, frozenset({"principal", "interest"}), "grace.")
    _known(penalty, frozenset({"annual_rate", "grace_days"}), "penalty.")
    disbursed_on = _date(document, "disbursed_on")
    assert disbursed_on is not None
    shift, shifts_interest = calendar_of(document.get("calendar"))
    amount = functools.partial(_minor, currency=currency)
    return Terms(
        principal=money.parse(document["principal"], currency, field="principal"),
        annual_rate=rate(document["annual_rate"]),
        method=_choice(Method, document.get("method", "annuity"), "method"),
        installments=_whole(document["installments"], "installments"),
        every=_every(document),
        disbursed_on=disbursed_on,
        day_count=_choice(DayCount, document.get("day_count", "30/360"), "day_count"),
        interest_by=_choice(InterestBy, document.get("interest_by", "period"), "interest_by"),
        rounding=_choice(Rounding, document.get("rounding", "half_even"), "rounding"),
        multiple=1 if document.get("installment_multiple") is None else amount(document, "installment_multiple"),
        first_due_on=_date(document, "first_due_on"),
        principal_grace=_whole(grace.get("principal", 0), "grace.principal"),
        interest_grace=_whole(grace.get("interest", 0), "grace.interest"),
        penalty_rate=rate(penalty.get("annual_rate", "0"), field="penalty.annual_rate"),
        penalty_grace_days=_whole(penalty.get("grace_days", 0), "penalty.grace_days"),
        allocation=_allocation(document),
        prepayment=_choice(Prepayment, document.get("prepayment", "lower"), "prepayment"),
        recalculation=_choice(Recalculation, document.get("recalculation", "none"), "recalculation"),
        down_payment=_down_payment(document, currency),
        fees=tuple(fee_of(fee, f"fees.{index}", currency) for index, fee in enumerate(_list(document, "fees"))),
        shift=shift,
        shifts_interest=shifts_interest,
        steps=tuple(_step(step, f"steps.{index}") for index, step in enumerate(_list(document, "steps"))),
        balloon=0 if document.get("balloon") is None else amount(document, "balloon"),
    )


def _every(document: dict[str, Any]) -> Every:
    every = _object(document, "every")
    _known(every, frozenset({"count", "unit"}), "every.")
    return Every(_whole(every.get("count", 1), "every.count"), _choice(Unit, every.get("unit", "month"), "every.unit"))


def _minor(document: dict[str, Any], name: str, *, currency: str) -> int:
    return money.parse(document[name], currency, field=name).minor


def _allocation(document: dict[str, Any]) -> tuple[Part, ...]:
    order = document.get("allocation")
    if order is None:
        return ALLOCATION
    if not isinstance(order, list):
        raise Invalid("An allocation order is a list.", field="allocation")
    return tuple(_choice(Part, part, "allocation") for part in order)


def _down_payment(document: dict[str, Any], currency: str) -> Charge | None:
    """A decimal below one is a share of each pay-out, from one on an amount; an object says which."""
    value = document.get("down_payment")
    if value is None:
        return None
    if isinstance(value, dict):
        return _charge(value, "down_payment", currency, frozenset())
    share = rate(value, field="down_payment") if isinstance(value, str) and value.startswith(("0", ".")) else NO_RATE
    if share.numerator < share.denominator and share.numerator:
        return Charge(share=share)
    return Charge(amount=money.parse(value, currency, field="down_payment").minor)


def _charge(value: dict[str, Any], field: str, currency: str, others: frozenset[str]) -> Charge:
    _known(value, others | {"amount", "rate"}, f"{field}.")
    if (value.get("amount") is None) == (value.get("rate") is None):
        raise Invalid("It is either an `amount` or a `rate`.", field=field)
    if value.get("rate") is not None:
        share = rate(value["rate"], field=f"{field}.rate")
        if share.numerator > share.denominator:
            raise Invalid("A share is at most one.", field=f"{field}.rate")
        return Charge(share=share)
    amount = money.parse(value["amount"], currency, field=f"{field}.amount").minor
    if amount < 0:
        raise Invalid("The amount is not below zero.", field=f"{field}.amount")
    return Charge(amount=amount)


def fee_of(value: Any, field: str, currency: str) -> Fee:
    """A fee from its document. Refuses Invalid."""
    if not isinstance(value, dict):
        raise Invalid("A fee is a JSON object.", field=field)
    on = _choice(FeeOn, value.get("on", "pay_out"), f"{field}.on")
    return Fee(on, _charge(value, field, currency, frozenset({"on"})))


def _step(value: Any, field: str) -> Step:
    if not isinstance(value, dict):
        raise Invalid("A step is a JSON object.", field=field)
    _known(value, frozenset({"number", "times"}), f"{field}.")
    return Step(_whole(value.get("number"), f"{field}.number"), rate(value.get("times"), field=f"{field}.times"))


def calendar_of(value: Any) -> tuple[Shift, bool]:
    """(shift, whether interest moves along): `"CN"` moves due days to the next working day, an object says how.

    Refuses Invalid.
    """
    if value is None:
        return Shift.NONE, False
    found = {"country": value} if isinstance(value, str) else value
    if not isinstance(found, dict):
        raise Invalid("A calendar is 'CN' or a JSON object.", field="calendar")
    _known(found, frozenset({"country", "shift", "adjusts_interest"}), "calendar.")
    if found.get("country", "CN") != "CN":
        raise Invalid("The calendar known here is 'CN'.", field="calendar.country")
    adjusts = found.get("adjusts_interest", False)
    if not isinstance(adjusts, bool):
        raise Invalid("adjusts_interest is true or false.", field="calendar.adjusts_interest")
    return _choice(Shift, found.get("shift", "following"), "calendar.shift"), adjusts


def event_fact(event: Any, field: str, name: str, *, terms: Terms) -> Fact:
    """The fact that an event document tells of; `name` is its id if it says none. Refuses: Invalid."""
    if not isinstance(event, dict):
        raise Invalid("An event is a JSON object.", field=field)
    kind = _choice(FactKind, event.get("type"), f"{field}.type")
    own = OF_EVENT.get(kind, frozenset()) | (frozenset({"amount"}) if kind in AMOUNTS else frozenset())
    _known(event, own | {"id", "on", "type"}, f"{field}.")
    on = _date(event, "on", prefix=field)
    if on is None:
        raise Invalid("An event says the day it counts on.", field=f"{field}.on")
    if on < terms.disbursed_on:
        raise Invalid("Nothing happens to a loan before it is paid out.", field=f"{field}.on")
    part = _choice(Part, event.get("kind", "penalty"), f"{field}.kind") if kind is FactKind.WAIVER else None
    if part is Part.PRINCIPAL:
        raise Invalid("Principal is not waived but charged off.", field=f"{field}.kind")
    until = _date(event, "until", prefix=field)
    if kind is FactKind.INTEREST_PAUSE and (until is None or until < on):
        raise Invalid("A pause says its last day, on or after its first.", field=f"{field}.until")
    installments = event.get("installments")
    if installments is not None and not 1 <= _whole(installments, f"{field}.installments") <= MOST_INSTALLMENTS:
        raise Invalid(f"A loan has 1 to {MOST_INSTALLMENTS} instalments.", field=f"{field}.installments")
    return Fact(
        id=_event_id(event, name, field),
        kind=kind,
        on=on,
        amount=_event_amount(event, field, terms.principal.currency) if kind in AMOUNTS else 0,
        part=part,
        prepayment=_choice(Prepayment, event["mode"], f"{field}.mode") if event.get("mode") is not None else None,
        reverses=_reversed(event, field) if kind is FactKind.REVERSAL else None,
        rate=_event_rate(event, kind, field),
        until=until,
        installments=installments,
        first_due_on=_date(event, "first_due_on", prefix=field),
    )


def _event_id(event: dict[str, Any], name: str, field: str) -> str:
    value = event.get("id", name)
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise Invalid("An id is a text.", field=f"{field}.id")
    return str(value)


def _event_amount(event: dict[str, Any], field: str, currency: str) -> int:
    amount = money.parse(event.get("amount"), currency, field=f"{field}.amount").minor
    if amount <= 0:
        raise Invalid("The amount of an event is more than zero.", field=f"{field}.amount")
    return amount


def _event_rate(event: dict[str, Any], kind: FactKind, field: str) -> Rate | None:
    if event.get("annual_rate") is None:
        if kind is FactKind.RATE_CHANGE:
            raise Invalid("A rate change says the new rate.", field=f"{field}.annual_rate")
        return None
    return rate(event["annual_rate"], field=f"{field}.annual_rate")


def _reversed(event: dict[str, Any], field: str) -> str:
    """The id of the event that a reversal names, or its place in the list, counted from zero."""
    target = event.get("of")
    if not isinstance(target, str | int) or isinstance(target, bool):
        raise Invalid(
            "A reversal names the event it undoes: `of` is its id, or its place counted from zero.", field=f"{field}.of"
        )
    return str(target)


def _known(document: dict[str, Any], names: frozenset[str], prefix: str) -> None:
    unknown = sorted(str(name) for name in set(document) - names)
    if unknown:
        raise Invalid(f"Unknown field {unknown[0]!r}.", field=prefix + unknown[0])


def _document(result: Quote) -> dict[str, Any]:
    currency = result.terms.principal.currency

    def text(minor: int) -> str:
        return decimal_text(minor, currency)

    state = result.state
    return {
        "schedule": [
            {
                "number": line.number,
                "from": line.start.isoformat(),
                "due_on": line.due_on.isoformat(),
                "days": (line.due_on - line.start).days,
                "principal": text(line.principal),
                "interest": text(line.interest),
                "fee": text(line.fee),
                "penalty": text(line.penalty),
                "total": text(line.total),
                "balance": text(line.balance),
                "paid": text(line.paid),
                "outstanding": text(line.outstanding),
                "status": line.status,
            }
            for line in state.lines
        ],
        "cost": {
            "interest": text(result.cost.interest),
            "fees": text(result.cost.fees),
            "total_repayment": text(result.cost.total_repayment),
            "apr": str(result.cost.apr),
            "eir": str(result.cost.eir),
        },
        "transactions": [_transaction(one, text) for one in state.receipts],
        "state": _state(state, text),
    }


def _transaction(one: Receipt, text: Callable[[int], str]) -> dict[str, Any]:
    parts = ("amount", "principal", "interest", "fee", "penalty", "overpaid", "balance")
    return {
        "id": one.fact_id,
        "on": one.on.isoformat(),
        "type": one.kind.value,
        **{part: text(getattr(one, part)) for part in parts},
    }


def _state(state: LoanState, text: Callable[[int], str]) -> dict[str, Any]:
    figures = state.figures
    return {
        "as_of": state.on.isoformat(),
        "principal": text(state.principal),
        "interest_due": text(state.interest_due),
        "penalty_due": text(figures.penalty),
        "fee_due": text(figures.fee),
        "due": text(state.due),
        "accrued_interest": text(figures.interest),
        "overdue_days": state.overdue_days,
        "payoff": text(state.payoff),
        "overpaid": text(figures.overpaid),
        "next_due_on": state.next_due_on.isoformat() if state.next_due_on else None,
        "status": state.status.value,
    }


def _choice(kind: type[Choice], value: Any, field: str) -> Choice:
    try:
        return kind(value)
    except ValueError:
        raise Invalid(f"{field} is one of {', '.join(kind)}.", field=field) from None


def _whole(value: Any, field: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Invalid(f"{field} is a whole number, not below zero.", field=field)
    return value


def _date(document: dict[str, Any], name: str, *, prefix: str = "") -> date | None:
    value = document.get(name)
    if value is None:
        return None
    field = f"{prefix}.{name}" if prefix else name
    wrong = Invalid(f"{field} is a day such as '2026-01-10'.", field=field)
    if not isinstance(value, str) or len(value) != 10:
        raise wrong
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise wrong from None


def _list(document: dict[str, Any], name: str) -> list[Any]:
    value = document.get(name) or []
    if not isinstance(value, list) or len(value) > MOST_EVENTS:
        raise Invalid(f"{name} is a list of at most {MOST_EVENTS}.", field=name)
    return value


def _object(document: dict[str, Any], name: str) -> dict[str, Any]:
    value = document.get(name) or {}
    if not isinstance(value, dict):
        raise Invalid(f"{name} is a JSON object.", field=name)
    return value
