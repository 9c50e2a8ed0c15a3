"""The listeners of a group of Ingresses: ports, protocols, certificates, and whose rules they have.

Source: aws-load-balancer-controller 3.5 `pkg/ingress/model_build_listener.go`
(computeIngressListenPortConfigByPort), `model_builder.go` (mergeListenPortConfigs,
buildSSLRedirectConfig).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kubelearn.api.objects import key_of
from kubelearn.cloud.aws.acm import Certificates
from kubelearn.cloud.aws.controller import certificates
from kubelearn.cloud.aws.controller.annotations import (
    AnnotationError,
    Annotations,
    number,
    words,
)
from kubelearn.cloud.aws.controller.ingress_rules import Member
from kubelearn.cloud.aws.controller.ingresses import Listener

HTTP, HTTPS = "HTTP", "HTTPS"
PORTS = range(1, 65_536)


class ListenPort(NamedTuple):
    """A listener, and the Ingresses that ask for it."""

    port: int
    protocol: str
    members: tuple[Member, ...] = ()
    certificates: tuple[str, ...] = ()
    """ARNs; the first is the default one."""

    @property
    def listener(self) -> Listener:
        """Where the rules stand."""
        return Listener(self.port, self.protocol)


def listen_ports(acm: Certificates, members: Sequence[Member]) -> list[ListenPort]:
    """The listeners of a group, by their ports."""
    found: dict[int, ListenPort] = {}
    for member in members:
        for one in _of_member(acm, member):
            found[one.port] = _merged(found[one.port], one) if one.port in found else one
    certificates.check_imported(acm, (arn for one in found.values() for arn in one.certificates))
    return [found[port] for port in sorted(found)]


def _merged(one: ListenPort, other: ListenPort) -> ListenPort:
    if one.protocol != other.protocol:
        first, second = (_named(each.members[-1]) for each in (one, other))
        raise AnnotationError(
            f"failed to merge listPort config for port: {one.port}: conflicting protocol, "
            f"{first}: {one.protocol} | {second}: {other.protocol}"
        )
    arns = tuple(dict.fromkeys((*one.certificates, *other.certificates)))
    return one._replace(members=(*one.members, *other.members), certificates=arns)


def _of_member(acm: Certificates, member: Member) -> list[ListenPort]:
    said = member.annotations
    explicit = tuple(words(said.get(certificates.CERTIFICATE_ARN, "")))
    try:
        ports = dict(_ports(said, HTTPS if explicit else HTTP))
        arns = explicit
        if HTTPS in ports.values() and not explicit:
            arns = certificates.discovered(acm, _hosts(member))
    except AnnotationError as error:
        raise type(error)(f"ingress: {_named(member)}: {error}") from None
    return [
        ListenPort(port, protocol, (member,), arns if protocol == HTTPS else ())
        for port, protocol in ports.items()
    ]


def _named(member: Member) -> str:
    return "/".join(key_of(member.ingress))


def _ports(said: Annotations, default: str) -> Iterator[tuple[int, str]]:
    """(port, protocol) of each listener that an Ingress asks for."""
    text = said.get("listen-ports")
    if text is None:
        yield (443 if default == HTTPS else 80), default
        return
    try:
        pairs = [(name, int(port)) for one in json.loads(text) for name, port in one.items()]
    except (ValueError, AttributeError, TypeError):
        raise AnnotationError(f"failed to parse listen-ports configuration: `{text}`") from None
    if not pairs:
        raise AnnotationError(f"empty listen-ports configuration: `{text}`")
    for protocol, port in pairs:
        if port not in PORTS:
            raise AnnotationError(f"listen port must be within [1, 65535]: {port}")
        if protocol not in (HTTP, HTTPS):
            raise AnnotationError(f"listen protocol must be within [{HTTP}, {HTTPS}]: {protocol}")
        yield port, protocol


def _hosts(member: Member) -> list[str]:
    """The hosts of an Ingress, in its rules and in `tls`."""
    spec = member.ingress["spec"]
    rules = [rule["host"] for rule in spec.get("rules") or () if rule.get("host")]
    return [*rules, *(host for one in spec.get("tls") or () for host in one.get("hosts") or ())]


def ssl_redirect(members: Sequence[Member], listed: Sequence[ListenPort]) -> int:
    """The port to which all HTTP listeners of a group redirect; 0 = none."""
    name = "ssl-redirect"
    said = {number(one.annotations[name], name) for one in members if name in one.annotations}
    if not said:
        return 0
    if len(said) > 1:
        shown = " ".join(map(str, sorted(said)))
        raise AnnotationError(f"conflicting sslRedirect port: [{shown}]")
    [port] = said
    protocols: Mapping[int, str] = {one.port: one.protocol for one in listed}
    if port not in protocols:
        raise AnnotationError(f"listener does not exist for SSLRedirect port: {port}")
    if protocols[port] != HTTPS:
        raise AnnotationError(f"listener protocol non-SSL for SSLRedirect port: {port}")
    return port
