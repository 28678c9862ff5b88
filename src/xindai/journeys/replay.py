"""The same answer again: a decision from what was kept of it, a loan as of any day and as known on any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from xindai.credit.decision import assessment
from xindai.credit.decision import queries as decided
from xindai.credit.strategies import operations as strategies
from xindai.credit.strategies import queries as drawn
from xindai.journeys.parts import parts
from xindai.journeys.review import judged_again, judges_then
from xindai.lending.loans import queries as loans
from xindai.lending.loans.queries import LoanView


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision made again; `differs` lists what is not the same, each with then and now."""

    decision_id: str
    outcome: str
    verdicts: dict[str, bool]
    differs: list[dict[str, Any]]


def replay_decision(decision_id: str) -> Replayed:
    """Decide again from the kept file and documents. Refuses: DecisionMissing, DecisionErased."""
    with parts().db.transaction() as tx:
        then = decided.get(tx, decision_id)
        _, judged = judged_again(tx, then)
        model = judges_then(tx, then).application
        strategy = strategies.loaded(drawn.version(tx, then.strategy))
    outcome, verdicts, _ = assessment.judge(strategy, judged.inputs)
    pairs: list[tuple[str, Any, Any]] = [
        ("model", then.model_hash, model.hash),
        ("strategy", then.strategy_hash, strategy.hash),
        ("outcome", then.outcome.value, outcome.value),
    ]
    pairs += assessment.pairs(then.inputs, judged.inputs)
    before = {verdict.rule: verdict.passed for verdict in then.verdicts}
    pairs += [(f"rule {one.rule}", before.get(one.rule), one.passed) for one in verdicts]
    return Replayed(
        decision_id,
        outcome.value,
        {one.rule: one.passed for one in verdicts},
        [{"what": what, "then": one, "now": other} for what, one, other in pairs if one != other],
    )


def replay_loan(loan_id: str, *, on: date | None, known: date | None) -> LoanView:
    """A loan as of `on`, from what had been recorded by the end of `known`. Refuses: LoanMissing."""
    with parts().db.transaction() as tx:
        return loans.view(tx, loan_id, on=on, known=known)
