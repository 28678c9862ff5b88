"""Nouns of loans as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from xindai.lending.life.ahead import Ahead
from xindai.lending.life.model import Fact, Figures, LoanState, Standing, Status
from xindai.products.terms import Terms
from xindai.values import ids
from xindai.values.money import Money
from xindai.values.refusal import Kind, Refusal


class LoanId(ids.Id):
    """Names a loan."""

    prefix = "loan"


class LoanMissing(Refusal):
    """There is no such loan, or it is not the asker's."""

    kind = Kind.MISSING
    code = "loan_not_found"
    en = "There is no such loan."
    zh = "没有该笔贷款。"


class LoanNotLiving(Refusal):
    """The loan is not paid out yet, or has ended."""

    kind = Kind.CONFLICT
    code = "loan_not_active"
    en = "This loan is {status}; nothing can be paid on it."
    zh = "该贷款状态为 {status}，不能还款。"


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan as it is kept: what it comes from, what was agreed, what happened, and where it stands."""

    id: LoanId
    reference: str
    offer_id: str | None
    line_id: str | None
    person_id: str
    product: str
    principal: Money
    annual_rate: str
    months: int
    status: Status
    terms: Terms | None
    facts: tuple[Fact, ...]
    standing: Standing | None

    def figures(self, through: date | None) -> Figures:
        """What the ledger carries of it, when all loans are carried as of the end of the day `through`."""
        if self.standing is None:
            return Figures()
        return self.standing.at(max(self.standing.on, through or self.standing.on))


class Moved(NamedTuple):
    """A loan as it is kept, where it stands by a new fold, and what comes after it if it is paid as planned."""

    loan: Loan
    state: LoanState
    ahead: Ahead
