"""SSL passthrough: a connection over TLS goes by the name in its handshake, and nobody opens it.

The controller takes port 443 itself and hands on to nginx what is for no such server. Source:
ingress-nginx 1.13 `pkg/tcpproxy/tcp.go`, `internal/ingress/controller/controller.go`
(getPassthroughBackends), `internal/ingress/controller/nginx.go` (OnUpdate).
"""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.api.objects import Object
from kubelearn.network.edge.ingress_nginx import locations
from kubelearn.network.edge.ingress_nginx.annotations import YES, Annotations
from kubelearn.network.ingress import Found

FLAG = "--enable-ssl-passthrough"


def is_enabled(pod: Object) -> bool:
    """Whether the controller was started with the flag; without it the annotation is ignored."""
    words = [word for one in pod["spec"]["containers"] for word in one.get("args") or ()]
    return any(word == FLAG or word in (f"{FLAG}={each}" for each in YES) for word in words)


def backend_of(ingresses: Sequence[Object], name: str) -> Found | None:
    """The backend of the root location of a server; None where it is opened by nginx.

    The first Ingress with a host decides for its server.
    """
    wanted = name.lower()
    named = [
        one for one in ingresses
        if any(str(rule.get("host") or "").lower() == wanted for rule in locations.rules_of(one))
    ]  # fmt: skip
    if not named or not Annotations(named[0]).flag("ssl-passthrough"):
        return None
    found = locations.find(named, wanted, "/")
    return found if found is not None and found.path == "/" and found.host else None
