"""How OpenSSL is set up for one certificate: an `ssl.SSLContext`, or a sentence why there is none.

Nothing here waits for a person: a key with a passphrase is refused, never asked about. Which
context a client gets, and when files are read again, is the business of `certificates`.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path

from potstill.net.tls_facts import ServerSide

_STRONG = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""For TLS 1.2 unless said otherwise: keys that are forgotten, and no padding to guess at."""
_VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
_REQUIREMENTS = {
    "none": ssl.CERT_NONE,
    "optional": ssl.CERT_OPTIONAL,
    "required": ssl.CERT_REQUIRED,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every connection, whichever certificate it is shown; words of the settings."""

    minimum: str
    ciphers: str
    ca_certs: str
    cert_reqs: str


@dataclass(frozen=True, slots=True)
class Pair:
    """The files of a certificate with its chain, and of its key; `keyfile` empty: the same one."""

    certfile: str
    keyfile: str
    origin: str = field(default="", compare=False)
    """Put before the names of the settings, for a certificate that is not the default one."""

    @property
    def certificate(self) -> str:
        """The certificate, for a sentence."""
        return f"{self.origin}certfile {self.certfile}"

    @property
    def key(self) -> str:
        """The key, for a sentence."""
        return f"{self.origin}keyfile {self.keyfile}" if self.keyfile else self.certificate


def build(pair: Pair, terms: Terms) -> ssl.SSLContext:
    """The server's side of connections that show this certificate.

    Reads files, which may block. OSError or ValueError with a sentence for the operator when
    something in them, or in the terms, is wrong.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sslobject_class = ServerSide
    context.minimum_version = _VERSIONS[terms.minimum]
    context.options |= (
        ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    )
    context.set_alpn_protocols(["http/1.1"])
    _choose_ciphers(context, terms.ciphers)  # with the security level the next two must meet
    _load(context, pair)
    _trust(context, terms)
    return context


def _choose_ciphers(context: ssl.SSLContext, ciphers: str) -> None:
    try:
        context.set_ciphers(ciphers or _STRONG)
    except ssl.SSLError as error:
        raise ValueError(f"ciphers is {ciphers!r}: OpenSSL has no such cipher") from error


def _load(context: ssl.SSLContext, pair: Pair) -> None:
    if b"-----BEGIN CERTIFICATE-----" not in _read(pair.certificate, pair.certfile):
        raise ValueError(f"{pair.certificate}: there is no certificate in PEM form in it")
    if b"PRIVATE KEY-----" not in _read(pair.key, pair.keyfile or pair.certfile):
        hint = "" if pair.keyfile else ", and no keyfile is named"
        raise ValueError(f"{pair.key}: there is no private key in PEM form in it{hint}")

    def refuse() -> str:
        raise ValueError(
            f"{pair.key}: the key is encrypted, and nobody is asked for its passphrase;"
            " store it without one"
        )

    try:
        context.load_cert_chain(pair.certfile, pair.keyfile or None, password=refuse)
    except ssl.SSLError as error:
        raise ValueError(_complaint(pair, error.reason)) from error


def _complaint(pair: Pair, reason: str | None) -> str:
    if reason in ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH"):
        return f"{pair.key}: it is not the key of the certificate in {pair.certfile}"
    words = reason.lower().replace("_", " ") if reason else "damaged"
    also = f" or {pair.keyfile}" if pair.keyfile else ""
    return f"{pair.certificate}{also}: OpenSSL does not take it: {words}"


def _trust(context: ssl.SSLContext, terms: Terms) -> None:
    """Ask clients for certificates, if they shall be asked, and say whose are good."""
    context.verify_mode = _REQUIREMENTS[terms.cert_reqs]
    if not terms.ca_certs:
        return
    _read(f"ca_certs {terms.ca_certs}", terms.ca_certs)
    try:
        context.load_verify_locations(terms.ca_certs)
    except ssl.SSLError as error:
        raise ValueError(
            f"ca_certs {terms.ca_certs}: there is no sound certificate in PEM form in it"
        ) from error


def _read(title: str, path: str) -> bytes:
    """What is in the file; `ssl` would not say which one it cannot read."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise type(error)(f"{title}: {error.strerror}") from error
