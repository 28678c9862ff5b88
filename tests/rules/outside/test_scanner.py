"""A virus scanner on clamd's wire: what it finds is refused, and what it could not look at is not taken either."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from xindai.base.http import ProviderDown, ProviderFault
from xindai.outside.scanner import Scanner

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@contextmanager
def clamd(answer: bytes | None = None) -> Iterator[str]:
    """A scanner that reads one stream as the wire says, and knows one virus."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            wire, _ = server.accept()
            with wire, wire.makefile("rb") as told:
                assert told.read(10) == b"zINSTREAM\0"
                whole = b""
                while size := struct.unpack("!I", told.read(4))[0]:
                    whole += told.read(size)
                found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in whole else b"stream: OK\0"
                wire.sendall(found if answer is None else answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join(5)


def test_a_virus_is_found_and_a_picture_is_none() -> None:
    with clamd() as at:
        assert not Scanner(at).objects(bytes(200_000))
    with clamd() as at:
        assert Scanner(at).objects(bytes(100_000) + EICAR + bytes(100_000))
    with clamd() as at:
        assert not Scanner(at).objects(b"")


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"\xff\xfe\0"])
def test_no_verdict_is_a_fault(answer: bytes) -> None:
    with clamd(answer) as at, pytest.raises(ProviderFault):
        Scanner(at).objects(b"something")


def test_nobody_there_is_a_fault_and_none_named_looks_at_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ProviderDown):
        Scanner(f"127.0.0.1:{port}").objects(b"something")
    assert not Scanner("").objects(EICAR)
