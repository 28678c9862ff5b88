"""Products as JSON that is kept, and back."""

from __future__ import annotations

from typing import Any

from xindai.products.catalogue.model import Audience, Cycle, Form, Partner, Product
from xindai.products.documents import fees_document, fees_of, rate_of, ratio
from xindai.products.terms import InterestBy, Method, Part, Prepayment, Recalculation
from xindai.values.business_days import Shift
from xindai.values.money import Money, Rounding
from xindai.values.rate import DayCount


def product_document(product: Product) -> dict[str, Any]:
    """A version as it is kept; amounts in minor units, rates as exact ratios."""
    return {
        "name_en": product.name_en,
        "name_zh": product.name_zh,
        "form": product.form.value,
        "least": product.least.minor,
        "most": product.most.minor,
        "months": list(product.months),
        "draw_months": list(product.draw_months),
        "draw_least": product.draw_least.minor if product.draw_least else None,
        "method": product.method.value,
        "day_count": product.day_count.value,
        "interest_by": product.interest_by.value,
        "recalculation": product.recalculation.value,
        "rounding": product.rounding.value,
        "multiple": product.multiple,
        "grace": [product.principal_grace, product.interest_grace],
        "allocation": [part.value for part in product.allocation],
        "prepayment": product.prepayment.value,
        "fees": fees_document(product.fees),
        "shift": [product.shift.value, product.shifts_interest],
        "penalty": [*ratio(product.penalty_uplift), product.grace_days],
        "ages": [product.least_age, product.most_age],
        "highest_cost": ratio(product.highest_cost),
        "non_accrual_days": product.non_accrual_days,
        "charge_off_days": product.charge_off_days,
        "cycle": _cycle_document(product.cycle) if product.cycle else None,
        "partners": [[one.code, one.name, *ratio(one.share)] for one in product.partners],
        "audience": product.audience.value,
        "regions": list(product.regions),
    }


def product_of(code: str, version: int, document: dict[str, Any]) -> Product:
    """The version again. Refuses ProductUnfit."""
    up, low, grace_days = document["penalty"]
    return Product(
        code=code,
        version=version,
        name_en=document["name_en"],
        name_zh=document["name_zh"],
        least=Money(document["least"]),
        most=Money(document["most"]),
        months=tuple(document["months"]),
        method=Method(document["method"]),
        day_count=DayCount(document["day_count"]),
        penalty_uplift=rate_of([up, low]),
        grace_days=grace_days,
        least_age=document["ages"][0],
        most_age=document["ages"][1],
        highest_cost=rate_of(document["highest_cost"]),
        non_accrual_days=document["non_accrual_days"],
        charge_off_days=document["charge_off_days"],
        form=Form(document["form"]),
        draw_months=tuple(document["draw_months"]),
        draw_least=Money(document["draw_least"]) if document["draw_least"] else None,
        interest_by=InterestBy(document["interest_by"]),
        recalculation=Recalculation(document["recalculation"]),
        rounding=Rounding(document["rounding"]),
        multiple=document["multiple"],
        principal_grace=document["grace"][0],
        interest_grace=document["grace"][1],
        allocation=tuple(Part(part) for part in document["allocation"]),
        prepayment=Prepayment(document["prepayment"]),
        fees=fees_of(document["fees"]),
        shift=Shift(document["shift"][0]),
        shifts_interest=document["shift"][1],
        cycle=_cycle_of(document["cycle"]) if document.get("cycle") else None,
        partners=tuple(Partner(code, name, rate_of(share)) for code, name, *share in document.get("partners", ())),
        audience=Audience(document.get("audience", "person")),
        regions=tuple(document.get("regions", ())),
    )


def _cycle_document(cycle: Cycle) -> dict[str, Any]:
    return {
        "statement_day": cycle.statement_day,
        "due_days": cycle.due_days,
        "least_share": ratio(cycle.least_share),
        "least_amount": cycle.least_amount.minor,
        "late_share": ratio(cycle.late_share),
    }


def _cycle_of(document: dict[str, Any]) -> Cycle:
    return Cycle(
        statement_day=document["statement_day"],
        due_days=document["due_days"],
        least_share=rate_of(document["least_share"]),
        least_amount=Money(document["least_amount"]),
        late_share=rate_of(document["late_share"]),
    )
