"""What the nginx of a Gateway does with a request: listener, route, filters, upstream.

Source: nginx-gateway-fabric 2.2 `internal/controller/nginx/config`.

Unlike the real one: mirrors send nothing; headers of the answer are those that filters set or add.
"""

from __future__ import annotations

from collections.abc import Mapping

from kubelearn.api.objects import Object, get_path
from kubelearn.api.server import APIServer
from kubelearn.network import gateway as semantics
from kubelearn.network.edge.gateway_fabric import reading
from kubelearn.network.edge.proxies import TRIES, Asked, retried
from kubelearn.network.edge.upstreams import Upstream, hosts_of
from kubelearn.network.gateway.filters import modified
from kubelearn.network.gateway.hostnames import covers, rank
from kubelearn.network.tls.secrets import pair_of
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.proxying import Routed

READ_TIMEOUT = 60 * SECOND
MANAGED = {"app.kubernetes.io/managed-by": "nginx-gateway-nginx"}


class GatewayRouter:
    """The configuration that Gateways and HTTPRoutes make."""

    def __init__(self, api: APIServer) -> None:
        self.api = api

    def is_own(self, pod: Object) -> bool:
        """Whether a pod is the nginx of a Gateway."""
        labels = pod["metadata"].get("labels") or {}
        return MANAGED.items() <= labels.items() and reading.GATEWAY_LABEL in labels

    def _gateway(self, pod: Object) -> Object | None:
        """The Gateway of a pod, with the listeners that are programmed."""
        metadata = pod["metadata"]
        name = metadata["labels"][reading.GATEWAY_LABEL]
        found = self.api.find(reading.GATEWAYS, metadata["namespace"], name)
        if found is None:
            return None
        listeners = reading.valid_listeners(self.api, found)
        return {**found, "spec": {**found["spec"], "listeners": listeners}}

    def _listeners(self, pod: Object) -> list[Object]:
        gateway = self._gateway(pod)
        return [] if gateway is None else list(gateway["spec"]["listeners"])

    def ports(self, pod: Object) -> Mapping[int, str]:
        """Those of the listeners."""
        return {one["port"]: reading.PROTOCOLS[one["protocol"]] for one in self._listeners(pod)}

    def expects_header(self, pod: Object) -> bool:  # noqa: ARG002
        """Never: that a Gateway's proxies can be told so is not modelled."""
        return False

    def certificate(self, pod: Object, port: int, name: str) -> str | None:
        """The certificate of the listener with the most exact name; None without one."""
        gateway = self._gateway(pod)
        fitting = [
            one
            for one in self._listeners(pod)
            if one["port"] == port and covers(one.get("hostname", ""), name.lower())
        ]
        if gateway is None or not fitting:
            return None
        best = max(fitting, key=lambda one: rank(one.get("hostname", "")))
        key = reading.secret_key(gateway, best["tls"]["certificateRefs"][0])
        return pair_of(self.api.find("secrets", *key))

    def passes(self, pod: Object, port: int, name: str) -> Upstream | None:  # noqa: ARG002
        """Nothing: it has no TLSRoutes here."""
        return None

    def addresses(self, host: str) -> tuple[str, ...]:
        """The addresses of a Gateway with a route or a listener for a host."""
        if not reading.is_installed(self.api):
            return ()
        objects = reading.objects_of(self.api)
        for gateway in reading.own_gateways(self.api):
            listed = get_path(gateway, "status", "addresses", default=[]) or []
            names = {
                name.lower()
                for listener in gateway["spec"]["listeners"]
                for route in objects.attached(gateway, listener)
                for name in route["spec"].get("hostnames") or [listener.get("hostname", "")]
            }
            if listed and host.lower() in names:
                return tuple(one["value"] for one in listed)
        return ()

    def route(self, pod: Object, asked: Asked) -> Routed:
        """What the routes of the Gateway say."""
        gateway, request = self._gateway(pod), asked.request
        path, _, query = request.path.partition("?")
        what = f"NGINX Gateway Fabric: {request.method} {request.host}{path}"
        if gateway is None:
            return Routed(f"{what}: the Gateway is gone", status=404)
        seen = semantics.Request(
            request.method, path, request.host, request.headers, query, request.scheme,
            asked.port, asked.sni if request.scheme == "https" else "",
        )  # fmt: skip
        objects = reading.objects_of(self.api)
        found = semantics.answer(
            gateway, objects, seen, lambda count: asked.draw(count, "backendRef")
        )
        response, route = self._response(found), ""
        if found.route is not None:
            route = "/".join(found.route)
            what = f"{what}: HTTPRoute {route}"
        if found.redirect is not None:
            place = _url(found.redirect, query)
            return Routed(f"{what}: {found.status} to {place}", status=found.status, route=route,
                          response={**response, "location": place})  # fmt: skip
        if found.backend is None:
            return Routed(f"{what}: {OWN[found.status]}, {found.status}", status=found.status,
                          route=route)  # fmt: skip
        upstream = Upstream(*found.backend, str(found.port))
        if not hosts_of(self.api, upstream):
            return Routed(f"{what}: {upstream} has no endpoints: 503", status=503, route=route)
        return Routed(
            f"{what}: upstream {upstream}",
            cluster=upstream.key,
            host=found.host,
            path=f"{found.path}?{query}" if query else found.path,
            headers=_forwarded(found.headers, asked),
            try_timeout=READ_TIMEOUT,
            retries=TRIES - 1,
            retry_on=retried(request.method),
            response=response,
            route=route,
            shares=tuple(
                (Upstream(*key, str(port)).key, share) for key, port, share in found.shares
            ),
        )

    def _response(self, found: semantics.Answer) -> dict[str, str]:
        headers: dict[str, str] = {}
        for modifier in found.response:
            headers = modified(headers, modifier)
        return headers


OWN = {
    404: "no route fits",
    421: "the name in the handshake is of another listener",
    500: "the backend cannot be used",
}
"""Why it answers by itself."""


def _url(place: semantics.Location, query: str) -> str:
    port = f":{place.port}" if place.port else ""
    more = f"?{query}" if query else ""
    return f"{place.scheme}://{place.host}{port}{place.path}{more}"


def _forwarded(headers: Mapping[str, str], asked: Asked) -> dict[str, str]:
    """Who has asked, appended to what the request says already."""
    before = {name.lower(): value for name, value in headers.items()}.get("x-forwarded-for")
    chain = f"{before}, {asked.source}" if before else asked.source
    own = {"X-Forwarded-For": chain, "X-Real-IP": asked.source,
           "X-Forwarded-Proto": asked.request.scheme,
           "X-Forwarded-Host": asked.request.host,
           "X-Forwarded-Port": str(asked.port)}  # fmt: skip
    lower = {name.lower() for name in own}
    return {**{name: value for name, value in headers.items() if name.lower() not in lower}, **own}
