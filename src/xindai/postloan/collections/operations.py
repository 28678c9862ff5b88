"""Each morning: what falls due and what is late is looked at, cases are brought to it, and steps are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from xindai.base.db import Tx
from xindai.credit.features import account
from xindai.credit.models import queries as models
from xindai.lending.loans import queries as loans
from xindai.lending.loans.queries import Due
from xindai.postloan.cases import operations as cases
from xindai.postloan.cases import queries as cased
from xindai.postloan.cases.model import Late, Scored
from xindai.postloan.collections.model import BEFORE_LATE, Do, Plan, plan_of
from xindai.postloan.watch import queries as watched
from xindai.values.money import decimal_text


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is wanted for a person: about what, with which facts; one a person and day."""

    person_id: str
    topic: str
    facts: dict[str, str]


def treat(tx: Tx, plans: Sequence[Plan]) -> list[Text]:
    """Bring cases to this morning, want what their plans want today; the texts that are wanted. Twice is once.

    Calls are put on the work list. Of several loans, a person is treated by the one that is late longest, or else falls due
    first. What was written off is still owed, and its case stays open; no plan writes about it.
    """
    ahead = -min(step.day for plan in plans for step in plan.steps)
    worst: dict[str, Due] = {}
    owed: dict[str, int] = {}
    for due in loans.due(tx, by=tx.on + timedelta(days=max(0, ahead)), on=tx.on):
        if due.overdue_days > 0:
            owed[due.person_id] = owed.get(due.person_id, 0) + due.amount
        before = worst.get(due.person_id)
        if before is None or (due.overdue_days, before.due_on) > (before.overdue_days, due.due_on):
            worst[due.person_id] = due
    cases.judge_promises(tx, lambda person_id, since: loans.received(tx, person_id, since=since))
    late = {person_id: Late(person_id, worst[person_id].overdue_days, minor) for person_id, minor in owed.items()}
    for claim in loans.claims(tx):
        living = late.get(claim.person_id, Late(claim.person_id, 0, 0))
        late[claim.person_id] = Late(claim.person_id, max(living.days, claim.days), living.owed + claim.owed)
    cases.age(
        tx,
        [late[person_id] for person_id in sorted(late)],
        scored=lambda people: _scored(tx, people),
        plan_of=lambda person_id, grade: plan_of(person_id, grade, plans).name,
    )
    named = {plan.name: plan for plan in plans}
    followed = {person_id: (case.plan, case.grade) for person_id, case in cased.open_cases(tx).items()}
    texts = []
    for person_id, due in sorted(worst.items()):
        days = due.overdue_days if due.overdue_days > 0 else (tx.on - due.due_on).days
        name, grade = followed.get(person_id, ("", None))
        plan = named.get(name) or plan_of(person_id, grade or BEFORE_LATE, plans)
        for step in plan.on(days):
            if step.do is Do.CALL:
                cases.want_call(tx, person_id=person_id, on=tx.on)
            else:
                texts.append(Text(person_id, step.topic, _facts(due)))
    return texts


def _scored(tx: Tx, people: Sequence[str]) -> dict[str, Scored]:
    """Those who fell late, by the collection score (C card): whether they will be sixty days late."""
    card = models.collection(tx)
    found = {}
    for person_id, history in watched.histories_of(tx, people, on=tx.on).items():
        features = account.features(history)
        score = card.score(features)
        found[person_id] = Scored(score.score, score.grade, card.hash, features)
    return found


def _facts(due: Due) -> dict[str, str]:
    return {
        "reference": due.reference,
        "amount": decimal_text(due.amount, due.currency),
        "due_on": due.due_on.isoformat(),
        "days": str(due.overdue_days),
    }
