"""From a submitted application to a decision: identity proven, report pulled, decided; every step survives a crash."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from xindai.base import workflow
from xindai.base.db import Tx
from xindai.base.http import ProviderFault
from xindai.base.log import log
from xindai.credit.decision import operations as decisions
from xindai.credit.decision import queries as decided
from xindai.credit.features.registry import ASKED, Source
from xindai.credit.features.report import BureauReport
from xindai.credit.features.ties import around_document
from xindai.credit.graph import operations as graph
from xindai.credit.graph import queries as tied
from xindai.credit.review import operations as reviews
from xindai.credit.strategies import operations as strategies
from xindai.credit.strategies import queries as drawn
from xindai.credit.strategies.model import Outcome
from xindai.journeys.parts import parts
from xindai.lending.life.model import LIVING
from xindai.lending.life.model import Status as LoanStatus
from xindai.lending.loans import queries as loans
from xindai.onboarding import consent
from xindai.onboarding.application import operations as applications
from xindai.onboarding.application import queries as asked
from xindai.onboarding.application.model import Application, Status
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import Person, Proof
from xindai.outside.bureau import Bureau, Reason
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
    for attempt in range(TRIES):
        if workflow.step("apply: ask", _ask, application_id, attempt) or attempt == TRIES - 1:
            break
        workflow.sleep(FIRST_WAIT * 2**attempt)
    return workflow.step("apply: decide", _decide, application_id)


def submit(application_id: str, person_id: str, *, within: float = 5.0) -> Application:
    """Hand in and decide; the application as it stands when decided, or after `within` seconds.

    Refuses: ApplicationMissing, ConsentMissing, ApplicationMoved.
    """
    with parts().db.transaction("submit") as tx:
        applications.submit(tx, application_id=application_id, person_id=person_id)
    handle = workflow.start(f"apply|{application_id}", apply, application_id)
    try:
        workflow.outcome(handle, within=within)
    except TimeoutError:
        log.info("still_deciding", application=application_id)
    with parts().db.transaction() as tx:
        return asked.get(tx, application_id, person_id=person_id)


def _ask(application_id: str, attempt: int) -> bool:
    """Whether there is nothing left to ask anybody: who it is first, then all sources at once."""
    proven = _prove_identity(application_id)
    with ThreadPoolExecutor(3) as pool:
        pulls = (
            pool.submit(_pull_reports, application_id, patient=attempt < PATIENCE),
            pool.submit(_pull_behaviour, application_id),
            pool.submit(_pull_ties, application_id),
        )
        answered = [pull.result() for pull in pulls]
    return proven and all(answered)


def _prove_identity(application_id: str) -> bool:
    """Whether there is nothing left to ask the provider; a grant taken back in between leaves it unasked."""
    with parts().db.transaction() as tx:
        application = asked.get(tx, application_id)
        person = people.person(tx, parts().ring, application.person_id)
        if person.proof is not Proof.UNPROVEN:
            return True
        grant = consent.standing(tx, person_id=person.id, scope=consent.Scope.IDENTITY)
    if grant is None:
        return True
    try:
        checked = parts().world.kyc.check(grant, person)
    except ProviderFault as fault:
        log.warning("identity_unanswered", application=application_id, why=str(fault))
        return False
    with parts().db.transaction("apply: identity kept") as tx:
        identity.settle_proof(
            tx, person_id=person.id, proof=checked.proof, grant_id=grant.id, provider_reference=checked.reference
        )
    return True


def _pull_reports(application_id: str, *, patient: bool) -> bool:
    """Whether no bureau is left to ask: where one has no file, or stays silent too long, the next one is asked."""
    silent = False
    for bureau in parts().world.bureaus:
        report = _pull_report(application_id, bureau)
        if report is not None and report.has_file:
            return True
        silent = silent or report is None
        if silent and patient:
            return not _may_pull(application_id)
    return not silent or not _may_pull(application_id)


def _pull_report(application_id: str, bureau: Bureau) -> BureauReport | None:
    """What a bureau tells, or has told lately; none while it is silent, or may not be asked (any more)."""
    with parts().db.transaction() as tx:
        kept = decided.report_of(tx, parts().ring, application_id, bureau.name)
        allowed = _to_ask(tx, application_id, consent.Scope.BUREAU)
        if kept is not None or allowed is None:
            return kept
        grant, person = allowed
        pulled = decided.young_report(tx, parts().ring, person.id, bureau.name)
    try:
        pulled = pulled or bureau.pull(grant, person, Reason.LOAN_APPROVAL)
    except ProviderFault as fault:
        log.warning("bureau_unanswered", application=application_id, bureau=bureau.name, why=str(fault))
        return None
    with parts().db.transaction("apply: report kept") as tx:
        if not consent.held(tx, grant):
            return None
        decisions.keep_report(
            tx,
            parts().ring,
            application_id=application_id,
            bureau=bureau.name,
            grant_id=grant.id,
            reason=Reason.LOAN_APPROVAL.value,
            pulled=pulled,
        )
    return pulled.report


def _may_pull(application_id: str) -> bool:
    with parts().db.transaction() as tx:
        return _to_ask(tx, application_id, consent.Scope.BUREAU) is not None


def _pull_behaviour(application_id: str) -> bool:
    """Whether there is nothing left to ask the behaviour provider; it is not asked without a grant."""
    with parts().db.transaction() as tx:
        asked_for = _allowed(tx, application_id, Source.BEHAVIOUR)
        until = tx.on
    if asked_for is None:
        return True
    grant, person = asked_for
    try:
        told = parts().world.behaviour.pull(grant, person, until=until)
    except ProviderFault as fault:
        log.warning("behaviour_unanswered", application=application_id, why=str(fault))
        return False
    with parts().db.transaction("apply: behaviour kept") as tx:
        if consent.held(tx, grant):
            _keep(tx, application_id, Source.BEHAVIOUR, grant, told.document)
    return True


def _pull_ties(application_id: str) -> bool:
    """Whether there is nothing left to ask the social provider; it is not asked without a grant.

    What is known around the person at this moment is kept, so that the decision can be made again from it.
    """
    with parts().db.transaction() as tx:
        asked_for = _allowed(tx, application_id, Source.SOCIAL)
        until = tx.on
    if asked_for is None:
        return True
    grant, person = asked_for
    try:
        told = parts().world.social.pull(grant, person, until=until)
    except ProviderFault as fault:
        log.warning("social_unanswered", application=application_id, why=str(fault))
        return False
    with parts().db.transaction("apply: ties kept") as tx:
        if consent.held(tx, grant):
            graph.keep_ties(tx, grant=grant, node=told.node, ties=told.ties)
            around = around_document(tied.around(tx, node=told.node, ties=told.ties))
            _keep(tx, application_id, Source.SOCIAL, grant, json.dumps(around, ensure_ascii=False))
    return True


def _keep(tx: Tx, application_id: str, source: Source, grant: consent.Grant, document: str) -> None:
    decisions.keep_document(
        tx, parts().ring, application_id=application_id, source=source, grant_id=grant.id, document=document
    )


def _allowed(tx: Tx, application_id: str, source: Source) -> tuple[consent.Grant, Person] | None:
    """The grant and the person to ask a source about; none if it has answered, or may not be asked."""
    if decided.document(tx, parts().ring, application_id, source) is not None:
        return None
    return _to_ask(tx, application_id, consent.Scope(source.value))


def _to_ask(tx: Tx, application_id: str, scope: consent.Scope) -> tuple[consent.Grant, Person] | None:
    """The grant that allows it, and the person; none without a grant, and of one whose identity is refuted."""
    person = people.person(tx, parts().ring, asked.get(tx, application_id).person_id)
    grant = consent.standing(tx, person_id=person.id, scope=scope)
    return (grant, person) if grant is not None and person.proof is not Proof.REFUTED else None


def _decide(application_id: str) -> str:
    with parts().db.transaction("apply: decided") as tx:
        file = applications.hand_over(tx, parts().ring, application_id=application_id)
        deciding, shadows = drawn.chosen(tx, STRATEGY, key=application_id)
        decision = decisions.decide(
            tx,
            file=file,
            known=decided.known(tx, parts().ring, application_id, allowed=_standing(tx, file.person_id)),
            product=catalogue.sold_as(tx, file.product),
            cards=parts().cards,
            strategy=strategies.loaded(deciding),
            open_loans=_open_loans(tx, file.person_id),
        )
        strategies.ask_shadows(
            tx, shadows, application_id=application_id, inputs=decision.inputs, decided=decision.outcome
        )
        if decision.outcome is Outcome.REVIEW:
            reviews.ask(tx, decision=decision, by=reviews.STRATEGY)
        applications.move(tx, application_id=application_id, to=NEXT[decision.outcome], actor="strategy")
    return decision.outcome.value


def _standing(tx: Tx, person_id: str) -> list[Source]:
    """The sources that the person still allows: what was taken back meanwhile is not decided on."""
    scopes = {grant.scope.value for grant in consent.granted(tx, person_id)}
    return [source for source in ASKED if source.value in scopes]


def _open_loans(tx: Tx, person_id: str) -> int:
    open_states = {*LIVING, LoanStatus.AWAITING_PAY_OUT, LoanStatus.CHARGED_OFF}
    return sum(view.loan.status in open_states for view in loans.of_person(tx, person_id))
