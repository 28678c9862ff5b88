"""Ids that tell what they name, sort by time, and can be made before the first try.

The form is `prefix_` and 26 characters of Crockford's base 32 over the 128 bits of a UUID of version 7 (RFC 9562).
"""

from __future__ import annotations

import hashlib
from typing import ClassVar, Self, TypeVar

from xindai.values.refusal import Invalid

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
LENGTH = 26


class Id(str):
    """Base of all ids; a subclass for each noun."""

    prefix: ClassVar[str] = "id"
    __slots__ = ()

    @classmethod
    def made(cls, *, milliseconds: int, randomness: int) -> Self:
        """An id from the time since 1970 and 74 bits of chance."""
        bits = (milliseconds & (2**48 - 1)) << 80 | 7 << 76 | (randomness >> 62 & 0xFFF) << 64
        bits |= 2 << 62 | randomness & (2**62 - 1)
        return cls._from_bits(bits)

    @classmethod
    def derived(cls, parent: Id, *parts: str) -> Self:
        """The id that always follows from `parent` and `parts`; it keeps the parent's time."""
        seed = hashlib.sha256("|".join((cls.prefix, parent, *parts)).encode()).digest()
        return cls.made(milliseconds=parent.milliseconds, randomness=int.from_bytes(seed[:10], "big") & (2**74 - 1))

    @classmethod
    def parse(cls, text: object, *, field: str = "id") -> Self:
        """The id in `text`. Refuses ids of other nouns and anything malformed."""
        if (
            not isinstance(text, str)
            or not text.startswith(cls.prefix + "_")
            or len(text) != len(cls.prefix) + 1 + LENGTH
            or any(character not in _VALUES for character in text[-LENGTH:])
        ):
            raise Invalid(f"This is not an id of the form {cls.prefix}_….", field=field)
        return cls(text)

    @property
    def milliseconds(self) -> int:
        """When the id was made, in milliseconds since 1970."""
        return self._bits() >> 80

    def _bits(self) -> int:
        bits = 0
        for character in self[-LENGTH:]:
            bits = bits << 5 | _VALUES[character]
        return bits

    @classmethod
    def _from_bits(cls, bits: int) -> Self:
        characters = [ALPHABET[bits >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5)]
        return cls(cls.prefix + "_" + "".join(characters))


AnyId = TypeVar("AnyId", bound=Id)


def reference(identifier: Id) -> str:
    """What people read out on the phone: eight characters in two groups, from the id's random end."""
    tail = hashlib.sha256(identifier.encode()).digest()
    number = int.from_bytes(tail[:5], "big")
    text = "".join(ALPHABET[number >> shift & 31] for shift in range(35, -1, -5)).upper()
    return f"{text[:4]}-{text[4:]}"
