"""`xindai quote`: a loan as JSON in, its schedule, cost and life as JSON out. Nothing is guessed, all else is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from xindai.lending.loans.model import Fact, FactKind, LoanState
from xindai.lending.loans.quote import Quote, quote
from xindai.products.terms import ALLOCATION, InterestBy, Method, Part, Prepayment, Terms
from xindai.values import money
from xindai.values.money import Rounding, decimal_text
from xindai.values.period import Every, Unit
from xindai.values.rate import DayCount, rate
from xindai.values.refusal import Invalid, Refusal

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
        "events",
        "as_of",
    }
)
COMING = {"flat", "interest_only", "bullet", "flexible"}
EVENTS_COMING = {"disbursement", "rate_change", "reschedule"}
MOST_EVENTS = 10_000


class NotYet(Refusal):
    """Part of the contract, but not of this version."""

    code = "not_supported"
    en = "{what} is not supported yet."
    zh = "暂不支持 {what}。"

    def __init__(self, what: str, *, field: str) -> None:
        super().__init__(field=field, what=what)


def answer(document: Any) -> dict[str, Any]:
    """The quote of one loan document. Refuses: Invalid, NotYet, FactUnknown."""
    if not isinstance(document, dict):
        raise Invalid("A loan is a JSON object.", field="loan")
    unknown = sorted(set(document) - FIELDS)
    if unknown:
        raise Invalid(f"Unknown field {unknown[0]!r}.", field=unknown[0])
    terms = _terms(document)
    facts = [_fact(event, index, terms) for index, event in enumerate(_list(document, "events"))]
    return _document(quote(terms, facts, as_of=_date(document, "as_of")))


def _terms(document: dict[str, Any]) -> Terms:
    for name in ("principal", "annual_rate", "installments", "disbursed_on"):
        if document.get(name) is None:
            raise Invalid(f"{name} is missing.", field=name)
    for name in ("down_payment", "calendar"):
        if document.get(name) is not None:
            raise NotYet(name, field=name)
    if _list(document, "fees"):
        raise NotYet("fees in the terms", field="fees")
    method = document.get("method", "annuity")
    if isinstance(method, str) and method in COMING:
        raise NotYet(f"method {method}", field="method")
    if document.get("recalculation", "none") == "daily":
        raise NotYet("daily recalculation", field="recalculation")
    if document.get("recalculation", "none") != "none":
        raise Invalid("recalculation is 'none' or 'daily'.", field="recalculation")
    currency = document.get("currency", "CNY")
    money.digits(currency)
    grace, penalty = _object(document, "grace"), _object(document, "penalty")
    if _whole(grace.get("interest", 0), "grace.interest"):
        raise NotYet("grace for interest", field="grace")
    disbursed_on = _date(document, "disbursed_on")
    assert disbursed_on is not None
    return Terms(
        principal=money.parse(document["principal"], currency, field="principal"),
        annual_rate=rate(document["annual_rate"]),
        method=_choice(Method, method, "method"),
        installments=_whole(document["installments"], "installments"),
        every=_every(document),
        disbursed_on=disbursed_on,
        day_count=_choice(DayCount, document.get("day_count", "30/360"), "day_count"),
        interest_by=_choice(InterestBy, document.get("interest_by", "period"), "interest_by"),
        rounding=_choice(Rounding, document.get("rounding", "half_even"), "rounding"),
        multiple=_multiple(document, currency),
        first_due_on=_date(document, "first_due_on"),
        principal_grace=_whole(grace.get("principal", 0), "grace.principal"),
        penalty_rate=rate(penalty.get("annual_rate", "0"), field="penalty.annual_rate"),
        penalty_grace_days=_whole(penalty.get("grace_days", 0), "penalty.grace_days"),
        allocation=_allocation(document),
        prepayment=_choice(Prepayment, document.get("prepayment", "lower"), "prepayment"),
    )


def _every(document: dict[str, Any]) -> Every:
    every = _object(document, "every")
    return Every(_whole(every.get("count", 1), "every.count"), _choice(Unit, every.get("unit", "month"), "every.unit"))


def _multiple(document: dict[str, Any], currency: str) -> int:
    text = document.get("installment_multiple")
    return 1 if text is None else money.parse(text, currency, field="installment_multiple").minor


def _allocation(document: dict[str, Any]) -> tuple[Part, ...]:
    order = document.get("allocation")
    if order is None:
        return ALLOCATION
    if not isinstance(order, list):
        raise Invalid("An allocation order is a list.", field="allocation")
    return tuple(_choice(Part, part, "allocation") for part in order)


def _fact(event: Any, index: int, terms: Terms) -> Fact:
    field = f"events.{index}"
    if not isinstance(event, dict):
        raise Invalid("An event is a JSON object.", field=field)
    unknown = sorted(set(event) - {"id", "on", "type", "amount", "of", "kind", "mode"})
    if unknown:
        raise Invalid(f"Unknown field {unknown[0]!r}.", field=f"{field}.{unknown[0]}")
    kind_text = event.get("type")
    if isinstance(kind_text, str) and kind_text in EVENTS_COMING:
        raise NotYet(f"event {kind_text}", field=f"{field}.type")
    kind = _choice(FactKind, kind_text, f"{field}.type")
    on = _date(event, "on", prefix=field)
    if on is None:
        raise Invalid("An event says the day it counts on.", field=f"{field}.on")
    if on < terms.disbursed_on:
        raise Invalid("Nothing happens to a loan before it is paid out.", field=f"{field}.on")
    amount = 0
    if kind not in {FactKind.CHARGE_OFF, FactKind.REVERSAL}:
        amount = money.parse(event.get("amount"), terms.principal.currency, field=f"{field}.amount").minor
        if amount <= 0:
            raise Invalid("The amount of an event is more than zero.", field=f"{field}.amount")
    part = _choice(Part, event.get("kind", "penalty"), f"{field}.kind") if kind is FactKind.WAIVER else None
    if part is Part.PRINCIPAL:
        raise Invalid("Principal is not waived but charged off.", field=f"{field}.kind")
    mode = _choice(Prepayment, event["mode"], f"{field}.mode") if event.get("mode") is not None else None
    reverses = _reversed(event, field) if kind is FactKind.REVERSAL else None
    return Fact(str(event.get("id", index)), kind, on, amount, part, mode, reverses)


def _reversed(event: dict[str, Any], field: str) -> str:
    """The id of the event that a reversal names, or its place in the list, counted from zero."""
    target = event.get("of")
    if not isinstance(target, str | int) or isinstance(target, bool):
        raise Invalid(
            "A reversal names the event it undoes: `of` is its id, or its place counted from zero.", field=f"{field}.of"
        )
    return str(target)


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
        "transactions": [
            {
                "on": one.on.isoformat(),
                "type": one.kind.value,
                "amount": text(one.amount),
                "principal": text(one.principal),
                "interest": text(one.interest),
                "fee": text(one.fee),
                "penalty": text(one.penalty),
                "overpaid": text(one.overpaid),
                "balance": text(one.balance),
            }
            for one in state.receipts
        ],
        "state": _state(state, text),
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
