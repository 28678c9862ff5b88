"""The books, as staff see them: the trial balance, accounts, and how late the book is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from xindai.base import door
from xindai.base.door import MoneyBody
from xindai.book.loss import queries as losses
from xindai.book.loss.model import Aged
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys.parts import parts
from xindai.lending.ledger import queries as ledger
from xindai.lending.ledger.model import Account

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"], route_class=RepeatableRoute)
Day = Annotated[date | None, Query()]


class BalanceOut(BaseModel):
    """An account of the ledger; debit above zero, credit below. `debit` and `credit` moved since `opening`."""

    account: str
    name_en: str
    name_zh: str
    side: str
    opening: MoneyBody
    debit: MoneyBody
    credit: MoneyBody
    balance: MoneyBody


class MovementOut(BaseModel):
    """One line of an account, and its balance after it."""

    entry: int
    on: date
    recorded_at: datetime
    kind: str
    cause: str
    corrects: date | None
    amount: MoneyBody
    balance: MoneyBody


class AgedOut(BaseModel):
    """The loans of a product that are `late_from` days overdue, up to where the next row begins.

    `own` is our share of the principal, `allowance` what is set aside of it.
    """

    product: str
    late_from: int
    asset_class: str
    loans: int
    principal: MoneyBody
    own: MoneyBody
    allowance: MoneyBody

    @classmethod
    def of(cls, one: Aged) -> AgedOut:
        """As it was kept."""
        return cls(
            product=one.product,
            late_from=one.late_from,
            asset_class=one.asset_class.value,
            loans=one.loans,
            principal=MoneyBody.of(one.principal),
            own=MoneyBody.of(one.own),
            allowance=MoneyBody.of(one.allowance),
        )


@router.get("/ledger/balances")
def trial_balance(authorization: door.Authorization = None, on: Day = None, since: Day = None) -> door.Page[BalanceOut]:
    """The trial balance, of today or at the end of any day, with what moved from the day `since` on."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        balances = ledger.trial_balance(tx, on=on, since=since)
    return door.Page[BalanceOut](
        data=[
            BalanceOut(
                account=one.account,
                name_en=one.name_en,
                name_zh=one.name_zh,
                side=one.side,
                opening=MoneyBody.of(one.opening),
                debit=MoneyBody.of(one.debit),
                credit=MoneyBody.of(one.credit),
                balance=MoneyBody.of(one.minor),
            )
            for one in balances
        ],
        next=None,
    )


@router.get("/ledger/accounts/{account}/movements")
def general_ledger(
    account: Account,
    since: Annotated[date, Query()],
    until: Annotated[date, Query()],
    authorization: door.Authorization = None,
    after: Annotated[int, Query(ge=0)] = 0,
    most: door.Most = 100,
) -> door.Page[MovementOut]:
    """What moved one account, entry by entry, and its balance after each; go on `after` the last entry."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = ledger.general_ledger(tx, account=account.value, since=since, until=until, after=after, most=most + 1)
    shown = [
        MovementOut(
            entry=one.entry,
            on=one.on,
            recorded_at=one.recorded_at,
            kind=one.kind,
            cause=one.cause,
            corrects=one.corrects,
            amount=MoneyBody.of(one.minor),
            balance=MoneyBody.of(one.balance),
        )
        for one in found[:most]
    ]
    return door.Page[MovementOut](data=shown, next=str(found[most - 1].entry) if len(found) > most else None)


@router.get("/portfolio/ageing")
def show_ageing(on: Annotated[date, Query()], authorization: door.Authorization = None) -> door.Page[AgedOut]:
    """The book at the end of a closed day, by product and lateness, and what is set aside for it."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = losses.aged(tx, on=on)
    return door.Page[AgedOut](data=[AgedOut.of(one) for one in found], next=None)
