"""The assessment of what a processing of personal data does to people (PIPL 55, 56), drawn from what the house declares and what holds now.

A processing is declared once: what for, by which consent, which groups of the data map, why an assessment is due, and its risks with
what is done against each. What is held, for how long, on whose consent, and whether each measure holds, is read where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from xindai.governance.rights.holdings import Group, Table


class Trigger(StrEnum):
    """Why an assessment is due (PIPL 55)."""

    SENSITIVE = "sensitive"
    AUTOMATED = "automated"
    ENTRUSTED = "entrusted"
    PROVIDED = "provided"
    INFLUENCE = "influence"


@dataclass(frozen=True, slots=True)
class Measure:
    """What is done against a risk; kept by a rule of law that is looked at, or shown by a test, or both."""

    zh: str
    en: str
    rule: str | None
    test: str | None


@dataclass(frozen=True, slots=True)
class Risk:
    """What could happen to people: how likely and how bad (1 to 3 each), what is done, and what is left of it (1 to 3)."""

    zh: str
    en: str
    likelihood: int
    severity: int
    left: int
    measures: tuple[Measure, ...]

    @property
    def level(self) -> int:
        """Before anything is done: 1 to 3, the root of likelihood times severity, rounded up."""
        return next(one for one in (1, 2, 3) if one * one >= self.likelihood * self.severity)


@dataclass(frozen=True, slots=True)
class Processing:
    """One purpose: the consent it needs (none: contract or law), the groups of data it uses, and why it is needed."""

    id: str
    zh: str
    en: str
    scope: str
    groups: tuple[Group, ...]
    triggers: tuple[Trigger, ...]
    need_zh: str
    need_en: str
    risks: tuple[Risk, ...]

    def tables(self, held: Mapping[str, Table]) -> list[Table]:
        """The tables it uses, as the data map has them."""
        names = {one.name for one in self.groups}
        return [one for one in held.values() if one.group.name in names]


@dataclass(frozen=True, slots=True)
class Allowed:
    """How many people allow it today, and how many have taken it back."""

    standing: int
    withdrawn: int


def parse(document: Mapping[str, Any], *, held: Mapping[str, Table]) -> dict[str, Processing]:
    """The processings of a JSON document, by id; a group, a measure or a level that is not there is a mistake of ours."""
    groups = {one.group.name: one.group for one in held.values()}
    measures = {name: Measure(**told) for name, told in document["measures"].items()}
    found = {}
    for told in document["processings"]:
        risks = tuple(_risk(one, measures) for one in told["risks"])
        assert risks, told["id"]
        found[told["id"]] = Processing(
            **{name: told[name] for name in ("id", "zh", "en", "scope", "need_zh", "need_en")},
            groups=tuple(groups[name] for name in told["groups"]),
            triggers=tuple(map(Trigger, told["triggers"])),
            risks=risks,
        )
    return found


def _risk(told: Mapping[str, Any], measures: Mapping[str, Measure]) -> Risk:
    risk = Risk(**{**told, "measures": tuple(measures[name] for name in told["measures"])})
    assert {risk.likelihood, risk.severity, risk.left} <= {1, 2, 3}
    assert risk.measures, risk.en
    assert risk.left <= risk.level, f"{risk.en}: more is left than there was"
    return risk


TRIGGERS = {
    Trigger.SENSITIVE: ("敏感个人信息", "sensitive data"),
    Trigger.AUTOMATED: ("自动化决策", "automated decisions"),
    Trigger.ENTRUSTED: ("委托处理", "entrusted to others"),
    Trigger.PROVIDED: ("向他人提供", "provided to others"),
    Trigger.INFLUENCE: ("对个人权益有重大影响", "much influence on people"),
}
LEVELS = {1: ("低", "low"), 2: ("中", "medium"), 3: ("高", "high")}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a measure stands: whether its rule holds by the last look, none where none was made or it has no rule."""

    measure: Measure
    holds: bool | None
    counted: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """A processing as it stands on a day: what is held, the words and numbers of its consent, and whether its measures hold."""

    processing: Processing
    tables: tuple[Table, ...]
    consent: Mapping[str, Mapping[str, str]] | None
    version: str | None
    allowed: Allowed | None
    standing: Mapping[Measure, Standing]

    def left_of(self, risk: Risk) -> int:
        """What is left of a risk; high where a measure against it does not hold."""
        return 3 if any(self.standing[one].holds is False for one in risk.measures) else risk.left

    @property
    def left(self) -> int:
        """The worst that is left."""
        return max(map(self.left_of, self.processing.risks))

    @property
    def sensitive(self) -> list[str]:
        """The sensitive columns it uses."""
        return sorted(f"{one.name}.{column}" for one in self.tables for column in one.sensitive)


def page(one: Assessment, *, lender: str, day: str) -> dict[str, Any]:
    """What `assessment.typ` shows of it."""
    processing, consent = one.processing, one.consent or {}
    about = [
        ["评估日", "day", day],
        ["结论", "what is left", " ".join(LEVELS[one.left])],
        ["评估事由", "why it is due", "；".join(TRIGGERS[each][0] for each in processing.triggers)],
        ["授权", "consent", f"{processing.scope} {one.version}" if one.version else "合同或法律 contract or law"],
    ]
    if one.allowed is not None:
        about.append(["当前授权人数", "allow it today", f"{one.allowed.standing:,}"])
        about.append(["已撤回", "taken back", f"{one.allowed.withdrawn:,}"])
    words = [
        [zh, en, consent[name]["zh"], consent[name]["en"]]
        for name, zh, en in (
            ("purpose", "目的", "purpose"),
            ("data", "数据", "data"),
            ("recipient", "接收方", "who gets it"),
            ("without", "不同意的后果", "without it"),
            ("withdrawn", "撤回", "taken back"),
        )
        if name in consent
    ]
    return {
        "title": f"个人信息保护影响评估 {processing.zh}",
        "name": [processing.zh, processing.en],
        "lender": lender,
        "number": f"PIPIA {processing.id} {day}",
        "about": about,
        "need": [processing.need_zh, processing.need_en],
        "words": words,
        "held": [
            [group.zh, group.en, group.basis_zh, group.kept_zh, ", ".join(_of(one.tables, group))]
            for group in processing.groups
        ],
        "sensitive": one.sensitive,
        "risks": [
            {
                "what": [risk.zh, risk.en],
                "before": LEVELS[risk.level][0],
                "left": LEVELS[one.left_of(risk)][0],
                "measures": [_measure(one.standing[each]) for each in risk.measures],
            }
            for risk in processing.risks
        ],
    }


def _of(tables: tuple[Table, ...], group: Group) -> list[str]:
    return [one.name for one in tables if one.group.name == group.name]


def _measure(one: Standing) -> list[str]:
    state = {None: "", True: f"成立（查 {one.counted}）", False: "不成立"}[one.holds]
    file = (one.measure.test or "").partition("::")[0].rpartition("/")[2]
    return [one.measure.zh, one.measure.en, " · ".join(each for each in (one.measure.rule, file) if each), state]
