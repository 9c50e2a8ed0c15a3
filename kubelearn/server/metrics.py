"""metrics.k8s.io: what nodes and pods use, as the add-on metrics-server has measured it.

The group is served while its APIService is there; it answers while a pod of the add-on is ready.
Source: metrics-server 0.8 `pkg/api/{node,pod}.go`, kube-aggregator
`pkg/apiserver/handler_proxy.go`.

Unlike the real one: a node uses what its pods use, and nothing for itself; there are no Tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kubelearn.api import selectors
from kubelearn.api.errors import MethodNotAllowed, NotFound, ServiceUnavailable
from kubelearn.api.objects import Object, get_path, key_of, labels_of
from kubelearn.api.times import timestamp
from kubelearn.metrics.samples import Pair
from kubelearn.server.failures import no_such_path
from kubelearn.server.message import Request, Response
from kubelearn.sim.clock import SECOND
from kubelearn.world import World

PREFIX: Final = "/apis/metrics.k8s.io/v1beta1/"
VERSION: Final = "metrics.k8s.io/v1beta1"


def measured(world: World, request: Request) -> Response:
    """The answer to a request below `/apis/metrics.k8s.io/v1beta1`."""
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed("the server does not allow this method on the requested resource")
    server = world.parts["metrics-api"]
    if not server.answers():
        raise ServiceUnavailable("the server is currently unable to handle the request")
    words = request.path.removeprefix(PREFIX).strip("/").split("/")
    namespace = ""
    if words[0] == "namespaces" and len(words) > 2:
        namespace, words = words[1], words[2:]
    resource, name = (*words, "")[:2]
    if len(words) > 2 or resource not in LISTS or (namespace and resource == "nodes"):
        raise no_such_path()
    found = [
        one
        for obj in world.api.list(resource, namespace or None, _selector(request.query))
        if name in ("", obj["metadata"]["name"]) and (one := LISTS[resource](world, obj))
    ]
    if not name:
        kind = "NodeMetricsList" if resource == "nodes" else "PodMetricsList"
        head = {"kind": kind, "apiVersion": VERSION, "metadata": {}}
        return Response(200, {**head, "items": found})
    if not found:
        raise NotFound.of(f"{resource}.metrics.k8s.io", f"{namespace}/{name}".strip("/"))
    return Response(200, found[0])


def _selector(query: Mapping[str, str]) -> str:
    text = query.get("labelSelector", "")
    selectors.parse(text)
    return text


def _node(world: World, node: Object) -> Object | None:
    name = node["metadata"]["name"]
    pods = [pod for pod in world.api.list("pods") if pod["spec"].get("nodeName") == name]
    pairs = [pair for pod in pods if (pair := world.parts["metrics-api"].pair(pod)) is not None]
    if not pairs:
        return None
    latest = max(pairs, key=lambda pair: pair.last.time)
    amounts = [_amounts(pair) for pair in pairs]
    usage = [sum(part[place] for each in amounts for part in each.values()) for place in (0, 1)]
    return {**_head("NodeMetrics", node, latest), "usage": _usage(usage[0], usage[1])}


def _pod(world: World, pod: Object) -> Object | None:
    pair = world.parts["metrics-api"].pair(pod)
    if pair is None:
        return None
    rows = [{"name": name, "usage": _usage(*used)} for name, used in _amounts(pair).items()]
    return {**_head("PodMetrics", pod, pair), "containers": rows}


LISTS: Final = {"nodes": _node, "pods": _pod}
"""What is measured: resource → an object with its usage, None when it has none yet."""


def _amounts(pair: Pair) -> dict[str, tuple[int, int]]:
    """Container → (thousandths of a core, bytes)."""
    return {name: (pair.cpu(name), memory) for name, _, memory in pair.last.usages}


def _usage(cpu: int, memory: int) -> Object:
    return {"cpu": f"{cpu * 10**6}n" if cpu else "0", "memory": f"{memory // 1024}Ki"}


def _head(kind: str, obj: Object, pair: Pair) -> Object:
    metadata: Object = {"name": key_of(obj)[1]}
    if get_path(obj, "metadata", "namespace"):
        metadata["namespace"] = obj["metadata"]["namespace"]
    metadata["creationTimestamp"] = timestamp(pair.last.time)
    if labels_of(obj):
        metadata["labels"] = labels_of(obj)
    head: Object = {"kind": kind, "apiVersion": VERSION, "metadata": metadata}
    window = f"{pair.window / SECOND:g}s"
    return {**head, "timestamp": timestamp(pair.last.time), "window": window}
