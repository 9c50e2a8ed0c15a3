"""Hosts of Gateways and Sidecars: `namespace/dnsName`.

Source: istio `pkg/config/validation/agent/validation.go`
(ValidateNamespaceSlashWildcardHostname), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.istio.names import is_ip, is_label, quoted, wildcard_domain

GATEWAY, SIDECAR = "gateway", "sidecar"
NAMESPACES = {GATEWAY: ("*", "."), SIDECAR: ("*", ".", "~")}


def scoped_host(host: str, owner: str) -> Iterator[str]:
    """A host of a gateway, which may leave out the namespace, or of a sidecar, which may not."""
    namespace, slash, name = host.partition("/")
    if not slash and owner == SIDECAR:
        yield "host must be of form namespace/dnsName"
        return
    if not slash:
        yield from _dns_name(host, owner)
        return
    if not namespace or not name:
        yield "config namespace and dnsName in host entry cannot be empty"
    if namespace not in NAMESPACES[owner] and not is_label(namespace):
        yield f"invalid namespace value {quoted(namespace)} in {owner}"
    yield from _dns_name(name, owner)


def _dns_name(name: str, owner: str) -> Iterator[str]:
    if name != "*" and "." not in name:
        yield "short names (non FQDN) are not allowed"
    wrong = list(wildcard_domain(name))
    if owner == SIDECAR:
        yield from wrong
    if not is_ip(name):  # so the error of a sidecar's host stands there twice
        yield from wrong
    if "*" in name and name != "*" and not name.startswith("*."):
        yield f"partial wildcard {quoted(name)} not allowed"
