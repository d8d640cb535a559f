"""A certificate authority of the tests' own; what it issues lies in a folder as PEM files."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from trustme import CA, Blob, LeafCert

PASSPHRASE = b"malt"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
CENTURY = timedelta(days=36500)


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its key, each in a file."""

    certfile: Path
    keyfile: Path

    @property
    def names(self) -> tuple[str, str]:
        """The files as settings name them."""
        return str(self.certfile), str(self.keyfile)

    @property
    def encoded(self) -> bytes:
        """The certificate as a peer shows it (DER)."""
        return ssl.PEM_cert_to_DER_cert(self.certfile.read_text())

    def replace_with(self, other: Issued) -> None:
        """Have these files hold another certificate, each put into place at once."""
        for mine, its in zip(self.files, other.files, strict=True):
            fresh = mine.with_suffix(".fresh")
            fresh.write_bytes(its.read_bytes())
            fresh.replace(mine)

    @property
    def files(self) -> tuple[Path, Path]:
        return self.certfile, self.keyfile

    def together(self) -> Path:
        """One file with both."""
        path = self.certfile.with_suffix(".both.pem")
        path.write_bytes(self.keyfile.read_bytes() + self.certfile.read_bytes())
        return path


class Authority:
    """Issues certificates, and is trusted by the clients it makes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ca = CA()
        self._issued = 0
        self.certfile = self._path("authority.pem")
        self._ca.cert_pem.write_to_path(str(self.certfile))

    def issue(
        self,
        *names: str,
        subject: str | None = None,
        begin: datetime = LONG_AGO,
        end: datetime | None = None,
    ) -> Issued:
        """A certificate for hosts or addresses, as good for a server as for a client.

        `subject` becomes its common name; it is valid for a century from now unless told.
        """
        leaf = self._ca.issue_cert(
            *names,
            common_name=subject,
            not_before=begin,
            not_after=end or datetime.now(UTC) + CENTURY,
        )
        return self._write(leaf)

    def issue_expired(self, *names: str) -> Issued:
        return self.issue(*names, end=datetime.now(UTC) - timedelta(days=1))

    def encrypted(self, issued: Issued) -> Path:
        """A copy of the key under PASSPHRASE."""
        key = load_pem_private_key(issued.keyfile.read_bytes(), None)
        sealed = BestAvailableEncryption(PASSPHRASE)
        path = issued.keyfile.with_suffix(".encrypted.pem")
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed))
        return path

    def client(self, issued: Issued | None = None) -> ssl.SSLContext:
        """The client's side: it trusts this authority, and shows what was issued, if anything."""
        context = ssl.create_default_context(cafile=self.certfile)
        if issued is not None:
            context.load_cert_chain(*issued.names)
        return context

    def _write(self, leaf: LeafCert) -> Issued:
        self._issued += 1
        certificate = self._path(f"certificate-{self._issued}.pem")
        key = self._path(f"key-{self._issued}.pem")
        certificate.write_bytes(b"".join(map(Blob.bytes, leaf.cert_chain_pems)))
        leaf.private_key_pem.write_to_path(str(key))
        return Issued(certificate, key)

    def _path(self, name: str) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / name
