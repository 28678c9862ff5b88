"""A ring of keys: AES-256-GCM or SM4-GCM for fields, a keyed hash to find them by, rotation without a pause.

A sealed field is `cipher byte | key number (2 bytes) | nonce (12) | ciphertext and tag`, bound to the place it is
kept in (`table.column|row id`) as associated data, so a value copied to another row does not open. Fields of either cipher
open at any time; a lender who must seal by SM4 (GB/T 32907, GM/T 0054) names it and rotates the keys.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher as Encryption
from cryptography.hazmat.primitives.ciphers import modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from xindai.base.db import Database, Tx
from xindai.base.wrapping import Wrapping, envelope, needs_wrapping, opened

_TAG = 16
RING = "fields.json"


class Cipher(Enum):
    """What fields are sealed by; its number is their first byte."""

    AES = 1
    SM4 = 2


class SealBroken(Exception):
    """A field that was altered, moved to another place, or sealed by a key that is not on the ring."""


@dataclass(frozen=True)
class KeyRing:
    """Numbered 256-bit keys, the newest first in use, and one key for blind indexes that never rotates with them."""

    keys: dict[int, bytes]
    index_key: bytes
    cipher: Cipher = field(default=Cipher.AES, compare=False)
    """What new fields are sealed by."""
    folder: Path | None = field(default=None, compare=False)
    """Where newer keys are looked for when a field names one that is not on the ring yet."""
    under: tuple[Wrapping, ...] = field(default=(), compare=False)
    """Who may have wrapped the keys in the folder; the first wraps them."""

    def __repr__(self) -> str:
        return f"KeyRing(keys={sorted(self.keys)})"

    @property
    def newest(self) -> int:
        """The number of the key that seals."""
        return max(self.keys)

    def seal(self, text: str, place: str) -> bytes:
        """`text` encrypted for `place`."""
        return self.seal_bytes(text.encode(), place)

    def unseal(self, sealed: bytes, place: str) -> str:
        """The text again. Raises SealBroken."""
        return self.unseal_bytes(sealed, place).decode()

    def seal_bytes(self, content: bytes, place: str) -> bytes:
        """`content` encrypted for `place`."""
        nonce = secrets.token_bytes(12)
        return (
            self.head + nonce + _sealed(self.cipher, self.keys[self.newest], nonce, content, self.head + place.encode())
        )

    @property
    def head(self) -> bytes:
        """How every field begins that needs no new sealing."""
        return bytes([self.cipher.value]) + self.newest.to_bytes(2, "big")

    def unseal_bytes(self, sealed: bytes, place: str) -> bytes:
        """The content again. Raises SealBroken."""
        head, nonce, body = sealed[:3], sealed[3:15], sealed[15:]
        number = int.from_bytes(head[1:3], "big")
        if number not in self.keys and self.folder is not None:
            self.keys.update(load_ring(self.folder, under=self.under).keys)
        key = self.keys.get(number)
        if len(sealed) < 31 or key is None:
            raise SealBroken(place)
        try:
            return _opened(Cipher(head[0]), key, nonce, body, head + place.encode())
        except (InvalidTag, ValueError):
            raise SealBroken(place) from None

    def blind_index(self, text: str, purpose: str) -> bytes:
        """What equal texts share and nobody without the key can compute (HMAC-SHA-256)."""
        return hmac.new(self.index_key, f"{purpose}|{text}".encode(), hashlib.sha256).digest()

    def rotated(self) -> KeyRing:
        """The same ring with a new newest key."""
        return replace(self, keys={**self.keys, self.newest + 1: secrets.token_bytes(32)})


def _sealed(cipher: Cipher, key: bytes, nonce: bytes, content: bytes, place: bytes) -> bytes:
    if cipher is Cipher.AES:
        return AESGCM(key).encrypt(nonce, content, place)
    sealing = Encryption(SM4(_sm4_key(key)), modes.GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(place)
    return sealing.update(content) + sealing.finalize() + sealing.tag


def _opened(cipher: Cipher, key: bytes, nonce: bytes, body: bytes, place: bytes) -> bytes:
    if cipher is Cipher.AES:
        return AESGCM(key).decrypt(nonce, body, place)
    opening = Encryption(SM4(_sm4_key(key)), modes.GCM(nonce, body[-_TAG:])).decryptor()
    opening.authenticate_additional_data(place)
    return opening.update(body[:-_TAG]) + opening.finalize()


@lru_cache(maxsize=64)
def _sm4_key(key: bytes) -> bytes:
    """A key of 128 bits that is used for nothing else (HKDF-Expand over SM3, RFC 5869)."""
    return HKDFExpand(hashes.SM3(), 16, b"sm4-gcm").derive(key)


def load_ring(folder: Path, cipher: Cipher = Cipher.AES, *, under: Sequence[Wrapping] = ()) -> KeyRing:
    """The ring kept in `folder`, made on first use. The file is readable by its owner only.

    One that is not wrapped by the first of `under` is from now on. Refuses: KeysUnreachable.
    """
    path = folder / RING
    if not path.exists():
        fresh = KeyRing({1: secrets.token_bytes(32)}, secrets.token_bytes(32), under=tuple(under))
        save_ring(fresh, folder, only_if_new=True)
    kept = json.loads(path.read_text(encoding="utf-8"))
    if needs_wrapping(kept, under):
        with _alone(folder):
            save_ring(_read_ring(folder, cipher, under), folder)
    return _read_ring(folder, cipher, under)


def _read_ring(folder: Path, cipher: Cipher, under: Sequence[Wrapping]) -> KeyRing:
    kept = opened(json.loads((folder / RING).read_text(encoding="utf-8")), under)
    return KeyRing(
        {int(number): bytes.fromhex(key) for number, key in kept["keys"].items()},
        bytes.fromhex(kept["index_key"]),
        cipher,
        folder,
        tuple(under),
    )


def save_ring(ring: KeyRing, folder: Path, *, only_if_new: bool = False) -> None:
    """Write the ring whole or not at all, wrapped where somebody wraps it. Refuses: KeysUnreachable."""
    text = json.dumps(
        {"keys": {str(number): key.hex() for number, key in ring.keys.items()}, "index_key": ring.index_key.hex()}
    )
    kept = json.dumps(envelope(text, ring.under[0])) if ring.under else text
    write_secret(folder / RING, kept, only_if_new=only_if_new)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else reads the ring to write it anew meanwhile: a key that one has added is not lost by another."""
    with (folder / f"{RING}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_secret(path: Path, text: str, *, only_if_new: bool = False) -> None:
    """A file of mode 0600, written whole or not at all; an existing one stays where `only_if_new`."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        if only_if_new:
            path.hardlink_to(draft)
        else:
            draft.replace(path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)


class Signer:
    """Signs records, so that years later nobody can say they were written otherwise (Ed25519, RFC 8032)."""

    def __init__(self, key: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(key)

    def sign(self, text: str) -> str:
        """Hexadecimal signature of a text."""
        return self._key.sign(text.encode()).hex()

    @property
    def public_key(self) -> str:
        """The key that checks, in 64 hexadecimal digits."""
        return self._key.public_key().public_bytes_raw().hex()


def is_signed(text: str, signature: str, public_key: str) -> bool:
    """Whether the holder of the key signed this very text."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def load_signer(folder: Path) -> Signer:
    """The signer whose key is kept in `folder`, made on first use. The file is readable by its owner only."""
    path = folder / "signing.json"
    if not path.exists():
        write_secret(path, json.dumps({"ed25519": secrets.token_hex(32)}), only_if_new=True)
    return Signer(bytes.fromhex(json.loads(path.read_text(encoding="utf-8"))["ed25519"]))


SEALED_COLUMNS = (
    ("person", "id", ("phone", "name", "id_number", "card_number")),
    ("bureau_report", "id", ("document",)),
    ("source_document", "id", ("document",)),
    ("merchant", "id", ("account_number",)),
    ("idempotency_key", "seed", ("answer",)),
    ("wechat_account", "person_id", ("openid",)),
    ("debit_agreement", "id", ("number",)),
    ("document", "id", ("fields", "thumbnail")),
    ("document_page", "id", ("picture",)),
    ("application", "id", ("business", "contacts")),
    ("application_draft", "person_id", ("form",)),
    ("watch_entry", "id", ("document",)),
    ("face_check", "id", ("token", "url")),
    ("document_correction", "id", ("before", "after")),
    ("receipt", "id", ("sender", "remark")),
    ("contract", "id", ("document", "evidence", "file")),
    ("rights_request", "id", ("words", "answer")),
    ("aml_case", "id", ("reasons",)),
    ("staff_member", "name", ("totp_sealed",)),
)
"""Every sealed column of the schema: what rotation walks over."""


def reloaded(ring: KeyRing) -> KeyRing:
    """The ring with every key that its folder holds by now."""
    if ring.folder is not None:
        ring.keys.update(load_ring(ring.folder, under=ring.under).keys)
    return ring


def grown(ring: KeyRing, wanted: int) -> KeyRing:
    """The ring with keys up to the one numbered `wanted`, written to its folder; the same again changes nothing."""
    assert ring.folder is not None
    with _alone(ring.folder):
        kept = _read_ring(ring.folder, ring.cipher, ring.under)
        if kept.newest < wanted:
            save_ring(kept.rotated(), ring.folder)
    return reloaded(ring)


def noticed(ring: KeyRing) -> KeyRing:
    """The ring with what its folder holds, read only where the file is another than the last time."""
    if ring.folder is not None:
        changed = (ring.folder / RING).stat().st_mtime_ns
        if _seen.get(ring.folder) != changed:
            reloaded(ring)
            _seen[ring.folder] = changed
    return ring


_seen: dict[Path, int] = {}


def without_older(ring: KeyRing) -> list[int]:
    """Destroy all keys in the folder but the newest that `ring` knows; their numbers. What only they sealed opens never again."""
    assert ring.folder is not None
    with _alone(ring.folder):
        kept = _read_ring(ring.folder, ring.cipher, ring.under)
        gone = sorted(number for number in kept.keys if number < ring.newest)
        if gone:
            save_ring(replace(kept, keys={one: key for one, key in kept.keys.items() if one not in gone}), ring.folder)
    for number in gone:
        ring.keys.pop(number, None)
    return gone


def older(tx: Tx, ring: KeyRing) -> int:
    """How many fields are sealed by a key that is not the newest, or by the other cipher."""
    return sum(
        int(
            tx.value(
                f"SELECT count(*) FROM {table} WHERE {column} IS NOT NULL AND substring({column} FROM 1 FOR 3) <> :head",
                head=ring.head,
            )
        )
        for table, _, columns in SEALED_COLUMNS
        for column in columns
    )


@dataclass(frozen=True, slots=True)
class Place:
    """How far a walk over all sealed fields has come: in which table of SEALED_COLUMNS, after which row of it."""

    table: int = 0
    after: str = ""


def rotate(db: Database, ring: KeyRing) -> int:
    """A new key on the ring, and every sealed field under it; how many moved. Running processes find it by themselves.

    Cut off, it is run again: what is sealed already stays, and old keys stay on the ring.
    """
    newer = grown(ring, reloaded(ring).newest + 1)
    moved = 0
    # What was locked, or written by who did not know the key yet, is left to another walk.
    while some := _walk(db, newer):
        moved += some
    return moved


def _walk(db: Database, ring: KeyRing) -> int:
    moved = 0
    place: Place | None = Place()
    while place is not None:
        with db.transaction() as tx:
            some, place = reseal(tx, ring, place)
        moved += some
    return moved


def reseal(tx: Tx, ring: KeyRing, place: Place, *, most: int = 500) -> tuple[int, Place | None]:
    """Seal what is under older keys in up to `most` rows from a place on; (how many fields moved, where to go on, if anywhere).

    A walk reads each row once, by its key, however many there are.
    """
    table, key, columns = SEALED_COLUMNS[place.table]
    old = " OR ".join(f"substring({column} FROM 1 FOR 3) <> :head" for column in columns)
    rows = tx.rows(
        f"SELECT {key} AS row_id, {', '.join(columns)} FROM {table} WHERE {key} > :after AND ({old})"
        f" ORDER BY {key} LIMIT :most FOR NO KEY UPDATE SKIP LOCKED",
        after=place.after,
        head=ring.head,
        most=most,
    )
    fresh: list[dict[str, Any]] = []
    moved = 0
    for row in rows:
        sealed = {column: bytes(row[column]) if row[column] is not None else None for column in columns}
        for column, field_ in sealed.items():
            if field_ is not None and field_[:3] != ring.head:
                where = f"{table}.{column}|{row['row_id']}"
                sealed[column] = ring.seal_bytes(ring.unseal_bytes(field_, where), where)
                moved += 1
        fresh.append({"row_id": row["row_id"], **sealed})
    tx.run_many(f"UPDATE {table} SET {', '.join(f'{one} = :{one}' for one in columns)} WHERE {key} = :row_id", fresh)
    if len(rows) == most:
        return moved, Place(place.table, str(rows[-1]["row_id"]))
    return moved, Place(place.table + 1) if place.table + 1 < len(SEALED_COLUMNS) else None
