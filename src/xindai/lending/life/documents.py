"""Facts as JSON that is kept, and back."""

from __future__ import annotations

from datetime import date
from typing import Any

from xindai.lending.life.model import Fact, FactKind
from xindai.products.documents import rate_of, ratio
from xindai.products.terms import Part, Prepayment


def fact_document(fact: Fact) -> dict[str, Any]:
    """A fact as it is kept before it has happened."""
    return {
        "id": fact.id,
        "kind": fact.kind.value,
        "on": fact.on.isoformat(),
        "amount": fact.amount,
        "part": fact.part.value if fact.part else None,
        "prepayment": fact.prepayment.value if fact.prepayment else None,
        "reverses": fact.reverses,
        "rate": ratio(fact.rate) if fact.rate else None,
        "until": fact.until.isoformat() if fact.until else None,
        "installments": fact.installments,
        "first_due_on": fact.first_due_on.isoformat() if fact.first_due_on else None,
    }


def fact_of(kept: dict[str, Any]) -> Fact:
    """The fact again."""
    return Fact(
        id=kept["id"],
        kind=FactKind(kept["kind"]),
        on=date.fromisoformat(kept["on"]),
        amount=kept["amount"],
        part=Part(kept["part"]) if kept["part"] else None,
        prepayment=Prepayment(kept["prepayment"]) if kept["prepayment"] else None,
        reverses=kept["reverses"],
        rate=rate_of(kept["rate"]) if kept["rate"] else None,
        until=date.fromisoformat(kept["until"]) if kept["until"] else None,
        installments=kept["installments"],
        first_due_on=date.fromisoformat(kept["first_due_on"]) if kept["first_due_on"] else None,
    )
