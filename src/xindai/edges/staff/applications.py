"""Applications as staff see them: the queue, the applicant behind one, the decision and whether it comes out the same again."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from xindai.base import door
from xindai.base.door import MoneyBody
from xindai.credit.decision import queries as decided
from xindai.credit.decision.model import Decision
from xindai.edges.staff.asking import who
from xindai.journeys import replay
from xindai.journeys.parts import parts
from xindai.onboarding.application import queries as asked
from xindai.onboarding.application.model import Application, Status

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"])
MOST_NODES = 200


class StaffApplicationOut(BaseModel):
    """An application as staff see it: no personal data."""

    id: str
    reference: str
    person_id: str
    status: str
    product: str
    amount: MoneyBody
    months: int

    @classmethod
    def of(cls, one: Application) -> StaffApplicationOut:
        """As it stands."""
        return cls(
            id=one.id,
            reference=one.reference,
            person_id=one.person_id,
            status=one.status.value,
            product=one.product,
            amount=MoneyBody.of(one.amount.minor),
            months=one.months,
        )


class DecisionOut(BaseModel):
    """A decision with all it rests on."""

    id: str
    application_id: str
    outcome: str
    strategy: str
    strategy_hash: str
    model_hash: str
    on: date
    inputs: dict[str, Any]
    verdicts: list[dict[str, Any]]
    result: dict[str, Any]
    trace: dict[str, Any]

    @classmethod
    def of(cls, one: Decision) -> DecisionOut:
        """As it is kept."""
        return cls(
            id=one.id,
            application_id=one.application_id,
            outcome=one.outcome.value,
            strategy=one.strategy,
            strategy_hash=one.strategy_hash,
            model_hash=one.model_hash,
            on=one.on,
            inputs=one.inputs,
            verdicts=[verdict.document() for verdict in one.verdicts],
            result=one.result,
            trace=one.trace,
        )


class NodeOut(BaseModel):
    """Somebody around an applicant, without a name: how many steps away, and what became of them with us."""

    number: int
    steps: int
    marks: list[str]


class LinkOut(BaseModel):
    """What ties two of them."""

    one: int
    other: int
    kind: str


class NetOut(BaseModel):
    """The neighbourhood as the decision saw it; the applicant is number 0."""

    nodes: list[NodeOut]
    links: list[LinkOut]
    left_out: int


class ReplayOut(BaseModel):
    """The decision made again from what was kept; `differs` is empty when it came out the same."""

    outcome: str
    verdicts: dict[str, bool]
    differs: list[dict[str, Any]]


@router.get("/applications")
def list_applications(
    authorization: door.Authorization = None,
    after: door.After = None,
    most: door.Most = 50,
    status: Annotated[Status | None, Query()] = None,
    reference: Annotated[str | None, Query(max_length=20)] = None,
) -> door.Page[StaffApplicationOut]:
    """Applications, newest first; in a state, or the one that people call so."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = asked.page(tx, status=status, reference=reference, after=after, most=most + 1)
    return door.page([StaffApplicationOut.of(one) for one in found], [one.id for one in found], most)


@router.get("/applications/{application_id}")
def show_application(application_id: str, authorization: door.Authorization = None) -> StaffApplicationOut:
    """One application."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        return StaffApplicationOut.of(asked.get(tx, application_id))


@router.get("/applications/{application_id}/decision")
def show_decision(application_id: str, authorization: door.Authorization = None) -> DecisionOut | None:
    """The decision on an application with every rule's verdict; null while it is not made."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        asked.get(tx, application_id)
        decision = decided.of_application(tx, application_id)
    return DecisionOut.of(decision) if decision else None


@router.get("/applications/{application_id}/net")
def show_net(application_id: str, authorization: door.Authorization = None) -> NetOut | None:
    """Whom the applicant is tied to, as the decision saw it, without names; null where ties were not read."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        asked.get(tx, application_id)
        found = decided.net(tx, parts().ring, application_id, most=MOST_NODES)
    if found is None:
        return None
    return NetOut(
        nodes=[NodeOut(number=number, steps=steps, marks=list(marks)) for number, steps, marks in found.nodes],
        links=[LinkOut(one=one, other=other, kind=kind) for one, other, kind in found.links],
        left_out=found.left_out,
    )


@router.get("/decisions/{decision_id}/replay")
def replay_decision(decision_id: str, authorization: door.Authorization = None) -> ReplayOut:
    """Decide again from the kept file and documents, with the strategy of then."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
    found = replay.replay_decision(decision_id)
    return ReplayOut(outcome=found.outcome, verdicts=found.verdicts, differs=found.differs)
