"""The `proxy` subresource of pods and Services: the API server asks a pod and passes its answer on.

It goes straight to the address of a pod, past the Service's own and its kube-proxy: for a Service
one of the ready endpoints is picked at random.

Source: `pkg/registry/core/pod/{rest/subresources.go,strategy.go}` (ResourceLocation),
`pkg/registry/core/service/storage/storage.go` (ResourceLocation), apimachinery
`pkg/util/proxy/{upgradeaware,transport}.go`, Kubernetes 1.36.

Unlike the real one: the kubelets have no pages of their own, so nodes have no proxy; the client's
headers and body do not reach the pod, connections are not upgraded, links in pages stay as they
are, Endpoints are taken to be there where EndpointSlices are, and a pod that takes longer than 30
seconds to answer is given up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from kubelearn.api.errors import (
    BadRequest,
    Forbidden,
    NotFound,
    NotImplementedYet,
    ServiceUnavailable,
)
from kubelearn.api.objects import Object, get_path
from kubelearn.network.verdict import NO_ANSWER, RESET, TIMED_OUT
from kubelearn.server.failures import Timeout
from kubelearn.server.message import PLAIN, Request, Response
from kubelearn.server.routes import Target
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.call import Call
from kubelearn.world import World

Locate: TypeAlias = Callable[[World, Target], tuple[str, str]]

SCHEMES: Final = ("", "http", "https")
DIAL_TIMEOUT: Final = 30 * SECOND
"""Of the API server's connections; here the answer has to come in it too."""
CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"
SLICES: Final = "endpointslices.discovery.k8s.io"


class Name(NamedTuple):
    """What stands in the path: `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`."""

    scheme: str
    name: str
    port: str


def proxy(world: World, target: Target, request: Request) -> Response:
    """The answer of the pod; 503 when none can be reached."""
    if target.kind.resource not in LOCATIONS:
        raise NotImplementedYet("kubelearn does not model proxy of nodes over this API yet")
    scheme, place = LOCATIONS[target.kind.resource](world, target)
    path = _path_behind(target, request)
    query = urlencode(request.arguments or tuple(request.query.items()))
    if not path and request.method in ("GET", "HEAD"):
        location = f"{request.path}/" + (f"?{query}" if query else "")
        return Response(301, "", content_type=PLAIN, location=location)
    if world.read_only:
        raise Forbidden("this is a cluster of the past, for reading only: nothing is sent to it")
    url = f"{scheme or 'http'}://{place}{quote(path or '/')}" + (f"?{query}" if query else "")
    call = _asked(world, url, place, request.method)
    headers = call.state.get("response", {})
    return Response(
        call.status,
        call.body,
        content_type=headers.get("content-type", PLAIN),
        location=_moved(headers.get("location", ""), place, request.path.removesuffix(path)),
    )


def _path_behind(target: Target, request: Request) -> str:
    """The path that the pod is asked for: what stands behind `/proxy`."""
    return request.path.partition(f"/{target.name}/proxy")[2]


def _moved(location: str, place: str, base: str) -> str:
    """Where a pod sends the client, as seen from outside if it is the pod itself."""
    parts = urlsplit(location)
    if parts.netloc not in ("", place) or not parts.path.startswith("/"):
        return location
    return urlunsplit(("", "", base + parts.path, parts.query, parts.fragment))


def _asked(world: World, url: str, place: str, method: str) -> Call:
    nodes = [node["metadata"]["name"] for node in world.api.list("nodes", selector=CONTROL_PLANE)]
    alive = [name for name in nodes if world.parts["kubelets"].alive(name)]
    if not alive:
        raise ServiceUnavailable("error trying to reach service: no node runs the API server")
    options = {"insecure": True} if url.startswith("https:") else {}
    client = f"node/{alive[0]}"
    call = world.ask(url, client=client, method=method, timeout=DIAL_TIMEOUT, **options)
    if not call.status:
        if call.error == NO_ANSWER:
            raise Timeout(f"kubelearn waits 30 seconds for the answer of {place} at most")
        raise ServiceUnavailable(f"error trying to reach service: {_failure(call.error, place)}")
    return call


def _failure(error: str, place: str) -> str:
    """What Go says of a connection that failed."""
    if error == TIMED_OUT:
        return f"dial tcp {place}: i/o timeout"
    if error == RESET:
        return "EOF"
    return f"dial tcp {place}: connect: {error}"


# Where a pod or a Service is


def _named(target: Target) -> Name:
    """The parts of the name."""
    parts = target.name.split(":")
    if len(parts) < 3:
        parts = ["", *parts, ""][:3]
    if len(parts) == 3 and parts[0] in SCHEMES and parts[1]:
        return Name(*parts)
    kind = target.kind.kind.lower()
    raise BadRequest(f'invalid {kind} request "{target.name}"')


def _pod_location(world: World, target: Target) -> tuple[str, str]:
    scheme, name, port = _named(target)
    pod = world.api.get("pods", target.namespace, name)
    address = get_path(pod, "status", "podIP", default="")
    if not address:
        raise BadRequest("address not allowed")
    ports = (one for each in pod["spec"]["containers"] for one in each.get("ports") or ())
    port = port or next((str(one["containerPort"]) for one in ports), "")
    if port and not (port.isascii() and port.isdigit()):
        raise BadRequest(f"the port of a pod is a number, not {port!r}")
    return scheme, f"{address}:{port}" if port else address


def _service_location(world: World, target: Target) -> tuple[str, str]:
    scheme, name, port = _named(target)
    if port.isascii() and port.isdigit():
        port = _port_name(world.api.get("services", target.namespace, name), int(port))
    slices = world.api.list(SLICES, target.namespace, f"kubernetes.io/service-name={name}")
    # Endpoints, which the server looks at, have none of those that end.
    if not slices:
        raise NotFound.of("endpoints", name)
    if all(get_path(one, "conditions", "terminating") for each in slices
           for one in each["endpoints"] or ()):  # fmt: skip
        raise ServiceUnavailable(f'no endpoints available for service "{name}"')
    places = [place for each in slices for place in _ready(world, each, port)]
    if not places:
        raise ServiceUnavailable(f'no endpoints available for service "{target.name}"')
    subject = f"{target.namespace}/{name}"
    return scheme, places[world.draws.below(len(places), "proxy", subject, world.clock.executed)]


def _port_name(service: Object, number: int) -> str:
    for port in service["spec"].get("ports") or ():
        if port["port"] == number:
            return str(port.get("name", ""))
    name = service["metadata"]["name"]
    raise ServiceUnavailable(f'no service port {number} found for service "{name}"')


def _ready(world: World, slice_: Object, port: str) -> Iterator[str]:
    """`ADDRESS:PORT` of the ready endpoints of a slice whose pods are still there."""
    numbers = [one["port"] for one in slice_["ports"] or () if one.get("name", "") == port]
    for endpoint in slice_["endpoints"] or ():
        address, pod = endpoint["addresses"][0], endpoint.get("targetRef") or {}
        if not numbers or get_path(endpoint, "conditions", "ready") is False:
            continue
        found = world.api.find("pods", pod.get("namespace", ""), pod.get("name", ""))
        if get_path(found or {}, "status", "podIP") == address:
            yield f"{address}:{numbers[0]}"


LOCATIONS: Final[dict[str, Locate]] = {"pods": _pod_location, "services": _service_location}
"""Resource → (scheme, "address:port") of where its requests go; APIError when there is no place."""
