"""EndpointSlice: the addresses behind a Service, in slices of at most 100.

Source: kubernetes/endpointslice `reconciler.go`, `pkg/controller/endpointslice`, Kubernetes 1.36.

Unlike the real one: IPv4 only; no annotation with the time of the last change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from kubelearn.api.errors import NotFound
from kubelearn.api.objects import (
    Key,
    Object,
    is_terminating,
    is_true,
    labels_of,
    owner_reference,
)
from kubelearn.api.store import Record
from kubelearn.controllers.endpoints import endpoint_of, is_included, ports_of, resolver
from kubelearn.controllers.slice_plan import Group, Plan, plan
from kubelearn.controllers.topology_hints import (
    DISABLED,
    ENABLED,
    ENABLED_TEXT,
    NoHints,
    cpu_ratios,
    wants_hints,
    with_hints,
)
from kubelearn.runtime.controller import Mapped, Own, Watch
from kubelearn.runtime.explain import Reason, amount
from kubelearn.runtime.part import Context

SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
MANAGER = "endpointslice-controller.k8s.io"
HEADLESS = "service.kubernetes.io/headless"
COMPONENT = "endpoint-slice-controller"


def _services_of(reconciler: Any, record: Record) -> Iterable[Key]:
    """The Services that select a pod, before or after the write."""
    if record.old is not None and record.new is not None and _same_endpoint(record):
        return ()
    namespace = record.key[0]
    services = [
        one
        for one in reconciler.context.api.list("services", namespace)
        if one["spec"].get("selector")
    ]
    if not services:
        return ()
    labels = [
        obj["metadata"].get("labels") or {} for obj in (record.old, record.new) if obj is not None
    ]
    return [
        (namespace, service["metadata"]["name"])
        for service in services
        if any(selects(service, one) for one in labels)
    ]


def _same_endpoint(record: Record) -> bool:
    """Whether nothing changed that a slice shows."""
    old, new = record.old or {}, record.new or {}
    before, after = old["status"], new["status"]
    return (
        old["metadata"].get("labels") == new["metadata"].get("labels")
        and is_terminating(old) == is_terminating(new)
        and before.get("podIP") == after.get("podIP")
        and before.get("phase") == after.get("phase")
        and (
            before.get("conditions") is after.get("conditions")
            or is_true(old, "Ready") == is_true(new, "Ready")
        )
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
        groups, missing = self._groups(service)
        slices = self._slices(service)
        if wants_hints(service) and not spec.get("trafficDistribution"):
            self._hint(service, groups, slices)
        self._write(service, slices, plan(slices, groups))
        if missing:
            # Try again, slower each time, until the pod's node is known or the pod is gone.
            raise NotFound.of("nodes", missing)
        return None

    def _slices(self, service: Object) -> list[Object]:
        metadata = service["metadata"]
        mine = f"{metadata['namespace']}/{metadata['name']}"
        found = self.context.api.store.select(SLICES, "service", mine)
        return [one for one in found if labels_of(one).get(MANAGED_BY) == MANAGER]

    def _groups(self, service: Object) -> tuple[list[Group], str]:
        """The endpoints by their port numbers, and the name of a node that is not there."""
        groups: dict[str, Group] = {}
        missing, nodes = "", self.context.api.store.items("nodes")
        resolve = resolver(service)
        for pod in self._selected(service):
            if not is_included(pod):
                continue
            name = pod["spec"].get("nodeName", "")
            node = nodes.get(("", name))
            if name and node is None and not service["spec"].get("publishNotReadyAddresses"):
                missing = name
                continue
            key, ports = resolve(pod)
            group = groups.setdefault(key, Group(ports, []))
            group.endpoints.append(endpoint_of(service, pod, node))
        return list(groups.values()), missing

    def _selected(self, service: Object) -> list[Object]:
        selector = {"matchLabels": service["spec"]["selector"]}
        return self.context.api.list("pods", service["metadata"]["namespace"], selector)

    def _hint(self, service: Object, groups: list[Group], slices: Sequence[Object]) -> None:
        """Give the endpoints to zones, and tell when that begins or cannot be."""
        endpoints = [endpoint for group in groups for endpoint in group.endpoints]
        before = any("hints" in one for each in slices for one in each.get("endpoints") or ())
        try:
            ratios = cpu_ratios(self.context.api.list("nodes"))
            hinted = iter(with_hints(endpoints, ratios).endpoints)
        except NoHints as why:
            self._tell(service, "Warning", DISABLED, str(why))
            return
        for group in groups:
            group.endpoints[:] = [next(hinted) for _ in group.endpoints]
        if not before:
            self._tell(service, "Normal", ENABLED, ENABLED_TEXT)

    def _tell(self, service: Object, kind: str, reason: str, text: str) -> None:
        message = f"{text}, addressType: IPv4"
        self.context.recorder.event(service, kind, reason, message, COMPONENT)

    # Writing

    def _write(self, service: Object, slices: Sequence[Object], found: Plan) -> None:
        api, labels = self.context.api, slice_labels(service)
        for group in found.create:
            api.create(_new_slice(service, group, labels))
        changed = {one["metadata"]["name"]: group for one, group in found.update}
        going = {one["metadata"]["name"] for one in found.delete}
        for one in slices:
            name, namespace = one["metadata"]["name"], one["metadata"]["namespace"]
            if name in going:
                api.delete(SLICES, namespace, name)
            elif name in changed or labels_of(one) != labels:
                api.update(_changed_slice(one, changed.get(name), labels))

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
        get = "gets" if ready == 1 else "get"
        text = f"selects {amount(len(rows), 'pod')}, {ready} of them {get} requests"
        if not rows:
            pairs = ",".join(f"{k}={v}" for k, v in sorted(obj["spec"]["selector"].items()))
            text = f"no pod in this namespace has the labels {pairs}: requests are refused"
        return [Reason(COMPONENT, text, table=rows)]


def _row(pod: Object, service: Object) -> dict[str, Any]:
    status = pod["status"]
    publish = service["spec"].get("publishNotReadyAddresses", False)
    if not is_included(pod):
        verdict = "no: it has no address yet or has ended"
    elif is_terminating(pod):
        verdict = "no: it is terminating"
    elif not is_true(pod, "Ready") and not publish:
        verdict = "no: it is not Ready"
    elif not ports_of(service, pod) and service["spec"].get("ports"):
        names = ", ".join(str(port["targetPort"]) for port in service["spec"]["ports"])
        verdict = f"no: it has no port named {names}"
    else:
        verdict = "yes"
    return {
        "pod": pod["metadata"]["name"],
        "address": status.get("podIP", ""),
        "gets requests": verdict,
    }


def slice_labels(service: Object) -> dict[str, str]:
    """The labels of the Service, and those that tell whose slices they are and who writes them."""
    metadata = service["metadata"]
    labels = {**labels_of(service)}
    labels.pop(HEADLESS, None)
    if service["spec"].get("clusterIP") in (None, "", "None"):
        labels[HEADLESS] = ""
    return {**labels, SERVICE_NAME: metadata["name"], MANAGED_BY: MANAGER}


def _new_slice(service: Object, group: Group, labels: dict[str, str]) -> Object:
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
        "endpoints": group.endpoints,
        "ports": group.ports,
    }


def _changed_slice(old: Object, group: Group | None, labels: dict[str, str]) -> Object:
    """A slice with other labels and, when there is a group, another content."""
    metadata = {**old["metadata"], "labels": labels}
    if group is None:
        return {**old, "metadata": metadata}
    return {**old, "metadata": metadata, "endpoints": group.endpoints, "ports": group.ports}
