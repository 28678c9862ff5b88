"""What the lender's own capital bears: statements of it by two of finance, and what bears on it today."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body, MoneyBody
from xindai.base.repeat import Seed
from xindai.book.capital import operations as capital
from xindai.book.capital import queries
from xindai.book.capital.model import Burden, Statement, StatementId, Status
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys.parts import parts
from xindai.values import money
from xindai.values.money import Money

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["capital"], route_class=RepeatableRoute)


class StatementIn(Body):
    """Capital at the end of a day: net assets, what is borrowed from banks and shareholders, what was issued as bonds and securities."""

    as_of: date
    net_assets: MoneyBody
    borrowed: MoneyBody
    issued: MoneyBody
    source: str = Field(min_length=4, max_length=200, description="which of the lender's books it comes from")


class StatementOut(BaseModel):
    """A statement of capital, and what came of it; the newest that was agreed to counts."""

    id: str
    as_of: date
    net_assets: MoneyBody
    borrowed: MoneyBody
    issued: MoneyBody
    source: str
    status: str
    proposed_by: str
    proposed_on: date
    decided_by: str | None
    decided_on: date | None

    @classmethod
    def of(cls, one: Statement) -> StatementOut:
        """As it is kept."""
        return cls(
            id=one.id,
            as_of=one.as_of,
            net_assets=MoneyBody.of(one.net_assets),
            borrowed=MoneyBody.of(one.borrowed),
            issued=MoneyBody.of(one.issued),
            source=one.source,
            status=one.status.value,
            proposed_by=one.proposed_by,
            proposed_on=one.proposed_on,
            decided_by=one.decided_by,
            decided_on=one.decided_on,
        )


class BurdenOut(BaseModel):
    """What bears on capital: so much of `whole`, of which a rule allows `share`; of a borrower by their id, of a partner by its code."""

    name: str
    rule: str
    of: str | None
    part: MoneyBody
    whole: MoneyBody
    share: str
    most_share: str
    most: MoneyBody
    holds: bool

    @classmethod
    def seen(cls, one: Burden) -> BurdenOut:
        """As it stands."""
        return cls(
            name=one.name,
            rule=one.rule,
            of=one.of,
            part=MoneyBody.of(one.part),
            whole=MoneyBody.of(one.whole),
            share=f"{one.part / one.whole:.4f}" if one.whole else "0.0000",
            most_share=f"{float(one.share):.4f}",
            most=MoneyBody.of(one.most),
            holds=one.holds,
        )


class CapitalOut(BaseModel):
    """The statement that counts today, none where there is none yet; and what bears on it, the ten who owe most among it."""

    statement: StatementOut | None
    burdens: list[BurdenOut]


@router.get("/capital")
def show_capital(authorization: door.Authorization = None) -> CapitalOut:
    """What counts today, and what bears on it."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        stated = queries.in_force(tx, on=tx.on)
        found = queries.burdens(tx, stated, on=tx.on) if stated else []
    return CapitalOut(
        statement=StatementOut.of(stated) if stated else None, burdens=[BurdenOut.seen(one) for one in found]
    )


@router.get("/capital-statements")
def list_statements(
    authorization: door.Authorization = None, after: door.After = None, most: door.Most = 50
) -> door.Page[StatementOut]:
    """All statements, the newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = queries.statements(tx, after=after, most=most + 1)
    return door.page([StatementOut.of(one) for one in found], [one.id for one in found], most)


@router.post("/capital-statements", status_code=201, response_model=StatementOut)
def state_capital(body: StatementIn, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """State capital at the end of a day; somebody else agrees."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)

    def state(seed: Seed) -> StatementOut:
        with parts().db.transaction() as tx:
            return StatementOut.of(
                capital.state(
                    tx,
                    statement_id=StatementId.derived(seed),
                    as_of=body.as_of,
                    net_assets=_sum(body.net_assets, "net_assets"),
                    borrowed=_sum(body.borrowed, "borrowed"),
                    issued=_sum(body.issued, "issued"),
                    source=body.source,
                    by=member.name,
                )
            )

    request = {"route": "capital-statements", "body": body.model_dump(mode="json")}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{member.name}", key=key, request=request, do=state)


@router.post("/capital-statements/{statement_id}/approvals", status_code=201)
def approve_statement(statement_id: str, authorization: door.Authorization = None) -> StatementOut:
    """It counts from its day on; not by whoever stated it."""
    return _decide(statement_id, Status.APPROVED, authorization)


@router.post("/capital-statements/{statement_id}/rejections", status_code=201)
def reject_statement(statement_id: str, authorization: door.Authorization = None) -> StatementOut:
    """It does not count."""
    return _decide(statement_id, Status.REJECTED, authorization)


@router.post("/capital-statements/{statement_id}/withdrawals", status_code=201)
def withdraw_statement(statement_id: str, authorization: door.Authorization = None) -> StatementOut:
    """It counts no more; the one of an earlier day does again."""
    return _decide(statement_id, Status.WITHDRAWN, authorization)


def _sum(body: MoneyBody, field: str) -> Money:
    """An amount that may be nothing; whether it fits is said by the statement."""
    return money.parse(body.amount, body.currency, field=field)


def _decide(statement_id: str, to: Status, authorization: str | None) -> StatementOut:
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        return StatementOut.of(capital.decide(tx, statement_id=statement_id, to=to, by=member.name))
