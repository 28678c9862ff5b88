"""Our own past as a table to learn from: what each decision used, frozen as it was, and what became of its loan.

A loan is bad when it was sixty-one days late or given up, good when it is paid or half a year old and was not; of younger
ones it is not known yet. The decision's id is the only name in it, and whoever takes it away gets a token for that (`export`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from xindai.base.db import Tx
from xindai.credit.decision import queries as decided
from xindai.credit.decision.backtest import Past
from xindai.credit.decision.model import Decision
from xindai.credit.features.registry import CONSENTED
from xindai.credit.strategies.model import Outcome
from xindai.governance.model_risk.outcomes import Judged
from xindai.journeys.parts import parts
from xindai.lending.life.model import Status
from xindai.lending.loans import queries as loans
from xindai.lending.loans.queries import Fate
from xindai.onboarding.application.model import ApplicationFile
from xindai.onboarding.identity import queries as people

CHUNK = 500
BAD_DAYS, KNOWN_AFTER = 61, 180
OFFERED = timedelta(days=14)
"""So long after a decision, at most, its loan begins to grow old."""


def told(*, since: date | None = None) -> Iterator[dict[str, Any]]:
    """A row for each decision from the day `since` on, in order of time; all as of one moment."""
    after = ""
    with parts().db.snapshot() as tx:
        while True:
            found = decided.listed(tx, after=after, most=CHUNK, since=since)
            yield from _rows(tx, found)
            if len(found) < CHUNK:
                return
            after = found[-1].id


def past(tx: Tx, decisions: Sequence[Decision]) -> list[Past]:
    """Decisions as a backtest reads them: what each used, and whether its loan went bad, where that is known."""
    offers = decided.offers_of(tx, [one.application_id for one in decisions])
    fates = loans.fates(tx, list(offers.values()))

    def told(one: Decision) -> Past:
        kept, offer = one.inputs["file"], offers.get(one.application_id)
        bad = _bad(fates.get(offer) if offer else None, tx.on)
        return Past(
            file=ApplicationFile(**{**kept, "on": date.fromisoformat(kept["on"])}),
            features=one.inputs["features"],
            answered=frozenset(source for source in CONSENTED if one.inputs.get(f"{source.value}_answered")),
            bad=None if bad is None else bool(bad),
            open_loans=one.inputs["open_loans"],
        )

    return [told(one) for one in decisions]


def judged(*, since: date, most: int) -> list[Judged]:
    """Up to `most` decisions from a day on, the oldest first, with what became of each."""
    with parts().db.snapshot() as tx:
        decisions = decided.listed(tx, after="", most=most, since=since)
        told_ = past(tx, decisions)
        traits = _traits(tx, {one.file.person_id for one in told_})
    return [
        Judged(
            on=one.on,
            pd_ppm=one.inputs["pd_ppm"],
            grade=one.inputs["grade"],
            age=then.file.age,
            approved=one.outcome is Outcome.APPROVE,
            bad=then.bad,
            product=then.file.product.split("@")[0],
            of_business=then.file.business_months is not None,
            **traits.get(then.file.person_id, {}),
        )
        for one, then in zip(decisions, told_, strict=True)
    ]


def ripe_until(today: date) -> date:
    """The last day of whose decisions good ends are known as well as bad ones."""
    return today - timedelta(days=KNOWN_AFTER) - OFFERED


def _traits(tx: Tx, person_ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Sex and province of those whose ID number is known."""
    found = people.persons(tx, parts().ring, sorted(person_ids))
    return {
        one.id: {"sex": one.id_number.sex, "province": one.id_number.province}
        for one in found
        if one.id_number is not None
    }


def _rows(tx: Tx, decisions: list[Decision]) -> Iterator[dict[str, Any]]:
    offers = decided.offers_of(tx, [one.application_id for one in decisions])
    fates = loans.fates(tx, list(offers.values()))
    for decision in decisions:
        file, offer = decision.inputs["file"], offers.get(decision.application_id)
        yield {
            "decision": decision.id,
            "on": decision.on.isoformat(),
            **{name: file[name] for name in ("product", "months", "purpose", "age")},
            "amount": file["amount"] // 100,
            "monthly_income": file["monthly_income"] // 100,
            "yearly_revenue": None if (revenue := file.get("yearly_revenue")) is None else revenue // 100,
            "outcome": decision.outcome.value,
            "accepted": int(offer is not None),
            **{name: decision.result[name] for name in ("score", "pd_ppm", "grade", "rate_bps")},
            "bad": _bad(fates.get(offer) if offer else None, tx.on),
            **decision.inputs["features"],
        }


def _bad(fate: Fate | None, today: date) -> int | None:
    if fate is None:
        return None
    if fate.status in {Status.CHARGED_OFF, Status.SOLD} or fate.worst_days >= BAD_DAYS:
        return 1
    known = fate.status is Status.CLOSED or (today - fate.disbursed_on).days >= KNOWN_AFTER
    return 0 if known else None
