"""Proposing strategies and deciding on them: two people, and a day from which a version is live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from xindai.base import audit
from xindai.base.db import Tx
from xindai.base.log import log
from xindai.credit.strategies import graph, queries
from xindai.credit.strategies.graph import Strategy, StrategyBroken
from xindai.credit.strategies.model import (
    MOST_SHARE,
    Case,
    CaseFailed,
    CaseMissing,
    Outcome,
    Ran,
    Role,
    Status,
    StrategyUnfit,
    Verdict,
    Version,
)
from xindai.values.refusal import Invalid

_EVER = date(2020, 1, 1)


def stock(tx: Tx, *, name: str, text: str) -> None:
    """Put the shipped strategy live, if there is none of the name yet."""
    if queries.versions(tx, name=name):
        return
    shipped = graph.load(name, text)
    _add(
        tx,
        Version(
            name,
            1,
            text,
            shipped.hash,
            tuple(graph.RULES),
            Role.CHAMPION,
            0,
            Status.APPROVED,
            _EVER,
            "starter",
            "operator",
        ),
        name,
    )


def loaded(version: Version) -> Strategy:
    """A version, ready to judge. Refuses StrategyBroken."""
    return graph.load(version.ref, version.graph, version.rules)


def tried(text: str) -> Strategy:
    """A graph that nobody has proposed yet, ready to judge. Refuses StrategyUnfit."""
    try:
        return graph.load("trial", text)
    except StrategyBroken as broken:
        raise StrategyUnfit(why=broken.facts["why"], field="graph") from None


def propose(
    tx: Tx,
    *,
    name: str,
    text: str,
    role: Role,
    share: int,
    effective_from: date,
    samples: Sequence[dict[str, Any]],
    by: str,
    request: str,
) -> Version:
    """A new version, tried on samples, to be decided on by somebody else; the same request again is the same version.

    Refuses: StrategyUnfit, Invalid.
    """
    _one_at_a_time(tx, name)
    known = tx.row("SELECT name, version FROM strategy_version WHERE request = :request", request=request)
    if known is not None:
        return queries.version(tx, f"{known['name']}@{known['version']}")
    try:
        made = graph.load(name, text)
        for inputs in samples:
            made.judge(inputs)
    except StrategyBroken as broken:
        raise StrategyUnfit(why=broken.facts["why"], field="graph") from None
    number = max((one.version for one in queries.versions(tx, name=name)), default=0) + 1
    version = Version(
        name, number, text, made.hash, tuple(graph.RULES), role, share, Status.PROPOSED, effective_from, by, None
    )
    _add(tx, version, request)
    audit.note(tx, actor=by, action="strategy_proposed", subject=version.ref, facts={"role": role.value})
    return version


def decide(tx: Tx, *, ref: str, to: Status, by: str) -> Version:
    """Approve, reject or withdraw what somebody else proposed; twice is once.

    Refuses: StrategyMissing, StrategyDecided, SamePerson, CaseFailed, Invalid when nothing would be left to decide.
    """
    _one_at_a_time(tx, queries.version(tx, ref).name)
    before = queries.version(tx, ref, lock=True)
    if before.status is to and before.decided_by == by:
        return before
    event = before.decided(to, by=by)
    if to is Status.APPROVED:
        failed = [ran.case.title for ran in run(loaded(before), queries.cases(tx, before.name)) if not ran.passes]
        if failed:
            raise CaseFailed(titles="; ".join(failed), field="strategy")
    tx.run(
        "UPDATE strategy_version SET status = :to, decided_by = :by WHERE name = :name AND version = :version",
        to=to,
        by=by,
        name=before.name,
        version=before.version,
    )
    live = [one for one in queries.versions(tx, name=before.name) if one.status is Status.APPROVED]
    if not any(one.role is Role.CHAMPION and one.effective_from <= tx.on for one in live):
        raise Invalid("The last champion stays: nothing else would decide.", field="strategy")
    if sum(one.share for one in live) > MOST_SHARE:
        raise Invalid(f"Challengers together decide at most {MOST_SHARE} of a hundred applications.", field="share")
    audit.note(tx, actor=by, action=event, subject=before.ref)
    return queries.version(tx, ref)


def keep_case(tx: Tx, case: Case) -> Case:
    """From now on no version lives that decides on this otherwise; the same id again is the same case.

    The applicant's file stays out of it: no graph is asked about that, and it would name a person.
    """
    case = replace(case, inputs={name: value for name, value in case.inputs.items() if name != "file"})
    added = tx.run(
        "INSERT INTO strategy_case (id, name, title, inputs, expected, made_by, at)"
        " VALUES (:id, :name, :title, CAST(:inputs AS jsonb), :expected, :by, :at) ON CONFLICT (id) DO NOTHING",
        id=case.id,
        name=case.name,
        title=case.title,
        inputs=case.inputs,
        expected=case.expected.value,
        by=case.by,
        at=tx.at,
    )
    if added:
        audit.note(tx, actor=case.by, action="strategy_case_kept", subject=case.id, facts={"strategy": case.name})
    return case


def drop_case(tx: Tx, *, case_id: str, reason: str, by: str) -> None:
    """A case asks for nothing any more; that it did stays. Twice is once. Refuses CaseMissing."""
    if tx.value("SELECT 1 FROM strategy_case WHERE id = :id", id=case_id) is None:
        raise CaseMissing(field="case")
    gone = tx.run("UPDATE strategy_case SET removed_by = :by WHERE id = :id AND removed_by IS NULL", by=by, id=case_id)
    if gone:
        audit.note(tx, actor=by, action="strategy_case_dropped", subject=case_id, facts={"reason": reason})


def run(strategy: Strategy, cases: Sequence[Case]) -> list[Ran]:
    """What a strategy says of test cases; one that it cannot judge counts as sent to people."""
    return [_ran(strategy, case) for case in cases]


def _ran(strategy: Strategy, case: Case) -> Ran:
    try:
        said, verdicts, _ = strategy.judge(case.inputs)
    except StrategyBroken as broken:
        return Ran(case, Outcome.REVIEW, (str(broken.facts["why"]),))
    return Ran(case, Outcome(said), tuple(one.rule for one in verdicts if not one.passed))


def _one_at_a_time(tx: Tx, name: str) -> None:
    """Versions of a strategy are numbered and decided on in turn, so that a champion stays and shares keep their bound."""
    tx.run("SELECT pg_advisory_xact_lock(hashtext(:name))", name=f"strategy|{name}")


def ask_shadows(
    tx: Tx, shadows: Sequence[Version], *, application_id: str, inputs: dict[str, Any], decided: Outcome
) -> None:
    """What the shadows would have said; one that breaks is noted in the log and hurts nobody."""
    for one in shadows:
        try:
            outcome, verdicts, _ = loaded(one).judge(inputs)
        except StrategyBroken as broken:
            log.warning("shadow_broken", strategy=one.ref, why=str(broken))
            continue
        tx.run(
            "INSERT INTO shadow_decision (application_id, strategy, outcome, decided, verdicts, at)"
            " VALUES (:application, :strategy, :outcome, :decided, CAST(:verdicts AS jsonb), :at) ON CONFLICT DO NOTHING",
            application=application_id,
            strategy=one.ref,
            outcome=outcome,
            decided=decided,
            verdicts=_documents(verdicts),
            at=tx.at,
        )


def _documents(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    return [verdict.document() for verdict in verdicts]


def _add(tx: Tx, version: Version, request: str) -> None:
    tx.run(
        "INSERT INTO strategy_version (name, version, graph, hash, rules, role, share, status, effective_from,"
        " proposed_by, decided_by, request, at) VALUES (:name, :version, :graph, :hash, CAST(:rules AS jsonb), :role, :share,"
        " :status, :effective, :by, :decided, :request, :at)",
        name=version.name,
        version=version.version,
        graph=version.graph,
        hash=version.hash,
        rules=version.rules,
        role=version.role,
        share=version.share,
        status=version.status,
        effective=version.effective_from,
        by=version.proposed_by,
        decided=version.decided_by,
        request=request,
        at=tx.at,
    )
