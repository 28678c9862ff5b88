"""A model that somebody submitted, measured by another on our own past before it is let in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from importlib import resources
from typing import Any

from xindai.base.db import Tx
from xindai.credit import scoring
from xindai.credit.decision import backtest
from xindai.credit.decision import queries as decided
from xindai.credit.decision.backtest import Past, Told
from xindai.credit.models import operations as models
from xindai.credit.models import queries as kept
from xindai.credit.models.model import Use, Version
from xindai.credit.models.report import page
from xindai.credit.scoring import Cards, Scorecard
from xindai.credit.strategies import operations as strategies
from xindai.credit.strategies import queries as drawn
from xindai.credit.strategies.model import Outcome
from xindai.governance.model_risk import outcomes
from xindai.governance.model_risk import queries as judged
from xindai.governance.model_risk.outcomes import Judged
from xindai.governance.model_risk.stability import stability
from xindai.journeys import history
from xindai.journeys.parts import parts
from xindai.products.catalogue import queries as catalogue

LOOKED_BACK = timedelta(days=366)
MOST_JUDGED = 2000
MOST_MOVED = 5
STRATEGY = "consumer"


def validate(use: Use, number: int, *, findings: str, by: str) -> Version:
    """Measure a version on our past and keep that with what somebody found. Refuses: ModelMissing, ModelMoved, SamePerson."""
    with parts().db.snapshot() as tx:
        measures = measured(tx, use, number)
    with parts().db.transaction() as tx:
        return models.validate(tx, use, number, findings=findings, measures=measures, by=by)


def measured(tx: Tx, use: Use, number: int) -> dict[str, Any]:
    """What a version would have said of those judged within a year, beside what judges now.

    `moved` are the characteristics whose people have moved furthest from those it was trained on; for applications also how it
    tells apart, how many it expects to go bad, what the strategy would have decided by it, and whether it lets all ages in alike.
    """
    document = kept.documents(tx, use, number)["scorecard"]
    since = tx.on - LOOKED_BACK
    features = judged.judged(tx, use.value, since=since, most=MOST_JUDGED)
    moved = stability(document, features)[:MOST_MOVED]
    found: dict[str, Any] = {
        "judged": len(features),
        "moved": [{"name": one.name, "index": round(one.index, 4), "standing": one.standing} for one in moved],
    }
    if use in {Use.BEHAVIOUR, Use.COLLECTION}:
        return found
    now = kept.cards(tx)
    card = scoring.parse(document)
    then = replace(now, **{use.value: card})
    decisions = decided.listed(tx, after="", most=MOST_JUDGED, since=since)
    past = [one for one in history.past(tx, decisions) if use is Use.FRAUD or _is_judged(one, use)]
    sold = {ref: catalogue.sold_as(tx, ref) for ref in {one.file.product for one in past}}
    strategy = strategies.loaded(drawn.chosen(tx, STRATEGY, key="")[0])

    def told(cards: Cards) -> list[Told]:
        return [backtest.tell(one, strategy=strategy, cards=cards, product=sold[one.file.product]) for one in past]

    before, after = told(now), told(then)
    changed = sum(one.outcome is not other.outcome for one, other in zip(before, after, strict=True))
    found |= {"now": backtest.figures(before), "then": backtest.figures(after), "changed": changed}
    if use is not Use.FRAUD:
        seen = _seen(past, after, card)
        whole = outcomes.by_all(seen)
        found |= {
            "known": whole.known,
            "bad": whole.bad,
            "expected_bad": round(whole.expected_bad, 2),
            "auc": whole.auc,
            "auc_now": outcomes.by_all(_seen(past, before, now.repayment(of_business=use is Use.BUSINESS))).auc,
            "ks": whole.ks,
            "is_even": outcomes.is_even(outcomes.by_age(seen)),
        }
    return found


def _is_judged(past: Past, use: Use) -> bool:
    return (past.file.business_months is not None) is (use is Use.BUSINESS)


def _seen(past: list[Past], told: list[Told], card: Scorecard) -> list[Judged]:
    return [
        Judged(
            on=one.file.on,
            pd_ppm=card.pd_ppm(one.features),
            grade=said.grade,
            age=one.file.age,
            approved=said.outcome is Outcome.APPROVE,
            bad=one.bad,
        )
        for one, said in zip(past, told, strict=True)
    ]


def report(use: Use, number: int) -> bytes:
    """What is known of a version and what its validation found, as a PDF. Refuses: ModelMissing, FontMissing."""
    with parts().db.transaction() as tx:
        one = kept.get(tx, use, number)
        documents = kept.documents(tx, use, number)
        at = tx.at
    template = resources.files("xindai.credit.models").joinpath("report.typ").read_text(encoding="utf-8")
    return parts().paper.pdf(
        template, page(one, documents["scorecard"], documents["card"], lender=parts().lender), at=at
    )
