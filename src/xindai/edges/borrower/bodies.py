"""What travels through the borrower's door."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from xindai.base.door import Body, MoneyBody
from xindai.credit.decision.model import Decision, Offer
from xindai.credit.sources.session import MOST, Sign
from xindai.lending.life.model import Line
from xindai.lending.loans.queries import LoanView
from xindai.onboarding.application.business import Owner, Told
from xindai.onboarding.application.model import Application, Contact, Relation
from xindai.payments.orders.model import Payment
from xindai.products import cost, schedules
from xindai.products.catalogue.model import Product
from xindai.products.terms import Terms
from xindai.values.masked import PersonName, Phone
from xindai.values.money import decimal_text


class LenderOut(BaseModel):
    """Who lends a share of a product beside us."""

    name: str
    share: str


class ProductOut(BaseModel):
    """What is on sale, to whom (`audience`: person or business; ages; `regions`, none for all); `partners` lend a share of it beside us.

    No consumer product is for students.
    """

    code: str
    name_en: str
    name_zh: str
    least: MoneyBody
    most: MoneyBody
    form: str
    months: list[int]
    draw_months: list[int]
    highest_annual_cost: str
    audience: str
    least_age: int
    most_age: int
    regions: list[str]
    partners: list[LenderOut]

    @classmethod
    def of(cls, product: Product) -> ProductOut:
        """From the catalogue."""
        return cls(
            code=product.code,
            name_en=product.name_en,
            name_zh=product.name_zh,
            least=MoneyBody.of(product.least.minor),
            most=MoneyBody.of(product.most.minor),
            form=product.form.value,
            months=list(product.months),
            draw_months=list(product.draw_months),
            highest_annual_cost=str(product.highest_cost),
            audience=product.audience.value,
            least_age=product.least_age,
            most_age=product.most_age,
            regions=list(product.regions),
            partners=[LenderOut(name=one.name, share=str(one.share)) for one in product.partners],
        )


class OwnerIn(Body):
    """Somebody who owns a share of the business, from 0 to 1 with up to four decimals."""

    name: str
    share: str = Field(pattern=r"^(0(\.[0-9]{1,4})?|1(\.0{1,4})?)$")


class BusinessIn(Body):
    """The business that asks; what stands on its photographed licence may be left out."""

    uscc: str | None = Field(None, min_length=18, max_length=18)
    name: str | None = Field(None, min_length=2, max_length=100)
    legal_representative: str | None = None
    founded_on: date | None = None
    yearly_revenue: MoneyBody | None = None
    owners: list[OwnerIn] = Field(default_factory=list, max_length=20)

    def told(self) -> Told:
        """In our nouns. Refuses: what is no name."""
        return Told(
            self.uscc,
            self.name,
            PersonName.parse(self.legal_representative, field="business") if self.legal_representative else None,
            self.founded_on,
            self.yearly_revenue.money("business") if self.yearly_revenue else None,
            tuple(
                Owner(PersonName.parse(one.name, field="business"), int(Decimal(one.share) * 10_000))
                for one in self.owners
            ),
        )


class ContactIn(Body):
    """Whom to ask where the applicant is, should nobody reach them; by choice, and with that person's knowledge."""

    name: str
    phone: str
    relation: Relation

    def contact(self) -> Contact:
        """In our nouns. Refuses: what is no name or phone."""
        return Contact(
            PersonName.parse(self.name, field="contacts"), Phone.parse(self.phone, field="contacts"), self.relation
        )


class ApplicationIn(Body):
    """What is asked for, and who asks. Some purposes can be named only to be refused (`purpose_forbidden`)."""

    product: str = "consumer_instalment"
    amount: MoneyBody
    months: int
    purpose: Literal[
        "shopping", "travel", "education", "medical", "renovation", "rent", "working_capital", "stock", "equipment",
        "house_purchase", "securities", "equity", "lending_on", "repaying_debts", "gambling",
    ]  # fmt: skip
    monthly_income: MoneyBody
    is_student: bool = False
    business: BusinessIn | None = None
    contacts: list[ContactIn] = Field(default_factory=list, max_length=2)
    name: str | None = None
    id_number: str | None = None
    card_number: str | None = None


Count = Annotated[int, Field(ge=0, le=MOST)]


class SessionIn(Body):
    """How the form was filled in, counted on the phone itself."""

    seconds: Count
    typed: Count
    taken_back: Count
    pastes: Count
    leaves: Count
    reading_seconds: Count = 0
    corrections: Count = 0
    refusals: Count = 0
    signs: list[Sign] = Field(default_factory=list, max_length=len(Sign))

    def told(self) -> dict[str, Any]:
        """In our nouns."""
        return {**self.model_dump(), "signs": frozenset(self.signs)}


class SubmissionIn(Body):
    """What comes along with an application that is handed in."""

    session: SessionIn | None = None


class ReasonOut(BaseModel):
    """Why not, in words fit to show."""

    code: str
    en: str
    zh: str


class ApplicationOut(BaseModel):
    """Where an application stands; an offer or reasons once it is decided."""

    id: str
    reference: str
    status: str
    product: str
    amount: MoneyBody
    months: int
    purpose: str
    offer_id: str | None
    reasons: list[ReasonOut]

    @classmethod
    def of(cls, application: Application, decision: Decision | None, offer: Offer | None) -> ApplicationOut:
        """An application with what was decided."""
        return cls(
            id=application.id,
            reference=application.reference,
            status=application.status.value,
            product=application.product,
            amount=MoneyBody.of(application.amount.minor),
            months=application.months,
            purpose=application.purpose.value,
            offer_id=offer.id if offer else None,
            reasons=reasons(decision),
        )


def reasons(decision: Decision | None) -> list[ReasonOut]:
    """Up to four adverse reasons, said as such: conditions that were not met, then what weighed most in the score."""
    if decision is None or decision.outcome.value != "decline":
        return []
    failed = [
        ReasonOut(code=one.rule, en=f"Not met: {one.en}", zh=f"未满足：{one.zh}")
        for one in decision.verdicts
        if not one.passed
    ]
    scored = [
        ReasonOut(code=one["feature"], en=f"Weighed on the score: {one['en']}", zh=f"拉低评分：{one['zh']}")
        for one in decision.result["reasons"]
    ]
    return [*failed, *scored][:4]


class OfferOut(BaseModel):
    """An offer with its whole cost and schedule."""

    id: str
    application_id: str
    status: str
    principal: MoneyBody
    months: int
    annual_rate: str
    expires_on: date
    shown: dict[str, Any]

    @classmethod
    def of(cls, offer: Offer) -> OfferOut:
        """As it was handed over."""
        return cls(
            id=offer.id,
            application_id=offer.application_id,
            status=offer.status.value,
            principal=MoneyBody.of(offer.principal.minor),
            months=offer.months,
            annual_rate=offer.annual_rate,
            expires_on=offer.expires_on,
            shown=offer.shown,
        )


class AcceptanceIn(Body):
    """What of the offer is taken, all of it where nothing is said; and the statement of its cost, read and confirmed."""

    amount: MoneyBody | None = None
    months: int | None = None
    disclosure_id: str | None = Field(None, max_length=64)


class AlternativeOut(BaseModel):
    """An amount over a term, and what it costs."""

    amount: MoneyBody
    months: int
    largest_instalment: MoneyBody
    interest: MoneyBody
    annual_rate: str
    annual_cost: str

    @classmethod
    def of(cls, terms: Terms) -> AlternativeOut:
        """From the terms."""
        rows = schedules.schedule(terms)
        whole = cost.cost(terms, rows)
        return cls(
            amount=MoneyBody.of(terms.principal.minor),
            months=terms.installments,
            largest_instalment=MoneyBody.of(max(row.total for row in rows)),
            interest=MoneyBody.of(whole.interest),
            annual_rate=str(terms.annual_rate),
            annual_cost=str(whole.apr),
        )


class AcceptanceOut(BaseModel):
    """What follows from a yes: a loan that is being paid out, or a line to draw on."""

    loan_id: str | None
    line_id: str | None
    contract_id: str | None


class LineOut(BaseModel):
    """One instalment as it stands."""

    number: int
    due_on: date
    principal: str
    interest: str
    fee: str
    penalty: str
    total: str
    paid: str
    outstanding: str
    status: str

    @classmethod
    def of(cls, line: Line, currency: str) -> LineOut:
        """Amounts as texts."""
        parts = ("principal", "interest", "fee", "penalty", "total", "paid", "outstanding")
        texts = {part: decimal_text(getattr(line, part), currency) for part in parts}
        return cls(number=line.number, due_on=line.due_on, status=line.status, **texts)


class LoanOut(BaseModel):
    """A loan as of a day."""

    id: str
    reference: str
    status: str
    as_of: date | None
    principal: MoneyBody
    annual_rate: str
    months: int
    disbursed_on: date | None
    outstanding: MoneyBody
    due: MoneyBody
    payoff: MoneyBody
    overdue_days: int
    next_due_on: date | None
    schedule: list[LineOut]

    @classmethod
    def of(cls, view: LoanView) -> LoanOut:
        """From the fold; nothing is owed before the money has come."""
        loan, state = view.loan, view.state
        currency = loan.principal.currency
        return cls(
            id=loan.id,
            reference=loan.reference,
            status=state.status.value if state else loan.status.value,
            as_of=state.on if state else None,
            principal=MoneyBody.of(loan.principal.minor, currency),
            annual_rate=loan.annual_rate,
            months=loan.months,
            disbursed_on=loan.terms.disbursed_on if loan.terms else None,
            outstanding=MoneyBody.of(state.principal if state else 0, currency),
            due=MoneyBody.of(state.due if state else 0, currency),
            payoff=MoneyBody.of(state.payoff if state else 0, currency),
            overdue_days=state.overdue_days if state else 0,
            next_due_on=state.next_due_on if state else None,
            schedule=[LineOut.of(line, currency) for line in state.lines] if state else [],
        )


class RepaymentIn(Body):
    """`due` pays what is due today, `early` lowers the principal or, without an amount, settles the loan.

    By a debit of the card at once; by the person's own wallet; or by a code that anybody's wallet pays.
    """

    kind: Literal["due", "early"] = "due"
    amount: MoneyBody | None = None
    by: Literal["card", "wallet", "code"] = "card"


class PaymentOut(BaseModel):
    """A payment order."""

    id: str
    loan_id: str
    direction: str
    amount: MoneyBody
    status: str
    value_on: date
    reason: str | None
    by: str
    asked: MoneyBody | None
    payable_until: datetime | None

    @classmethod
    def of(cls, payment: Payment) -> PaymentOut:
        """As it stands; `asked` where only a part of it could be taken."""
        return cls(
            id=payment.id,
            loan_id=payment.of_loan(),
            direction=payment.direction.value,
            amount=MoneyBody.of(payment.amount.minor, payment.amount.currency),
            status=payment.status.value,
            value_on=payment.value_on,
            reason=payment.reason,
            by=payment.via.value,
            asked=MoneyBody.of(payment.asked.minor, payment.asked.currency) if payment.asked else None,
            payable_until=payment.payable_until,
        )
