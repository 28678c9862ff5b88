"""What others know of an applicant: asked under the grants that stand, all sources at once, and kept together.

Who somebody is, is asked first; nothing is read about a person whom the identity provider refutes. An answer is kept only
while its grant stands, in the transaction that also decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

from xindai.base.db import Tx
from xindai.base.http import ProviderFault
from xindai.base.log import log
from xindai.credit.decision import operations as decisions
from xindai.credit.decision import queries as decided
from xindai.credit.decision.model import Pulled
from xindai.credit.features.registry import Source
from xindai.credit.graph import operations as graph
from xindai.credit.graph import queries as tied
from xindai.credit.sources.report import BureauName
from xindai.credit.sources.ties import around_document
from xindai.journeys.parts import parts
from xindai.onboarding.application import queries as asked
from xindai.onboarding.application.model import ApplicationId
from xindai.onboarding.consent import queries as allowed
from xindai.onboarding.consent.model import Grant, Scope
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import Person, Proof
from xindai.onboarding.proof import operations as proofs
from xindai.onboarding.proof.model import EvidenceKind
from xindai.outside.bureau import Reason

AT_ONCE = 24
"""Questions that one process has open; more wait for their turn."""
_asking = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="asking")


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody told under a grant, and how it is kept."""

    grant: Grant
    keep: Callable[[Tx], None]


@dataclass(frozen=True, slots=True)
class Gathered:
    """New answers; `silent` where somebody who was asked gave none, and may give one later."""

    answers: tuple[Answer, ...] = ()
    silent: bool = False

    def __add__(self, other: Gathered) -> Gathered:
        """Both."""
        return Gathered(self.answers + other.answers, self.silent or other.silent)

    def keep(self, tx: Tx) -> None:
        """Keep every answer whose grant still stands; it cannot be taken back before this transaction ends."""
        for answer in self.answers:
            if allowed.held(tx, answer.grant):
                answer.keep(tx)


@dataclass(frozen=True, slots=True)
class _Applicant:
    """Whom an application is about, what they allow, and what is known already."""

    application_id: str
    person: Person
    grants: Mapping[Scope, Grant]
    reports: Mapping[BureauName, Pulled]
    kept: frozenset[Source]
    on: date


def gather(application_id: str, *, patient: bool) -> Gathered:
    """Ask everybody who may be asked and has not answered yet; `patient` waits for a silent bureau before the next is asked."""
    applicant = _applicant(application_id)
    person, found = _identify(applicant)
    if person.proof is Proof.REFUTED:
        return found
    pulls = (
        _asking.submit(_reports, applicant, patient=patient),
        _asking.submit(_behaviour, applicant),
        _asking.submit(_ties, applicant),
    )
    for pull in pulls:
        found += pull.result()
    return found


def _applicant(application_id: str) -> _Applicant:
    with parts().db.transaction() as tx:
        person_id = asked.get(tx, application_id).person_id
        return _Applicant(
            application_id,
            people.person(tx, parts().ring, person_id),
            {grant.scope: grant for grant in allowed.granted(tx, person_id)},
            decided.pulled(tx, parts().ring, application_id=application_id, person_id=person_id),
            decided.sources_kept(tx, application_id),
            tx.on,
        )


def _identify(applicant: _Applicant) -> tuple[Person, Gathered]:
    """The person as proven as they are now, and the answer if there is a new one."""
    person, grant = applicant.person, applicant.grants.get(Scope.IDENTITY)
    if person.proof is not Proof.UNPROVEN or grant is None:
        return person, Gathered()
    try:
        answer = parts().world.four_elements.ask(lambda provider: provider.check(grant, person))
    except ProviderFault as fault:
        return person, _silent("identity", applicant, fault)
    if answer is None:
        return person, Gathered(silent=True)
    provider, checked = answer

    def keep(tx: Tx) -> None:
        identity.settle_proof(
            tx,
            person_id=person.id,
            proof=checked.proof,
            phone=checked.phone,
            grant_id=grant.id,
            provider_reference=checked.reference,
        )
        if checked.proof is Proof.PROVEN:
            proofs.keep(
                tx,
                source=ApplicationId(applicant.application_id),
                person_id=person.id,
                kind=EvidenceKind.FOUR_ELEMENTS,
                provider=provider,
                reference=checked.reference,
                grant_id=grant.id,
            )

    return replace(person, proof=checked.proof), Gathered((Answer(grant, keep),))


def _reports(applicant: _Applicant, *, patient: bool) -> Gathered:
    """The bureaus in their order: the next one is asked where the one before has no file, or is silent for too long."""
    grant, found = applicant.grants.get(Scope.BUREAU), Gathered()
    if grant is None:
        return found
    for bureau in parts().world.bureaus:
        pulled = applicant.reports.get(bureau.name)
        try:
            pulled = pulled or bureau.pull(grant, applicant.person, Reason.LOAN_APPROVAL)
        except ProviderFault as fault:
            found += _silent(f"{bureau.name}_bureau", applicant, fault)
            if patient:
                return found
            continue
        if bureau.name not in applicant.reports or pulled.earlier:
            found += Gathered((_report(applicant, bureau.name, grant, pulled),))
        if pulled.report.has_file:
            return replace(found, silent=False)
    return found


def _report(applicant: _Applicant, bureau: BureauName, grant: Grant, pulled: Pulled) -> Answer:
    def keep(tx: Tx) -> None:
        decisions.keep_report(
            tx,
            parts().ring,
            application_id=applicant.application_id,
            bureau=bureau,
            grant_id=grant.id,
            reason=Reason.LOAN_APPROVAL.value,
            pulled=pulled,
        )

    return Answer(grant, keep)


def _behaviour(applicant: _Applicant) -> Gathered:
    grant = applicant.grants.get(Scope.BEHAVIOUR)
    if grant is None or Source.BEHAVIOUR in applicant.kept:
        return Gathered()
    try:
        told = parts().world.behaviour.pull(grant, applicant.person, Reason.LOAN_APPROVAL, until=applicant.on)
    except ProviderFault as fault:
        return _silent("behaviour", applicant, fault)
    return Gathered((Answer(grant, lambda tx: _keep(tx, applicant, Source.BEHAVIOUR, grant, told.document)),))


def _ties(applicant: _Applicant) -> Gathered:
    """What is known around the person at the moment of keeping is kept, so that the decision can be made again from it."""
    grant = applicant.grants.get(Scope.SOCIAL)
    if grant is None or Source.SOCIAL in applicant.kept:
        return Gathered()
    try:
        told = parts().world.social.pull(grant, applicant.person, until=applicant.on)
    except ProviderFault as fault:
        return _silent("social", applicant, fault)

    def keep(tx: Tx) -> None:
        graph.keep_ties(tx, grant=grant, node=told.node, ties=told.ties)
        around = around_document(tied.around(tx, node=told.node, ties=told.ties))
        _keep(tx, applicant, Source.SOCIAL, grant, json.dumps(around, ensure_ascii=False))

    return Gathered((Answer(grant, keep),))


def _keep(tx: Tx, applicant: _Applicant, source: Source, grant: Grant, document: str) -> None:
    decisions.keep_document(
        tx, parts().ring, application_id=applicant.application_id, source=source, grant_id=grant.id, document=document
    )


def _silent(who: str, applicant: _Applicant, fault: ProviderFault) -> Gathered:
    log.warning("source_unanswered", who=who, application=applicant.application_id, why=str(fault))
    return Gathered(silent=True)
