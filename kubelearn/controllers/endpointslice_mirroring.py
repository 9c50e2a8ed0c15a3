"""Endpoints that somebody writes by hand are mirrored into EndpointSlices.

Source: `pkg/controller/endpointslicemirroring`, Kubernetes 1.36.

Unlike the real one: a subset with more than 1,000 addresses is mirrored whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from kubelearn.api.objects import Key, Object, labels_of, owner_reference
from kubelearn.api.store import Record
from kubelearn.controllers.endpointslice import MANAGED_BY, SERVICE_NAME, SLICES
from kubelearn.controllers.slice_plan import Group, plan
from kubelearn.runtime.controller import Mapped, Own, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context

MANAGER = "endpointslicemirroring-controller.k8s.io"
SKIP = "endpointslice.kubernetes.io/skip-mirror"
LEADER = "control-plane.alpha.kubernetes.io/leader"
NOT_COPIED = (
    "endpoints.kubernetes.io/last-change-trigger-time",
    "kubectl.kubernetes.io/last-applied-configuration",
)


def _same_name(reconciler: Any, record: Record) -> Iterable[Key]:  # noqa: ARG001
    """The Endpoints of a Service, which have its name."""
    return (record.key,)


def _mirrored(reconciler: Any, record: Record) -> Iterable[Key]:  # noqa: ARG001
    """The Endpoints whose mirror somebody else changed or removed."""
    labels = labels_of(record.new or record.old or {"metadata": {}})
    if labels.get(MANAGED_BY) != MANAGER or SERVICE_NAME not in labels:
        return ()
    return ((record.key[0], labels[SERVICE_NAME]),)


class EndpointSliceMirroringController:
    """Writes the slices of Endpoints whose Service has no selector."""

    name: ClassVar[str] = "endpointslice-mirroring"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own("endpoints"),
        Mapped("services", _same_name),
        Mapped(SLICES, _mirrored),
    )
    explains: ClassVar[tuple[str, ...]] = ("endpoints",)

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """Bring the mirror in line; what must not be mirrored has none."""
        api = self.context.api
        endpoints = api.find("endpoints", *key)
        slices = self._slices(key)
        service = api.find("services", *key)
        if endpoints is None or service is None or not should_mirror(endpoints, service):
            for one in slices:
                api.delete(SLICES, key[0], one["metadata"]["name"])
            return None
        self._write(endpoints, slices)
        return None

    def explain(self, _resource: str, endpoints: Object) -> list[Reason]:
        """Where Endpoints are mirrored to."""
        metadata = endpoints["metadata"]
        slices = self._slices((metadata["namespace"], metadata["name"]))
        names = ", ".join(one["metadata"]["name"] for one in slices)
        text = f"mirrored to {names}" if names else "not mirrored: the Service has a selector"
        return [Reason(self.name, text)]

    def _slices(self, key: Key) -> list[Object]:
        found = self.context.api.store.select(SLICES, "service", "/".join(key))
        return [one for one in found if labels_of(one).get(MANAGED_BY) == MANAGER]

    def _write(self, endpoints: Object, slices: Sequence[Object]) -> None:
        api, namespace = self.context.api, endpoints["metadata"]["namespace"]
        groups = [_group(subset) for subset in endpoints.get("subsets") or ()]
        groups = [group for group in groups if group.endpoints]
        if not groups:
            for one in slices:
                api.delete(SLICES, namespace, one["metadata"]["name"])
            return
        found = plan(slices, groups)
        for group in found.create:
            metadata = {"generateName": f"{endpoints['metadata']['name']}-"}
            api.create(_slice({"metadata": metadata}, endpoints, group))
        changed = {one["metadata"]["name"]: group for one, group in found.update}
        going = {one["metadata"]["name"] for one in found.delete}
        for one in slices:
            name = one["metadata"]["name"]
            if name in going:
                api.delete(SLICES, namespace, name)
            else:
                group = changed.get(name, Group(one.get("ports") or [], one.get("endpoints") or []))
                made = _slice(one, endpoints, group)
                if made != one:
                    api.update(made)


def should_mirror(endpoints: Object, service: Object) -> bool:
    """Whether Endpoints are written by hand and nobody has asked to leave them alone."""
    annotations = endpoints["metadata"].get("annotations") or {}
    skipped = labels_of(endpoints).get(SKIP) == "true" or LEADER in annotations
    return not skipped and not service["spec"].get("selector")


def _group(subset: Object) -> Group:
    ports = [
        {
            "name": port.get("name", ""),
            "protocol": port.get("protocol", "TCP"),
            "port": port["port"],
            **({"appProtocol": port["appProtocol"]} if port.get("appProtocol") else {}),
        }
        for port in subset.get("ports") or ()
    ]
    ready = [_endpoint(one, True) for one in subset.get("addresses") or ()]
    others = [_endpoint(one, False) for one in subset.get("notReadyAddresses") or ()]
    return Group(ports, [one for one in (*ready, *others) if ":" not in one["addresses"][0]])


def _endpoint(address: Object, ready: bool) -> Object:
    found: Object = {"addresses": [address["ip"]], "conditions": {"ready": ready}}
    for name in ("hostname", "nodeName", "targetRef"):
        if address.get(name):
            found[name] = address[name]
    return found


def _slice(old: Object, endpoints: Object, group: Group) -> Object:
    """A slice, new or old, with the marks of its Endpoints and this content."""
    given = endpoints["metadata"]
    annotations = given.get("annotations") or {}
    metadata = {
        **old["metadata"],
        "namespace": given["namespace"],
        "labels": {**labels_of(endpoints), SERVICE_NAME: given["name"], MANAGED_BY: MANAGER},
        "ownerReferences": [owner_reference(endpoints)],
    }
    copied = {name: value for name, value in annotations.items() if name not in NOT_COPIED}
    if copied:
        metadata["annotations"] = copied
    return {
        **old,
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": metadata,
        "addressType": "IPv4",
        "endpoints": group.endpoints,
        "ports": group.ports,
    }
