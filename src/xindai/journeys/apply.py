"""From a submitted application to a decision: identity proven, report pulled, decided; every step survives a crash."""

from __future__ import annotations

import json
from typing import Any

from xindai.base import workflow
from xindai.base.clock import local_time
from xindai.base.db import Tx
from xindai.base.log import log
from xindai.book.capital import queries as capital
from xindai.credit.decision import operations as decisions
from xindai.credit.decision import queries as decided
from xindai.credit.features.registry import CONSENTED, Source, scope_of
from xindai.credit.models import queries as models
from xindai.credit.review import operations as reviews
from xindai.credit.sources.session import Session
from xindai.credit.strategies import operations as strategies
from xindai.credit.strategies import queries as drawn
from xindai.credit.strategies.model import Outcome
from xindai.journeys.gather import gather
from xindai.journeys.parts import parts
from xindai.lending.life.model import LIVING
from xindai.lending.life.model import Status as LoanStatus
from xindai.lending.loans import queries as loans
from xindai.onboarding.application import claiming
from xindai.onboarding.application import operations as applications
from xindai.onboarding.application import queries as asked
from xindai.onboarding.application.claiming import Typed
from xindai.onboarding.application.model import Application, ApplicationId, Asked, Status
from xindai.onboarding.consent import queries as allowed
from xindai.onboarding.consent.model import Grant, Scope
from xindai.onboarding.documents import queries as papers
from xindai.onboarding.duplicates import operations as duplicates
from xindai.onboarding.identity.model import IdentityTaken
from xindai.products.catalogue import queries as catalogue

STRATEGY = "consumer"
TRIES = 4
PATIENCE = 1
"""So many times a silent bureau is waited for before the next one is asked instead."""
FIRST_WAIT = 0.25
NEXT = {Outcome.APPROVE: Status.OFFERED, Outcome.DECLINE: Status.DECLINED, Outcome.REVIEW: Status.IN_REVIEW}


@workflow.journey("apply")
def apply(application_id: str) -> str:
    """Run an application to its outcome; when identity or bureau stay silent, a person looks at it."""
    for attempt in range(TRIES - 1):
        outcome = workflow.step("apply: ask and decide", _ask_and_decide, application_id, attempt)
        if outcome:
            return outcome
        workflow.sleep(FIRST_WAIT * 2**attempt)
    return workflow.step("apply: ask and decide", _ask_and_decide, application_id, TRIES - 1)


def draft(application_id: ApplicationId, person_id: str, *, asked_for: Asked, typed: Typed) -> Application:
    """A new application. Who names the ID number of somebody known here is refused, and staff are told of the two.

    Refuses what `applications.draft` refuses.
    """
    try:
        with parts().db.transaction("draft") as tx:
            return applications.draft(
                tx, parts().ring, application_id=application_id, person_id=person_id, asked=asked_for, typed=typed
            )
    except IdentityTaken:
        with parts().db.transaction() as tx:
            number = claiming.id_number(typed, papers.newest_read(tx, parts().ring, person_id))
            duplicates.find(tx, parts().ring, person_id=person_id, id_number=number)
        raise


def submit(
    application_id: str, person_id: str, *, session: dict[str, Any] | None = None, within: float = 5.0
) -> Application:
    """Hand in and decide; the application as it stands when decided, or after `within` seconds.

    `session`, how the form was filled in as `Session` has it without its minute, is kept while the consent to behaviour stands.
    Refuses: ApplicationMissing, ConsentMissing, ApplicationMoved.
    """
    with parts().db.transaction("submit") as tx:
        is_new = asked.get(tx, application_id, person_id=person_id).status is Status.DRAFT
        applications.submit(tx, application_id=application_id, person_id=person_id)
        if session is not None and is_new:
            _keep_session(tx, application_id, person_id, session)
    handle = workflow.start(f"apply|{application_id}", apply, application_id)
    try:
        workflow.outcome(handle, within=within)
    except TimeoutError:
        log.info("still_deciding", application=application_id)
    with parts().db.transaction() as tx:
        return asked.get(tx, application_id, person_id=person_id)


def _keep_session(tx: Tx, application_id: str, person_id: str, told: dict[str, Any]) -> None:
    """Whoever did not allow it has no session."""
    grant = allowed.standing(tx, person_id=person_id, scope=Scope(scope_of(Source.SESSION)))
    if grant is not None:
        local = local_time(tx.at)
        decisions.keep_document(
            tx,
            parts().ring,
            application_id=application_id,
            source=Source.SESSION,
            grant_id=grant.id,
            document=json.dumps(Session(**told, minute=local.hour * 60 + local.minute).document()),
        )


def _ask_and_decide(application_id: str, attempt: int) -> str:
    """The outcome, or nothing while somebody who was asked is silent and there is another attempt."""
    found = gather(application_id, patient=attempt < PATIENCE)
    with parts().db.transaction("apply: answered") as tx:
        found.keep(tx)
        if found.silent and attempt < TRIES - 1:
            return ""
        return _decide(tx, application_id)


def _decide(tx: Tx, application_id: str) -> str:
    file, grants = applications.hand_over(tx, parts().ring, application_id=application_id)
    product = catalogue.lendable(tx, file.product)
    deciding, shadows = drawn.chosen(tx, STRATEGY, key=application_id)
    decision = decisions.decide(
        tx,
        file=file,
        known=decided.known(tx, parts().ring, application_id, allowed=_sources(grants)),
        product=product,
        cards=models.cards(tx),
        strategy=strategies.loaded(deciding),
        open_loans=_open_loans(tx, file.person_id),
        headroom=capital.headroom_of(tx, file.person_id, product),
    )
    strategies.ask_shadows(tx, shadows, application_id=application_id, inputs=decision.inputs, decided=decision.outcome)
    if decision.outcome is Outcome.REVIEW:
        reviews.ask(tx, decision=decision, by=reviews.STRATEGY)
    applications.move(tx, application_id=application_id, to=NEXT[decision.outcome], actor="strategy")
    return decision.outcome.value


def _sources(grants: list[Grant]) -> list[Source]:
    """The sources that the person still allows: what was taken back meanwhile is not decided on."""
    scopes = {grant.scope.value for grant in grants}
    return [source for source in CONSENTED if scope_of(source) in scopes]


def _open_loans(tx: Tx, person_id: str) -> int:
    open_states = {*LIVING, LoanStatus.AWAITING_PAY_OUT, LoanStatus.CHARGED_OFF, LoanStatus.SOLD}
    return sum(view.loan.status in open_states for view in loans.of_person(tx, person_id))
