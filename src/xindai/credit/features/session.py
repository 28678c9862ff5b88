"""How the form was filled in, as features: one definition for an applicant and for a population.

Sessions of many people are one table of whole numbers (`TABLE`), a row each; on Polars, and on Spark through narwhals.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from xindai.credit.features import engine
from xindai.credit.features.engine import column, quotient
from xindai.credit.features.registry import Feature
from xindai.credit.sources.session import COUNTS, Session, Sign

NIGHT_UNTIL = 6 * 60
TOLD = (*COUNTS, "minute")
TABLE = {"person": pl.String, **dict.fromkeys((*TOLD, *(sign.value for sign in Sign)), pl.Int64)}


def of_session(session: Session) -> dict[str, int | None]:
    """One applicant's features."""
    return engine.read_one(table({"": session}), _DECLARED)


def table(sessions: Mapping[str, Session]) -> pl.DataFrame:
    """Sessions by person, as the table that `features` reads."""
    return pl.DataFrame([_row(person, one) for person, one in sessions.items()], schema=TABLE, orient="row")


def features(sessions: Any) -> Any:
    """A row for each session (person) with every feature; frames of one engine, in and out."""
    return engine.read(sessions, _DECLARED)


def _row(person: str, one: Session) -> tuple[str | int, ...]:
    return (person, *(getattr(one, name) for name in TOLD), *(int(sign in one.signs) for sign in Sign))


def _at_night(w: Any) -> Any:
    return w.when(w.col("minute") < NIGHT_UNTIL).then(w.lit(1)).otherwise(w.lit(0)).cast(w.Int64)


_DECLARED: engine.Declared = tuple(
    (Feature(f"session_{name}", en, zh, unit, risk), read)
    for name, en, zh, unit, risk, read in (
        ("seconds", "Seconds spent on the form", "填写申请用时（秒）", "seconds", 0, column("seconds")),
        ("reading_seconds", "Seconds spent on the words of consents", "阅读授权文本用时（秒）", "seconds", -1, column("reading_seconds")),
        ("pace", "Milliseconds per character typed", "平均键入间隔（毫秒）", "ms", 0, quotient("seconds", "typed", times=1000)),
        ("typed", "Characters typed", "键入字符数", "count", 0, column("typed")),
        ("taken_back_share", "Characters taken back, of those typed", "键入后删改占比", "bps", 0, quotient("taken_back", "typed", times=10_000)),
        ("pastes", "Pastes into the form", "粘贴次数", "count", 1, column("pastes")),
        ("leaves", "Times the app was left meanwhile", "填写期间离开次数", "count", 1, column("leaves")),
        ("corrections", "Fields read from papers that were changed", "识别结果手工更正项数", "count", 1, column("corrections")),
        ("refusals", "Times the form was refused before", "提交被退回次数", "count", 1, column("refusals")),
        ("at_night", "Handed in between midnight and six", "凌晨（0–6 时）提交", "flag", 1, _at_night),
        ("emulator", "Not a real phone", "模拟器环境", "flag", 1, column(Sign.EMULATOR.value)),
        ("automation", "Typed by a program", "自动化脚本填写", "flag", 1, column(Sign.AUTOMATION.value)),
        ("debugger", "A debugger looked on", "调试环境", "flag", 1, column(Sign.DEBUGGER.value)),
    )
)  # fmt: skip
FEATURES: tuple[Feature, ...] = tuple(feature for feature, _ in _DECLARED)
