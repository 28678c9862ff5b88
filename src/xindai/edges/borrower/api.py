"""The routes of the borrower's door."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from xindai.base import door
from xindai.base.repeat import Seed
from xindai.credit.decision import queries as decided
from xindai.edges.borrower.asking import repeatable, session, who
from xindai.edges.borrower.bodies import (
    AcceptanceIn,
    AcceptanceOut,
    AlternativeOut,
    ApplicationIn,
    ApplicationOut,
    OfferOut,
    ProductOut,
    SubmissionIn,
)
from xindai.journeys import accept, apply, choose, review
from xindai.journeys.parts import parts
from xindai.onboarding.application import queries as asked
from xindai.onboarding.application.claiming import Typed
from xindai.onboarding.application.model import ApplicationId, Asked, Purpose
from xindai.products.catalogue import queries as catalogue
from xindai.values.masked import CardNumber, IdNumber, PersonName

router = APIRouter(prefix="/v1", responses=door.PROBLEMS)


@router.get("/products", tags=["products"])
def list_products() -> door.Page[ProductOut]:
    """What can be borrowed."""
    with parts().db.transaction() as tx:
        return door.Page[ProductOut](data=[ProductOut.of(one) for one in catalogue.all_on_sale(tx)], next=None)


@router.post("/applications", status_code=201, tags=["applications"], response_model=ApplicationOut)
def draft_application(
    body: ApplicationIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Ask for a loan. Name, ID number and card may be left out where the person's papers tell them."""
    person_id = who(authorization)
    typed = Typed(
        PersonName.parse(body.name) if body.name is not None else None,
        IdNumber.parse(body.id_number) if body.id_number is not None else None,
        CardNumber.parse(body.card_number) if body.card_number is not None else None,
    )
    with parts().db.transaction() as tx:
        product = catalogue.on_sale(tx, body.product)
    asked_for = Asked(
        product,
        body.amount.money("amount"),
        body.months,
        Purpose.parse(body.purpose, product.audience),
        body.monthly_income.money("monthly_income"),
        is_student=body.is_student,
        business=body.business.told() if body.business else None,
        contacts=tuple(one.contact() for one in body.contacts),
    )

    def draft(seed: Seed) -> ApplicationOut:
        application = apply.draft(ApplicationId.derived(seed), person_id, asked_for=asked_for, typed=typed)
        return ApplicationOut.of(application, None, None)

    return repeatable(person_id, "applications", key, body.model_dump(mode="json"), draft)


@router.get("/applications", tags=["applications"])
def list_applications(
    authorization: door.Authorization = None, after: door.After = None, most: door.Most = 50
) -> door.Page[ApplicationOut]:
    """The person's applications, newest first."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        found = asked.page(tx, person_id=person_id, after=after, most=most + 1)
        shown = [
            ApplicationOut.of(one, decided.of_application(tx, one.id), decided.offer_of_application(tx, one.id))
            for one in found
        ]
    return door.page(shown, [one.id for one in found], most)


@router.get("/applications/{application_id}", tags=["applications"])
def show_application(application_id: str, authorization: door.Authorization = None) -> ApplicationOut:
    """One application, with its offer or the reasons of a refusal."""
    return _application(application_id, who(authorization))


@router.post(
    "/applications/{application_id}/submissions", status_code=201, tags=["applications"], response_model=ApplicationOut
)
def submit_application(
    application_id: str,
    body: SubmissionIn | None = None,
    authorization: door.Authorization = None,
    key: door.Key = None,
) -> JSONResponse:
    """Hand an application in and have it decided, in seconds when all providers answer.

    How the form was filled in is kept only where reading of behaviour is allowed.
    """
    person_id = who(authorization)
    session = body.session.told() if body and body.session else None

    def submit(_: Seed) -> ApplicationOut:
        apply.submit(ApplicationId.parse(application_id), person_id, session=session)
        return _application(application_id, person_id)

    return repeatable(person_id, f"submissions|{application_id}", key, body.model_dump() if body else {}, submit)


@router.post(
    "/applications/{application_id}/review-requests",
    status_code=201,
    tags=["applications"],
    response_model=ApplicationOut,
)
def ask_for_review(application_id: str, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Have a person look at an application that was declined by a machine (PIPL 24)."""
    person_id = who(authorization)

    def ask(_: Seed) -> ApplicationOut:
        review.ask(ApplicationId.parse(application_id), person_id)
        return _application(application_id, person_id)

    return repeatable(person_id, f"review requests|{application_id}", key, {}, ask)


@router.post(
    "/applications/{application_id}/withdrawals", status_code=201, tags=["applications"], response_model=ApplicationOut
)
def withdraw_application(
    application_id: str, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Take an application back."""
    person_id = who(authorization)

    def withdraw(_: Seed) -> ApplicationOut:
        return ApplicationOut.of(accept.withdraw(application_id, person_id), None, None)

    return repeatable(person_id, f"withdrawals|{application_id}", key, {}, withdraw)


@router.get("/offers/{offer_id}", tags=["offers"])
def show_offer(offer_id: str, authorization: door.Authorization = None) -> OfferOut:
    """An offer: limit, rate, schedule and the whole annual cost."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        return OfferOut.of(decided.offer(tx, offer_id, person_id=person_id))


@router.post("/offers/{offer_id}/acceptances", status_code=201, tags=["offers"], response_model=AcceptanceOut)
def accept_offer(
    offer_id: str, body: AcceptanceIn | None = None, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Sign: yes to the whole offer or an alternative, its cost confirmed; the money of a loan is sent at once, a line opens."""
    asking = session(authorization)
    chosen = body or AcceptanceIn()
    amount = chosen.amount.money("amount") if chosen.amount else None

    def take(_: Seed) -> AcceptanceOut:
        accepted = accept.accept_offer(
            offer_id, asking, disclosure_id=chosen.disclosure_id, amount=amount, months=chosen.months
        )
        return AcceptanceOut(loan_id=accepted.loan_id, line_id=accepted.line_id, contract_id=accepted.contract_id)

    return repeatable(asking.holder, f"acceptances|{offer_id}", key, chosen.model_dump(exclude_none=True), take)


@router.get("/offers/{offer_id}/alternatives", tags=["offers"])
def list_alternatives(offer_id: str, authorization: door.Authorization = None) -> door.Page[AlternativeOut]:
    """What of an offer may be taken, each with its cost: no larger amount or instalment; the whole offer first."""
    found = choose.alternatives(offer_id, who(authorization))
    return door.Page[AlternativeOut](data=[AlternativeOut.of(one) for one in found], next=None)


def _application(application_id: str, person_id: str) -> ApplicationOut:
    with parts().db.transaction() as tx:
        application = asked.get(tx, application_id, person_id=person_id)
        return ApplicationOut.of(
            application, decided.of_application(tx, application_id), decided.offer_of_application(tx, application_id)
        )
