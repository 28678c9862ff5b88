"""Questions about decisions and offers, and the rows they are kept in."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from xindai.base.crypto import KeyRing
from xindai.base.db import Row, Tx, array
from xindai.credit.decision.assessment import Known
from xindai.credit.decision.model import (
    Decision,
    DecisionId,
    DecisionMissing,
    Offer,
    OfferId,
    OfferMissing,
    OfferStatus,
    Pulled,
)
from xindai.credit.features.registry import CONSENTED, Source
from xindai.credit.sources import events, market, session, ties
from xindai.credit.sources import report as reports
from xindai.credit.sources.report import BureauName, BureauReport
from xindai.credit.strategies.model import Outcome, Verdict
from xindai.values.money import Money


def of_application(tx: Tx, application_id: str) -> Decision | None:
    """The decision on an application, if it is made."""
    row = tx.row("SELECT * FROM decision WHERE application_id = :id", id=application_id)
    return _decision(row) if row else None


def listed(tx: Tx, *, after: str, most: int, since: date | None) -> list[Decision]:
    """Up to `most` decisions from the day `since` on, by order of id, which is that of time; not those that were emptied."""
    rows = tx.rows(
        "SELECT * FROM decision WHERE id > :after AND (CAST(:since AS date) IS NULL OR on_day >= :since)"
        " AND inputs <> '{}' ORDER BY id LIMIT :most",
        after=after,
        since=since,
        most=most,
    )
    return [_decision(row) for row in rows]


def offers_of(tx: Tx, application_ids: Sequence[str]) -> dict[str, str]:
    """The offers made on applications, by application."""
    rows = tx.rows(
        "SELECT id, application_id FROM offer WHERE application_id = ANY(CAST(:ids AS text[]))",
        ids=array(application_ids),
    )
    return {row["application_id"]: row["id"] for row in rows}


def get(tx: Tx, decision_id: str) -> Decision:
    """One decision. Refuses: DecisionMissing."""
    row = tx.row("SELECT * FROM decision WHERE id = :id", id=decision_id)
    if row is None:
        raise DecisionMissing(field="decision")
    return _decision(row)


REPORT_IS_YOUNG = timedelta(days=15)
"""So long a report is used again for another application of the same person, and no other query stands in the file."""
READERS = {BureauName.CENTRAL: reports.parse, BureauName.MARKET: market.parse}


def report(tx: Tx, ring: KeyRing, application_id: str) -> BureauReport | None:
    """What the bureaus told of an applicant, read again from their documents as they came."""
    rows = tx.rows("SELECT id, bureau, document FROM bureau_report WHERE application_id = :id", id=application_id)
    found = {BureauName(row["bureau"]): _report(ring, row) for row in rows}
    return reports.together([found[bureau] for bureau in BureauName if bureau in found])


def pulled(tx: Tx, ring: KeyRing, *, application_id: str, person_id: str) -> dict[BureauName, Pulled]:
    """What bureaus told for this application, or else told of its person for an earlier one and is young enough."""
    rows = tx.rows(
        "SELECT DISTINCT ON (r.bureau) r.* FROM bureau_report r JOIN application a ON a.id = r.application_id"
        " WHERE a.person_id = :person AND (r.application_id = :application OR r.pulled_at > :since)"
        " ORDER BY r.bureau, r.application_id = :application DESC, r.pulled_at DESC, r.id",
        person=person_id,
        application=application_id,
        since=tx.at - REPORT_IS_YOUNG,
    )
    found = {}
    for row in rows:
        bureau, document = BureauName(row["bureau"]), ring.unseal(bytes(row["document"]), _sealed_as(row))
        earlier = None if row["application_id"] == application_id else row["id"]
        found[bureau] = Pulled(READERS[bureau](json.loads(document)), document, row["pulled_at"], earlier)
    return found


def sources_kept(tx: Tx, application_id: str) -> frozenset[Source]:
    """The sources beside the bureaus that have told of an applicant."""
    rows = tx.rows("SELECT source FROM source_document WHERE application_id = :id", id=application_id)
    return frozenset(Source(row["source"]) for row in rows)


def _sealed_as(row: Row) -> str:
    return f"bureau_report.document|{row['id']}"


def _report(ring: KeyRing, row: Row) -> BureauReport:
    return READERS[BureauName(row["bureau"])](json.loads(ring.unseal(bytes(row["document"]), _sealed_as(row))))


def document(tx: Tx, ring: KeyRing, application_id: str, source: Source) -> Any:
    """What a source told of an applicant, or none."""
    row = tx.row(
        "SELECT id, document FROM source_document WHERE application_id = :id AND source = :source",
        id=application_id,
        source=source,
    )
    return json.loads(ring.unseal(bytes(row["document"]), f"source_document.document|{row['id']}")) if row else None


def known(tx: Tx, ring: KeyRing, application_id: str, *, allowed: Collection[Source]) -> Known:
    """What was read of an applicant, from the documents as they are kept; of other sources only what is `allowed`."""
    told = document(tx, ring, application_id, Source.BEHAVIOUR) if Source.BEHAVIOUR in allowed else None
    around = document(tx, ring, application_id, Source.SOCIAL) if Source.SOCIAL in allowed else None
    filled = document(tx, ring, application_id, Source.SESSION) if Source.SESSION in allowed else None
    return Known(
        report(tx, ring, application_id),
        events.parse(told) if told is not None else None,
        ties.around_of(around) if around is not None else None,
        session.of_document(filled) if filled is not None else None,
    )


def known_then(tx: Tx, ring: KeyRing, decision: Decision) -> Known:
    """What a decision rests on, from the documents as they are kept."""
    read = [source for source in CONSENTED if decision.inputs.get(f"{source.value}_answered")]
    return known(tx, ring, decision.application_id, allowed=read)


def net(tx: Tx, ring: KeyRing, application_id: str, *, most: int) -> ties.Net | None:
    """Up to `most` of those around an applicant as the decision saw them, without names; none where ties were not read."""
    decision = of_application(tx, application_id)
    around = known_then(tx, ring, decision).around if decision else None
    return ties.net(around, most=most) if around else None


def keep(tx: Tx, decision: Decision) -> None:
    """Keep a decision for good."""
    tx.run(
        "INSERT INTO decision (id, application_id, outcome, strategy, strategy_hash, model_hash, inputs, verdicts,"
        " result, trace, on_day, at) VALUES (:id, :application, :outcome, :strategy, :strategy_hash, :model_hash,"
        " CAST(:inputs AS jsonb), CAST(:verdicts AS jsonb), CAST(:result AS jsonb), CAST(:trace AS jsonb), :on, :at)",
        id=decision.id,
        application=decision.application_id,
        outcome=decision.outcome.value,
        strategy=decision.strategy,
        strategy_hash=decision.strategy_hash,
        model_hash=decision.model_hash,
        inputs=decision.inputs,
        verdicts=[verdict.document() for verdict in decision.verdicts],
        result=decision.result,
        trace=decision.trace,
        on=decision.on,
        at=tx.at,
    )


def keep_offer(tx: Tx, offer: Offer) -> None:
    """Keep an offer as handed over."""
    tx.run(
        "INSERT INTO offer (id, application_id, person_id, decision_id, product, principal, annual_rate, months, status,"
        " expires_on, handed_over, at) VALUES (:id, :application, :person, :decision, :product, :principal, :rate,"
        " :months, :status, :expires, CAST(:shown AS jsonb), :at)",
        id=offer.id,
        application=offer.application_id,
        person=offer.person_id,
        decision=offer.decision_id,
        product=offer.product,
        principal=offer.principal.minor,
        rate=offer.annual_rate,
        months=offer.months,
        status=offer.status.value,
        expires=offer.expires_on,
        shown=offer.shown,
        at=tx.at,
    )


def offer(tx: Tx, offer_id: str, *, person_id: str | None = None, lock: bool = False) -> Offer:
    """One offer, of that person if one is given. Refuses: OfferMissing."""
    row = tx.row("SELECT * FROM offer WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=offer_id)
    if row is None or (person_id is not None and row["person_id"] != person_id):
        raise OfferMissing(field="offer")
    return _offer(row)


def offer_of_application(tx: Tx, application_id: str) -> Offer | None:
    """The offer made on an application."""
    row = tx.row("SELECT * FROM offer WHERE application_id = :id", id=application_id)
    return _offer(row) if row else None


def _decision(row: Row) -> Decision:
    return Decision(
        id=DecisionId(row["id"]),
        application_id=row["application_id"],
        outcome=Outcome(row["outcome"]),
        strategy=row["strategy"],
        strategy_hash=row["strategy_hash"],
        model_hash=row["model_hash"],
        inputs=row["inputs"],
        result=row["result"],
        trace=row["trace"],
        on=row["on_day"],
        verdicts=tuple(
            Verdict(one["rule"], one["passed"], Outcome(one["on_failure"]), one["en"], one["zh"])
            for one in row["verdicts"]
        ),
    )


def _offer(row: Row) -> Offer:
    return Offer(
        id=OfferId(row["id"]),
        application_id=row["application_id"],
        person_id=row["person_id"],
        decision_id=DecisionId(row["decision_id"]),
        product=row["product"],
        principal=Money(row["principal"]),
        annual_rate=row["annual_rate"],
        months=row["months"],
        status=OfferStatus(row["status"]),
        expires_on=row["expires_on"],
        shown=row["handed_over"],
        chosen_amount=Money(row["chosen_amount"]) if row["chosen_amount"] else None,
        chosen_months=row["chosen_months"],
    )
