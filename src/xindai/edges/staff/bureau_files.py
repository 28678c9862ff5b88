"""What the credit bureau was told, month by month."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from xindai.base import door
from xindai.base.repeat import Seed
from xindai.book.reporting import queries as reported
from xindai.book.reporting.model import Sending, Told
from xindai.edges.staff.asking import who
from xindai.journeys import report
from xindai.journeys.parts import parts
from xindai.lending.loans import queries as lent

router = APIRouter(prefix="/v1/staff", responses=door.PROBLEMS, tags=["bureau files"])
Month = Annotated[date, Path(description="the first day of the month")]


class BureauMonthOut(BaseModel):
    """A month: how many records stand where, and how many of them say something adverse."""

    month: date
    held: int
    prepared: int
    accepted: int
    refused: int
    negative: int


class BureauRecordOut(BaseModel):
    """A month of a loan as the bureau was told it; `why` it was held or refused."""

    month: date
    loan_id: str
    person_id: str
    status: str
    why: str
    is_negative: bool
    notice_id: str | None
    record: dict[str, Any]

    @classmethod
    def of(cls, one: Told) -> BureauRecordOut:
        """As it stands."""
        return cls(
            month=one.month,
            loan_id=one.loan_id,
            person_id=one.person_id,
            status=one.status.value,
            why=one.why,
            is_negative=one.is_negative,
            notice_id=one.notice_id,
            record=one.record,
        )


class SentAgainOut(BaseModel):
    """How many records are sent once more."""

    month: date
    records: int


@router.get("/bureau-files")
def list_months(
    authorization: door.Authorization = None, after: date | None = None, most: door.Most = 50
) -> door.Page[BureauMonthOut]:
    """The months, the latest first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = reported.months(tx, after=after, most=most)
    return door.Page[BureauMonthOut](
        data=[
            BureauMonthOut(
                month=one.month,
                held=one.held,
                prepared=one.prepared,
                accepted=one.accepted,
                refused=one.refused,
                negative=one.negative,
            )
            for one in found
        ],
        next=found[-1].month.isoformat() if len(found) == most else None,
    )


@router.get("/bureau-files/{month}/records")
def list_records(
    month: Month,
    authorization: door.Authorization = None,
    status: Sending | None = None,
    after: Annotated[str, Query(max_length=60)] = "",
    most: door.Most = 50,
) -> door.Page[BureauRecordOut]:
    """The records of a month; without names: those are added when a file goes."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = reported.records(tx, month=month, status=status, after=after, most=most)
    return door.Page[BureauRecordOut](
        data=[BureauRecordOut.of(one) for one in found], next=found[-1].loan_id if len(found) == most else None
    )


@router.post("/bureau-files/{month}/sendings", status_code=201, response_model=SentAgainOut)
def send_again(month: Month, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Send once more what the bureau refused, after what was wrong has been mended."""
    with parts().db.transaction() as tx:
        staff = who(tx, authorization)

    def again(seed: Seed) -> SentAgainOut:
        return SentAgainOut(month=month, records=report.again(month, seed=seed, by=staff.name))

    request = {"door": "bureau_files.send_again", "month": month.isoformat()}
    return door.repeatable(parts().db, parts().ring, door=f"staff|{staff.name}", key=key, request=request, do=again)


@router.get("/loans/{loan_id}/bureau-records")
def list_of_loan(loan_id: str, authorization: door.Authorization = None) -> door.Page[BureauRecordOut]:
    """What was told of a loan, or is held; the latest month first."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        lent.person_of(tx, loan_id)
        found = reported.of_loan(tx, loan_id)
    return door.Page[BureauRecordOut](data=[BureauRecordOut.of(one) for one in found], next=None)
