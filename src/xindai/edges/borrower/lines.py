"""The borrower's lines of credit, and drawing on them."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body, MoneyBody
from xindai.base.repeat import Seed
from xindai.edges.borrower.asking import repeatable, session, who
from xindai.edges.borrower.bodies import LoanOut, ReasonOut
from xindai.journeys import pay, watch
from xindai.journeys.parts import parts
from xindai.lending.line import queries as lines
from xindai.lending.line.model import Line
from xindai.lending.loans import queries as loans
from xindai.lending.loans.model import LoanId
from xindai.postloan.watch import queries as watched
from xindai.postloan.watch import signals
from xindai.postloan.watch.model import LineReview, Verdict
from xindai.postloan.watch.operations import REMEMBERED
from xindai.postloan.watch.policy import RULES

router = APIRouter(prefix="/v1", responses=door.PROBLEMS, tags=["lines"])
UNTOLD = ("Something else that we may not tell in detail", "其他不便详述的风险信息")


class LineOfCreditOut(BaseModel):
    """A line as it stands; `annual_rate` is that of new draws."""

    id: str
    reference: str
    product: str
    status: str
    limit: MoneyBody
    used: MoneyBody
    available: MoneyBody
    annual_rate: str
    expires_on: date

    @classmethod
    def of(cls, line: Line) -> LineOfCreditOut:
        """As it is kept."""
        return cls(
            id=line.id,
            reference=line.reference,
            product=line.product,
            status=line.status.value,
            limit=MoneyBody.of(line.limit.minor),
            used=MoneyBody.of(line.used.minor),
            available=MoneyBody.of(line.available.minor),
            annual_rate=line.annual_rate,
            expires_on=line.expires_on,
        )


class DrawIn(Body):
    """How much, over how many months it is repaid, and the statement of its cost, read and confirmed."""

    amount: MoneyBody
    months: int
    disclosure_id: str | None = Field(None, max_length=64)


class DrawOut(BaseModel):
    """The loan that a draw is."""

    loan_id: str


@router.get("/lines")
def list_lines(authorization: door.Authorization = None) -> door.Page[LineOfCreditOut]:
    """The person's lines, newest first."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        found = lines.of_person(tx, person_id)
    return door.Page[LineOfCreditOut](data=[LineOfCreditOut.of(one) for one in found], next=None)


@router.get("/lines/{line_id}")
def show_line(line_id: str, authorization: door.Authorization = None) -> LineOfCreditOut:
    """One line: its limit, what is used of it, what is available."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        return LineOfCreditOut.of(lines.get(tx, line_id, person_id=person_id))


class LineReviewOut(BaseModel):
    """A monthly look at a line: what became of it, by which rule, and what weighed most against the person.

    `offer` says whether it is a higher limit that can be taken now.
    """

    id: str
    on: date
    verdict: Verdict
    limit_before: MoneyBody
    limit_after: MoneyBody
    why: ReasonOut
    reasons: list[ReasonOut]
    offer: bool

    @classmethod
    def of(cls, review: LineReview, *, offer: bool) -> LineReviewOut:
        """As it is kept, in both languages."""
        en, zh = RULES[review.rule]
        return cls(
            id=review.id,
            on=review.on,
            verdict=review.verdict,
            limit_before=MoneyBody.of(review.limit_before),
            limit_after=MoneyBody.of(review.limit_after),
            why=ReasonOut(code=review.rule, en=en, zh=zh),
            reasons=[ReasonOut(code=one["feature"], en=one["en"], zh=one["zh"]) for one in review.reasons],
            offer=offer,
        )


@router.get("/lines/{line_id}/reviews")
def list_reviews(line_id: str, authorization: door.Authorization = None) -> door.Page[LineReviewOut]:
    """The monthly looks at a line, the latest first: why its limit is what it is."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        line = lines.get(tx, line_id, person_id=person_id)
        found = watched.of_line(tx, line_id)
        today = tx.on
    shown = [
        LineReviewOut.of(one, offer=one.offers_raise(on=today, limit=line.limit.minor, latest=place == 0))
        for place, one in enumerate(found)
    ]
    return door.Page[LineReviewOut](data=shown, next=None)


class WarningOut(BaseModel):
    """Something that was seen and still counts against the line, in both languages."""

    on: date
    en: str
    zh: str


@router.get("/lines/{line_id}/warnings")
def list_warnings(line_id: str, authorization: door.Authorization = None) -> door.Page[WarningOut]:
    """What was seen lately and counts against a line, the strongest first; enough of it freezes the line.

    What would tell of others, or of fraud, is one sentence. Whoever disagrees asks for a decision by people
    (`POST /v1/rights-requests`, right `objection`).
    """
    person_id, policy = who(authorization), parts().warnings
    with parts().db.transaction() as tx:
        lines.get(tx, line_id, person_id=person_id)
        found = signals.weighed(watched.signals(tx, person_id, since=tx.on - REMEMBERED), policy, on=tx.on)
    shown = []
    for one in found:
        kind = policy.kinds[one.signal.kind]
        words = (kind.en, kind.zh) if kind.is_told else UNTOLD
        shown.append(WarningOut(on=one.signal.on, en=words[0], zh=words[1]))
    return door.Page[WarningOut](data=shown, next=None)


@router.post("/line-reviews/{review_id}/acceptances", status_code=201, response_model=LineOfCreditOut)
def accept_raise(review_id: str, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Take the higher limit that a look has offered; no limit is raised without this."""
    person_id = who(authorization)

    def do(_: Seed) -> LineOfCreditOut:
        return LineOfCreditOut.of(watch.accept_raise(review_id, person_id))

    return repeatable(person_id, f"raises|{review_id}", key, {}, do)


@router.get("/lines/{line_id}/draws")
def list_draws(line_id: str, authorization: door.Authorization = None) -> door.Page[LoanOut]:
    """The loans drawn on a line, newest first."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        drawn = lines.draws(tx, lines.get(tx, line_id, person_id=person_id).id)
        return door.Page[LoanOut](data=[LoanOut.of(loans.view(tx, loan_id)) for loan_id in drawn], next=None)


@router.post("/lines/{line_id}/draws", status_code=201, response_model=DrawOut)
def draw(line_id: str, body: DrawIn, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """Draw on a line; the money is sent at once."""
    asking = session(authorization)
    amount = body.amount.money("amount")

    def do(seed: Seed) -> DrawOut:
        return DrawOut(
            loan_id=pay.draw(
                line_id,
                asking,
                loan_id=LoanId.derived(seed),
                amount=amount,
                months=body.months,
                disclosure_id=body.disclosure_id,
            )
        )

    return repeatable(asking.holder, f"draws|{line_id}", key, body.model_dump(), do)
