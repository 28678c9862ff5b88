"""The reconciliation desk: receipts that are not plain, rails' statements, and what does not agree with them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body, MoneyBody
from xindai.edges.repeating import RepeatableRoute
from xindai.edges.staff.asking import who
from xindai.journeys import pay, reconcile
from xindai.journeys.parts import parts
from xindai.lending.ledger.model import Account
from xindai.payments.receipts import operations as receipts
from xindai.payments.receipts import queries as received
from xindai.payments.receipts.model import Receipt, Sender
from xindai.payments.reconciliation import operations as reconciliation
from xindai.payments.reconciliation import queries as reconciled
from xindai.payments.reconciliation.model import Discrepancy
from xindai.payments.reconciliation.queries import Kept

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["payments"], route_class=RepeatableRoute)
Rail = Annotated[str | None, Query(max_length=30)]
Status = Annotated[str | None, Query(max_length=20)]


class ReceiptOut(BaseModel):
    """Money that came without an order; who sent it is masked."""

    id: str
    rail: str
    reference: str
    amount: MoneyBody
    on: date
    account: str | None
    sender_name: str
    sender_account: str
    remark: str
    status: str
    why: str | None
    loan_id: str | None
    proposed_loan_id: str | None
    proposed_by: str | None
    decided_by: str | None

    @classmethod
    def of(cls, one: Receipt, sender: Sender) -> ReceiptOut:
        """As it stands."""
        return cls(
            id=one.id,
            rail=one.rail,
            reference=one.reference,
            amount=MoneyBody.of(one.amount.minor, one.amount.currency),
            on=one.on,
            account=one.account,
            sender_name=sender.name.mask(),
            sender_account=sender.account.mask(),
            remark=sender.remark,
            status=one.status.value,
            why=one.why,
            loan_id=one.loan_id,
            proposed_loan_id=one.proposed_loan_id,
            proposed_by=one.proposed_by,
            decided_by=one.decided_by,
        )


class ReceiptProposalIn(Body):
    """The loan that the money is for; without one it is to go back to its sender."""

    loan_id: str | None = Field(None, max_length=64)


class RailStatementOut(BaseModel):
    """A statement of a rail that was taken."""

    rail: str
    on: date
    opening: MoneyBody
    closing: MoneyBody
    lines: int
    matched: int

    @classmethod
    def of(cls, one: Kept) -> RailStatementOut:
        """As it was taken."""
        opening, closing = (MoneyBody.of(minor, one.currency) for minor in (one.opening, one.closing))
        return cls(rail=one.rail, on=one.on, opening=opening, closing=closing, lines=one.lines, matched=one.matched)


class DiscrepancyOut(BaseModel):
    """What does not agree; money in is above zero, money out below."""

    id: str
    rail: str
    on: date
    kind: str
    payment_id: str | None
    reference: str | None
    ours: MoneyBody | None
    theirs: MoneyBody | None
    age_days: int
    status: str
    proposal: str
    note: str | None
    books_to: str | None
    proposed_by: str | None
    decided_by: str | None

    @classmethod
    def of(cls, one: Discrepancy, on: date) -> DiscrepancyOut:
        """As it stands on a day."""
        return cls(
            id=one.id,
            rail=one.rail,
            on=one.on,
            kind=one.kind.value,
            payment_id=one.payment_id,
            reference=one.reference,
            ours=MoneyBody.of(one.ours) if one.ours is not None else None,
            theirs=MoneyBody.of(one.theirs) if one.theirs is not None else None,
            age_days=one.age(on),
            status=one.status.value,
            proposal=one.proposal,
            note=one.note,
            books_to=one.books_to.value if one.books_to else None,
            proposed_by=one.proposed_by,
            decided_by=one.decided_by,
        )


class ExplanationIn(Body):
    """What it is, and, of what a rail did by itself, where it is booked."""

    note: str = Field(min_length=2, max_length=300)
    books_to: Literal["rail_charges", "rail_interest"] | None = None


class AgeOut(BaseModel):
    """How much of a rail has not agreed for how many days."""

    rail: str
    days: str
    discrepancies: int
    amount: MoneyBody


class ReconciliationOut(BaseModel):
    """Where reconciliation stands."""

    ageing: list[AgeOut]
    receipts_held: int
    suspense: MoneyBody
    statements: list[RailStatementOut]


@router.get("/receipts")
def list_receipts(
    authorization: door.Authorization = None, after: door.After = None, most: door.Most = 50, status: Status = None
) -> door.Page[ReceiptOut]:
    """Money that came without an order, newest first; what waits for a person has the status `held`."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = received.page(tx, after=after, most=most + 1, status=status)
        shown = [ReceiptOut.of(one, received.sender_of(tx, parts().ring, one.id)) for one in found]
    return door.page(shown, [one.id for one in found], most)


@router.post("/receipts/{receipt_id}/proposals", status_code=201)
def propose_for_receipt(
    receipt_id: str, body: ReceiptProposalIn, authorization: door.Authorization = None
) -> ReceiptOut:
    """Say what held money is."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        one = receipts.propose(tx, receipt_id=receipt_id, loan_id=body.loan_id, by=member.name)
        return ReceiptOut.of(one, received.sender_of(tx, parts().ring, one.id))


@router.post("/receipts/{receipt_id}/agreements", status_code=201)
def agree_on_receipt(receipt_id: str, authorization: door.Authorization = None) -> ReceiptOut:
    """Agree to what somebody else proposed; it is done."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        sender = received.sender_of(tx, parts().ring, receipt_id)
    return ReceiptOut.of(pay.agree_on_receipt(receipt_id, by=member.name), sender)


@router.get("/reconciliation")
def show_reconciliation(authorization: door.Authorization = None) -> ReconciliationOut:
    """What is open, how old it is, and the newest statements."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        held, suspense = received.suspended(tx)
        ages = reconciled.ageing(tx, on=tx.on)
        kept = reconciled.statements(tx, rail=None, before=None, most=31)
    return ReconciliationOut(
        ageing=[
            AgeOut(rail=rail, days=days, discrepancies=count, amount=MoneyBody.of(minor))
            for rail, days, count, minor in ages
        ],
        receipts_held=held,
        suspense=MoneyBody.of(suspense),
        statements=[RailStatementOut.of(one) for one in kept],
    )


@router.post("/reconciliation/{rail}/{day}/fetches", status_code=201)
def fetch_statement(rail: str, day: date, authorization: door.Authorization = None) -> ReconciliationOut:
    """Fetch a rail's statement of a closed day again, and match anew."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
    reconcile.fetch_again(rail, day)
    return show_reconciliation(authorization)


@router.get("/discrepancies")
def list_discrepancies(
    authorization: door.Authorization = None,
    after: door.After = None,
    most: door.Most = 50,
    status: Status = None,
    rail: Rail = None,
) -> door.Page[DiscrepancyOut]:
    """What does not agree, newest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = reconciled.page(tx, after=after, most=most + 1, status=status, rail=rail)
        on = tx.on
    return door.page([DiscrepancyOut.of(one, on) for one in found], [one.id for one in found], most)


@router.post("/discrepancies/{discrepancy_id}/explanations", status_code=201)
def explain_discrepancy(
    discrepancy_id: str, body: ExplanationIn, authorization: door.Authorization = None
) -> DiscrepancyOut:
    """Say what it is; somebody else closes it."""
    with parts().db.transaction() as tx:
        member = who(tx, authorization)
        account = Account(body.books_to) if body.books_to else None
        one = reconciliation.explain(
            tx, discrepancy_id=discrepancy_id, note=body.note, books_to=account, by=member.name
        )
        return DiscrepancyOut.of(one, tx.on)


@router.post("/discrepancies/{discrepancy_id}/closings", status_code=201)
def close_discrepancy(discrepancy_id: str, authorization: door.Authorization = None) -> DiscrepancyOut:
    """Agree to the explanation: it is booked, if it says so, and closed."""
    with parts().db.transaction("discrepancy closed") as tx:
        member = who(tx, authorization)
        return DiscrepancyOut.of(reconciliation.close(tx, discrepancy_id=discrepancy_id, by=member.name), tx.on)
