"""Versions of strategies: proposed by one, let live by another, taken back; and what shadows said."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body
from xindai.base.repeat import Seed
from xindai.credit.strategies import operations as strategies
from xindai.credit.strategies import queries as kept
from xindai.credit.strategies.model import Case, CaseId, Outcome, Ran, Role, Status, Version
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys import strategize
from xindai.journeys.parts import parts

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"], route_class=RepeatableRoute)
MOST_CHANGED = 200
LOOKED_BACK_DAYS = 183


class StrategyIn(Body):
    """A decision graph (JDM, as the browser's editor writes it) and what it is for.

    A challenger decides `share` of a hundred applications; a shadow is only asked.
    """

    name: str = "consumer"
    graph: dict[str, Any]
    role: Role = Role.CHAMPION
    share: int = 0
    effective_from: date


class StrategyOut(BaseModel):
    """A version and what became of it."""

    id: str
    name: str
    version: int
    hash: str
    role: str
    share: int
    status: str
    effective_from: date
    proposed_by: str
    decided_by: str | None

    @classmethod
    def of(cls, one: Version) -> StrategyOut:
        """As it is kept."""
        return cls(
            id=one.ref,
            name=one.name,
            version=one.version,
            hash=one.hash,
            role=one.role.value,
            share=one.share,
            status=one.status.value,
            effective_from=one.effective_from,
            proposed_by=one.proposed_by,
            decided_by=one.decided_by,
        )


class StrategyWithGraphOut(StrategyOut):
    """A version with its graph."""

    graph: dict[str, Any]


class ShadowOut(BaseModel):
    """How often a shadow said something where something was decided."""

    said: str
    decided: str
    applications: int


class TrialIn(Body):
    """A graph, and what it is told of an applicant."""

    graph: dict[str, Any]
    inputs: dict[str, Any]


class TrialOut(BaseModel):
    """What a graph says, with every rule's verdict and the way through it."""

    outcome: str
    verdicts: list[dict[str, Any]]
    trace: dict[str, Any]


class ComparisonIn(Body):
    """A graph, and the version to hold it against, over the first `most` decisions from a day on; half a year ago without one."""

    graph: dict[str, Any]
    against: str
    since: date | None = None
    most: int = Field(500, ge=1, le=2000)


class ChangedOut(BaseModel):
    """An application that the graph decides otherwise than the version."""

    application_id: str
    decided: str
    said: str


class ComparisonOut(BaseModel):
    """Two strategies over the same past; rates in parts per million, amounts in minor units (as `xindai backtest`)."""

    now: dict[str, Any]
    then: dict[str, Any]
    swap: dict[str, dict[str, Any]]
    changed: list[ChangedOut]


class CaseIn(Body):
    """An applicant's inputs, and what every version has to say of them."""

    name: str = "consumer"
    title: str = Field(min_length=2, max_length=120)
    inputs: dict[str, Any]
    expected: Outcome


class CaseOut(BaseModel):
    """A test case."""

    id: str
    name: str
    title: str
    inputs: dict[str, Any]
    expected: str
    by: str

    @classmethod
    def of(cls, one: Case) -> CaseOut:
        """As it is kept."""
        return cls(id=one.id, name=one.name, title=one.title, inputs=one.inputs, expected=one.expected.value, by=one.by)


class CaseRunIn(Body):
    """A graph that nobody has proposed yet, for the test cases of a strategy."""

    name: str = "consumer"
    graph: dict[str, Any]


class RanOut(BaseModel):
    """What a graph says of a test case, and the rules that were not met."""

    case: CaseOut
    said: str
    passes: bool
    failed: list[str]

    @classmethod
    def of(cls, one: Ran) -> RanOut:
        """As it came out."""
        return cls(case=CaseOut.of(one.case), said=one.said.value, passes=one.passes, failed=list(one.failed))


@router.get("/strategy-cases")
def list_cases(authorization: door.Authorization = None, name: str = "consumer") -> door.Page[CaseOut]:
    """The test cases that every version has to pass before it may live."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = kept.cases(tx, name)
    return door.Page[CaseOut](data=[CaseOut.of(one) for one in found], next=None)


@router.post("/strategy-cases", status_code=201, response_model=CaseOut)
def keep_case(body: CaseIn, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Keep a test case."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)

    def keep(seed: Seed) -> CaseOut:
        case = Case(CaseId.derived(seed), body.name, body.title, body.inputs, body.expected, member.name)
        with parts().db.transaction() as tx:
            return CaseOut.of(strategies.keep_case(tx, case))

    request = {"route": "strategy-cases", "body": body.model_dump(mode="json")}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{member.name}", key=key, request=request, do=keep)


@router.delete("/strategy-cases/{case_id}", status_code=204)
def drop_case(
    case_id: str,
    reason: Annotated[str, Query(min_length=4, max_length=500)],
    authorization: door.Authorization = None,
) -> Response:
    """A test case asks for nothing any more; why is noted."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        strategies.drop_case(tx, case_id=case_id, reason=reason, by=member.name)
    return Response(status_code=204)


@router.post("/strategies/case-runs")
def run_cases(body: CaseRunIn, authorization: door.Authorization = None) -> door.Page[RanOut]:
    """What a graph that nobody has proposed yet says of the test cases; nothing is kept."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        cases = kept.cases(tx, body.name)
    ran = strategies.run(strategies.tried(json.dumps(body.graph, ensure_ascii=False)), cases)
    return door.Page[RanOut](data=[RanOut.of(one) for one in ran], next=None)


@router.post("/strategies/trials")
def try_strategy(body: TrialIn, authorization: door.Authorization = None) -> TrialOut:
    """Ask a graph about one applicant; nothing is kept."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
    outcome, verdicts, trace = strategize.try_out(json.dumps(body.graph, ensure_ascii=False), body.inputs)
    return TrialOut(outcome=outcome.value, verdicts=[one.document() for one in verdicts], trace=trace)


@router.post("/strategies/comparisons")
def compare_strategy(body: ComparisonIn, authorization: door.Authorization = None) -> ComparisonOut:
    """Hold a graph against a version over our own past: figures, whom only one would take, what changes. Nothing is kept."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        since = body.since or tx.on - timedelta(days=LOOKED_BACK_DAYS)
    found = strategize.compare(
        json.dumps(body.graph, ensure_ascii=False), against=body.against, since=since, most=body.most
    )
    changed = [
        ChangedOut(application_id=one.application_id, decided=one.outcome.value, said=said.value)
        for one, said in found.changed[:MOST_CHANGED]
    ]
    return ComparisonOut(now=found.now, then=found.then, swap=found.swap, changed=changed)


@router.get("/strategies")
def list_strategies(authorization: door.Authorization = None, name: str | None = None) -> door.Page[StrategyOut]:
    """All versions of all strategies, or of one."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = kept.versions(tx, name=name)
    return door.Page[StrategyOut](data=[StrategyOut.of(one) for one in found], next=None)


@router.get("/strategies/{version_id}")
def show_strategy(version_id: str, authorization: door.Authorization = None) -> StrategyWithGraphOut:
    """One version with its graph."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        one = kept.version(tx, version_id)
    return StrategyWithGraphOut(**dict(StrategyOut.of(one)), graph=json.loads(one.graph))


@router.get("/strategies/{version_id}/shadows")
def show_shadow(version_id: str, authorization: door.Authorization = None) -> door.Page[ShadowOut]:
    """What a shadow said beside what was decided."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = kept.shadow_counts(tx, kept.version(tx, version_id).ref)
    shown = [ShadowOut(said=said, decided=decided, applications=count) for said, decided, count in found]
    return door.Page[ShadowOut](data=shown, next=None)


@router.post("/strategies", status_code=201, response_model=StrategyOut)
def propose_strategy(body: StrategyIn, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Propose the next version of a strategy; it is tried on applicants of all sorts, and somebody else decides."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)

    def propose(seed: Seed) -> StrategyOut:
        return StrategyOut.of(
            strategize.propose(
                name=body.name,
                text=json.dumps(body.graph, ensure_ascii=False),
                role=body.role,
                share=body.share,
                effective_from=body.effective_from,
                by=member.name,
                request=seed,
            )
        )

    request = {"route": "strategies", "body": body.model_dump(mode="json")}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{member.name}", key=key, request=request, do=propose)


@router.post("/strategies/{version_id}/approvals", status_code=201)
def approve_strategy(version_id: str, authorization: door.Authorization = None) -> StrategyOut:
    """Let a version live from its day on; whoever proposed it cannot."""
    return _decide(version_id, Status.APPROVED, authorization)


@router.post("/strategies/{version_id}/rejections", status_code=201)
def reject_strategy(version_id: str, authorization: door.Authorization = None) -> StrategyOut:
    """Turn a version down; whoever proposed it cannot."""
    return _decide(version_id, Status.REJECTED, authorization)


@router.post("/strategies/{version_id}/withdrawals", status_code=201)
def withdraw_strategy(version_id: str, authorization: door.Authorization = None) -> StrategyOut:
    """Take a version back at once: the one before it decides again."""
    return _decide(version_id, Status.WITHDRAWN, authorization)


def _decide(version_id: str, to: Status, authorization: str | None) -> StrategyOut:
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return StrategyOut.of(strategies.decide(tx, ref=version_id, to=to, by=member.name))
