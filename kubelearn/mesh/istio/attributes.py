"""What authorization policies can ask about a request and its two ends.

Source: istio `pilot/pkg/security/authz/model/generator.go`, 1.27.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kubelearn.mesh.istio.text_match import (
    matches_address,
    matches_host,
    matches_path,
    matches_text,
    normalised,
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

    def identity(self, part: str) -> list[str]:
        """A part of the client's identity: "trust domain", "namespace" or "account"."""
        found = re.fullmatch("(.+)/ns/([^/]+)/sa/([^/]+)", self.principal)
        return [found[("trust domain", "namespace", "account").index(part) + 1]] if found else []

    def claim(self, path: Iterable[str]) -> list[str]:
        """The texts of a claim."""
        names = list(path)
        found: Any = self.claims or {}
        for name in names:
            if not isinstance(found, Mapping) or name not in found:
                return []
            found = found[name]
        if isinstance(found, str) and len(names) == 1 and names[0] in self.space_delimited:
            return found.split()
        return [str(one) for one in found] if isinstance(found, list) else [str(found)]

    @property
    def request_principal(self) -> list[str]:
        """Issuer and subject of the token."""
        if not self.claims or "iss" not in self.claims:
            return []
        return [f"{self.claims['iss']}/{self.claims.get('sub', '')}"]


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


FIELDS: dict[str, Field] = {
    "principals": Field(lambda peer: _some(peer.principal)),
    "namespaces": Field(lambda peer: peer.identity("namespace")),
    "trustDomains": Field(lambda peer: peer.identity("trust domain")),
    "ipBlocks": Field(lambda peer: _some(peer.source_ip), matches_address),
    "remoteIpBlocks": Field(lambda peer: _some(peer.remote_ip), matches_address),
    "requestPrincipals": Field(lambda peer: peer.request_principal, http=True),
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
        # "account" is short for one of the policy's own namespace.
        return Field(
            lambda peer: [f"{ns}/{account}" for ns in peer.identity("namespace")
                          for account in peer.identity("account")],
            lambda wanted, text: text == (wanted if "/" in wanted else f"{namespace}/{wanted}"),
        )  # fmt: skip
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
    "request.auth.principal": FIELDS["requestPrincipals"],
    "request.auth.audiences": Field(lambda peer: peer.claim(["aud"]), http=True),
    "request.auth.presenter": Field(lambda peer: peer.claim(["azp"]), http=True),
}
"""Keys of `when`."""


def when_field(key: str) -> Field:
    """The field behind a key of `when`."""
    names = re.findall(r"\[([^\]]*)\]", key)
    if key.startswith("request.headers["):
        return Field(lambda peer: _header(peer, names[0]), http=True)
    if key.startswith("request.auth.claims["):
        return Field(lambda peer: peer.claim(names), http=True)
    if key not in KEYS:
        known = ", ".join((*KEYS, "request.headers[…]", "request.auth.claims[…]"))
        raise ValueError(f"unknown key {key!r} in a condition: there are {known}")
    return KEYS[key]


def _header(peer: Peer, name: str) -> list[str]:
    return [value for key, value in peer.headers.items() if key.lower() == name.lower()]
