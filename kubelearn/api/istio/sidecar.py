"""What Istio refuses in a Sidecar.

Source: istio `pkg/config/validation/validation.go` (ValidateSidecar), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.istio.connection_pool import connection_pool
from kubelearn.api.istio.default_endpoint import default_endpoint
from kubelearn.api.istio.destinations import destination
from kubelearn.api.istio.names import fqdn, ip_address, port, port_name
from kubelearn.api.istio.protocols import UNIX, is_tls, protocol, unix_address
from kubelearn.api.istio.scoped_host import SIDECAR, scoped_host
from kubelearn.api.istio.server_tls import mode_of, server_tls
from kubelearn.api.istio.workload_selector import selector_labels
from kubelearn.api.objects import Object

NOT_SUPPORTED = {
    "subjectAltNames": "subjectAltNames is not supported in ingress tls",
    "httpsRedirect": "httpsRedirect is not supported",
    "credentialName": "credentialName is not currently supported",
    "credentialNames": "credentialNames is not currently supported",
    "tlsCertificates": "tls_certificates is not currently supported",
}
TWICE = "sidecar: ports on IP bound listeners must be unique"


def errors(obj: Object) -> Iterator[str]:
    """The errors of the object in Istio's order and words."""
    spec = obj.get("spec") or {}
    ingress, egress = spec.get("ingress") or [], spec.get("egress") or []
    others = (spec.get("outboundTrafficPolicy"), spec.get("inboundConnectionPool"))
    wrong = list(selector_labels((spec.get("workloadSelector") or {}).get("labels") or {}))
    if not wrong and not ingress and not egress and others == (None, None):
        wrong = ["sidecar: empty configuration provided"]
    if wrong:
        yield from wrong
        return
    yield from _ingress(ingress)
    yield from connection_pool(others[1])
    yield from _egress(egress)
    yield from _egress_proxy(others[0] or {})


def _ingress(listeners: list[Object | None]) -> Iterator[str]:
    seen: set[int] = set()
    for listener in listeners:
        if listener is None:
            yield "sidecar: ingress may not be null"
        elif listener.get("port") is None:
            yield "sidecar: port is required for ingress listeners"
        else:
            yield from _ingress_listener(listener, seen)
            seen.add(listener["port"].get("number") or 0)


def _ingress_listener(listener: Object, seen: set[int]) -> Iterator[str]:
    settings = listener["port"]
    yield from _target_port(settings)
    yield from _port_and_bind(settings, listener.get("bind") or "")
    if (settings.get("number") or 0) in seen:
        yield TWICE
    yield from default_endpoint(listener.get("defaultEndpoint") or "")
    if listener.get("tls") is not None:
        yield from _ingress_tls(listener["tls"], settings.get("protocol") or "")
    yield from connection_pool(listener.get("connectionPool"))


def _target_port(settings: Object) -> Iterator[str]:
    if (settings.get("targetPort") or 0) > 0:
        yield "targetPort has no impact on Sidecars"


def _name_and_protocol(settings: Object) -> Iterator[str]:
    if settings.get("name"):
        yield from port_name(settings["name"])
    yield from protocol(settings.get("protocol") or "")


def _port_and_bind(settings: Object, bind: str) -> Iterator[str]:
    yield from _name_and_protocol(settings)
    yield from port(settings.get("number") or 0)
    if bind:
        yield from ip_address(bind)


def _ingress_tls(tls: Object, name: str) -> Iterator[str]:
    for field, words in NOT_SUPPORTED.items():
        if tls.get(field):
            yield f"sidecar: {words}"
    mode = mode_of(tls)
    if mode in ("ISTIO_MUTUAL", "AUTO_PASSTHROUGH"):
        yield f"configuration is invalid: cannot set mode to {mode} in sidecar ingress tls"
    if not is_tls(name):
        yield "server cannot have TLS settings for non HTTPS/TLS ports"
    yield from server_tls(tls)


def _egress(listeners: list[Object | None]) -> Iterator[str]:
    seen: set[int | str] = set()
    for index, listener in enumerate(listeners):
        if listener is None:
            yield "egress listener may not be null"
            continue
        if listener.get("port") is not None:
            yield from _egress_port(listener, seen)
        elif index < len(listeners) - 1:
            yield (
                "sidecar: the egress listener with empty port should be the last listener "
                "in the list"
            )
        yield from _egress_hosts(listener.get("hosts") or [])


def _egress_port(listener: Object, seen: set[int | str]) -> Iterator[str]:
    settings, bind = listener["port"], listener.get("bind") or ""
    number = settings.get("number") or 0
    yield from _target_port(settings)
    if number:
        yield from _port_and_bind(settings, bind)
    else:
        yield from _socket(listener, bind)
    if (number or bind) in seen:
        socket = "sidecar: unix domain socket values for listeners must be unique"
        yield TWICE if number else socket
    seen.add(number or bind)


def _socket(listener: Object, bind: str) -> Iterator[str]:
    yield from _name_and_protocol(listener["port"])
    if bind.startswith(UNIX):
        yield from unix_address(bind.removeprefix(UNIX))
    else:
        yield "sidecar: ports with 0 value must have a unix domain socket bind address"
    if (listener.get("captureMode") or "DEFAULT") not in ("DEFAULT", "NONE"):
        yield "sidecar: captureMode must be DEFAULT/NONE for unix domain socket listeners"


def _egress_hosts(hosts: list[str]) -> Iterator[str]:
    if not hosts:
        yield "sidecar: egress listener must contain at least one host"
    for host in hosts:
        yield from scoped_host(host, SIDECAR)


def _egress_proxy(policy: Object) -> Iterator[str]:
    proxy = policy.get("egressProxy")
    if proxy is None:
        return
    if (policy.get("mode") or "REGISTRY_ONLY") != "ALLOW_ANY":
        yield ("sidecar: egress_proxy must be set only with ALLOW_ANY outbound_traffic_policy mode")
        return
    yield from fqdn(proxy.get("host") or "")
    if proxy.get("port") is None:
        yield "sidecar: egress_proxy port must be non-nil"
    else:
        yield from destination(proxy)
