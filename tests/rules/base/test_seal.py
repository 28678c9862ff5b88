"""A sealed file is whole; a byte changed, a page added, a stranger's CA are all seen."""

import re
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import typst
from asn1crypto import keys, tsp
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign.timestamps import DummyTimeStamper

from xindai.base import seal
from xindai.base.seal import Sealer


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sealer, bytes]:
    made = typst.Compiler(b"= Contract").compile(format="pdf", pdf_standards="a-2a", timestamp=0)
    assert isinstance(made, bytes)
    sealer = Sealer(tmp_path_factory.mktemp("ca"), lender="某公司")
    return sealer, sealer.sign(made, signer="欧阳样", reason="agreed")


def test_a_signed_file_says_by_whom_and_that_it_is_whole(signed: tuple[Sealer, bytes]) -> None:
    sealer, content = signed
    marks = sealer.verify(content)
    assert [(one.field, one.by) for one in marks] == [("borrower", "欧阳样"), ("lender", "某公司")]
    assert all(one.at is not None and (datetime.now(UTC) - one.at).total_seconds() < 600 for one in marks)
    assert seal.whole(marks)


def test_any_changed_byte_is_seen(signed: tuple[Sealer, bytes]) -> None:
    """Of all that is signed: the room of the last signature itself is not, and holds what it says nothing with, such as our CA."""
    sealer, content = signed
    *_, last = re.finditer(rb"<[0-9a-fA-F]{400,}>", content)
    for place in range(50, len(content), len(content) // 60):
        if last.start() <= place < last.end():
            continue
        changed = content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]
        try:
            marks = sealer.verify(changed)
        except seal.Unreadable:
            continue
        assert not seal.whole(marks), place


def test_what_was_added_after_the_last_signature_is_seen(signed: tuple[Sealer, bytes]) -> None:
    sealer, content = signed
    assert not seal.whole(sealer.verify(content + b"\n%added\n"))


def test_another_ca_vouches_for_nothing(signed: tuple[Sealer, bytes], tmp_path: Path) -> None:
    _, content = signed
    marks = Sealer(tmp_path, lender="别的公司").verify(content)
    assert [(one.intact, one.trusted) for one in marks] == [(True, False)] * 2
    assert not seal.whole(marks)


class Authority(BaseHTTPRequestHandler):
    """A time-stamping authority of RFC 3161 on loopback."""

    stamper: ClassVar[Any] = None

    def do_POST(self) -> None:
        asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        body = self.stamper.request_tsa_response(asked).dump()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing is said."""


def test_the_long_certificates_of_a_lender_s_own_ca_have_room(tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=4096)
    ca = seal._issued("甲" * 64, key, None, key, lives=timedelta(days=9))
    of_lender = seal._issued("某公司", key, ca, key, lives=timedelta(days=9))
    for name, one in (("ca", ca), ("seal", of_lender)):
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + one.public_bytes(Encoding.PEM)
        (tmp_path / f"{name}.pem").write_bytes(pem)
    sealer = Sealer(tmp_path, lender="某公司")
    made = typst.Compiler(b"= Contract").compile(format="pdf", pdf_standards="a-2a", timestamp=0)
    assert isinstance(made, bytes)
    assert seal.whole(sealer.verify(sealer.sign(made, signer="欧阳样", reason="agreed")))


def test_an_authority_says_when_it_saw_the_file(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    certificate = seal._issued("authority", key, None, key, lives=timedelta(days=1))
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    Authority.stamper = DummyTimeStamper(seal._asn1(certificate), keys.PrivateKeyInfo.load(plain))
    server = HTTPServer(("127.0.0.1", 0), Authority)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        made = typst.Compiler(b"= Contract").compile(format="pdf", timestamp=0)
        assert isinstance(made, bytes)
        sealer = Sealer(tmp_path, lender="某公司", stamps=f"http://127.0.0.1:{server.server_port}/")
        marks = sealer.verify(sealer.sign(made, signer="欧阳样", reason="agreed"))
    finally:
        server.shutdown()
        server.server_close()
    assert seal.whole(marks)
    assert all(one.stamped_at is not None for one in marks)


def test_an_unsigned_file_bears_no_mark(tmp_path: Path) -> None:
    made = typst.Compiler(b"= Nothing").compile(format="pdf", timestamp=0)
    assert isinstance(made, bytes)
    assert Sealer(tmp_path, lender="某公司").verify(made) == []
    assert not seal.whole([])


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"hello", b"%PDF-1.7\n1 0 obj << /A 1 0 R >>\ntrailer << /Root 1 0 R >>"]
)
def test_nonsense_is_unreadable(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(seal.Unreadable):
        Sealer(tmp_path, lender="某公司").verify(content)
