"""Looking at a line: its score is kept with what it rests on, and what follows is done at once, but for a higher limit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from xindai.base import audit
from xindai.base.db import Tx, array
from xindai.credit.features import account
from xindai.credit.features.account import History
from xindai.credit.scoring import Score, Scorecard
from xindai.lending.line import operations as lines
from xindai.lending.line import queries as lined
from xindai.lending.line.model import Line, LineId, Status
from xindai.onboarding.consent.model import Grant, Scope
from xindai.postloan.watch import policy, queries, signals
from xindai.postloan.watch.model import LineReview, RaiseGone, RaiseMissing, ReviewId, Verdict
from xindai.postloan.watch.policy import RULES, Judged, Look
from xindai.postloan.watch.signals import Call, Policy, Signal
from xindai.products.catalogue.model import Product
from xindai.values.money import Money

ACTOR = "line review"
WARNED = "early warning"
"""Who freezes a line, and opens it again, because of signals."""
REMEMBERED = timedelta(days=730)
A_MONTH = timedelta(days=30)


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


def hear(tx: Tx, policy_: Policy, *, key: str, person_id: str, kind: str, subject: str) -> Call:
    """Something was seen of a person: it is kept with what the sum asks for, and open lines are frozen where it asks for that.

    The same key again changes nothing.
    """
    tx.run("SELECT 1 FROM person WHERE id = :person FOR NO KEY UPDATE", person=person_id)
    if tx.value("SELECT 1 FROM watch_signal WHERE key = :key", key=key):
        return Call.NOTHING
    fresh = Signal(kind, tx.on, subject)
    known = [*queries.signals(tx, person_id, since=tx.on - REMEMBERED), fresh]
    found = signals.weighed(known, policy_, on=tx.on)
    strength = signals.total(found)
    asked = signals.call(strength, policy_)
    tx.run(
        "INSERT INTO watch_signal (key, person_id, kind, subject, on_day, strength_after, call, at)"
        " VALUES (:key, :person, :kind, :subject, :on, :strength, :call, :at)",
        key=key,
        person=person_id,
        kind=kind,
        subject=subject,
        on=tx.on,
        strength=strength,
        call=asked.value,
        at=tx.at,
    )
    if asked is Call.FREEZE:
        for line in lined.of_person(tx, person_id):
            if line.status is Status.OPEN:
                reason = ", ".join(one.signal.kind for one in found)
                lines.move(tx, line_id=line.id, to=Status.FROZEN, by=WARNED, reason=reason)
    return asked


def begin(tx: Tx, person_id: str) -> None:
    """From now on it is this person's turn once a month; one whose turn is known keeps it."""
    tx.run(
        "INSERT INTO watch_turn (person_id, next_on) VALUES (:person, :on) ON CONFLICT DO NOTHING",
        person=person_id,
        on=tx.on + A_MONTH,
    )


def pass_turn(tx: Tx, person_ids: Sequence[str], *, ended: Collection[str]) -> None:
    """Their turn is over until next month; of those for whom it has `ended`, until they borrow again."""
    tx.run("DELETE FROM watch_turn WHERE person_id = ANY(CAST(:ended AS text[]))", ended=array(sorted(ended)))
    tx.run(
        "UPDATE watch_turn SET next_on = :on WHERE person_id = ANY(CAST(:people AS text[]))",
        people=array(person_ids),
        on=tx.on + A_MONTH,
    )


def told(tx: Tx, policy_: Policy, *, grant: Grant, features: Mapping[str, int | None]) -> list[str]:
    """What others told of a person this month: the figures that are compared are kept, and what they show is heard; once a day."""
    assert grant.scope is Scope.WATCHING
    kept = {name: features.get(name) for name in sorted(signals.compared(policy_))}
    kinds = signals.seen(kept, policy_)
    new = tx.run(
        "INSERT INTO watch_told (person_id, on_day, grant_id, features, signals, at)"
        " VALUES (:person, :on, :grant, CAST(:features AS jsonb), CAST(:kinds AS text[]), :at) ON CONFLICT DO NOTHING",
        person=grant.person_id,
        on=tx.on,
        grant=grant.id,
        features=kept,
        kinds=array(kinds),
        at=tx.at,
    )
    if new:
        facts = {"grant": grant.id, "reason": "post_loan"}
        audit.note(tx, actor="watching", action="others_asked", subject=grant.person_id, facts=facts)
    for kind in kinds if new else ():
        key = f"told|{grant.person_id}|{tx.on}|{kind}"
        hear(tx, policy_, key=key, person_id=grant.person_id, kind=kind, subject=grant.id)
    return kinds


def forget(tx: Tx, person_id: str) -> int:
    """The figures that others told are gone, because the consent is; in how many months they were told."""
    return tx.run("DELETE FROM watch_told WHERE person_id = :person", person=person_id)


def ease(tx: Tx, policy_: Policy, *, after: str, most: int) -> tuple[int, str]:
    """Open lines again that were frozen for warnings which have faded: (how many, the last one looked at or nothing)."""
    frozen = queries.frozen_for_warnings(tx, by=WARNED, after=after, most=most)
    opened = 0
    for line_id, person_id, frozen_on in frozen:
        found = signals.weighed(queries.signals(tx, person_id, since=tx.on - REMEMBERED), policy_, on=tx.on)
        if signals.eases(signals.total(found), policy_, frozen_on=frozen_on, on=tx.on):
            lines.move(tx, line_id=line_id, to=Status.OPEN, by=WARNED, reason="warnings have faded")
            opened += 1
    return opened, frozen[-1][0] if len(frozen) == most else ""


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
