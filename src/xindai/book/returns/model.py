"""Nouns: the lines of a return, and a return with its table of moves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from importlib import resources

from xindai.values import four_eyes
from xindai.values.money import decimal_text
from xindai.values.refusal import Kind, Refusal

DUE_AFTER = timedelta(days=15)
"""After the end of its month a return is reported within so many days."""
PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its code, its words, and its unit: `fen`, `count`, or `ppm` for shares."""

    code: str
    unit: str
    zh: str
    en: str

    def shown(self, value: int | None) -> str:
        """As it stands in the sheet: yuan with two decimals, per cent with four; nothing where it is not known."""
        if value is None:
            return ""
        if self.unit == "fen":
            return decimal_text(value, "CNY")
        return f"{value / 10_000:.4f}%" if self.unit == "ppm" else str(value)


LINES = tuple(
    Line(**one)
    for one in json.loads(resources.files("xindai.book.returns").joinpath("lines.json").read_text(encoding="utf-8"))
)
SUMS = {"A03": (("A04", "A05"), ("C01", "C02", "C03", "C04", "C05"))}
"""What adds up to what."""


class Status(StrEnum):
    """Where a return stands. Replaced: a later one of the same month counts."""

    DRAWN = "drawn"
    CHECKED = "checked"
    REPORTED = "reported"
    REPLACED = "replaced"


MOVES: dict[Status, dict[Status, str]] = {
    Status.DRAWN: {Status.CHECKED: "return_checked", Status.REPLACED: "return_replaced"},
    Status.CHECKED: {Status.REPORTED: "return_reported", Status.REPLACED: "return_replaced"},
    Status.REPORTED: {Status.REPLACED: "return_replaced"},
    Status.REPLACED: {},
}


@dataclass(frozen=True, slots=True)
class Return:
    """What is told of the month that begins on `month`: figures by code, none where one is not known.

    `why` says why it was drawn up again, and is empty of the first.
    """

    month: date
    number: int
    figures: Mapping[str, int | None]
    status: Status
    why: str
    drawn_on: date
    checked_by: str | None
    checked_on: date | None
    reported_by: str | None
    reported_on: date | None
    reference: str | None

    @property
    def ref(self) -> str:
        """`2026-03@1`."""
        return f"{self.month:%Y-%m}@{self.number}"

    @property
    def due_on(self) -> date:
        """The last day on which it is in time."""
        return last_day(self.month) + DUE_AFTER

    def move(self, to: Status, *, by: str) -> str:
        """The event of a move. Refuses: ReturnMoved, ReturnUneven, SamePerson."""
        if to not in MOVES[self.status]:
            raise ReturnMoved(status=self.status.value)
        if to is Status.CHECKED and (wrong := uneven(self.figures)):
            raise ReturnUneven(lines=", ".join(wrong))
        if to is Status.REPORTED:
            four_eyes.second_person(proposed_by=self.checked_by or "", by=by)
        return MOVES[self.status][to]


class ReturnMissing(Refusal):
    """There is no such return."""

    kind = Kind.MISSING
    code = "return_not_found"
    en = "There is no such return."
    zh = "没有该报表。"


class MonthOpen(Refusal):
    """Of a month whose last day is open nobody knows the figures yet."""

    kind = Kind.CONFLICT
    code = "month_open"
    en = "This month is not closed yet."
    zh = "该月尚未关账。"


class ReturnMoved(Refusal):
    """It stands elsewhere by now."""

    kind = Kind.CONFLICT
    code = "return_moved"
    en = "This return is {status}."
    zh = "该报表处于 {status} 状态。"


class ReturnUneven(Refusal):
    """Figures that do not add up are signed by nobody."""

    kind = Kind.CONFLICT
    code = "return_uneven"
    en = "These lines do not add up: {lines}."
    zh = "以下表内项目勾稽不符：{lines}。"


def last_day(month: date) -> date:
    """The last day of the month that begins on `month`."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def uneven(figures: Mapping[str, int | None]) -> list[str]:
    """The lines whose parts do not add up to them."""
    return [
        whole
        for whole, sums in SUMS.items()
        for parts in sums
        if figures[whole] != sum(figures[one] or 0 for one in parts)
    ]


def share(part: int, whole: int | None) -> int | None:
    """In millionths, rounded down; not known where there is no whole."""
    return part * PPM // whole if whole else None
