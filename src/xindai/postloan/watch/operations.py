"""Looking at a line: its score is kept with what it rests on, and what follows is done at once, but for a higher limit."""

from __future__ import annotations

from xindai.base.db import Tx
from xindai.credit.features import account
from xindai.credit.features.account import History
from xindai.credit.scoring import Score, Scorecard
from xindai.lending.line import operations as lines
from xindai.lending.line import queries as lined
from xindai.lending.line.model import Line, LineId, Status
from xindai.postloan.watch import policy, queries
from xindai.postloan.watch.model import LineReview, RaiseGone, RaiseMissing, ReviewId, Verdict
from xindai.postloan.watch.policy import RULES, Judged, Look
from xindai.products.catalogue.model import Product
from xindai.values.money import Money

ACTOR = "line review"


def look(
    tx: Tx, line: Line, *, product: Product, history: History, late_now: int, income_bound: int, card: Scorecard
) -> LineReview:
    """Score a line, judge it, keep the look and do what it says; once a day."""
    features = account.features(history)
    score = card.score(features)
    seen = Look(
        grade=score.grade,
        late_now=late_now,
        late_worst_6m=history.worst(6),
        months=features["account_months"] or 0,
        income_bound=income_bound,
        frozen_here=lined.last_moved_by(tx, line.id) == ACTOR,
    )
    judged = policy.judge(line, product, seen, queries.of_line(tx, line.id), on=tx.on)
    review = _reviewed(tx, line, features, score, judged, card.hash)
    _keep(tx, review)
    _act(tx, line, product, review)
    return review


def _reviewed(
    tx: Tx, line: Line, features: dict[str, int | None], score: Score, judged: Judged, model_hash: str
) -> LineReview:
    return LineReview(
        id=ReviewId.derived(LineId(line.id), tx.on.isoformat()),
        line_id=line.id,
        on=tx.on,
        score=score.score,
        pd_ppm=score.pd_ppm,
        grade=score.grade,
        model_hash=model_hash,
        features=features,
        reasons=[
            {"feature": reason.feature, "en": reason.en, "zh": reason.zh, "weight": reason.weight}
            for reason in score.reasons
        ],
        verdict=judged.verdict,
        rule=judged.rule,
        limit_before=line.limit.minor,
        limit_after=judged.limit,
    )


def _act(tx: Tx, line: Line, product: Product, review: LineReview) -> None:
    """A higher limit waits in the person's lines: to advertise it would take a consent of its own (R-MSG-01)."""
    reason = f"{review.id}: {RULES[review.rule][0]}"
    if review.verdict is Verdict.CUT:
        limit = Money(review.limit_after, line.limit.currency)
        lines.change_limit(tx, line_id=line.id, product=product, limit=limit, by=ACTOR, reason=reason)
    elif review.verdict in {Verdict.FREEZE, Verdict.UNFREEZE}:
        to = Status.FROZEN if review.verdict is Verdict.FREEZE else Status.OPEN
        lines.move(tx, line_id=line.id, to=to, by=ACTOR, reason=reason)


def accept_raise(tx: Tx, *, review_id: str, person_id: str, product: Product) -> Line:
    """The person takes the higher limit that a look offered; twice is once.

    Refuses: RaiseMissing, RaiseGone.
    """
    review = queries.get(tx, review_id)
    if review is None or review.verdict is not Verdict.RAISE:
        raise RaiseMissing(field="review")
    line = lined.locked(tx, review.line_id)
    if line.person_id != person_id:
        raise RaiseMissing(field="review")
    if lined.was_changed_for(tx, line.id, reason=review.id):
        return line
    latest = queries.of_line(tx, line.id, most=1)[0].id == review.id
    if line.status is not Status.OPEN or not review.offers_raise(on=tx.on, limit=line.limit.minor, latest=latest):
        raise RaiseGone(field="review")
    limit = Money(review.limit_after, line.limit.currency)
    return lines.change_limit(tx, line_id=line.id, product=product, limit=limit, by=person_id, reason=review.id)


def _keep(tx: Tx, review: LineReview) -> None:
    tx.run(
        "INSERT INTO line_review (id, line_id, on_day, score, pd_ppm, grade, model_hash, features, reasons, verdict, rule,"
        " limit_before, limit_after, at) VALUES (:id, :line, :on, :score, :pd, :grade, :model, CAST(:features AS jsonb),"
        " CAST(:reasons AS jsonb), :verdict, :rule, :before, :after, :at)",
        id=review.id,
        line=review.line_id,
        on=review.on,
        score=review.score,
        pd=review.pd_ppm,
        grade=review.grade,
        model=review.model_hash,
        features=review.features,
        reasons=review.reasons,
        verdict=review.verdict,
        rule=review.rule,
        before=review.limit_before,
        after=review.limit_after,
        at=tx.at,
    )
