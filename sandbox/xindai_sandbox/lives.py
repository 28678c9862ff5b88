"""What became of those who live in a simulation, kept every evening, so that one that was stopped goes on where it was."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from xindai_sandbox.trouble import Cause, Trouble

KEPT = ("person_id", "application_id", "outcome", "line_id", "loan_ids", "refused")


@dataclass
class Life:
    """What became of one applicant."""

    person: dict[str, Any]
    on: date
    trouble: Trouble | None = None
    takes_line: bool = False
    person_id: str = ""
    application_id: str = ""
    outcome: str = "not yet"
    line_id: str | None = None
    loan_ids: list[str] = field(default_factory=list)
    loans: list[dict[str, Any]] = field(default_factory=list)
    refused: float = 0.0

    @property
    def takes_all_on(self) -> date | None:
        """The day on which somebody who has lost their work takes what is left of a line."""
        lost = self.trouble if self.trouble is not None and self.trouble.cause is not Cause.RING else None
        return lost.on + timedelta(days=45) if lost else None


@dataclass(frozen=True)
class Diary:
    """A simulation under way in a home: what it was started with, and how many of its days are lived."""

    home: Path
    plan: dict[str, Any]
    start: date
    lived: int = 0
    lives: Sequence[dict[str, Any]] = ()

    @classmethod
    def of(cls, home: Path, plan: dict[str, Any], *, today: date) -> Diary:
        """That of this home, or one that begins today. Refuses a home in which another one is under way: SystemExit."""
        path = _path(home)
        if not path.exists():
            return cls(home, plan, today)
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["plan"] != plan:
            said = ", ".join(f"{name} {value}" for name, value in kept["plan"].items())
            raise SystemExit(
                f"another simulation is under way in {home} ({said}): go on with that, or name another home"
            )
        return cls(home, plan, date.fromisoformat(kept["start"]), kept["lived"], kept["lives"])

    def recall(self, lives: Sequence[Life]) -> None:
        """Give each life what had become of it."""
        for life, kept in zip(lives, self.lives, strict=False):
            for name in KEPT:
                setattr(life, name, kept[name])

    def keep(self, lives: Sequence[Life], *, lived: int) -> None:
        """Write down how it stands after so many days; whole, or not at all."""
        body = {
            "plan": self.plan,
            "start": self.start.isoformat(),
            "lived": lived,
            "lives": [{name: getattr(life, name) for name in KEPT} for life in lives],
        }
        path = _path(self.home)
        fresh = path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(body, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)


def _path(home: Path) -> Path:
    return home / "simulation.json"
