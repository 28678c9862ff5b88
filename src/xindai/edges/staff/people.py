"""One person across all that they have with us: masked; what is behind the dots is shown to who says why, and noted."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from xindai.base import audit, door
from xindai.base.door import Body
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.applications import StaffApplicationOut
from xindai.edges.staff.asking import who
from xindai.edges.staff.laundering import RatingOut
from xindai.edges.staff.lines import StaffLineOut
from xindai.edges.staff.loans import StaffLoanOut
from xindai.governance.laundering import queries as watched
from xindai.journeys.parts import parts
from xindai.lending.line import queries as lines
from xindai.lending.loans import queries as loans
from xindai.onboarding.application import queries as asked
from xindai.onboarding.consent import queries as allowed
from xindai.onboarding.consent.model import Kept
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import Person
from xindai.values.masked import IdNumber, Phone
from xindai.values.refusal import Invalid

router = APIRouter(prefix="/v1/staff/people", responses=door.PROBLEMS, tags=["staff"], route_class=RepeatableRoute)
PersonId = Annotated[str, Path(max_length=40)]


class PersonOut(BaseModel):
    """A person, masked."""

    id: str
    name: str
    phone: str
    id_number: str
    card_number: str
    proof: str
    phone_status: str

    @classmethod
    def of(cls, one: Person) -> PersonOut:
        """Dots where it would be personal."""
        return cls(
            id=one.id,
            name=str(one.name or ""),
            phone=str(one.phone) if one.phone.reveal() else "",  # of somebody who was erased
            id_number=str(one.id_number or ""),
            card_number=str(one.card_number or ""),
            proof=one.proof.value,
            phone_status=one.phone_status.value,
        )


class KeptConsentOut(BaseModel):
    """A consent: for what, since when, until when, withdrawn when."""

    id: str
    scope: str
    granted_at: datetime
    valid_until: datetime | None
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, one: Kept) -> KeptConsentOut:
        """As it was recorded."""
        return cls(
            id=one.grant.id,
            scope=one.grant.scope.value,
            granted_at=one.grant.granted_at,
            valid_until=one.grant.valid_until,
            withdrawn_at=one.withdrawn_at,
        )


class PersonPageOut(BaseModel):
    """A person with all that they have with us."""

    person: PersonOut
    applications: list[StaffApplicationOut]
    loans: list[StaffLoanOut]
    lines: list[StaffLineOut]
    consents: list[KeptConsentOut]
    rating: RatingOut | None


class RevealIn(Body):
    """Why it has to be seen."""

    reason: str = Field(min_length=4, max_length=500)


class RevealedOut(BaseModel):
    """What is behind the dots."""

    name: str | None
    phone: str
    id_number: str | None


class SearchIn(Body):
    """Exactly one of the two, in full; and why it is looked for."""

    phone: str | None = None
    id_number: str | None = None
    reason: str = Field(min_length=4, max_length=500)


class FoundOut(BaseModel):
    """Whose it is; null where it is nobody's."""

    person_id: str | None


@router.get("/{person_id}")
def show_person(person_id: PersonId, authorization: door.Authorization = None) -> PersonPageOut:
    """A person, masked, with applications, loans, lines and consents."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        rating = watched.rating(tx, person_id)
        return PersonPageOut(
            person=PersonOut.of(people.known(tx, parts().ring, person_id)),
            applications=[StaffApplicationOut.of(one) for one in asked.page(tx, person_id=person_id)],
            loans=[StaffLoanOut.of(one.loan) for one in loans.of_person(tx, person_id)],
            lines=[StaffLineOut.of(one) for one in lines.of_person(tx, person_id)],
            consents=[KeptConsentOut.of(one) for one in allowed.history(tx, person_id)],
            rating=RatingOut.of(rating) if rating else None,
        )


@router.post("/{person_id}/reveals")
def reveal(person_id: PersonId, body: RevealIn, authorization: door.Authorization = None) -> RevealedOut:
    """Name and numbers in full, for a reason; it is noted, and the person can see that it happened."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        one = people.known(tx, parts().ring, person_id)
        audit.note(tx, actor=member.name, action="person_revealed", subject=one.id, facts={"reason": body.reason})
    return RevealedOut(
        name=one.name.reveal() if one.name else None,
        phone=one.phone.reveal(),
        id_number=one.id_number.reveal() if one.id_number else None,
    )


@router.post("/searches")
def search(body: SearchIn, authorization: door.Authorization = None) -> FoundOut:
    """Whose phone or identity number it is. The number travels in the body, so that no log of addresses holds it."""
    if (body.phone is None) == (body.id_number is None):
        raise Invalid("Give a phone or an identity number, and not both.", field="phone")
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        if body.phone is not None:
            found = people.of_phone(tx, parts().ring, Phone.parse(body.phone))
        else:
            found = people.of_id_number(tx, parts().ring, IdNumber.parse(body.id_number))
        facts = {"reason": body.reason, "by": "phone" if body.phone else "id_number"}
        audit.note(tx, actor=member.name, action="person_searched", subject=found or "nobody", facts=facts)
    return FoundOut(person_id=found)
