"""Opening, ageing and closing cases; promises made and judged; who works on what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from xindai.base import audit, clock
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.postloan.cases import queries
from xindai.postloan.cases.model import (
    MOVES,
    PROMISE_MOVES,
    Case,
    CaseId,
    Late,
    Promise,
    PromiseId,
    PromiseStatus,
    Scored,
    Status,
)
from xindai.values.money import Money


def age(
    tx: Tx,
    late: Sequence[Late],
    *,
    scored: Callable[[Sequence[str]], Mapping[str, Scored]],
    plan_of: Callable[[str, str], str],
) -> int:
    """Bring cases to what is late this morning: new ones are opened, those of people who are not late are closed; how many are open.

    `scored` scores people who fell late, `plan_of` says by which plan somebody of a grade is treated from now on. Twice is once.
    """
    known = queries.open_cases(tx)
    tx.run_many(
        "UPDATE collection_case SET overdue_days = :days, owed = :owed, worst_days = greatest(worst_days, :days) WHERE id = :id",
        [{"id": known[one.person_id].id, "days": one.days, "owed": one.owed} for one in late if one.person_id in known],
    )
    fresh = [one for one in late if one.person_id not in known]
    scores = scored([one.person_id for one in fresh]) if fresh else {}
    for one in fresh:
        score = scores[one.person_id]
        _open(tx, one, plan=plan_of(one.person_id, score.grade), score=score)
    still = {one.person_id for one in late}
    for person_id, case in known.items():
        if person_id not in still:
            tx.run(
                "UPDATE collection_case SET closed_on = :on, overdue_days = 0, owed = 0 WHERE id = :id",
                on=tx.on,
                id=case.id,
            )
            _move(tx, case, Status.CLOSED)
    return len(late)


def judge_promises(tx: Tx, received: Callable[[str, date], int]) -> int:
    """Promises whose day has gone are kept or broken, by what came from their person since they made it; how many.

    `received` answers (person, since) with minor units.
    """
    judged = 0
    for promise, person_id in queries.due_promises(tx, on=tx.on):
        came = received(person_id, promise.made_on)
        to = PromiseStatus.KEPT if came >= promise.amount.minor else PromiseStatus.BROKEN
        event = PROMISE_MOVES[promise.status][to]
        tx.run(
            "UPDATE promise SET status = :to, received = :came WHERE id = :id", to=to.value, came=came, id=promise.id
        )
        case = queries.get(tx, promise.case_id, lock=True)
        if to is PromiseStatus.BROKEN:
            tx.run("UPDATE collection_case SET broken = broken + 1, call_on = :on WHERE id = :id", on=tx.on, id=case.id)
        if case.status is Status.PROMISED:
            _move(tx, case, Status.OPEN)
        publish(tx, Event(event, promise.id, {"case": case.id, "person": person_id}))
        judged += 1
    return judged


def promise(tx: Tx, *, promise_id: PromiseId, case_id: str, amount: Money, by_day: date, made_by: str) -> Promise:
    """Somebody promises to pay; until that day nobody calls. The same id again is the same. Refuses: CaseMissing, CaseClosed, PromiseOpen, Invalid."""
    case = queries.get(tx, case_id, lock=True)
    made = next((one for one in queries.promises(tx, case_id) if one.id == promise_id), None)
    if made is not None:
        return made
    case.may_promise(amount, by_day, on=tx.on)
    tx.run(
        "INSERT INTO promise (id, case_id, amount, by_day, status, made_on, made_by)"
        " VALUES (:id, :case, :amount, :by_day, 'open', :on, :made_by)",
        id=promise_id,
        case=case_id,
        amount=amount.minor,
        by_day=by_day,
        on=tx.on,
        made_by=made_by,
    )
    _move(tx, case, Status.PROMISED)
    return next(one for one in queries.promises(tx, case_id) if one.id == promise_id)


def want_call(tx: Tx, *, person_id: str, on: date) -> None:
    """A call is wanted on that day, or as soon after it as somebody comes to it."""
    tx.run(
        "UPDATE collection_case SET call_on = least(coalesce(call_on, :on), :on) WHERE person_id = :person AND status <> 'closed'",
        on=on,
        person=person_id,
    )


def called(tx: Tx, *, case_id: str, again_on: date | None) -> None:
    """Somebody has called; they call again on that day, or when the plan says so."""
    tx.run("UPDATE collection_case SET call_on = :again WHERE id = :id", again=again_on, id=case_id)


def assign(tx: Tx, *, case_id: str, to: str | None, by: str) -> Case:
    """Who works on a case; nobody, where it is anybody's. Refuses: CaseMissing."""
    case = queries.get(tx, case_id, lock=True)
    if case.assigned_to != to:
        tx.run("UPDATE collection_case SET assigned_to = :to WHERE id = :id", to=to, id=case_id)
        audit.note(tx, actor=by, action="case_assigned", subject=case.person_id, facts={"case": case_id, "to": to})
    return queries.get(tx, case_id)


def _open(tx: Tx, late: Late, *, plan: str, score: Scored) -> None:
    case_id = clock.new_id(CaseId)
    tx.run(
        "INSERT INTO collection_case (id, person_id, plan, status, overdue_days, owed, worst_days, opened_on, score, grade,"
        " model_hash, features) VALUES (:id, :person, :plan, 'open', :days, :owed, :days, :on, :score, :grade, :model,"
        " CAST(:features AS jsonb))",
        id=case_id,
        person=late.person_id,
        plan=plan,
        days=late.days,
        owed=late.owed,
        on=tx.on,
        score=score.score,
        grade=score.grade,
        model=score.model_hash,
        features=score.features,
    )
    publish(tx, Event("case_opened", case_id, {"person": late.person_id, "days": late.days}))


def _move(tx: Tx, case: Case, to: Status) -> None:
    event = MOVES[case.status][to]
    tx.run("UPDATE collection_case SET status = :to WHERE id = :id", to=to.value, id=case.id)
    publish(tx, Event(event, case.id, {"person": case.person_id}))
