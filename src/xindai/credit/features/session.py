"""How the form was filled in, as features: one definition for an applicant and for a population.

Sessions of many people are one table of whole numbers (`TABLE`), a row each; on Polars, and on Spark through narwhals.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import narwhals as nw
import polars as pl

from xindai.credit.features.registry import Feature
from xindai.credit.sources.session import COUNTS, Session, Sign

NIGHT_UNTIL = 6 * 60
TOLD = (*COUNTS, "minute")
TABLE = {"person": pl.String, **dict.fromkeys((*TOLD, *(sign.value for sign in Sign)), pl.Int64)}

Read = Callable[[Any], Any]


def of_session(session: Session) -> dict[str, int | None]:
    """One applicant's features."""
    found: dict[str, int | None] = features(table({"": session})).drop("person").row(0, named=True)
    return found


def table(sessions: dict[str, Session]) -> pl.DataFrame:
    """Sessions of people as the table that `features` reads."""
    return pl.DataFrame([_row(person, one) for person, one in sessions.items()], schema=TABLE, orient="row")


def features(sessions: Any) -> Any:
    """A row for each session (person) with every feature; frames of one engine, in and out."""
    if isinstance(sessions, pl.DataFrame | pl.LazyFrame):
        return sessions.select("person", *_defined(pl))
    return nw.to_native(nw.from_native(sessions).select("person", *_defined(nw)))


def _row(person: str, one: Session) -> tuple[str | int, ...]:
    return (person, *(getattr(one, name) for name in TOLD), *(int(sign in one.signs) for sign in Sign))


@cache
def _defined(w: Any) -> tuple[Any, ...]:
    return tuple(read(w).alias(feature.name) for feature, read in _DECLARED)


def _at(name: str) -> Read:
    return lambda w: w.col(name).cast(w.Int64)


def _over(part: str, whole: str, *, times: int) -> Read:
    """`times` part / whole, a whole quotient; missing where there is no whole."""
    return lambda w: w.when(w.col(whole) > 0).then(w.col(part).cast(w.Int64) * times // w.col(whole).cast(w.Int64))


def _at_night(w: Any) -> Any:
    return w.when(w.col("minute") < NIGHT_UNTIL).then(w.lit(1)).otherwise(w.lit(0)).cast(w.Int64)


_DECLARED: tuple[tuple[Feature, Read], ...] = tuple(
    (Feature(f"session_{name}", en, zh, unit, risk), read)
    for name, en, zh, unit, risk, read in (
        ("seconds", "Seconds spent on the form", "填写申请用时（秒）", "seconds", 0, _at("seconds")),
        ("reading_seconds", "Seconds spent on the words of consents", "阅读授权文本用时（秒）", "seconds", -1, _at("reading_seconds")),
        ("pace", "Milliseconds per character typed", "平均键入间隔（毫秒）", "ms", 0, _over("seconds", "typed", times=1000)),
        ("typed", "Characters typed", "键入字符数", "count", 0, _at("typed")),
        ("taken_back_share", "Characters taken back, of those typed", "键入后删改占比", "bps", 0, _over("taken_back", "typed", times=10_000)),
        ("pastes", "Pastes into the form", "粘贴次数", "count", 1, _at("pastes")),
        ("leaves", "Times the app was left meanwhile", "填写期间离开次数", "count", 1, _at("leaves")),
        ("corrections", "Fields read from papers that were changed", "识别结果手工更正项数", "count", 1, _at("corrections")),
        ("refusals", "Times the form was refused before", "提交被退回次数", "count", 1, _at("refusals")),
        ("at_night", "Handed in between midnight and six", "凌晨（0–6 时）提交", "flag", 1, _at_night),
        ("emulator", "Not a real phone", "模拟器环境", "flag", 1, _at(Sign.EMULATOR.value)),
        ("automation", "Typed by a program", "自动化脚本填写", "flag", 1, _at(Sign.AUTOMATION.value)),
        ("debugger", "A debugger looked on", "调试环境", "flag", 1, _at(Sign.DEBUGGER.value)),
    )
)  # fmt: skip
FEATURES: tuple[Feature, ...] = tuple(feature for feature, _ in _DECLARED)
