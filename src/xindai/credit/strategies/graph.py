"""A strategy: a decision graph in GoRules' JDM, which analysts edit in the browser, run by `zen-engine`.

The graph evaluates every rule (no rule hides another) and then says approve, decline or review. What each rule means, in
both languages, and what its failure leads to, stands in `RULES`; a graph judges every rule that there was when it was made.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import zen

from xindai.credit.strategies.model import Outcome, Verdict
from xindai.values import json_text
from xindai.values.refusal import Kind, Refusal

RULES: dict[str, tuple[Outcome, str, str]] = {
    "age_within": (Outcome.DECLINE, "Age is within the product's window", "年龄符合产品要求"),
    "identity_answered": (Outcome.REVIEW, "The identity provider has answered", "已取得身份核验结果"),
    "identity_proven": (Outcome.DECLINE, "The identity provider does not refute the person", "身份核验未被否定"),
    "bureau_answered": (Outcome.REVIEW, "The credit report is there", "已取得信用报告"),
    "no_public_record": (Outcome.DECLINE, "No enforcement or judgement on record", "无强制执行等公共记录"),
    "not_late_now": (Outcome.DECLINE, "Not two months overdue elsewhere now", "当前无两期以上逾期"),
    "not_seriously_late": (Outcome.DECLINE, "Never three months overdue in half a year", "近半年无三期以上逾期"),
    "fraud_not_near": (Outcome.REVIEW, "Not tied to anybody known for fraud", "无已知欺诈关联"),
    "device_own": (Outcome.REVIEW, "The device is not shared by many", "设备未被多人共用"),
    "fraud_unlikely": (Outcome.REVIEW, "The fraud score is not high", "欺诈评分正常"),
    "few_enquiries": (Outcome.DECLINE, "Not too many enquiries in three months", "近三月查询次数正常"),
    "no_loan_here": (Outcome.DECLINE, "No other loan with us is open", "无未结清在贷"),
    "grade_lendable": (Outcome.DECLINE, "The score is in a grade that we lend to", "评分等级可授信"),
    "price_within_cap": (Outcome.DECLINE, "The risk can be priced within the legal cap", "风险定价未超上限"),
    "limit_enough": (Outcome.DECLINE, "The limit reaches the product's least amount", "可授信额度不低于起借金额"),
    "affordable": (Outcome.DECLINE, "Instalments stay within half of the income", "月供不超过收入一半"),
}


NODES = frozenset({"inputNode", "outputNode", "expressionNode", "decisionTableNode", "switchNode"})
"""Kinds of nodes that a graph may have: those that compute from their inputs, and neither run code nor call out."""
MOST_CHARACTERS = 500_000


class StrategyBroken(Refusal):
    """The graph cannot be run, or does not judge every rule."""

    kind = Kind.UNREADY
    code = "strategy_broken"
    en = "The decision strategy {name} cannot be used: {why}"
    zh = "决策策略 {name} 不可用：{why}"


@dataclass(frozen=True)
class Strategy:
    """A loaded graph; `engine` holds it compiled, and knows no other. It travels to another process as its text."""

    name: str
    hash: str
    text: str
    rules: tuple[str, ...]
    engine: Any

    def __reduce__(self) -> tuple[Any, ...]:
        """As `load` makes it."""
        return load, (self.name, self.text, self.rules)

    @property
    def reads_features(self) -> bool:
        """Whether it may look at single features, beside what it is told by name."""
        return "features" in self.text

    def judge(self, inputs: dict[str, Any]) -> tuple[Outcome, tuple[Verdict, ...], dict[str, Any]]:
        """(outcome, every rule's verdict, the engine's trace). Refuses: StrategyBroken."""
        outcome, judged, answer = self._asked(inputs, trace=True)
        verdicts = tuple(Verdict(rule, judged[rule], *RULES[rule]) for rule in RULES if rule in judged)
        return outcome, verdicts, _lean(answer["trace"])

    def outcome(self, inputs: dict[str, Any]) -> tuple[Outcome, list[str]]:
        """(outcome, the rules that failed). Refuses: StrategyBroken."""
        outcome, judged, _ = self._asked(inputs, trace=False)
        return outcome, [rule for rule in RULES if not judged.get(rule, True)]

    def _asked(self, inputs: dict[str, Any], *, trace: bool) -> tuple[Outcome, dict[str, bool], dict[str, Any]]:
        try:
            answer = self.engine.evaluate(self.name, inputs, {"trace": trace})
            judged, outcome = answer["result"]["rules"], Outcome(answer["result"]["outcome"])
        except (RuntimeError, KeyError, TypeError, ValueError) as error:
            raise StrategyBroken(name=self.name, why=str(error)) from None
        whole = isinstance(judged, dict) and set(self.rules) <= judged.keys() <= RULES.keys()
        if not whole or not all(isinstance(verdict, bool) for verdict in judged.values()):
            raise StrategyBroken(name=self.name, why="it does not judge every rule")
        return outcome, judged, answer


@lru_cache(maxsize=64)
def load(name: str, text: str, rules: tuple[str, ...] = tuple(RULES)) -> Strategy:
    """A strategy from the JSON of its graph: at most half a megabyte, of nodes that run no code; `rules` it must judge.

    Refuses: StrategyBroken.
    """
    try:
        document = _read(text)
        content = zen.ZenDecisionContent(json.dumps(document))
        engine = zen.ZenEngine({"loader": lambda _: content})
        engine.create_decision(content).validate()
    except (RuntimeError, ValueError, TypeError, KeyError) as error:
        raise StrategyBroken(name=name, why=str(error)) from None
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return Strategy(name, hashlib.sha256(canonical.encode()).hexdigest(), canonical, rules, engine)


def _read(text: str) -> Any:
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"it has more than {MOST_CHARACTERS:,} characters")
    document = json_text.read(text)
    nodes = document.get("nodes") if isinstance(document, dict) else None
    if not nodes or not all(isinstance(node, dict) for node in nodes):
        raise ValueError("it has no nodes")
    kinds = {str(node.get("type")) for node in nodes}
    if not kinds <= NODES:
        raise ValueError(f"it may hold {', '.join(sorted(NODES))} only")
    return document


def _lean(trace: dict[str, Any]) -> dict[str, Any]:
    """What of the trace is worth keeping: each node's name and answer, not its timing and repeated input."""
    return {
        node["name"]: {key: node[key] for key in ("output", "traceData") if node.get(key)} for node in trace.values()
    }
