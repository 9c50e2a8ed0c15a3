"""What the nginx of ingress-nginx does with a request: server, location, annotations, upstream.

The root of a server (`app-root`) is asked for before any location is.
Source: ingress-nginx 1.13 `rootfs/etc/nginx/template/nginx.tmpl`,
`rootfs/etc/nginx/lua/lua_ingress.lua` (rewrite), `lua/balancer.lua` (canary).

Unlike the real one: authentication, rate limits, mirrors, snippets and CORS are read by nobody; of
the controller's ConfigMap only use-proxy-protocol is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from kubelearn.api.objects import Object, get_path
from kubelearn.api.server import APIServer
from kubelearn.network.edge.ingress_nginx import canary, locations, passthrough
from kubelearn.network.edge.ingress_nginx.annotations import YES, Annotations
from kubelearn.network.edge.ingress_nginx.classes import PLACE, ingresses
from kubelearn.network.edge.ingress_nginx.servers import chain_for, has_certificate
from kubelearn.network.edge.ingress_nginx.sticky import cookie_of, sticky
from kubelearn.network.edge.proxies import TRIES, Asked, retried
from kubelearn.network.edge.upstreams import Upstream, hosts_of, service_port
from kubelearn.network.ingress import Found
from kubelearn.network.manners import nginx_page
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.proxying import Routed

LABELS = {"app.kubernetes.io/name": "ingress-nginx", "app.kubernetes.io/component": "controller"}
PORTS = {80: "http", 443: "https"}
READ_TIMEOUT = 60


class IngressRouter:
    """The configuration that Ingresses of class nginx make."""

    def __init__(self, api: APIServer) -> None:
        self.api = api

    def is_own(self, pod: Object) -> bool:
        """Whether a pod is one of the controller's."""
        return LABELS.items() <= (pod["metadata"].get("labels") or {}).items()

    def ports(self, pod: Object) -> Mapping[int, str]:  # noqa: ARG002
        """HTTP and HTTPS."""
        return PORTS

    def expects_header(self, pod: Object) -> bool:  # noqa: ARG002
        """What `use-proxy-protocol` in the controller's ConfigMap says."""
        said = self.api.find("configmaps", *PLACE) or {}
        return (said.get("data") or {}).get("use-proxy-protocol") in YES

    def certificate(self, pod: Object, port: int, name: str) -> str | None:  # noqa: ARG002
        """The certificate of the server for a name; the controller's fake one without."""
        return chain_for(self.api, name)

    def passes(self, pod: Object, port: int, name: str) -> Upstream | None:
        """The Service of an Ingress with `ssl-passthrough`, where the controller allows it."""
        if PORTS.get(port) != "https" or not passthrough.is_enabled(pod):
            return None
        found = passthrough.backend_of(ingresses(self.api), name)
        upstream = None if found is None else _upstream(found)
        gone = upstream is None or service_port(self.api, upstream) is None
        return None if gone else upstream

    def addresses(self, host: str) -> tuple[str, ...]:
        """What the status of the Ingresses with a host says."""
        for one in ingresses(self.api):
            named = [str(rule.get("host", "")).lower() for rule in locations.rules_of(one)]
            listed = get_path(one, "status", "loadBalancer", "ingress", default=[]) or []
            if host.lower() in named and listed:
                return tuple(each.get("hostname") or each["ip"] for each in listed)
        return ()

    def route(self, pod: Object, asked: Asked) -> Routed:  # noqa: ARG002
        """The server for the host, then its location for the path."""
        request = asked.request
        path, _, query = request.path.partition("?")
        listed = ingresses(self.api)
        found = locations.find([one for one in listed if not canary.is_canary(one)],
                               request.host, path)  # fmt: skip
        what = f"ingress-nginx: {request.method} {request.host}{path}"
        root = _app_root(listed, request.host if found is None else found.host)
        if root and path == "/":
            return _redirect(what, 302, f"{request.scheme}://{request.host}{root}")
        if found is None:
            return Routed(f"{what} fits no rule: default backend, 404", status=404)
        text = f"{what} fits {_named(found)}"
        said = Annotations(found.ingress)
        own = self._own_answer(asked, said, text)
        if own is not None:
            return own
        choice = canary.chosen(listed, found, asked)
        routed = self._passed(asked, said, choice.found, text, path, query)
        return routed._replace(shares=tuple(
            (str(upstream.key), weight) for one, weight in choice.shares
            if (upstream := _upstream(one)) is not None
        ))  # fmt: skip

    def _own_answer(self, asked: Asked, said: Annotations, text: str) -> Routed | None:
        """What nginx answers by itself, in the order of its phases.

        Returning comes first, then the script that asks for TLS, and then who may have access.
        """
        request = asked.request
        allowed = said.text("whitelist-source-range") or said.text("allowlist-source-range")
        ranges = _networks(allowed)
        if allowed and not ranges:
            why = f"location denied: {allowed!r} holds no valid address or network"
            return Routed(f"{text}; {why}: 503", status=503)
        for name, status in REDIRECTS.items():
            place = said.text(name)
            if place:
                code = said.number(f"{name}-code", status)
                return _redirect(text, code if code in REDIRECTING else status, place)
        secure = has_certificate(self.api, request.host) and said.flag("ssl-redirect", default=True)
        if request.scheme == "http" and (secure or said.flag("force-ssl-redirect")):
            return _redirect(text, 308, f"https://{request.host}{request.path}")
        if allowed and not any(ip_address(asked.source) in one for one in ranges):
            return Routed(f"{text}; {asked.source} is not in {allowed}: 403", status=403)
        return None

    def _passed(
        self, asked: Asked, said: Annotations, found: Found, text: str, path: str, query: str
    ) -> Routed:
        """The upstream that takes the request, and what it gets to see."""
        upstream = _upstream(found)
        if upstream is None or not hosts_of(self.api, upstream):
            name = upstream or "a backend that is no Service"
            return Routed(f"{text}; {name} has no endpoints: 503", status=503)
        target = said.text("rewrite-target")
        new = locations.rewritten(target, found.path, path) if target else path
        held = sticky(said, asked) if said.text("affinity") == "cookie" else None
        limit = said.number("proxy-read-timeout", READ_TIMEOUT) * SECOND
        return Routed(
            f"{text}; upstream {upstream}" + (f" with path {new}" if new != path else ""),
            cluster=upstream.key,
            host=said.text("upstream-vhost", asked.request.host),
            path=f"{new}?{query}" if query else new,
            headers=forwarded(asked),
            try_timeout=limit,
            retries=TRIES - 1,
            retry_on=retried(asked.request.method),
            hash=None if held is None else held.number,
            response={} if held is None or not held.new else {"set-cookie": cookie_of(said, held)},
        )


REDIRECTS = {"temporal-redirect": 302, "permanent-redirect": 301}
"""Annotation → status unless its own annotation "-code" says another."""
REDIRECTING = range(300, 309)
"""Statuses that such an annotation may say; others count as if nothing were said."""


def _app_root(ingresses: Sequence[Object], host: str) -> str:
    """Where the root of a server leads, if one of its Ingresses says so."""
    found = (
        Annotations(one).text("app-root") for one in ingresses
        if any(str(rule.get("host") or "").lower() == host.lower()
               for rule in locations.rules_of(one))
    )  # fmt: skip
    return next((root for root in found if root.startswith("/")), "")


def _redirect(text: str, status: int, place: str) -> Routed:
    return Routed(f"{text}: {status} to {place}", status=status, body=nginx_page(status),
                  response={"location": place})  # fmt: skip


def _named(found: Found) -> str:
    metadata = found.ingress["metadata"]
    rule = f"{found.host or '*'}{found.path}" if found.path else "default backend"
    return f"Ingress {metadata['namespace']}/{metadata['name']} ({rule})"


def _upstream(found: Found) -> Upstream | None:
    service = found.backend.get("service")
    if service is None:
        return None
    port = service.get("port") or {}
    number = port.get("number") or port.get("name") or ""
    return Upstream(found.ingress["metadata"]["namespace"], service["name"], str(number))


def _networks(ranges: str) -> list[IPv4Network | IPv6Network]:
    """Those of a list; none where one of them cannot be read."""
    try:
        return [ip_network(one.strip(), strict=False) for one in ranges.split(",") if ranges]
    except ValueError:
        return []


def forwarded(asked: Asked) -> dict[str, str]:
    """The headers that the endpoint sees: who has asked, and for what; none is believed."""
    request = asked.request
    own = {
        "X-Real-IP": asked.source, "X-Forwarded-For": asked.source,
        "X-Forwarded-Host": request.host, "X-Forwarded-Port": str(asked.port),
        "X-Forwarded-Proto": request.scheme, "X-Forwarded-Scheme": request.scheme,
        "X-Scheme": request.scheme,
    }  # fmt: skip
    lower = {name.lower() for name in own}
    kept = {name: value for name, value in request.headers.items() if name.lower() not in lower}
    return {**kept, **own}
