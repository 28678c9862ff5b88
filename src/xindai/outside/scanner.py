"""A virus scanner that speaks clamd's INSTREAM; without one set, uploads are only made anew, which defuses most of them."""

from __future__ import annotations

import socket
import struct

from xindai.base.http import ProviderDown, ProviderFault
from xindai.base.log import PROVIDER_CALLS

CHUNK = 64 * 1024


class Scanner:
    """A connection for each question; `address` is `host:port`, or empty for none."""

    def __init__(self, address: str, *, timeout: float = 10.0) -> None:
        host, _, port = address.rpartition(":")
        self._at = (host, int(port)) if address else None
        self._timeout = timeout

    def objects(self, content: bytes) -> bool:
        """Whether the scanner finds something in an upload. Raises ProviderFault: what cannot be looked at is not taken."""
        if self._at is None:
            return False
        try:
            with socket.create_connection(self._at, self._timeout) as wire:
                wire.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), CHUNK):
                    piece = content[start : start + CHUNK]
                    wire.sendall(struct.pack("!I", len(piece)) + piece)
                wire.sendall(struct.pack("!I", 0))
                answer = b""
                while not answer.endswith(b"\0") and (more := wire.recv(4096)):
                    answer += more
        except ConnectionRefusedError as error:
            PROVIDER_CALLS.labels("scanner", "scan", "down").inc()
            raise ProviderDown("scanner") from error
        except OSError as error:
            PROVIDER_CALLS.labels("scanner", "scan", "fault").inc()
            raise ProviderFault(f"scanner: {error}") from error
        word = answer.rstrip(b"\0").decode("ascii", "replace").strip()
        if not word.endswith(("OK", "FOUND")):
            PROVIDER_CALLS.labels("scanner", "scan", "fault").inc()
            raise ProviderFault("scanner: no verdict")
        PROVIDER_CALLS.labels("scanner", "scan", "answered").inc()
        return word.endswith("FOUND")
