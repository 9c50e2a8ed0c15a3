"""What Istio refuses in a Gateway of networking.istio.io.

Source: istio `pkg/config/validation/validation.go` (ValidateGateway), 1.27.

Unlike the real one: an error that shows a whole port has one space between its fields, where the
real one has one or two, depending on its build; Gateways that Istio itself makes of Gateway API
objects are no special case.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.istio.names import ip_address, is_label, port, quoted
from kubelearn.api.istio.protocols import (
    UNIX,
    is_http,
    is_known,
    is_tls,
    unix_address,
)
from kubelearn.api.istio.scoped_host import GATEWAY, scoped_host
from kubelearn.api.istio.server_tls import PASSTHROUGH, mode_of, server_tls
from kubelearn.api.objects import Object

FIELDS = {"number": "number", "protocol": "protocol", "name": "name", "targetPort": "target_port"}
FILES = ("caCertificates", "privateKey", "serverCertificate")


def errors(obj: Object) -> Iterator[str]:
    """The errors of the object in Istio's order and words."""
    name, spec = obj["metadata"].get("name") or "", obj.get("spec") or {}
    servers = spec.get("servers") or []
    if not is_label(name):
        yield f"invalid gateway name: {quoted(name)}"
    if not servers:
        yield "gateway must have at least one server"
    for server in servers:
        yield from _server(server)
    yield from _unique_ports(servers)


def _server(server: Object | None) -> Iterator[str]:
    if server is None:
        yield "cannot have nil server"
        return
    hosts, tls, bind = server.get("hosts") or [], server.get("tls"), server.get("bind") or ""
    if not hosts:
        yield "server config must contain at least one host"
    for host in hosts:
        yield from scoped_host(host, GATEWAY)
    wrong = list(_port(server.get("port"), bind))
    yield from wrong
    yield from _bind(server.get("port") or {}, bind)
    yield from server_tls(tls)
    if not wrong:
        yield from _tls_of_protocol(server["port"].get("protocol") or "", tls)


def _port(settings: Object | None, bind: str) -> Iterator[str]:
    if settings is None:
        yield "port is required"
        return
    protocol, number = settings.get("protocol") or "", settings.get("number") or 0
    if not is_known(protocol):
        yield (
            f"invalid protocol {quoted(protocol)}, supported protocols are "
            "HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP"
        )
    if number > 0 or not bind.startswith(UNIX):
        yield from port(number)
    if (settings.get("targetPort") or 0) > 0:
        yield "targetPort has no impact on Gateways"
    if not settings.get("name"):
        yield f"port name must be set: {_text(settings)}"


def _text(settings: Object) -> str:
    """A port as Go writes the message: `number:80 protocol:"HTTP"`."""
    said = ((words, settings.get(field)) for field, words in FIELDS.items())
    return " ".join(
        f"{words}:{quoted(value) if isinstance(value, str) else value}"
        for words, value in said
        if value
    )


def _bind(settings: Object, bind: str) -> Iterator[str]:
    if bind.startswith(UNIX):
        yield from unix_address(bind.removeprefix(UNIX))
        if settings.get("number"):
            yield f"port number must be 0 for unix domain socket: {_text(settings)}"
    elif bind:
        yield from ip_address(bind)


def _tls_of_protocol(protocol: str, tls: Object | None) -> Iterator[str]:
    if is_tls(protocol) and tls is None:
        yield "server must have TLS settings for HTTPS/TLS protocols"
    elif is_tls(protocol) or tls is None:
        return
    elif not is_http(protocol):
        yield "server cannot have TLS settings for non HTTPS/TLS ports"
    elif _ends_tls(tls):
        yield "server cannot have TLS settings for plain text HTTP ports"


def _ends_tls(tls: Object) -> bool:
    passes = mode_of(tls) in (PASSTHROUGH, "AUTO_PASSTHROUGH")
    return not passes or any(tls.get(field) for field in FILES)


def _unique_ports(servers: list[Object | None]) -> Iterator[str]:
    seen: set[str] = set()
    for server in servers:
        if server is None:
            yield "server may not be nil"
        elif server.get("port") is not None:
            name = server["port"].get("name") or ""
            if name in seen:
                yield f"port names in servers must be unique: duplicate name {name}"
            seen.add(name)
