"""Nouns of strategies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What a strategy can say."""

    APPROVE = "approve"
    DECLINE = "decline"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule said."""

    rule: str
    passed: bool
    on_failure: Outcome
    en: str
    zh: str

    def document(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "rule": self.rule,
            "passed": self.passed,
            "on_failure": self.on_failure.value,
            "en": self.en,
            "zh": self.zh,
        }
