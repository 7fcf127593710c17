"""Certificates for tests, good and bad."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from cli.certs.authority import Authority
from mesh import certificates
from mesh.certificates import Credentials

DAY = timedelta(days=1)


class Papers:
    """Folders with certificates of one authority."""

    def __init__(self, directory: Path, authority: Authority | None = None) -> None:
        self.authority = authority or Authority.new()
        self._directory = directory

    def issue(self, name: str, *, folder: str = "", lifetime: timedelta = DAY, age: timedelta = timedelta()) -> Path:
        """Make a certificate that was made so long ago, in the place of what the folder holds; returns the folder."""
        path = self._directory / (folder or name)
        path.mkdir(parents=True, exist_ok=True)
        certificate, key = self.authority.issue(name, lifetime, datetime.now(UTC) - age)
        (path / certificates.AUTHORITY).write_bytes(self.authority.pem()[0])
        (path / certificates.CERTIFICATE).write_bytes(certificate)
        (path / certificates.KEY).write_bytes(key)
        return path

    def odd(self, common_name: str, *names: str) -> Credentials:
        """A certificate of the same authority such as it never makes: with several names, or with none but the old one."""
        made = certificates.read(self.issue(common_name))
        template = x509.load_pem_x509_certificate(made.certificate)
        builder = (
            x509.CertificateBuilder()
            .subject_name(template.subject)
            .issuer_name(template.issuer)
            .public_key(template.public_key())
            .serial_number(template.serial_number)
            .not_valid_before(template.not_valid_before_utc)
            .not_valid_after(template.not_valid_after_utc)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(map(x509.DNSName, names)), critical=False)
        signed = builder.sign(self.authority.key, hashes.SHA256())
        return replace(made, certificate=signed.public_bytes(Encoding.PEM))
