"""JSON from outside, read so that what is behind can keep it."""

from __future__ import annotations

import json
import re
from typing import Any

_ZERO = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""A zero character as JSON writes it; behind one more backslash it is six letters."""


class Unreadable(ValueError):
    """No JSON, or something in it that no table could keep."""


def read(content: bytes | str) -> Any:
    """JSON in UTF-8 (RFC 8259), without NaN, zero characters and halves of characters, which PostgreSQL keeps in no text. Raises Unreadable."""
    try:
        text = content if isinstance(content, str) else content.decode()
        found = json.loads(text, parse_constant=_no_number)
        if "\\u" in text or isinstance(content, str):
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from None
    if _ZERO.search(text):
        raise Unreadable("a zero character")
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")
