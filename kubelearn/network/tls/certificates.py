"""Authorities and certificates: real X.509 in PEM, the same bytes whenever they are made.

Keys are Ed25519 (RFC 8032), derived from the names, and their signatures are deterministic; so a
certificate is a pure function of what it says and no key enters the history by chance.

Unlike the real one: keys can be guessed from names; never use one outside the model. There are no
revocation lists.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

from kubelearn.api.extras import need_cryptography
from kubelearn.api.objects import Object
from kubelearn.sim.duration import parse_duration

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

BEGIN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
"""The time zero of a cluster."""
DAY = datetime.timedelta(days=1)
MICROSECOND = datetime.timedelta(microseconds=1)
SPIFFE = "spiffe://"
MOST_DAYS = 36_500
PUBLIC = "kubelearn Public CA"
"""Stands for the authorities that every client trusts."""


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key; both PEM."""

    chain: str
    """The certificate itself, then those between it and its authority."""
    key: str

    def secret(self, name: str, namespace: str = "default") -> Object:
        """The kubernetes.io/tls Secret that holds it, to be applied."""
        parts = {"tls.crt": self.chain, "tls.key": self.key}
        data = {part: base64.b64encode(text.encode()).decode() for part, text in parts.items()}
        metadata = {"name": name, "namespace": namespace}
        return {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
                "metadata": metadata, "data": data}  # fmt: skip


@dataclass(frozen=True)
class Authority:
    """A certificate authority with a name; `Authority(PUBLIC)` is trusted by every client."""

    name: str = "Example CA"
    organization: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no name."""
        if not isinstance(self.name, str) or not self.name.strip():
            raise ValueError(f"name={self.name!r}: an authority has a name, such as 'My CA'")

    @property
    def certificate(self) -> str:
        """Its own certificate (PEM): what a client that trusts it is given as `cacert`."""
        from cryptography import x509

        subject, key = _subject(self.name, self.organization), _key(f"authority {self.name}")
        life = BEGIN - 365 * DAY, BEGIN + 3650 * DAY
        rules = [(x509.BasicConstraints(ca=True, path_length=None), True)]
        return _pem(_signed(subject, subject, life, key, key, rules))

    def issue(self, *hosts: str, start: str | float = 0.0, days: float = 90.0) -> Certificate:
        """A certificate for hosts ("shop.example.com", "*.example.com") from a simulated time on.

        A workload of a mesh is named by its SPIFFE identifier ("spiffe://cluster.local/ns/…").

        `start` is seconds or a duration such as "1h"; days may be a fraction.
        """
        if not hosts:
            raise ValueError("a certificate names one host at least: issue('shop.example.com')")
        wrong = [one for one in hosts if not isinstance(one, str) or one.split() != [one]]
        if wrong:
            raise ValueError(
                f"{wrong[0]!r} is no host: write issue('shop.example.com', 'other.org')"
            )
        if not isinstance(days, Real) or not 0 < days <= MOST_DAYS:
            raise ValueError(f"days={days!r}: give a number above 0 and up to {MOST_DAYS}")
        from cryptography import x509

        key = _key(f"leaf {self.name} {' '.join(hosts)}")
        begin = BEGIN + datetime.timedelta(microseconds=parse_duration(start) / 1000)
        names = x509.SubjectAlternativeName([_name(host) for host in hosts])
        rules = [(x509.BasicConstraints(ca=False, path_length=None), True), (names, False)]
        issuer = _subject(self.name, self.organization)
        life = begin, begin + days * DAY
        signer = _key(f"authority {self.name}")
        made = _signed(_holder(hosts[0]), issuer, life, key, signer, rules)
        return Certificate(_pem(made), _key_pem(key))


def _name(host: str) -> x509.GeneralName:
    """A host, or a workload by its SPIFFE identifier."""
    from cryptography import x509

    if host.startswith(SPIFFE):
        return x509.UniformResourceIdentifier(host)
    return x509.DNSName(host)


def _holder(host: str) -> x509.Name:
    """The subject: a host's name; workloads have none, only their identifier counts."""
    from cryptography import x509

    return x509.Name([]) if host.startswith(SPIFFE) else _subject(host)


def _key(purpose: str) -> Ed25519PrivateKey:
    need_cryptography("a certificate")
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(purpose.encode()).digest())


def _subject(name: str, organization: str = "") -> x509.Name:
    from cryptography import x509

    found = [x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]
    if organization:
        found.insert(0, x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(found)


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    life: tuple[datetime.datetime, datetime.datetime],
    key: Ed25519PrivateKey,
    signer: Ed25519PrivateKey,
    rules: list[tuple[Any, bool]],
) -> x509.Certificate:
    from cryptography import x509

    said = f"{subject.rfc4514_string()} {issuer.rfc4514_string()} {life}"
    serial = int.from_bytes(hashlib.sha256(said.encode()).digest()[:15], "big") + 1
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), serial, *life)
    for rule, critical in rules:
        builder = builder.add_extension(rule, critical=critical)
    return builder.sign(signer, None)


def _pem(certificate: x509.Certificate) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM).decode()


def _key_pem(key: Ed25519PrivateKey) -> str:
    from cryptography.hazmat.primitives import serialization as form

    return key.private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    ).decode()


def read_chain(text: str) -> list[x509.Certificate]:
    """The certificates of a PEM text; ValueError when there is none."""
    from cryptography import x509

    return x509.load_pem_x509_certificates(text.encode())


def dns_names(certificate: x509.Certificate) -> tuple[str, ...]:
    """The alternative names of a certificate that are hosts, in lower case."""
    from cryptography import x509

    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(name.lower() for name in found.value.get_values_for_type(x509.DNSName))


def ends_at(certificate: x509.Certificate) -> int:
    """The simulated time (ns) from which a certificate has expired."""
    return (certificate.not_valid_after_utc - BEGIN) // MICROSECOND * 1000


def is_pair(chain: str, key: str) -> bool:
    """Whether a PEM key belongs to the first certificate of a chain."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        first, own = read_chain(chain)[0], load_pem_private_key(key.encode(), None)
    except (ValueError, TypeError):
        return False
    return first.public_key() == own.public_key()
