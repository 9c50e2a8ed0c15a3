"""What authorization policies can ask about a request and its two ends.

Source: istio `pilot/pkg/security/authz/model/generator.go`, 1.27.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kubelearn.mesh.istio.request_principals import BETWEEN, matches_principal
from kubelearn.mesh.istio.text_match import (
    matches_address,
    matches_host,
    matches_path,
    matches_text,
    normalised,
    wild,
)

SPACE_DELIMITED = ("scope", "permission")
"""Claims that are lists separated by blanks."""


@dataclass(frozen=True)
class Peer:
    """A request as the server's proxy sees it, with the workload that it protects."""

    namespace: str
    labels: Mapping[str, str]
    port: int = 0
    http: bool = True
    method: str = ""
    host: str = ""
    path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    principal: str = ""
    """Of the client: "trust-domain/ns/NAMESPACE/sa/ACCOUNT"; "" without mTLS."""
    source_ip: str = ""
    remote_ip: str = ""
    """The client before all trusted proxies."""
    destination_ip: str = ""
    claims: Mapping[str, Any] | None = None
    """Of a valid token; None when there was none."""
    space_delimited: tuple[str, ...] = SPACE_DELIMITED
    sni: str = ""
    """The server's name that the client has told as it began TLS; "" without TLS."""

    def claim(self, path: Iterable[str]) -> list[str]:
        """The texts of a claim; numbers and truth values are none."""
        names = list(path)
        found: Any = self.claims or {}
        for name in names:
            if not isinstance(found, Mapping) or name not in found:
                return []
            found = found[name]
        if isinstance(found, str) and len(names) == 1 and names[0] in self.space_delimited:
            return found.split()
        listed = found if isinstance(found, list) else [found]
        return [one for one in listed if isinstance(one, str)]

    @property
    def request_principal(self) -> list[str]:
        """Issuer and subject of a token that has both."""
        claims = self.claims or {}
        pair = [claims[name] for name in ("iss", "sub") if isinstance(claims.get(name), str)]
        return [BETWEEN.join(pair)] if len(pair) == 2 else []


Read = Callable[[Peer], list[str]]
Matches = Callable[[str, str], bool]


class Field(NamedTuple):
    """How something is read from a request and compared."""

    read: Read
    matches: Matches = matches_text
    http: bool = False
    """Only HTTP requests have it."""


def _some(text: str) -> list[str]:
    return [text] if text else []


def _principal(peer: Peer) -> list[str]:
    return _some(peer.principal)


def _in_namespace(wanted: str, principal: str) -> bool:
    return re.fullmatch(f".*/ns/{wild(wanted)}/.*", principal) is not None


def _in_domain(wanted: str, principal: str) -> bool:
    return re.fullmatch(f"{wild(wanted)}/.*", principal) is not None


def _accounts(namespace: str) -> Field:
    """Service accounts; one without a namespace is of the policy's own."""

    def matches(wanted: str, principal: str) -> bool:
        place, _, name = (wanted if "/" in wanted else f"{namespace}/{wanted}").partition("/")
        pattern = f".+/ns/{re.escape(place)}/(.+/|)sa/{re.escape(name)}(/.+)?"
        return re.fullmatch(pattern, principal) is not None

    return Field(_principal, matches)


FIELDS: dict[str, Field] = {
    "principals": Field(_principal),
    "namespaces": Field(_principal, _in_namespace),
    "trustDomains": Field(_principal, _in_domain),
    "ipBlocks": Field(lambda peer: _some(peer.source_ip), matches_address),
    "remoteIpBlocks": Field(lambda peer: _some(peer.remote_ip), matches_address),
    "requestPrincipals": Field(lambda peer: peer.request_principal, matches_principal, http=True),
    "hosts": Field(lambda peer: [peer.host], matches_host, http=True),
    "methods": Field(lambda peer: [peer.method], http=True),
    "paths": Field(lambda peer: [normalised(peer.path)], matches_path, http=True),
    "ports": Field(lambda peer: [str(peer.port)]),
}
"""Fields of `from.source` and `to.operation`; each also with "not" before it."""


def fields_of(name: str, namespace: str) -> Field:
    """The field behind a name such as `paths` or `notPaths`, in a policy of a namespace."""
    plain = name[3].lower() + name[4:] if name.startswith("not") else name
    if plain == "serviceAccounts":
        return _accounts(namespace)
    if plain not in FIELDS:
        known = ", ".join((*FIELDS, "serviceAccounts"))
        raise ValueError(f"a policy has no field {name!r}: there are {known}")
    return FIELDS[plain]


KEYS: dict[str, Field] = {
    "source.ip": FIELDS["ipBlocks"],
    "remote.ip": FIELDS["remoteIpBlocks"],
    "source.namespace": FIELDS["namespaces"],
    "source.principal": FIELDS["principals"],
    "source.trustDomain": FIELDS["trustDomains"],
    "destination.ip": Field(lambda peer: _some(peer.destination_ip), matches_address),
    "destination.port": FIELDS["ports"],
    "connection.sni": Field(lambda peer: _some(peer.sni)),
    "request.auth.principal": FIELDS["requestPrincipals"],
    "request.auth.audiences": Field(lambda peer: peer.claim(["aud"]), http=True),
    "request.auth.presenter": Field(lambda peer: peer.claim(["azp"]), http=True),
}
"""Keys of `when`."""


def when_field(key: str, namespace: str = "") -> Field:
    """The field behind a key of `when`, in a policy of a namespace."""
    names = re.findall(r"\[([^\]]*)\]", key)
    if key == "source.serviceAccount":
        return _accounts(namespace)
    if key.startswith("request.headers["):
        return Field(lambda peer: _header(peer, names[0]), http=True)
    if key.startswith("request.experimental.inline.headers["):
        return Field(lambda peer: _listed(peer, names[0]), http=True)
    if key.startswith("request.auth.claims["):
        return Field(lambda peer: peer.claim(names), http=True)
    if key.startswith("experimental.envoy.filters."):
        return Field(lambda peer: [])  # noqa: ARG005 no filter here leaves anything behind
    if key not in KEYS:
        known = ", ".join((*KEYS, "request.headers[…]", "request.auth.claims[…]"))
        raise ValueError(f"unknown key {key!r} in a condition: there are {known}")
    return KEYS[key]


def _header(peer: Peer, name: str) -> list[str]:
    return [value for key, value in peer.headers.items() if key.lower() == name.lower()]


def _listed(peer: Peer, name: str) -> list[str]:
    """The values of a header that has several with commas between them."""
    return [one for value in _header(peer, name) for one in value.split(",")]
