"""What each lender carries of loans that are lent with partners: its trial balance, its loans."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from xindai.base import door
from xindai.base.door import MoneyBody
from xindai.edges.staff.asking import who
from xindai.governance.partners import queries as partners
from xindai.journeys.parts import parts
from xindai.products.catalogue import queries as catalogue

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["staff"])
Day = Annotated[date | None, Query()]


class PartnerOut(BaseModel):
    """A partner and the products it lends with us, each with its share."""

    code: str
    name: str
    shares: dict[str, str]


class PartBalanceOut(BaseModel):
    """An account as one lender carries it; debit above zero, credit below."""

    account: str
    name_en: str
    name_zh: str
    side: str
    opening: MoneyBody
    change: MoneyBody
    balance: MoneyBody


class PartLoanOut(BaseModel):
    """A loan and what of its figures is the partner's, as the ledger carries it now."""

    id: str
    reference: str
    product: str
    status: str
    disbursed_on: date | None
    figures: dict[str, MoneyBody]


@router.get("/partners")
def list_partners(authorization: door.Authorization = None) -> door.Page[PartnerOut]:
    """Everybody who ever lent with us."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        products = catalogue.co_lent(tx)
    found: dict[str, PartnerOut] = {}
    for product in products:
        for one in product.partners:
            partner = found.setdefault(one.code, PartnerOut(code=one.code, name=one.name, shares={}))
            partner.name = one.name
            partner.shares[product.ref] = str(one.share)
    return door.Page[PartnerOut](data=list(found.values()), next=None)


@router.get("/partners/{lender}/balances")
def lender_balances(
    lender: str, authorization: door.Authorization = None, on: Day = None, since: Day = None
) -> door.Page[PartBalanceOut]:
    """The trial balance of one lender (`own` for ours), of today or at the end of any day, and what changed since a day.

    The change of `cash` is what the lenders owe each other for those days: below zero, the lender has put money in.
    """
    with parts().db.transaction() as tx:
        who(tx, authorization)
        balances = partners.trial_balance(tx, lender, catalogue.co_lent(tx), on=on, since=since)
    data = [
        PartBalanceOut(
            account=one.account,
            name_en=one.name_en,
            name_zh=one.name_zh,
            side=one.side,
            opening=MoneyBody.of(one.opening),
            change=MoneyBody.of(one.minor - one.opening),
            balance=MoneyBody.of(one.minor),
        )
        for one in balances
    ]
    return door.Page[PartBalanceOut](data=data, next=None)


@router.get("/partners/{partner}/loans")
def partner_loans(
    partner: str, authorization: door.Authorization = None, after: door.After = None, most: door.Most = 50
) -> door.Page[PartLoanOut]:
    """The loans lent with a partner, newest first, each with the partner's part of its figures."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = partners.loans_of(tx, partner, catalogue.co_lent(tx), after=after, most=most + 1)
    shown = [
        PartLoanOut(
            id=loan.id,
            reference=loan.reference,
            product=loan.product,
            status=loan.status.value,
            disbursed_on=loan.terms.disbursed_on if loan.terms else None,
            figures={name: MoneyBody.of(minor) for name, minor in figures.as_dict().items()},
        )
        for loan, figures in found
    ]
    return door.page(shown, [loan.id for loan, _ in found], most)
