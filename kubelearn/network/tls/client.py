"""What a client says of a server's certificate: chain, time, name; the words are curl's.

Source: curl 8.5 `lib/vtls/openssl.c` (ossl_verifyhost), OpenSSL 3.0 `crypto/x509/x509_txt.c`;
RFC 6125 for names: `*` stands for one whole label on the left.

Unlike the real one: a handshake takes one round trip; clients trust the one public authority.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple

from kubelearn.network.tls.certificates import (
    BEGIN,
    PUBLIC,
    Authority,
    dns_names,
    read_chain,
)
from kubelearn.sim.clock import MICROSECOND

if TYPE_CHECKING:
    from cryptography import x509

PROBLEM = "SSL certificate problem: "
WRONG_HOST = "SSL: no alternative certificate subject name matches target host name '{host}'"
NOT_TLS = "error:0A00010B:SSL routines::wrong version number"
"""The server speaks plain HTTP on this port."""
NO_NAME = "error:0A000458:SSL routines::tlsv1 unrecognized name"
"""The server has no certificate for the name and ends the handshake."""
NO_PAIR = "error:0A000438:SSL routines::tlsv1 alert internal error"
"""The server has no certificate that it could show."""
SELF_SIGNED = f"{PROBLEM}self-signed certificate"
IN_CHAIN = f"{PROBLEM}self-signed certificate in certificate chain"
UNKNOWN = f"{PROBLEM}unable to get local issuer certificate"
EXPIRED = f"{PROBLEM}certificate has expired"
EARLY = f"{PROBLEM}certificate is not yet valid"


class Trust(NamedTuple):
    """How a client judges certificates."""

    cacert: str = ""
    """PEM of authorities that it trusts instead of the public one (curl --cacert)."""
    insecure: bool = False
    """Whether it takes every certificate (curl --insecure)."""

    def problem(self, chain: str, host: str, now: int) -> str:
        """What is wrong with a chain (PEM) for a host at a time (ns); "" when nothing is."""
        if self.insecure:
            return ""
        sent = read_chain(chain)
        roots = read_chain(self.cacert or Authority(PUBLIC).certificate)
        path, wrong = _path(sent, roots)
        if wrong:
            return wrong
        moment = BEGIN + datetime.timedelta(microseconds=now // MICROSECOND)
        for one in path:
            if moment < one.not_valid_before_utc:
                return EARLY
            if moment > one.not_valid_after_utc:
                return EXPIRED
        return "" if _names(sent[0], host) else WRONG_HOST.format(host=host)


def trusting(cacert: str, *, insecure: bool) -> Trust:
    """What a client trusts; ValueError when the text of its authorities holds no certificate."""
    if cacert and not insecure:
        try:
            read_chain(cacert)
        except (ValueError, AttributeError):
            raise ValueError(
                f'cacert={cacert!r:.40} is no certificate (PEM): give Authority("NAME").certificate'
            ) from None
    return Trust(cacert, insecure)


def _path(
    sent: list[x509.Certificate], roots: list[x509.Certificate]
) -> tuple[list[x509.Certificate], str]:
    """The certificates from the first up to a trusted one, or why there is no such way."""
    path = [sent[0]]
    while path[-1] not in roots:
        last = path[-1]
        above = next((one for one in [*roots, *sent[1:]] if _issued(last, one)), None)
        if above is None or above in path:
            if last.issuer == last.subject:
                return path, IN_CHAIN if len(path) > 1 else SELF_SIGNED
            return path, UNKNOWN
        path.append(above)
    return path, ""


def _issued(one: x509.Certificate, issuer: x509.Certificate) -> bool:
    from cryptography.exceptions import InvalidSignature

    try:
        one.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def is_for(chain: str, host: str) -> bool:
    """Whether the first certificate of a chain (PEM) bears the name of a host."""
    return _names(read_chain(chain)[0], host)


def _names(certificate: x509.Certificate, host: str) -> bool:
    """Whether one of the alternative names of a certificate is that of a host."""
    names, wanted = dns_names(certificate), host.lower()
    _, _, rest = wanted.partition(".")
    return wanted in names or (bool(rest) and f"*.{rest}" in names)
