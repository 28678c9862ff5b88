"""How alike two names are, in characters or in letters: the same sound, a neighbouring sound, another order, a disguise.

Chinese names are compared character by character, each with all its readings; letters are compared with how characters sound,
family name first or last. An index finds candidates without comparing all.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from xindai.onboarding.screening.model import LIKE_NAME_BPS, Entry

SAME, SAME_SOUND, NEAR_SOUND = 10_000, 9_600, 9_000
IN_LETTERS = 9_500
_DISGUISES = str.maketrans(
    "авеkмнорстухіјѕԁɡһοαιυνρτκ",
    "abekmhopctyxijsdghoaiuvptk",
)
"""Letters of other alphabets that look like Latin ones (Unicode TR39)."""
_NEAR = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
_HAN = re.compile(r"[\u3400-\u9fff]")


@lru_cache(maxsize=200_000)
def normal(name: str) -> str:
    """A name without what only looks different: widths, case, accents, alphabets, spaces and dots between parts."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name)).lower().translate(_DISGUISES)
    kept = "".join(one if one.isalnum() else " " for one in plain if not unicodedata.combining(one))
    return "".join(kept.split()) if _HAN.search(kept) else " ".join(kept.split())


def likeness(one: str, other: str) -> int:
    """How alike two names are, from 0 to 10,000; the order of the two does not matter."""
    first, second = normal(one), normal(other)
    if not first or not second:
        return 0
    if first == second:
        return SAME
    is_first_han, is_second_han = bool(_HAN.search(first)), bool(_HAN.search(second))
    if is_first_han and is_second_han:
        return _in_characters(first, second)
    if not is_first_han and not is_second_han:
        return _in_letters(first, second)
    return _across(first, second) if is_first_han else _across(second, first)


def _in_characters(first: str, second: str) -> int:
    if len(first) != len(second):
        return SAME * 9 * _alike(first, second) // 100_000
    scores = [_character(one, other) for one, other in zip(first, second, strict=True)]
    turned = SAME_SOUND - 400 if sorted(first) == sorted(second) else 0
    return max(sum(scores) // len(scores), turned)


@lru_cache(maxsize=200_000)
def _character(one: str, other: str) -> int:
    if one == other:
        return SAME
    if readings(one) & readings(other):
        return SAME_SOUND
    if {_near(sound) for sound in readings(one)} & {_near(sound) for sound in readings(other)}:
        return NEAR_SOUND
    return 0


def _in_letters(first: str, second: str) -> int:
    if sorted(first.split()) == sorted(second.split()):
        return SAME
    joined, other = first.replace(" ", ""), second.replace(" ", "")
    if joined == other:
        return SAME
    return max(_alike(joined, other), _alike(" ".join(sorted(first.split())), " ".join(sorted(second.split()))))


def _across(characters: str, letters: str) -> int:
    """Characters against letters: how they sound, family name first or last."""
    written = letters.replace(" ", "")
    sounds = set(_spoken(characters))
    if written in sounds:
        return IN_LETTERS
    return max((_alike(sound, written) * 9 // 10 for sound in sounds), default=0)


def _alike(one: str, other: str) -> int:
    return int(DamerauLevenshtein.normalized_similarity(one, other) * 10_000)


@lru_cache(maxsize=50_000)
def readings(character: str) -> frozenset[str]:
    """How a character may sound, without tones. The dictionary is loaded when it is first asked."""
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True)
    return frozenset(one.replace("ü", "v") for one in found[0]) if found else frozenset()


def _near(sound: str) -> str:
    for spoken, near in _NEAR:
        if sound.startswith(spoken) or sound.endswith(spoken):
            sound = sound.replace(spoken, near)
    return "l" + sound[1:] if sound.startswith("n") and len(sound) > 1 else sound


def _spoken(characters: str, *, most: int = 64) -> Iterable[str]:
    """Every way to say a name in letters: the family name, of one or two characters, first or last."""
    said = [""]
    for character in characters:
        said = [before + sound for before in said for sound in sorted(readings(character))][:most]
    family = {1, 2} if len(characters) > 2 else {1}
    for split in family:
        firsts = [""]
        for character in characters[:split]:
            firsts = [before + sound for before in firsts for sound in sorted(readings(character))][:most]
        for whole in said:
            for first in firsts:
                if whole.startswith(first):
                    yield whole
                    yield whole[len(first) :] + first


class Index:
    """Entries by what their names share with a name that is looked for: neighbouring sounds, or first letters."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._sounds: dict[str, list[int]] = defaultdict(list)
        self._letters_of_han: dict[str, list[int]] = defaultdict(list)
        self._letters: dict[str, list[int]] = defaultdict(list)
        self._numbers: dict[str, list[int]] = defaultdict(list)
        for place, entry in enumerate(entries):
            for name in {normal(name) for name in entry.names}:
                by_letters = self._letters_of_han if _HAN.search(name) else self._letters
                for part in _letters(name):
                    by_letters[part].append(place)
                for part in _sounds(name):
                    self._sounds[part].append(place)
            if entry.id_number is not None:
                self._numbers[entry.id_number].append(place)

    def candidates(self, name: str, id_number: str) -> list[tuple[Entry, int]]:
        """(entry, likeness) of all whose name is like this one, or whose number it is."""
        plain = normal(name)
        places = set(self._numbers.get(id_number, ()))
        for part in _letters(plain):
            places.update(self._letters.get(part, ()))
            if not _HAN.search(plain):
                places.update(self._letters_of_han.get(part, ()))
        shared = Counter(place for part in _sounds(plain) for place in self._sounds.get(part, ()))
        different = len({frozenset(map(_near, readings(character))) for character in plain})
        places.update(place for place, parts in shared.items() if parts >= max(1, different - 1))
        found = []
        for place in sorted(places):
            entry = self._entries[place]
            score = max(likeness(name, other) for other in entry.names)
            if score >= LIKE_NAME_BPS or entry.id_number == id_number:
                found.append((entry, score))
        return found


def _letters(plain: str) -> set[str]:
    """The first two letters of each word, or of each character as it sounds."""
    if not _HAN.search(plain):
        return {word[:2] for word in plain.split()} | {plain.replace(" ", "")[:2]}
    return {sound[:2] for character in plain for sound in readings(character)}


def _sounds(plain: str) -> set[str]:
    """The neighbouring sounds of a name in characters, with its length: names that are alike share all but one."""
    if not _HAN.search(plain):
        return set()
    return {f"{_near(sound)} {len(plain)}" for character in plain for sound in readings(character)}
