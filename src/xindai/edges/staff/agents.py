"""The agency's own desk: its cases and nothing else of ours. Every contact goes through the same gate as ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.base import audit, door
from xindai.base.db import Tx
from xindai.base.door import Body, MoneyBody
from xindai.base.repeat import Seed
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.edges.staff.bodies import ContactOut, OutcomeIn, PermitOut, PromiseIn, PromiseOut
from xindai.journeys import contact, place
from xindai.journeys.parts import parts
from xindai.onboarding.identity import queries as people
from xindai.postloan.agencies import queries as placed
from xindai.postloan.agencies.model import Placement
from xindai.postloan.cases import operations as cases
from xindai.postloan.cases import queries as cased
from xindai.postloan.cases.model import PromiseId
from xindai.postloan.contacts import operations as contacts
from xindai.postloan.contacts import queries as contacted
from xindai.postloan.contacts.model import About, Asked, Channel, ContactId, ContactMissing, Hand, Outcome, Whom

router = APIRouter(prefix="/v1/agency", responses=door.PROBLEMS, tags=["agency"], route_class=RepeatableRoute)


class AgencyCaseOut(BaseModel):
    """What an agency knows of a case: a mask of the name, how late, how much, since and until when it has it."""

    id: str
    name: str
    stage: str
    overdue_days: int
    owed: MoneyBody
    placed_on: date
    recall_on: date

    @classmethod
    def of(cls, tx: Tx, one: Placement) -> AgencyCaseOut:
        """As it stands."""
        case = cased.get(tx, one.case_id)
        return cls(
            id=case.id,
            name=str(people.person(tx, parts().ring, one.person_id).name or ""),
            stage=case.stage.value,
            overdue_days=case.overdue_days,
            owed=MoneyBody.of(case.owed),
            placed_on=one.placed_on,
            recall_on=one.recall_on,
        )


class AgencyCasePageOut(BaseModel):
    """A case, the agency's own contacts, and what was promised to it."""

    case: AgencyCaseOut
    contacts: list[ContactOut]
    promises: list[PromiseOut]


class AgencyContactIn(Body):
    """A contact to make now: of a call or visit, that it is recorded."""

    channel: Literal["call", "visit"] = "call"
    recorded: bool = False


class GivenBackIn(Body):
    """Why a case is given back."""

    why: str = Field(min_length=2, max_length=200)


@router.get("/cases")
def list_cases(
    authorization: door.Authorization = None, after: str | None = None, most: door.Most = 50
) -> door.Page[AgencyCaseOut]:
    """The agency's cases, those that end first leading."""
    with parts().db.transaction() as tx:
        _, code = _agent(tx, authorization)
        found = placed.work_list(tx, code, after=after, most=most)
        data = [AgencyCaseOut.of(tx, one) for one in found]
    return door.Page[AgencyCaseOut](data=data, next=found[-1].id if len(found) == most else None)


@router.get("/cases/{case_id}")
def show_case(case_id: str, authorization: door.Authorization = None) -> AgencyCasePageOut:
    """One of the agency's cases."""
    with parts().db.transaction() as tx:
        _, code = _agent(tx, authorization)
        one = placed.placed(tx, case_id, with_=code)
        since = [each for each in contacted.contacts(tx, one.person_id) if each.at.date() >= one.placed_on]
        return AgencyCasePageOut(
            case=AgencyCaseOut.of(tx, one),
            contacts=[ContactOut.of(each) for each in since if each.hand is Hand.AGENCY],
            promises=[PromiseOut.of(each) for each in cased.promises(tx, case_id) if each.made_on >= one.placed_on],
        )


@router.post("/cases/{case_id}/contacts", status_code=201, response_model=PermitOut)
def begin_contact(
    case_id: str, body: AgencyContactIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Ask to contact somebody now; the number is shown for this one call, and that is on record."""
    with parts().db.transaction() as tx:
        by, code = _agent(tx, authorization)
    wanted = Asked(Channel(body.channel), Whom.DEBTOR, About.ARREARS, Hand.AGENCY, "", body.recorded)

    def begin(seed: Seed) -> PermitOut:
        with parts().db.transaction() as tx:
            one = placed.placed(tx, case_id, with_=code)
            permit = contact.permit(
                tx,
                contact_id=ContactId.derived(seed),
                person_id=one.person_id,
                asked=wanted,
                by=by,
                with_agency=True,
            )
            reach = people.person(tx, parts().ring, one.person_id).phone.reveal() if body.channel == "call" else None
            if reach is not None:
                facts = {"case": case_id, "contact": permit.contact_id, "agency": code}
                audit.note(tx, actor=by, action="number_shown", subject=one.person_id, facts=facts)
            name = placed.agency(tx, code).name
        first = f"您好，这里是{name}，受{parts().lender}委托，我是工作人员{by}，本次通话将被录音。关于您的贷款……"
        return PermitOut(contact_id=permit.contact_id, reach=reach, say_first=first)

    return _once(by, key, f"agency contacts|{case_id}", body, begin)


@router.post("/contacts/{contact_id}/outcomes", status_code=201)
def end_contact(contact_id: str, body: OutcomeIn, authorization: door.Authorization = None) -> ContactOut:
    """Write down what became of a contact of one's own."""
    with parts().db.transaction() as tx:
        by, _ = _agent(tx, authorization)
        known = contacted.contact(tx, contact_id)
        if known is None or known.by != by:
            raise ContactMissing(field="contact")
        return ContactOut.of(
            contacts.end(tx, contact_id=contact_id, outcome=Outcome(body.outcome), note=body.note or None)
        )


@router.post("/cases/{case_id}/promises", status_code=201, response_model=PromiseOut)
def promise(
    case_id: str, body: PromiseIn, authorization: door.Authorization = None, key: door.Key = None
) -> JSONResponse:
    """Somebody has promised to pay, to us and not to the agency."""
    amount = body.amount.money("amount")
    with parts().db.transaction() as tx:
        by, code = _agent(tx, authorization)

    def make(seed: Seed) -> PromiseOut:
        with parts().db.transaction() as tx:
            placed.placed(tx, case_id, with_=code)
            made = cases.promise(
                tx, promise_id=PromiseId.derived(seed), case_id=case_id, amount=amount, by_day=body.by, made_by=by
            )
            return PromiseOut.of(made)

    return _once(by, key, f"agency promises|{case_id}", body, make)


@router.post("/cases/{case_id}/returns", status_code=201)
def give_back(case_id: str, body: GivenBackIn, authorization: door.Authorization = None) -> AgencyCaseOut:
    """Give a case back."""
    with parts().db.transaction() as tx:
        by, code = _agent(tx, authorization)
    one = place.give_back(case_id, code=code, why=body.why, by=by)
    with parts().db.transaction() as tx:
        return AgencyCaseOut.of(tx, one)


def _agent(tx: Tx, authorization: str | None) -> tuple[str, str]:
    """(their name, their agency). Refuses: NotAuthenticated, RoleMissing, AgencyMissing."""
    name = who(tx, authorization).name
    return name, placed.agency_of(tx, name)


def _once(by: str, key: str | None, route: str, body: Body, do: Callable[[Seed], BaseModel]) -> JSONResponse:
    request = {"route": route, "body": body.model_dump(mode="json")}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{by}", key=key, request=request, do=do)
