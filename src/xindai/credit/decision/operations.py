"""Deciding, and what becomes of an offer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from xindai.base import audit
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.base.log import DECISIONS
from xindai.credit.decision import assessment, queries
from xindai.credit.decision.assessment import Assessment, Known
from xindai.credit.decision.model import (
    OFFER_MOVES,
    Decision,
    DecisionId,
    Offer,
    OfferGone,
    OfferId,
    OfferStatus,
    Pulled,
    ReportId,
    SourceId,
)
from xindai.credit.features.registry import Source
from xindai.credit.scoring import Cards
from xindai.credit.sources.report import BureauName
from xindai.credit.strategies.graph import Strategy
from xindai.credit.strategies.model import Outcome
from xindai.onboarding.application.model import ApplicationFile, ApplicationId
from xindai.products.catalogue.model import Product
from xindai.values.money import Money, decimal_text

OFFER_STANDS = timedelta(days=7)


def decide(
    tx: Tx,
    *,
    file: ApplicationFile,
    known: Known,
    product: Product,
    cards: Cards,
    strategy: Strategy,
    open_loans: int,
    headroom: int | None = None,
) -> Decision:
    """Decide once: the decision with every verdict is kept, and an approval comes with its offer."""
    decided = queries.of_application(tx, file.application_id)
    if decided is not None:
        return decided
    judged = assessment.assess(file, known, product=product, cards=cards, open_loans=open_loans, headroom=headroom)
    outcome, verdicts, trace = assessment.judge(strategy, judged.inputs)
    decision = Decision(
        id=DecisionId.derived(ApplicationId(file.application_id)),
        application_id=file.application_id,
        outcome=outcome,
        strategy=strategy.name,
        strategy_hash=strategy.hash,
        model_hash=judged.card.hash,
        inputs={**judged.inputs, "file": file.document()},
        verdicts=verdicts,
        result=_result(judged),
        trace=trace,
        on=tx.on,
    )
    queries.keep(tx, decision)
    audit.note(
        tx,
        actor=f"strategy {strategy.name}",
        action=f"decided_{outcome.value}",
        subject=file.application_id,
        facts={"decision": decision.id, "model": judged.card.hash[:12], "fraud_model": cards.fraud.hash[:12]},
    )
    DECISIONS.labels(outcome.value).inc()
    if outcome is Outcome.APPROVE:
        offer(tx, decision, file, judged)
    return decision


def keep_report(
    tx: Tx, ring: KeyRing, *, application_id: str, bureau: BureauName, grant_id: str, reason: str, pulled: Pulled
) -> None:
    """Keep a bureau's document sealed, once per application and bureau; one used again keeps the time of its pull."""
    report_id = ReportId.derived(ApplicationId(application_id), bureau.value)
    tx.run(
        "INSERT INTO bureau_report (id, application_id, bureau, grant_id, reason, document, at, pulled_at, used_again)"
        " VALUES (:id, :application, :bureau, :grant, :reason, :document, :at, :pulled, :earlier)"
        " ON CONFLICT (application_id, bureau) DO NOTHING",
        id=report_id,
        application=application_id,
        bureau=bureau,
        grant=grant_id,
        reason=reason,
        at=tx.at,
        pulled=pulled.at or tx.at,
        earlier=pulled.earlier,
        document=ring.seal(pulled.document, f"bureau_report.document|{report_id}"),
    )
    audit.note(
        tx,
        actor=f"{bureau} bureau",
        action="bureau_report_used_again" if pulled.earlier else "bureau_report_pulled",
        subject=application_id,
        facts={"grant": grant_id, "reason": reason, "bureau": bureau.value},
    )


def keep_document(tx: Tx, ring: KeyRing, *, application_id: str, source: Source, grant_id: str, document: str) -> None:
    """Keep what a source told of an applicant, or our own app of the filling-in, sealed, once per application."""
    how = "kept" if source is Source.SESSION else "pulled"
    source_id = SourceId.derived(ApplicationId(application_id), source.value)
    tx.run(
        "INSERT INTO source_document (id, application_id, source, grant_id, document, at)"
        " VALUES (:id, :application, :source, :grant, :document, :at) ON CONFLICT (application_id, source) DO NOTHING",
        id=source_id,
        application=application_id,
        source=source,
        grant=grant_id,
        document=ring.seal(document, f"source_document.document|{source_id}"),
        at=tx.at,
    )
    audit.note(
        tx, actor=source.value, action=f"{source.value}_{how}", subject=application_id, facts={"grant": grant_id}
    )


def accept(tx: Tx, *, offer_id: str, person_id: str, amount: Money | None = None, months: int | None = None) -> Offer:
    """The person says yes, to all of it or to an alternative that the caller has checked; twice is once.

    Refuses: OfferMissing, OfferGone.
    """
    offer = queries.offer(tx, offer_id, person_id=person_id, lock=True)
    if offer.status is OfferStatus.ACCEPTED:
        return offer
    if OfferStatus.ACCEPTED not in OFFER_MOVES[offer.status] or tx.on > offer.expires_on:
        raise OfferGone(field="offer")
    tx.run(
        "UPDATE offer SET status = 'accepted', chosen_amount = :amount, chosen_months = :months WHERE id = :id",
        amount=amount.minor if amount else None,
        months=months,
        id=offer_id,
    )
    audit.note(tx, actor=person_id, action="offer_accepted", subject=offer_id)
    return queries.offer(tx, offer_id)


def expire(tx: Tx, *, on: Any) -> list[str]:
    """Offers that nobody took by the day before `on`; the applications they belong to."""
    rows = tx.rows(
        "UPDATE offer SET status = 'expired' WHERE status = 'open' AND expires_on < :on RETURNING application_id", on=on
    )
    return [row["application_id"] for row in rows]


def take_back(tx: Tx, *, application_id: str, person_id: str) -> None:
    """The offer on an application that its person withdraws is open no more; one taken or expired stays as it is."""
    tx.run(
        "UPDATE offer SET status = 'withdrawn' WHERE application_id = :id AND person_id = :person AND status = 'open'",
        id=application_id,
        person=person_id,
    )


def offer(tx: Tx, decision: Decision, file: ApplicationFile, judged: Assessment) -> None:
    """Hand over what was approved, by the strategy or by people. There is a loan in the assessment, or nobody approves it."""
    assert judged.terms is not None
    made = Offer(
        id=OfferId.derived(decision.id),
        application_id=file.application_id,
        person_id=file.person_id,
        decision_id=decision.id,
        product=file.product,
        principal=judged.terms.principal,
        annual_rate=str(judged.terms.annual_rate),
        months=file.months,
        status=OfferStatus.OPEN,
        expires_on=tx.on + OFFER_STANDS,
        shown=assessment.shown(judged.terms),
    )
    queries.keep_offer(tx, made)
    publish(tx, Event("offer_made", file.application_id, {"person": file.person_id, "offer": made.id}))


def _result(judged: Assessment) -> dict[str, Any]:
    return {
        "score": judged.score.score,
        "pd_ppm": judged.score.pd_ppm,
        "grade": judged.score.grade,
        "rate_bps": judged.price.rate_bps,
        "rate_parts_bps": judged.price.parts,
        "limit": decimal_text(judged.limit.minor, "CNY"),
        "limit_bounds": {name: decimal_text(bound, "CNY") for name, bound in judged.limit.bounds.items()},
        "reasons": [
            {"feature": reason.feature, "en": reason.en, "zh": reason.zh, "weight": reason.weight}
            for reason in judged.score.reasons
        ],
    }
