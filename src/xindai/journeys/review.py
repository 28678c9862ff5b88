"""A person decides: what a review does to the application, and the offer that an approval makes."""

from __future__ import annotations

from datetime import date

from xindai.base.db import Tx
from xindai.credit.decision import assessment
from xindai.credit.decision import operations as decisions
from xindai.credit.decision import queries as decided
from xindai.credit.decision.model import Decision, DecisionErased, DecisionMissing
from xindai.credit.models import queries as models
from xindai.credit.models.model import ModelMissing
from xindai.credit.review import operations as reviews
from xindai.credit.review import queries as reviewed
from xindai.credit.review.model import Review
from xindai.credit.scoring import Cards
from xindai.journeys.parts import parts
from xindai.onboarding.application import operations as applications
from xindai.onboarding.application import queries as asked
from xindai.onboarding.application.model import ApplicationFile, Status
from xindai.products.catalogue import queries as catalogue


def ask(application_id: str, person_id: str) -> None:
    """An applicant wants a person to look at a decline.

    Refuses: ApplicationMissing, DecisionMissing, ReviewPast, ApplicationOpen, ApplicationMoved.
    """
    with parts().db.transaction("review asked for") as tx:
        applications.reopen(tx, application_id=application_id, person_id=person_id)
        decision = decided.of_application(tx, application_id)
        if decision is None:
            raise DecisionMissing(field="application")
        reviews.ask(tx, decision=decision, by=reviews.APPLICANT)


def propose(tx: Tx, review_id: str, *, reason: str, by: str) -> Review:
    """Propose to approve. Refuses: ReviewMissing, ReviewMoved, NotOverruled."""
    decision = decided.get(tx, reviewed.get(tx, review_id).decision_id)
    return reviews.propose(tx, review_id=review_id, decision=decision, reason=reason, by=by)


def approve(tx: Tx, review_id: str, *, by: str) -> Review:
    """Approve what somebody else proposed: the applicant gets an offer at the limit and price of the decision.

    Refuses: ReviewMissing, ReviewMoved, SamePerson.
    """
    review = reviews.approve(tx, review_id=review_id, by=by)
    decision = decided.get(tx, review.decision_id)
    if decided.offer_of_application(tx, review.application_id) is None:
        file, judged = judged_again(tx, decision)
        decisions.offer(tx, decision, file, judged)
        applications.move(tx, application_id=review.application_id, to=Status.OFFERED, actor=by)
    return review


def decline(tx: Tx, review_id: str, *, reason: str, by: str) -> Review:
    """Say no; an application that was withdrawn meanwhile stays so. Refuses: ReviewMissing, ReviewMoved."""
    review = reviews.decline(tx, review_id=review_id, reason=reason, by=by)
    if asked.get(tx, review.application_id).status is Status.IN_REVIEW:
        applications.move(tx, application_id=review.application_id, to=Status.DECLINED, actor=by)
    return review


def judges_then(tx: Tx, decision: Decision) -> Cards:
    """What judged then; where that was never kept, what judges now."""
    try:
        return models.of_hashes(tx, application=decision.model_hash, fraud=decision.inputs.get("fraud_model", ""))
    except ModelMissing:
        return models.cards(tx)


def judged_again(tx: Tx, decision: Decision) -> tuple[ApplicationFile, assessment.Assessment]:
    """(the file, the assessment) of a decision, made again from what was kept of it. Refuses: DecisionErased."""
    if not decision.inputs:
        raise DecisionErased(field="decision")
    kept = decision.inputs["file"]
    file = ApplicationFile(**{**kept, "on": date.fromisoformat(kept["on"])})
    judged = assessment.assess(
        file,
        decided.known_then(tx, parts().ring, decision),
        product=catalogue.lendable(tx, file.product, on=decision.on),
        cards=judges_then(tx, decision),
        open_loans=decision.inputs["open_loans"],
        policy=decision.inputs.get("policy", 1),
        headroom=decision.inputs.get("headroom"),
    )
    return file, judged
