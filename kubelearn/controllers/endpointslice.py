"""EndpointSlice: the addresses behind a Service, in slices of at most 100.

Source: kubernetes/endpointslice `reconciler.go`, `utils.go`, Kubernetes 1.36.

Unlike the real one: IPv4 only, no topology hints yet; one slice set for each set of port numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from kubelearn.api import selectors
from kubelearn.api.objects import (
    Key,
    Object,
    get_path,
    is_terminating,
    is_true,
    owner_reference,
)
from kubelearn.api.store import Record
from kubelearn.controllers.slice_plan import plan_slices
from kubelearn.runtime.controller import Mapped, Own, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context

SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
MANAGER = "endpointslice-controller.k8s.io"
HEADLESS = "service.kubernetes.io/headless"
COMPONENT = "endpoint-slice-controller"
ZONE = "topology.kubernetes.io/zone"


def _services_of(reconciler: Any, record: Record) -> Iterable[Key]:
    """The Services that select a pod, before or after the write."""
    if record.old is not None and record.new is not None and _same_endpoint(record):
        return ()
    labels = [
        obj["metadata"].get("labels") or {} for obj in (record.old, record.new) if obj is not None
    ]
    namespace = record.key[0]
    return [
        (namespace, service["metadata"]["name"])
        for service in reconciler.context.api.list("services", namespace)
        if any(selects(service, one) for one in labels)
    ]


def _same_endpoint(record: Record) -> bool:
    """Whether nothing changed that a slice shows."""
    old, new = record.old or {}, record.new or {}
    return (
        old["metadata"].get("labels") == new["metadata"].get("labels")
        and is_terminating(old) == is_terminating(new)
        and old["status"].get("podIP") == new["status"].get("podIP")
        and old["status"].get("phase") == new["status"].get("phase")
        and is_true(old, "Ready") == is_true(new, "Ready")
    )


def _service_of(reconciler: Any, record: Record) -> Iterable[Key]:  # noqa: ARG001
    """The Service whose slice somebody else changed or removed."""
    obj = record.new or record.old or {}
    labels = obj["metadata"].get("labels") or {}
    if labels.get(MANAGED_BY) != MANAGER or SERVICE_NAME not in labels:
        return ()
    return ((record.key[0], labels[SERVICE_NAME]),)


def selects(service: Object, labels: dict[str, str]) -> bool:
    """Whether a Service has a selector and it matches."""
    selector = service["spec"].get("selector")
    return bool(selector) and selector.items() <= labels.items()


class EndpointSliceController:
    """Writes the endpoints of each Service that has a selector."""

    name: ClassVar[str] = "endpointslice"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own("services"),
        Mapped("pods", _services_of),
        Mapped(SLICES, _service_of),
    )
    explains: ClassVar[tuple[str, ...]] = ("services", SLICES)

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """Bring the slices of a Service in line with its pods."""
        service = self.context.api.find("services", *key)
        if service is None or is_terminating(service):
            return None  # owned slices go with the garbage collector
        spec = service["spec"]
        if not spec.get("selector") or spec.get("type") == "ExternalName":
            return None
        wanted = self._wanted(service)
        slices = self._slices(service)
        for ports, endpoints in wanted:
            mine = [one for one in slices if (one.get("ports") or []) == list(ports)]
            slices = [one for one in slices if one not in mine]
            self._write(service, list(ports), endpoints, mine)
        for stale in slices:
            metadata = stale["metadata"]
            self.context.api.delete(SLICES, metadata["namespace"], metadata["name"])
        return None

    def _slices(self, service: Object) -> list[Object]:
        metadata = service["metadata"]
        selector = {"matchLabels": {SERVICE_NAME: metadata["name"], MANAGED_BY: MANAGER}}
        return self.context.api.list(SLICES, metadata["namespace"], selector)

    def _wanted(self, service: Object) -> list[tuple[Sequence[Object], list[Object]]]:
        """For each set of resolved ports the endpoints that have it."""
        matches = selectors.of({"matchLabels": service["spec"]["selector"]}).matches
        groups: dict[str, tuple[Sequence[Object], list[Object]]] = {}
        for pod in self.context.api.list("pods", service["metadata"]["namespace"]):
            if not matches(pod["metadata"].get("labels") or {}) or not _included(pod):
                continue
            ports = resolve_ports(service, pod)
            groups.setdefault(repr(ports), (ports, []))[1].append(self._endpoint(service, pod))
        if not groups:
            return [((), [])]  # one empty slice is kept as a placeholder
        return list(groups.values())

    def _endpoint(self, service: Object, pod: Object) -> Object:
        metadata, spec = pod["metadata"], pod["spec"]
        serving, going = is_true(pod, "Ready"), is_terminating(pod)
        publish = service["spec"].get("publishNotReadyAddresses", False)
        endpoint: Object = {
            "addresses": [pod["status"]["podIP"]],
            "conditions": {
                "ready": publish or (serving and not going),
                "serving": serving,
                "terminating": going,
            },
            "targetRef": {
                "kind": "Pod",
                "namespace": metadata["namespace"],
                "name": metadata["name"],
                "uid": metadata["uid"],
            },
            "nodeName": spec["nodeName"],
        }
        node = self.context.api.find("nodes", None, spec["nodeName"])
        zone = get_path(node or {}, "metadata", "labels", ZONE)
        if zone:
            endpoint["zone"] = zone
        if spec.get("hostname") and spec.get("subdomain") == service["metadata"]["name"]:
            endpoint["hostname"] = spec["hostname"]
        return endpoint

    # Writing

    def _write(
        self, service: Object, ports: list[Object], endpoints: list[Object], slices: list[Object]
    ) -> None:
        plan = plan_slices([one.get("endpoints") or [] for one in slices], endpoints)
        labels = _labels(service)
        for one, content in zip(slices, plan.kept, strict=True):
            metadata = one["metadata"]
            if content is None:
                self.context.api.delete(SLICES, metadata["namespace"], metadata["name"])
            elif content != (one.get("endpoints") or []) or labels != metadata.get("labels"):
                new = {**one, "endpoints": content, "ports": ports}
                self.context.api.update({**new, "metadata": {**metadata, "labels": labels}})
        for content in plan.created:
            self.context.api.create(_slice(service, ports, content, labels))

    # Why

    def explain(self, resource: str, obj: Object) -> list[Reason]:
        """Which pods a Service has found, and why a pod gets no requests."""
        if resource == SLICES:
            name = obj["metadata"].get("labels", {}).get(SERVICE_NAME, "?")
            return [Reason(COMPONENT, f"holds addresses behind Service {name}")]
        if not obj["spec"].get("selector"):
            return [Reason(COMPONENT, "has no selector: its EndpointSlices are written by hand")]
        rows = tuple(_row(pod, obj) for pod in self._selected(obj))
        ready = sum(row["gets requests"] == "yes" for row in rows)
        text = f"selects {len(rows)} pods, {ready} of them get requests"
        if not rows:
            pairs = ",".join(f"{k}={v}" for k, v in sorted(obj["spec"]["selector"].items()))
            text = f"no pod in this namespace has the labels {pairs}: requests are refused"
        return [Reason(COMPONENT, text, table=rows)]

    def _selected(self, service: Object) -> list[Object]:
        selector = {"matchLabels": service["spec"]["selector"]}
        return self.context.api.list("pods", service["metadata"]["namespace"], selector)


def _row(pod: Object, service: Object) -> dict[str, Any]:
    status = pod["status"]
    publish = service["spec"].get("publishNotReadyAddresses", False)
    if not _included(pod):
        verdict = "no: it has no address yet or has ended"
    elif is_terminating(pod):
        verdict = "no: it is terminating"
    elif not is_true(pod, "Ready") and not publish:
        verdict = "no: it is not Ready"
    else:
        verdict = "yes"
    return {
        "pod": pod["metadata"]["name"],
        "address": status.get("podIP", ""),
        "gets requests": verdict,
    }


def _included(pod: Object) -> bool:
    status = pod["status"]
    return bool(status.get("podIP")) and status.get("phase") not in ("Succeeded", "Failed")


def resolve_ports(service: Object, pod: Object) -> list[Object]:
    """The ports of a Service as numbers on one pod, without names that it does not know."""
    resolved = []
    for port in service["spec"].get("ports") or ():
        number = _number(port, pod)
        if number is not None:
            entry = {"name": port.get("name", ""), "protocol": port["protocol"], "port": number}
            if port.get("appProtocol"):
                entry["appProtocol"] = port["appProtocol"]
            resolved.append(entry)
    return resolved


def _number(port: Object, pod: Object) -> int | None:
    target = port.get("targetPort", port["port"])
    if isinstance(target, int):
        return target
    inits = pod["spec"].get("initContainers") or ()
    sidecars = [one for one in inits if one.get("restartPolicy") == "Always"]
    for container in (*pod["spec"]["containers"], *sidecars):
        for declared in container.get("ports") or ():
            same = declared.get("protocol", "TCP") == port["protocol"]
            if declared.get("name") == target and same:
                return int(declared["containerPort"])
    return None


def _labels(service: Object) -> dict[str, str]:
    metadata = service["metadata"]
    labels = {**(metadata.get("labels") or {})}
    labels.pop(HEADLESS, None)
    if service["spec"].get("clusterIP") == "None":
        labels[HEADLESS] = ""
    return {**labels, SERVICE_NAME: metadata["name"], MANAGED_BY: MANAGER}


def _slice(
    service: Object, ports: list[Object], endpoints: list[Object], labels: dict[str, str]
) -> Object:
    metadata = service["metadata"]
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{metadata['name']}-",
            "namespace": metadata["namespace"],
            "labels": labels,
            "ownerReferences": [owner_reference(service)],
        },
        "addressType": "IPv4",
        "endpoints": endpoints,
        "ports": ports,
    }


