"""The rules of law, what the last look at each found, and a new look."""

from __future__ import annotations

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import BaseModel

from xindai.base import door
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.governance.compliance import operations as compliance
from xindai.governance.compliance import queries as looked
from xindai.governance.compliance.model import Result, Rule, When
from xindai.governance.rights.holdings import Table
from xindai.journeys.parts import parts
from xindai.values import law
from xindai.values.law import Figure

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["compliance"], route_class=RepeatableRoute)


class ResultOut(BaseModel):
    """What a look found: how many things the rule is about, how many break it, the first of them by id."""

    at: datetime
    on: date
    by: str
    counted: int
    broken: int
    named: list[str]

    @classmethod
    def of(cls, one: Result) -> ResultOut:
        """As it was found."""
        return cls(at=one.at, on=one.on, by=one.by, counted=one.counted, broken=one.broken, named=list(one.named))


class FigureOut(BaseModel):
    """A figure of a rule: its unit, what holds today, each day from which it was or will be how much, and those to come."""

    name: str
    en: str
    zh: str
    unit: str
    now: str
    values: dict[date, str]
    coming: dict[date, str]

    @classmethod
    def of(cls, one: Figure, today: date) -> FigureOut:
        """As the law has it."""
        values = {since: f"{value:f}" for since, value in one.values}
        coming = {since: value for since, value in values.items() if since > today}
        now = f"{one.on(today):f}"
        return cls(name=one.name, en=one.en, zh=one.zh, unit=one.unit, now=now, values=values, coming=coming)


class RuleOut(BaseModel):
    """A rule, its source, its figures, when it is kept, and the last look; `is_confirmed` where the source was read and not remembered."""

    id: str
    en: str
    zh: str
    source: str
    since: date | None
    is_confirmed: bool
    enforced: list[When]
    test: str
    figures: list[FigureOut]
    last: ResultOut | None

    @classmethod
    def of(cls, rule: Rule, last: Result | None, *, today: date) -> RuleOut:
        """A rule beside what was found of it."""
        return cls(
            id=rule.id,
            en=rule.en,
            zh=rule.zh,
            source=rule.source,
            since=rule.since,
            is_confirmed=rule.is_confirmed,
            enforced=list(rule.enforced),
            test=rule.test,
            figures=[FigureOut.of(one, today) for one in law.figures().values() if one.rule == rule.id],
            last=ResultOut.of(last) if last else None,
        )


class HoldingOut(BaseModel):
    """A table: what it is for, on which basis, how long it is kept, and the class of each column."""

    table: str
    group: str
    zh: str
    en: str
    basis_zh: str
    basis_en: str
    kept_zh: str
    kept_en: str
    columns: dict[str, str]
    sensitive: list[str]

    @classmethod
    def of(cls, one: Table) -> HoldingOut:
        """As it is declared."""
        return cls(
            table=one.name,
            group=one.group.name,
            zh=one.group.zh,
            en=one.group.en,
            basis_zh=one.group.basis_zh,
            basis_en=one.group.basis_en,
            kept_zh=one.group.kept_zh,
            kept_en=one.group.kept_en,
            columns=dict(one.columns),
            sensitive=sorted(one.sensitive),
        )


@router.get("/compliance-rules")
def list_rules(authorization: door.Authorization = None) -> door.Page[RuleOut]:
    """Every rule with what the last look at it found."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        last = {one.rule: one for one in looked.last(tx)}
        rules = [RuleOut.of(one, last.get(one.id), today=tx.on) for one in parts().laws.values()]
    return door.Page[RuleOut](data=rules, next=None)


@router.get("/data-map")
def show_data_map(authorization: door.Authorization = None) -> door.Page[HoldingOut]:
    """What is held, table by table and column by column; a test holds it against the database."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
    return door.Page[HoldingOut](data=[HoldingOut.of(one) for one in parts().holdings.values()], next=None)


@router.post("/compliance-looks", status_code=201)
def look(authorization: door.Authorization = None) -> door.Page[RuleOut]:
    """Look at every rule now, and keep what is found."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        found = compliance.prove(tx, by=member.name, seconds=parts().reading_seconds)
        rules = [RuleOut.of(parts().laws[one.rule], one, today=tx.on) for one in found]
    return door.Page[RuleOut](data=rules, next=None)
