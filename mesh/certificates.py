"""What a process of the mesh proves itself with: a folder with its certificate, its key and the authority it trusts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtensionOID

AUTHORITY = "ca.crt"
CERTIFICATE = "tls.crt"
KEY = "tls.key"

_Parsed = TypeVar("_Parsed")


@dataclass(frozen=True, slots=True)
class Credentials:
    """One certificate that was found usable, with all that belongs to it."""

    authority: bytes
    certificate: bytes
    key: bytes
    name: str
    begins: datetime
    ends: datetime
    """When the certificate or its authority runs out, whichever is first."""


def read(folder: Path, name: str = "") -> Credentials:
    """Read a folder. Raises ValueError with all that is wrong, also when the certificate carries another name."""
    faults: list[str] = []
    authority, authorities = _part(folder / AUTHORITY, x509.load_pem_x509_certificates, faults)
    certificate, own = _part(folder / CERTIFICATE, x509.load_pem_x509_certificate, faults)
    key, private = _part(folder / KEY, lambda text: load_pem_private_key(text, password=None), faults)
    if own is None:
        raise ValueError("; ".join(faults))
    issuer = _issuer(own, authorities or [])
    faults += [fault for fault, present in _check_own(folder, own, name) if present]
    if private is not None and private.public_key() != own.public_key():
        faults.append(f"{folder / KEY} does not belong to {CERTIFICATE}")
    if authorities and issuer is None:
        faults.append(f"{folder / CERTIFICATE} is not from the authority in {AUTHORITY}")
    if faults or issuer is None:
        raise ValueError("; ".join(faults))
    ends = min(own.not_valid_after_utc, issuer.not_valid_after_utc)
    return Credentials(authority, certificate, key, name_of(own), own.not_valid_before_utc, ends)


def name_of(certificate: x509.Certificate) -> str:
    """The one name that a certificate vouches for; empty when there are several or none."""
    try:
        extension = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
    except x509.ExtensionNotFound:
        return ""
    match list(extension.value):  # type: ignore[call-overload]  # the type of the value follows from the number
        case [x509.DNSName(value=name)]:
            return str(name)
        case _:
            return ""


def _part(path: Path, parse: Callable[[bytes], _Parsed], faults: list[str]) -> tuple[bytes, _Parsed | None]:
    """One file and what it says; adds to the faults when it cannot be had."""
    try:
        text = path.read_bytes()
        return text, parse(text)
    except OSError as error:
        faults.append(f"{path}: {error.strerror}")
    except (ValueError, TypeError, UnsupportedAlgorithm):
        faults.append(f"{path} holds nothing that can be used")
    return b"", None


def _check_own(folder: Path, own: x509.Certificate, name: str) -> list[tuple[str, bool]]:
    """What may be wrong with the certificate, and whether it is."""
    path, now, found = folder / CERTIFICATE, datetime.now(UTC), name_of(own)
    begins, ends = own.not_valid_before_utc, own.not_valid_after_utc
    return [
        (f"{path} has expired on {ends:%Y-%m-%d %H:%M} UTC", ends <= now),
        (f"{path} is not valid before {begins:%Y-%m-%d %H:%M} UTC", begins > now),
        (f"{path} is for {found or 'no single name'}, not for {name}", bool(name) and found != name),
    ]


def _issuer(own: x509.Certificate, authorities: list[x509.Certificate]) -> x509.Certificate | None:
    for authority in authorities:
        try:
            own.verify_directly_issued_by(authority)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return authority
    return None
