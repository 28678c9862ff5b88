"""Names for what leaves the house: a token stands for an id towards one receiver, and only our keys lead back.

AES-SIV (RFC 5297), deterministic: the same id has the same token for the same receiver, so that files of theirs fit together, and another for
everybody else, so that files of two receivers do not. Keys come from the index key, which does not rotate: tokens stay good.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from xindai.base.crypto import KeyRing
from xindai.values.refusal import Kind, Refusal

PREFIX = "tok_"


class TokenUnknown(Refusal):
    """It is none of ours, or was made for another receiver."""

    kind = Kind.MISSING
    code = "token_not_found"
    en = "This is no token that was given to this receiver."
    zh = "该代号不是提供给此接收方的代号。"


def token(ring: KeyRing, id_: str, *, to: str) -> str:
    """What stands for an id in files for a receiver."""
    sealed = _siv(ring.index_key).encrypt(id_.encode(), [to.encode()])
    return PREFIX + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def id_of(ring: KeyRing, text: str, *, to: str) -> str:
    """The id again. Refuses: TokenUnknown."""
    body = text.removeprefix(PREFIX)
    try:
        sealed = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        return _siv(ring.index_key).decrypt(sealed, [to.encode()]).decode()
    except (InvalidTag, ValueError):
        raise TokenUnknown(field="token") from None


@lru_cache(maxsize=4)
def _siv(index_key: bytes) -> AESSIV:
    return AESSIV(HKDFExpand(hashes.SHA256(), 64, b"xindai export tokens").derive(index_key))
