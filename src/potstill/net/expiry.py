"""Does a certificate expire soon? Asked of OpenSSL, by shaking hands with ourselves in memory.

`ssl` reads no certificate but that of a peer it has verified. So a client of our own trusts exactly
what is in the certificate's file, and one flight of TLS 1.3 shows it to him.
"""

from __future__ import annotations

import ssl
import time
from contextlib import suppress

SOON = 14 * 86400.0
_EXPIRED = 10  # X509_V_ERR_CERT_HAS_EXPIRED
_DAY = 86400.0


def warning(context: ssl.SSLContext, certfile: str) -> str | None:
    """A sentence when the certificate that `context` shows has expired, or will within SOON.

    One that lives shortly by design is due in the last third of its life. None when all is well,
    and when OpenSSL finds something else to object to: that is for the clients to judge.
    """
    try:
        begin, end = _validity(context, certfile)
    except ssl.SSLCertVerificationError as error:
        if error.verify_code == _EXPIRED:
            return f"the certificate in {certfile} has expired, or one of its chain"
        return None
    except ssl.SSLError:
        return None
    left = end - time.time()
    if left >= min(SOON, (end - begin) / 3):
        return None
    return f"the certificate in {certfile} expires in {left / _DAY:.1f} days"


def _validity(context: ssl.SSLContext, certfile: str) -> tuple[float, float]:
    """From when to when it is valid, in seconds since the epoch; SSLError when it is not now."""
    upward, downward = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = _client(certfile).wrap_bio(downward, upward)
    server = context.wrap_bio(upward, downward, server_side=True)
    for side in (client, server):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    client.do_handshake()
    certificate = client.getpeercert() or {}
    begin, end = str(certificate["notBefore"]), str(certificate["notAfter"])
    return ssl.cert_time_to_seconds(begin), ssl.cert_time_to_seconds(end)


def _client(certfile: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.minimum_version = ssl.TLSVersion.TLSv1_3  # there the server's part is one flight
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(certfile)
    return context
