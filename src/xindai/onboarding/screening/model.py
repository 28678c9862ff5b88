"""Nouns of screening."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from xindai.values import ids
from xindai.values.refusal import Kind, Refusal

SAME_NAME_BPS = 9000
LIKE_NAME_BPS = 8500
ONLY_NAME_BPS = 9850


class EntryId(ids.Id):
    """Names one entry of a list."""

    prefix = "wch"


class ScreeningId(ids.Id):
    """Names one look at the lists."""

    prefix = "scr"


class ListName(StrEnum):
    """Which list."""

    SANCTIONS = "sanctions"
    PUBLIC_OFFICE = "public_office"
    COURT = "court"
    OWN = "own"


REFUSING = frozenset({ListName.SANCTIONS, ListName.OWN})
"""Who is surely on one of these is not dealt with; who is on another is looked at by a person."""


class Finding(IntEnum):
    """What a look at the lists says; a higher one outweighs a lower."""

    CLEAR = 0
    POSSIBLE = 1
    SURE = 2

    @property
    def word(self) -> str:
        """As it is kept."""
        return self.name.lower()


class EntryMissing(Refusal):
    """There is no such entry."""

    kind = Kind.MISSING
    code = "watch_entry_not_found"
    en = "There is no such entry."
    zh = "没有该名单记录。"


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody on a list; `names` holds every name and spelling. Printed without them."""

    id: EntryId
    list: ListName
    names: tuple[str, ...]
    born_on: date | None
    id_number: str | None

    def __repr__(self) -> str:
        return f"Entry({self.id}, {self.list})"


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that may be the person: how alike the names are (basis points), and what follows."""

    entry_id: EntryId
    list: ListName
    name_bps: int
    finding: Finding


def judge(entry: Entry, *, name_bps: int, id_number: str, born_on: date) -> Finding:
    """Whether an entry is the person: the number decides where the entry has one, then birth, then only the name."""
    if entry.id_number is not None:
        return _weighed(entry, Finding.SURE) if entry.id_number == id_number else Finding.CLEAR
    if entry.born_on is not None:
        if name_bps >= SAME_NAME_BPS and entry.born_on == born_on:
            return _weighed(entry, Finding.SURE)
        is_like = name_bps >= LIKE_NAME_BPS and entry.born_on.year == born_on.year
        return Finding.POSSIBLE if is_like else Finding.CLEAR
    return Finding.POSSIBLE if name_bps >= ONLY_NAME_BPS else Finding.CLEAR


def _weighed(entry: Entry, finding: Finding) -> Finding:
    return finding if entry.list in REFUSING else Finding.POSSIBLE


def worst(hits: Iterable[Hit]) -> Finding:
    """What all hits together say."""
    return max((hit.finding for hit in hits), default=Finding.CLEAR)
