"""Signed PDFs: PAdES signatures (ETSI EN 319 142-1) of certificates that a CA of ours issues, and their verification.

A lender with certificates of a licensed CA puts its own `ca.pem` and `seal.pem`, each with its key, into the folder; without, a CA is
made on first use, for tests and trials. Each signer other than the lender gets a certificate for the one document: its key is
made, used once and thrown away, so nobody can sign for them again.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from xindai.base import crypto

for _name in ("pyhanko", "pyhanko_certvalidator"):  # they would log whose certificate it was that could not be verified
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

YEARS = timedelta(days=3653)
ONE_DOCUMENT = timedelta(hours=1)
_SLACK = timedelta(hours=1)
_ROOM = 2048
"""Bytes kept free for a signature besides its certificates; to measure it first is to sign twice."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One signature of a file, as it was found: by whom, when, whether it is whole, and whether our CA vouches for it.

    `covers_all` says that nothing was added after it. `stamped_at` is when a time-stamping authority saw it, if one did.
    """

    field: str
    by: str
    at: datetime | None
    intact: bool
    trusted: bool
    covers_all: bool
    stamped_at: datetime | None


class Unstamped(Exception):
    """The time-stamping authority gave no stamp."""


class Unreadable(Exception):
    """Not a PDF that can be looked into."""


class Sealer:
    """Signs with certificates of one CA; `stamps` is the address of a time-stamping authority (RFC 3161), if there is one.

    With a file `ca` it only verifies, by that certificate.
    """

    def __init__(self, folder: Path, *, lender: str, stamps: str = "", ca: Path | None = None) -> None:
        self._folder = folder
        self._ca = ca
        self._lender = lender
        self._stamps = stamps

    def sign(self, pdf: bytes, *, signer: str, reason: str) -> bytes:
        """The file signed by `signer`, with a certificate for it alone, and sealed by the lender after. Raises Unstamped."""
        ca, ca_key = self._pair("ca", self._made_ca)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _issued(signer, key, ca, ca_key, lives=ONE_DOCUMENT)
        once = self._signed(pdf, certificate, key, ca, field="borrower", reason=reason, name=signer)
        seal, seal_key = self._pair("seal", lambda: self._made_seal(ca, ca_key))
        return self._signed(once, seal, seal_key, ca, field="lender", reason=reason, name=self._lender)

    def verify(self, pdf: bytes) -> list[Mark]:
        """Every signature in a file, in order; none where it bears none. Raises Unreadable."""
        from pyhanko.pdf_utils.misc import PdfReadError
        from pyhanko.pdf_utils.reader import PdfFileReader

        ca = x509.load_pem_x509_certificate(self._ca.read_bytes()) if self._ca else self._pair("ca", self._made_ca)[0]
        try:
            found = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures
            return [_looked_at(one, ca) for one in found]
        except (PdfReadError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
            raise Unreadable(str(error)) from None

    @property
    def ca_pem(self) -> str:
        """The certificate by which others can verify."""
        return self._pair("ca", self._made_ca)[0].public_bytes(Encoding.PEM).decode()

    def _signed(
        self,
        pdf: bytes,
        certificate: x509.Certificate,
        key: Any,
        ca: x509.Certificate,
        *,
        field: str,
        reason: str,
        name: str,
    ) -> bytes:
        from asn1crypto import keys
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers
        from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        signer = signers.SimpleSigner(
            signing_cert=_asn1(certificate),
            signing_key=keys.PrivateKeyInfo.load(plain),
            cert_registry=SimpleCertificateStore.from_certs([_asn1(ca)]),  # type: ignore[no-untyped-call]
        )
        wanted = signers.PdfSignatureMetadata(
            field_name=field,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            reason=reason,
            name=name,
        )
        room = 2 * (
            _ROOM + sum(len(one.public_bytes(Encoding.DER)) for one in (certificate, ca))
        )  # in hexadecimal digits
        stamper = HTTPTimeStamper(self._stamps, timeout=5) if self._stamps else None
        try:
            out = signers.PdfSigner(wanted, signer=signer, timestamper=stamper).sign_pdf(
                IncrementalPdfFileWriter(io.BytesIO(pdf)), bytes_reserved=None if stamper else room
            )
        except TimestampRequestError as error:
            raise Unstamped(str(error)) from None
        return bytes(out.getvalue())

    def _pair(self, name: str, make: Callable[[], tuple[x509.Certificate, Any]]) -> tuple[x509.Certificate, Any]:
        """A certificate and its key from one file of the folder, made on first use by whichever process is first."""
        path = self._folder / f"{name}.pem"
        if not path.exists():
            made, key = make()
            text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(
                Encoding.PEM
            )
            crypto.write_secret(path, text.decode(), only_if_new=True)
        kept = path.read_bytes()
        return x509.load_pem_x509_certificate(kept), load_pem_private_key(kept, None)

    def _made_ca(self) -> tuple[x509.Certificate, Any]:
        key = ec.generate_private_key(ec.SECP256R1())
        return _issued("Xindai test CA", key, None, key, lives=2 * YEARS), key

    def _made_seal(self, ca: x509.Certificate, ca_key: Any) -> tuple[x509.Certificate, Any]:
        key = ec.generate_private_key(ec.SECP256R1())
        return _issued(self._lender, key, ca, ca_key, lives=YEARS), key


def _issued(name: str, key: Any, ca: x509.Certificate | None, ca_key: Any, *, lives: timedelta) -> x509.Certificate:
    """A certificate over a key; without a `ca` it is one itself."""
    now = datetime.now(UTC)
    fits = name.encode()[:64].decode(errors="ignore")  # X.520 gives a name 64 characters, the library that many bytes
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, fits)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(ca.subject if ca else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + lives)
        .add_extension(x509.BasicConstraints(ca=ca is None, path_length=0 if ca is None else None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=ca is not None,
                content_commitment=ca is not None,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=ca is None,
                crl_sign=ca is None,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    return builder.sign(ca_key, hashes.SHA256())


def _looked_at(one: Any, ca: x509.Certificate) -> Mark:
    """A signature by the time it was made: what our CA issues for one document is not valid long after."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    said = one.self_reported_timestamp
    context = ValidationContext(trust_roots=[_asn1(ca)], allow_fetching=False, moment=said or datetime.now(UTC))
    status = validate_pdf_signature(one, signer_validation_context=context)
    stamp = status.timestamp_validity
    return Mark(
        field=one.field_name,
        by=status.signing_cert.subject.native.get("common_name", ""),
        at=said,
        intact=bool(status.intact and status.valid and status.docmdp_ok is not False),
        trusted=bool(status.trusted),
        covers_all=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        stamped_at=stamp.timestamp if stamp is not None and stamp.intact and stamp.valid else None,
    )


def _asn1(certificate: x509.Certificate) -> Any:
    from asn1crypto import x509 as asn1

    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


def whole(marks: Sequence[Mark]) -> bool:
    """Whether a file is signed, by all trusted, unchanged since, and nothing was added after the last signature."""
    return bool(marks) and all(one.intact and one.trusted for one in marks) and marks[-1].covers_all
