"""The two factors of a member of staff: a password by Argon2id (RFC 9106), a one-time code by time (RFC 6238). Pure.

Argon2's costs are those that OWASP asks for where nothing else is known: 19 MiB, two passes, one lane.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from xindai.values.masked import Secret

MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
STEP_SECONDS = 30
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGF0IGFsbCAxNg$mGn5IMcMxm5033qyKp3ntXmLUcCx0NwAWNKdtqNldl4"
"""What is tried where nobody has the name, so that the time of an answer does not tell who works here."""


def hashed(password: Secret, salt: bytes) -> str:
    """The PHC string of a password: algorithm, costs, salt and hash."""
    made = Argon2id(salt=salt, length=32, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB)
    return made.derive_phc_encoded(password.reveal().encode())


def is_right(password: Secret, phc: str) -> bool:
    """Whether that is the password whose PHC string is kept."""
    try:
        Argon2id.verify_phc_encoded(password.reveal().encode(), phc)
    except InvalidKey:
        return False
    return True


def was_right(password: Secret, salt: bytes, kept: bytes) -> bool:
    """The same of a hash that was kept before (scrypt)."""
    found = Scrypt(salt=salt, length=32, n=2**14, r=8, p=1).derive(password.reveal().encode())
    return hmac.compare_digest(kept, found)


def step_of(secret: bytes, code: str, now: datetime, *, after: int) -> int | None:
    """The thirty-second step whose code it is, one to either side allowed, each used once."""
    current = int(now.timestamp()) // STEP_SECONDS
    for step in (current - 1, current, current + 1):
        made = TOTP(secret, 6, SHA1(), STEP_SECONDS, enforce_key_length=False).generate(step * STEP_SECONDS)  # noqa: S303
        if step > after and hashlib.sha256(made).digest() == hashlib.sha256(code.encode()).digest():
            return step
    return None
