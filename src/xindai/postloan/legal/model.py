"""Nouns of enforcement, their table of moves, when a claim may be enforced, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from xindai.values import ids
from xindai.values.money import Money
from xindai.values.refusal import Kind, Refusal

LATE_FROM = 90
"""Days from which a claim may be enforced; before, it is asked for and helped with."""
LEAST_OWED = 1_000_00
"""In minor units; less is not worth a court's time, or the debtor's costs."""
LEAST_TRIED = 3
"""Contacts that were tried within the last `TRIED_WITHIN`."""
TRIED_WITHIN = timedelta(days=90)
PAYABLE_FOR = timedelta(days=10)
"""What a letter of demand gives."""
LIMITATION_YEARS = 3
"""Civil Code, art. 188."""
ENFORCEMENT_YEARS = 2
"""Civil Procedure Law, art. 250."""
WATCHED = timedelta(days=180)
"""So long before a claim falls out of time somebody is told."""


class CaseId(ids.Id):
    """Names a case of enforcement."""

    prefix = "leg"


class CostId(ids.Id):
    """Names a cost of one."""

    prefix = "lco"


class Way(StrEnum):
    """Who is asked to settle it."""

    MEDIATION = "mediation"
    ARBITRATION = "arbitration"
    LAWSUIT = "lawsuit"


class CostKind(StrEnum):
    """What was paid for."""

    COURT_FEE = "court_fee"
    LAWYER = "lawyer"
    SERVICE = "service"
    OTHER = "other"


class Ending(StrEnum):
    """How a case ended."""

    PAID = "paid"
    COMPROMISE = "compromise"
    ABANDONED = "abandoned"
    LOST = "lost"


class Status(StrEnum):
    """Where a case stands. Demanded: the letter is out. Judged: it is decided what is owed. Enforced: a court collects."""

    PROPOSED = "proposed"
    DEMANDED = "demanded"
    FILED = "filed"
    JUDGED = "judged"
    ENFORCED = "enforced"
    CLOSED = "closed"


MOVES: dict[Status, dict[Status, str]] = {
    Status.PROPOSED: {Status.DEMANDED: "legal_demanded", Status.CLOSED: "legal_closed"},
    Status.DEMANDED: {Status.FILED: "legal_filed", Status.CLOSED: "legal_closed"},
    Status.FILED: {Status.JUDGED: "legal_judged", Status.CLOSED: "legal_closed"},
    Status.JUDGED: {Status.ENFORCED: "legal_enforced", Status.CLOSED: "legal_closed"},
    Status.ENFORCED: {Status.CLOSED: "legal_closed"},
    Status.CLOSED: {},
}


class CaseMissing(Refusal):
    """There is no such case."""

    kind = Kind.MISSING
    code = "legal_case_not_found"
    en = "There is no such legal case."
    zh = "没有该法务案件。"


class CaseOpen(Refusal):
    """One case a loan at a time."""

    kind = Kind.CONFLICT
    code = "legal_case_open"
    en = "A legal case of this loan is open already."
    zh = "该贷款已有法务案件在办。"


class CaseMoved(Refusal):
    """That does not follow from where it stands."""

    kind = Kind.CONFLICT
    code = "legal_case_moved"
    en = "This case is {status}."
    zh = "该案件状态为 {status}。"


class NotEnforceable(Refusal):
    """Something speaks against enforcing this now."""

    kind = Kind.CONFLICT
    code = "not_enforceable"
    en = "This is not enforced now: {why}."
    zh = "当前不宜启动法律程序：{why_zh}。"

    def __init__(self, unmet: Iterable[Unmet]) -> None:
        found = list(unmet)
        super().__init__(
            why="; ".join(SAID[one][0] for one in found),
            why_zh="；".join(SAID[one][1] for one in found),
            unmet=[one.value for one in found],
        )


class Unmet(StrEnum):
    """What speaks against enforcing a claim."""

    EARLY = "early"
    LITTLE = "little"
    UNTRIED = "untried"
    DISPUTED = "disputed"
    HELP = "help"
    STOPPED = "stopped"
    OUT_OF_TIME = "out_of_time"


SAID: dict[Unmet, tuple[str, str]] = {
    Unmet.EARLY: (f"it is not {LATE_FROM} days late", f"逾期未满 {LATE_FROM} 天"),
    Unmet.LITTLE: ("too little is owed", "欠款金额过小"),
    Unmet.UNTRIED: ("too little was tried before", "此前联系次数不足"),
    Unmet.DISPUTED: ("a dispute about it is open", "争议处理中"),
    Unmet.HELP: ("their request for help is being looked at", "困难协商处理中"),
    Unmet.STOPPED: ("contacts have been stopped", "已停止催收"),
    Unmet.OUT_OF_TIME: ("the claim is out of time", "诉讼时效已过"),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of a claim when somebody asks whether to enforce it; `owed` in minor units."""

    overdue_days: int
    owed: int
    tried: int
    disputed: bool
    asked_for_help: bool
    stopped: bool
    limitation_on: date


@dataclass(frozen=True, slots=True)
class Case:
    """One loan's way to a court. `claimed` is what was owed when the letter went, `awarded` what was decided."""

    id: CaseId
    person_id: str
    loan_id: str
    status: Status
    opened_on: date
    proposed_by: str
    approved_by: str | None
    claimed: Money | None
    demanded_on: date | None
    pay_by: date | None
    way: Way | None
    body: str | None
    docket: str | None
    filed_on: date | None
    awarded: Money | None
    judged_on: date | None
    ending: Ending | None
    note: str | None
    ended_on: date | None

    def moved(self, to: Status) -> str:
        """The event of a move. Refuses: CaseMoved."""
        try:
            return MOVES[self.status][to]
        except KeyError:
            raise CaseMoved(status=self.status.value, field="case") from None

    @property
    def enforce_by(self) -> date | None:
        """Until when a judgment may be enforced."""
        return years_after(self.judged_on, ENFORCEMENT_YEARS) if self.judged_on else None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a case has cost us."""

    id: CostId
    kind: CostKind
    amount: Money
    on: date
    note: str
    by: str


def unmet(claim: Claim, *, on: date) -> list[Unmet]:
    """All that speaks against enforcing a claim on a day."""
    found = {
        Unmet.EARLY: claim.overdue_days < LATE_FROM,
        Unmet.LITTLE: claim.owed < LEAST_OWED,
        Unmet.UNTRIED: claim.tried < LEAST_TRIED,
        Unmet.DISPUTED: claim.disputed,
        Unmet.HELP: claim.asked_for_help,
        Unmet.STOPPED: claim.stopped,
        Unmet.OUT_OF_TIME: claim.limitation_on < on,
    }
    return [one for one, is_so in found.items() if is_so]


def limitation(last_due_on: date, interruptions: Iterable[date]) -> date:
    """The last day of the limitation period of a debt in instalments.

    It begins with the last instalment's due day (Civil Code, art. 189), and anew with every demand that arrived, promise, part payment,
    or suit (art. 195).
    """
    return years_after(max([last_due_on, *interruptions]), LIMITATION_YEARS)


def years_after(day: date, years: int) -> date:
    """The same day so many years later; of a 29 February, the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
