"""What encrypts our keys where they are kept: a key of another file, or a key service.

Only a key of 256 bits is wrapped; under that the file itself is sealed (an envelope), so it may be as long as it likes.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xindai.values.refusal import Kind, Refusal


class Wrapping(Protocol):
    """Wraps and unwraps one key of 256 bits. Refuses: KeysUnreachable."""

    @property
    def name(self) -> str:
        """How the file says by whom it was wrapped."""
        ...

    def wrap(self, key: bytes) -> str:
        """The key, so that only we open it."""
        ...

    def unwrap(self, wrapped: str) -> bytes:
        """The key again."""
        ...


class KeysUnreachable(Refusal):
    """Whoever wraps the keys does not do so now."""

    kind = Kind.UNREADY
    code = "keys_unreachable"
    en = "The keys cannot be opened: {why}"
    zh = "密钥无法解封：{why}"


class KeyFile:
    """A key in a file of its own, in 64 hexadecimal digits, that is kept apart from the keys it wraps."""

    name = "file"

    def __init__(self, path: Path) -> None:
        self._path = path

    def wrap(self, key: bytes) -> str:
        """Refuses: KeysUnreachable."""
        nonce = secrets.token_bytes(12)
        return (nonce + AESGCM(self._key()).encrypt(nonce, key, None)).hex()

    def unwrap(self, wrapped: str) -> bytes:
        """Refuses: KeysUnreachable."""
        sealed = bytes.fromhex(wrapped)
        try:
            return AESGCM(self._key()).decrypt(sealed[:12], sealed[12:], None)
        except InvalidTag:
            raise KeysUnreachable(why=f"{self._path} holds another key than the one they were wrapped by.") from None

    def _key(self) -> bytes:
        try:
            key = bytes.fromhex(self._path.read_text(encoding="utf-8").strip())
        except (OSError, ValueError) as error:
            raise KeysUnreachable(why=f"{self._path}: {type(error).__name__}") from None
        if len(key) != 32:
            raise KeysUnreachable(why=f"{self._path} does not hold 64 hexadecimal digits.")
        return key


def envelope(content: str, under: Wrapping) -> dict[str, str]:
    """What is kept in the place of `content`. Refuses: KeysUnreachable."""
    key, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
    sealed = nonce + AESGCM(key).encrypt(nonce, content.encode(), under.name.encode())
    return {"wrapped_by": under.name, "key": under.wrap(key), "content": base64.b64encode(sealed).decode()}


def opened(kept: dict[str, Any], by: Sequence[Wrapping]) -> dict[str, Any]:
    """The content again, where it is in an envelope. Refuses: KeysUnreachable."""
    if "wrapped_by" not in kept:
        return kept
    under = next((one for one in by if one.name == kept["wrapped_by"]), None)
    if under is None:
        raise KeysUnreachable(why=f"they are wrapped by “{kept['wrapped_by']}”, which is not named in the settings.")
    try:
        sealed = base64.b64decode(kept["content"])
        text = AESGCM(under.unwrap(kept["key"])).decrypt(sealed[:12], sealed[12:], under.name.encode())
    except (InvalidTag, ValueError, KeyError):
        raise KeysUnreachable(why="their file was altered.") from None
    found: dict[str, Any] = json.loads(text)
    return found


def needs_wrapping(kept: dict[str, Any], by: Sequence[Wrapping]) -> bool:
    """Whether a file is not, or not any more, wrapped by the first who is named."""
    return bool(by) and kept.get("wrapped_by") != by[0].name
