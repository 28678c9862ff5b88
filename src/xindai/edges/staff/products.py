"""Products: staff propose a version, somebody else decides, and it is sold from its day on."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from xindai.base import door
from xindai.base.door import Body, MoneyBody
from xindai.base.repeat import Seed
from xindai.edges import quote_json
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys.parts import parts
from xindai.products.catalogue import operations as catalogue
from xindai.products.catalogue import queries as kept
from xindai.products.catalogue.documents import product_document
from xindai.products.catalogue.model import Audience, Cycle, Form, Partner, Product, Status
from xindai.products.catalogue.queries import Version
from xindai.products.terms import ALLOCATION, InterestBy, Method, Part, Prepayment, Recalculation
from xindai.values.rate import DayCount, rate

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"], route_class=RepeatableRoute)


class CycleIn(Body):
    """How a pay-later line is billed; shares are decimal texts."""

    statement_day: int
    due_days: int = 9
    least_share: str = "0.1"
    least_amount: MoneyBody
    late_share: str = "0"

    def cycle(self) -> Cycle:
        """The noun. Refuses Invalid."""
        return Cycle(
            statement_day=self.statement_day,
            due_days=self.due_days,
            least_share=rate(self.least_share, field="cycle.least_share"),
            least_amount=self.least_amount.money("cycle.least_amount"),
            late_share=rate(self.late_share, field="cycle.late_share"),
        )


class PartnerIn(Body):
    """Who lends a share of every loan beside us; the share is a decimal text."""

    code: str
    name: str
    share: str

    def partner(self, field: str) -> Partner:
        """The noun. Refuses Invalid."""
        return Partner(self.code, self.name, rate(self.share, field=f"{field}.share"))


class ProductIn(Body):
    """A version of a product. What is left out is as the starter has it; rates are decimal texts, terms are in months."""

    code: str
    name_en: str
    name_zh: str
    effective_from: date
    form: Literal["loan", "line", "pay_later"] = "loan"
    least: MoneyBody
    most: MoneyBody
    months: tuple[int, ...]
    draw_months: tuple[int, ...] = ()
    draw_least: MoneyBody | None = None
    method: Literal["annuity", "equal_principal", "flat", "interest_only", "bullet", "flexible"] = "annuity"
    day_count: Literal["30/360", "act/365", "act/360", "act/act"] = "30/360"
    interest_by: Literal["period", "day"] = "period"
    recalculation: Literal["none", "daily"] = "none"
    installment_multiple: MoneyBody | None = None
    grace_principal: int = 0
    grace_interest: int = 0
    allocation: tuple[Part, ...] = ALLOCATION
    prepayment: Literal["shorten", "lower", "next", "last"] = "lower"
    fees: tuple[dict[str, Any], ...] = ()
    calendar: str | dict[str, Any] | None = None
    penalty_uplift: str = "0.5"
    grace_days: int = 3
    least_age: int = 18
    most_age: int = 65
    highest_cost: str = "0.24"
    non_accrual_days: int = 90
    charge_off_days: int = 180
    cycle: CycleIn | None = None
    partners: tuple[PartnerIn, ...] = ()
    audience: Audience = Audience.PERSON
    regions: tuple[str, ...] = ()

    def product(self, version: int) -> Product:
        """The noun. Refuses: Invalid, ProductUnfit."""
        shift, shifts_interest = quote_json.calendar_of(self.calendar)
        multiple = self.installment_multiple.money("installment_multiple").minor if self.installment_multiple else 1
        return Product(
            code=self.code,
            version=version,
            name_en=self.name_en,
            name_zh=self.name_zh,
            least=self.least.money("least"),
            most=self.most.money("most"),
            months=self.months,
            method=Method(self.method),
            day_count=DayCount(self.day_count),
            penalty_uplift=rate(self.penalty_uplift, field="penalty_uplift"),
            grace_days=self.grace_days,
            least_age=self.least_age,
            most_age=self.most_age,
            highest_cost=rate(self.highest_cost, field="highest_cost"),
            non_accrual_days=self.non_accrual_days,
            charge_off_days=self.charge_off_days,
            form=Form(self.form),
            draw_months=self.draw_months,
            draw_least=self.draw_least.money("draw_least") if self.draw_least else None,
            interest_by=InterestBy(self.interest_by),
            recalculation=Recalculation(self.recalculation),
            multiple=multiple,
            principal_grace=self.grace_principal,
            interest_grace=self.grace_interest,
            allocation=self.allocation,
            prepayment=Prepayment(self.prepayment),
            fees=tuple(quote_json.fee_of(fee, f"fees.{index}", "CNY") for index, fee in enumerate(self.fees)),
            shift=shift,
            shifts_interest=shifts_interest,
            cycle=self.cycle.cycle() if self.cycle else None,
            partners=tuple(one.partner(f"partners.{index}") for index, one in enumerate(self.partners)),
            audience=self.audience,
            regions=self.regions,
        )


class VersionOut(BaseModel):
    """A version and what became of it."""

    id: str
    code: str
    version: int
    status: str
    effective_from: date
    proposed_by: str
    decided_by: str | None
    product: dict[str, Any]

    @classmethod
    def of(cls, one: Version) -> VersionOut:
        """As it is kept."""
        return cls(
            id=one.product.ref,
            code=one.product.code,
            version=one.product.version,
            status=one.status.value,
            effective_from=one.effective_from,
            proposed_by=one.proposed_by,
            decided_by=one.decided_by,
            product=product_document(one.product),
        )


@router.get("/products")
def list_versions(authorization: door.Authorization = None, code: str | None = None) -> door.Page[VersionOut]:
    """All versions of all products, or of one."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = kept.versions(tx, code=code)
    return door.Page[VersionOut](data=[VersionOut.of(one) for one in found], next=None)


@router.post("/products", status_code=201, response_model=VersionOut)
def propose_product(body: ProductIn, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Propose a new product, or the next version of one; somebody else decides."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)

    def propose(seed: Seed) -> VersionOut:
        with parts().db.transaction() as tx:
            product = body.product(catalogue.next_version(tx, body.code))
            return VersionOut.of(
                catalogue.propose(
                    tx, product=product, effective_from=body.effective_from, by=member.name, request=str(seed)
                )
            )

    request = {"route": "products", "body": body.model_dump(mode="json")}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{member.name}", key=key, request=request, do=propose)


@router.post("/products/{version_id}/approvals", status_code=201)
def approve_product(version_id: str, authorization: door.Authorization = None) -> VersionOut:
    """Let a version be sold from its day on; whoever proposed it cannot."""
    return _decide(version_id, Status.APPROVED, authorization)


@router.post("/products/{version_id}/rejections", status_code=201)
def reject_product(version_id: str, authorization: door.Authorization = None) -> VersionOut:
    """Turn a version down; whoever proposed it cannot."""
    return _decide(version_id, Status.REJECTED, authorization)


@router.post("/products/{version_id}/withdrawals", status_code=201)
def withdraw_product(version_id: str, authorization: door.Authorization = None) -> VersionOut:
    """Sell a version no more; what was sold under it goes on. Whoever proposed it cannot."""
    return _decide(version_id, Status.WITHDRAWN, authorization)


def _decide(version_id: str, to: Status, authorization: str | None) -> VersionOut:
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return VersionOut.of(catalogue.decide(tx, ref=version_id, to=to, by=member.name))
