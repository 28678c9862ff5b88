"""From a file and a report to all that a strategy is asked about. Pure, so a decision replays from what was kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from xindai.credit.decision import pricing
from xindai.credit.features import behaviour, bureau, business, session, social
from xindai.credit.features.registry import CONSENTED, Source
from xindai.credit.scoring import Cards, Score, Scorecard
from xindai.credit.sources.events import Event
from xindai.credit.sources.report import BureauName, BureauReport
from xindai.credit.sources.session import Session
from xindai.credit.sources.ties import Neighbourhood
from xindai.credit.strategies.graph import Strategy, StrategyBroken
from xindai.credit.strategies.model import Outcome, Verdict
from xindai.onboarding.application.model import ApplicationFile
from xindai.products import cost, schedules
from xindai.products.catalogue.model import Audience, Product
from xindai.products.terms import Terms
from xindai.values.money import Money, decimal_text

READ = {
    "public_records": ("bureau_public_records",),
    "status_m1": ("bureau_status_m1", "bureau_loan_late_now"),
    "worst_status_6m": ("bureau_worst_status_6m", "bureau_loan_worst_6m"),
    "enquiries_3m": ("bureau_enquiries_3m",),
    "fraud_nearby": ("social_fraud_1",),
    "sharing_device": ("social_devices",),
}
"""What a strategy is told of features by a name of its own: the most of them, zero where none is known."""
OWED = ("bureau_monthly_service", "bureau_unsecured_balance", "bureau_billed_m1")
"""What is paid elsewhere each month, and owed there on loans and on cards."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was read of an applicant, each part none where it was not allowed or not answered."""

    report: BureauReport | None = None
    events: tuple[Event, ...] | None = None
    around: Neighbourhood | None = None
    session: Session | None = None

    @property
    def answered(self) -> frozenset[Source]:
        """The sources that were read."""
        read = {
            Source.BUREAU: self.report,
            Source.BEHAVIOUR: self.events,
            Source.SOCIAL: self.around,
            Source.SESSION: self.session,
        }
        return frozenset(source for source, found in read.items() if found is not None)

    @property
    def partial(self) -> bool:
        """Whether what is known of accounts elsewhere comes without the central bureau."""
        return self.report is not None and BureauName.CENTRAL not in self.report.bureaus

    def features(self, *, on: date) -> dict[str, int | None]:
        """Every feature of what was read, as of the day `on`; those of other sources are left out."""
        found: dict[str, int | None] = {}
        if self.report is not None:
            found |= bureau.features(self.report, on=on)
        if self.events is not None:
            found |= behaviour.of_person(self.events, on=on)
        if self.around is not None:
            found |= social.features(self.around, on=on)
        if self.session is not None:
            found |= session.of_session(self.session)
        return found


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is known before the strategy speaks, by which card. `terms` are there when limit and price give a loan at all."""

    card: Scorecard
    inputs: dict[str, Any]
    score: Score
    price: pricing.Price
    limit: pricing.Limit
    terms: Terms | None


def assess(
    file: ApplicationFile,
    known: Known,
    *,
    product: Product,
    cards: Cards,
    open_loans: int,
    policy: int = pricing.POLICY,
    headroom: int | None = None,
) -> Assessment:
    """Features, score, price, limit, and the inputs of the strategy; amounts in minor units."""
    features = known.features(on=file.on)
    return of_features(
        file,
        features | of_business(file, features),
        answered=known.answered,
        partial=known.partial,
        product=product,
        cards=cards,
        open_loans=open_loans,
        policy=policy,
        headroom=headroom,
    )


def means(file: ApplicationFile, features: Mapping[str, Any]) -> pricing.Means[int]:
    """What the applicant declared to earn, and what the credit report says is owed."""
    service, unsecured, billed = (_or_zero(features.get(one)) * 100 for one in OWED)
    return pricing.Means(file.monthly_income, service, unsecured + billed, file.yearly_revenue)


def of_business(file: ApplicationFile, features: Mapping[str, Any]) -> dict[str, int | None]:
    """The features of the business that asks, beside those of its owner; none where a person does."""
    if file.business_months is None or file.yearly_revenue is None:
        return {}
    receipts = features.get("behaviour_business_365d")
    asking = business.Business(
        months=file.business_months,
        yearly_revenue=file.yearly_revenue,
        asked=file.amount,
        owners_income=file.monthly_income * 12,
        is_individual=file.is_individual_business,
        is_representative=file.is_representative,
        owners=file.owners,
        own_share_bps=file.own_share_bps,
        receipts=None if receipts is None else receipts * 100,
    )
    return business.of_business(asking)


def of_features(
    file: ApplicationFile,
    features: dict[str, Any],
    *,
    answered: Collection[Source],
    partial: bool = False,
    product: Product,
    cards: Cards,
    open_loans: int,
    policy: int = pricing.POLICY,
    headroom: int | None = None,
) -> Assessment:
    """The same from features that are counted already, of the sources that `answered`; `partial` as of `Known`."""
    card = cards.repayment(of_business=product.audience is Audience.BUSINESS)
    score = card.score(features)
    price = pricing.price(score.pd_ppm)
    limit = pricing.limit(
        product,
        means(file, features),
        grade=score.grade,
        asked=file.amount,
        partial=partial,
        policy=policy,
        headroom=headroom,
    )
    terms = None
    if limit.minor >= product.least.minor:
        terms = product.terms(
            principal=Money(limit.minor), annual_rate=price.annual_rate, months=file.months, disbursed_on=file.on
        )
    inputs = {
        "age": file.age,
        "least_age": product.least_age,
        "most_age": product.most_age,
        "identity": file.identity,
        **{f"{source.value}_answered": source in answered for source in CONSENTED},
        "bureau_partial": partial,
        **{name: max(_or_zero(features.get(one)) for one in columns) for name, columns in READ.items()},
        "open_loans": open_loans,
        "fraud_ppm": cards.fraud.pd_ppm(features),
        "fraud_model": cards.fraud.hash[:12],
        "score": score.score,
        "pd_ppm": score.pd_ppm,
        "grade": score.grade,
        "rate_bps": price.rate_bps,
        "price_within_cap": _priced_within_cap(product, price, terms),
        "limit": limit.minor,
        "least": product.least.minor,
        "instalment_share_bps": pricing.instalment_share_bps(terms, monthly_income=file.monthly_income) if terms else 0,
        "features": features,
    }
    if policy > 1:
        inputs["policy"] = policy
    if headroom is not None:
        inputs["headroom"] = headroom
    if not file.automated:
        inputs["automated"] = False
    if file.watch != "clear":
        inputs["watch"] = file.watch
    if file.phone == "out_of_service":
        inputs["phone"] = file.phone
    return Assessment(card, inputs, score, price, limit, terms)


def barred(inputs: Mapping[str, Any]) -> list[str]:
    """The rules of law, identity and product that fail, whatever a strategy or a person says of them."""
    holds = {
        "age_within": inputs["least_age"] <= inputs["age"] <= inputs["most_age"],
        "identity_answered": inputs["identity"] != "unproven",
        "identity_proven": inputs["identity"] != "refuted",
        "on_no_watch_list": inputs.get("watch", "clear") != "sure",
        "price_within_cap": inputs["price_within_cap"],
        "limit_enough": inputs["limit"] >= inputs["least"],
    }
    return [rule for rule, held in holds.items() if not held]


def pairs(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """(what, then, now) of each input; features and sources that nobody had thought of then are left out."""
    yield from ((f"input {name}", value, None) for name, value in then.items() if name not in now and name != "file")
    for name, value in now.items():
        if name == "features":
            yield from ((f"feature {one}", before, value.get(one)) for one, before in then.get(name, {}).items())
        elif name in then or not name.endswith("_answered"):
            yield f"input {name}", then.get(name), value


def judge(strategy: Strategy, inputs: dict[str, Any]) -> tuple[Outcome, tuple[Verdict, ...], dict[str, Any]]:
    """(outcome, every rule's verdict, the trace): the strategy's word, within what may be approved at all.

    A strategy that breaks on these inputs leaves them to a person; one that approves what is barred is not followed. On who
    did not allow a machine to decide alone, or may be on a watch list, or whose phone is out of service, a person does.
    """
    try:
        outcome, verdicts, trace = strategy.judge(inputs)
    except StrategyBroken as broken:
        return Outcome.REVIEW, (), {"broken": str(broken)}
    followed, found = _followed(outcome, inputs)
    doubts: dict[str, Any] = {name: inputs[name] for name in ("watch", "phone") if name in inputs}
    if followed is Outcome.APPROVE and doubts:
        return Outcome.REVIEW, verdicts, {**trace, **doubts}
    if not inputs.get("automated", True):
        return Outcome.REVIEW, verdicts, {**trace, "by_person": followed.value}
    return followed, verdicts, {**trace, "barred": found} if found else trace


def outcome(strategy: Strategy, inputs: dict[str, Any]) -> tuple[Outcome, list[str]]:
    """(outcome, rules that failed): the same, without what explains it."""
    try:
        said, failed = strategy.outcome(inputs)
    except StrategyBroken:
        return Outcome.REVIEW, []
    followed, found = _followed(said, inputs)
    return followed, failed or found


def _followed(outcome: Outcome, inputs: Mapping[str, Any]) -> tuple[Outcome, list[str]]:
    """The outcome, unless it approves what is barred; and what bars it."""
    found = barred(inputs) if outcome is Outcome.APPROVE else []
    if not found:
        return outcome, []
    return Outcome.REVIEW if found == ["identity_answered"] else Outcome.DECLINE, found


PARTS = ((1, 1), (3, 4), (1, 2))
"""Of what is offered: all, three quarters, half."""


def alternatives(product: Product, offered: Terms) -> list[Terms]:
    """What may be taken instead: no larger amount, no larger instalment, no cost above the cap; the offered terms first."""
    found = [offered]
    for up, low in PARTS:
        amount = offered.principal.minor * up // low
        amount -= amount % pricing.HUNDRED_YUAN
        for months in product.months:
            if amount >= product.least.minor:
                terms = replace(offered, principal=Money(amount), installments=months)
                if terms not in found and is_alternative(product, offered, terms):
                    found.append(terms)
    return found


def is_alternative(product: Product, offered: Terms, terms: Terms) -> bool:
    """Whether terms ask no more of the person than the offered ones, and stay within the cap."""
    return (
        terms.principal <= offered.principal
        and _largest_instalment(terms) <= _largest_instalment(offered)
        and pricing.within_cap(product, terms)
    )


def _largest_instalment(terms: Terms) -> int:
    return max(row.total for row in schedules.schedule(terms))


def _priced_within_cap(product: Product, price: pricing.Price, terms: Terms | None) -> bool:
    if terms is not None:
        return pricing.within_cap(product, terms)
    return price.rate_bps * product.highest_cost.denominator <= product.highest_cost.numerator * 10_000


def _or_zero(value: int | None) -> int:
    return 0 if value is None else value


def shown(terms: Terms) -> dict[str, Any]:
    """Schedule and cost as a person sees them before saying yes (R-PRICE-03), amounts as decimal texts."""
    rows = schedules.schedule(terms)
    whole = cost.cost(terms, rows)
    currency = terms.principal.currency

    def text(minor: int) -> str:
        return decimal_text(minor, currency)

    return {
        "principal": text(terms.principal.minor),
        "currency": currency,
        "annual_rate": str(terms.annual_rate),
        "method": terms.method.value,
        "apr": str(whole.apr),
        "eir": str(whole.eir),
        "interest": text(whole.interest),
        "fees": text(whole.fees),
        "total_repayment": text(whole.total_repayment),
        "penalty_annual_rate": str(terms.penalty_rate),
        "penalty_grace_days": terms.penalty_grace_days,
        "schedule": [
            {
                "number": row.number,
                "due_on": row.due_on.isoformat(),
                "principal": text(row.principal),
                "interest": text(row.interest),
                "total": text(row.total),
                "balance": text(row.balance),
            }
            for row in rows
        ],
    }
