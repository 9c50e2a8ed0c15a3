"""A cluster from the dump of a real one, for "what if" runs.

`kubectl get nodes,ns,pc,sc,crd -o yaml` and `kubectl get all,ing,cm,pvc,... -A -o yaml`, in one
text or in several, are such a dump.

Unlike the real one: pods are scheduled anew, so they may stand on other nodes; programs behave as
their annotations and images say here; addresses and node ports are chosen anew; the nodes of the
control plane and what runs in kube-system are this cluster's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from kubelearn.api.errors import APIError
from kubelearn.api.manifest import NoObjects, load
from kubelearn.api.objects import Object
from kubelearn.cluster import Cluster
from kubelearn.sim.arguments import checked
from kubelearn.world.addons import ADDONS
from kubelearn.world.portable import made_by, portable, rank

CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
ZONE = "topology.kubernetes.io/zone"
SIZE = {"cpu": str, "memory": str, "pods": int}
"""What a machine has, and how its node tells it."""
SETTLING = "1s"
"""Until new namespaces have their ServiceAccounts, without which they take no pods."""
TRANSIENT = "node.kubernetes.io/"
"""Taints that the cluster itself sets and takes away."""


class LeftOut(NamedTuple):
    """An object of a dump that is not in the cluster made from it, and why."""

    kind: str
    namespace: str
    name: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {place}: {self.reason}"


class LoadedCluster(Cluster):
    """A cluster made from a dump; `left_out` tells what of the dump is not in it."""

    left_out: tuple[LeftOut, ...] = ()


@checked
def load_dump(source: str | Path | list[Any], *, seed: int = 0) -> LoadedCluster:
    """A cluster with the nodes and the objects that people wrote into a real one.

    `source` is the text of `kubectl get ... -o yaml` (or `-o json`), a path, or a list of these.
    What controllers had made, they make again when time passes: `load_dump(text).run("2m")`.
    ManifestError for a text that cannot be read; what the cluster refuses is in `left_out`.
    """
    objects = _read(source)
    nodes = [obj for obj in objects if obj["kind"] == "Node"]
    cluster = LoadedCluster(nodes=0, seed=seed)
    left = [*_nodes(cluster, nodes)]
    _install_kinds(cluster, objects)
    left += _objects(cluster, [obj for obj in objects if obj["kind"] != "Node"])
    cluster.left_out = tuple(left)
    return cluster


def _read(source: str | Path | list[Any]) -> list[Object]:
    """The objects of all texts; an empty List has none."""
    if isinstance(source, list):
        return [obj for one in source for obj in _read(one)]
    try:
        return [manifest.object for manifest in load(source)]
    except NoObjects:
        return []


def _nodes(cluster: Cluster, nodes: list[Object]) -> Iterator[LeftOut]:
    for node in nodes:
        labels = node["metadata"].get("labels") or {}
        name = node["metadata"]["name"]
        if CONTROL_PLANE in labels:
            yield LeftOut("Node", "", name, "this cluster has a control plane of its own")
            continue
        spec, capacity = node.get("spec") or {}, (node.get("status") or {}).get("capacity") or {}
        taints = [t for t in spec.get("taints") or () if not t["key"].startswith(TRANSIENT)]
        size: dict[str, Any] = {
            field: parse(capacity[field]) for field, parse in SIZE.items() if field in capacity
        }
        cluster.add_node(name, labels=labels, taints=taints, zone=labels.get(ZONE, ""), **size)
        if spec.get("unschedulable"):
            cluster.cordon(name)


def _install_kinds(cluster: Cluster, objects: list[Object]) -> None:
    """The custom kinds of add-ons that are known here, where the dump does not define them."""
    defined = {o["metadata"]["name"] for o in objects if o["kind"] == "CustomResourceDefinition"}
    groups = {obj["apiVersion"].rpartition("/")[0] for obj in objects}
    for addon in ADDONS.values():
        for kind in addon.objects():
            if kind["kind"] != "CustomResourceDefinition":
                continue
            name, group = kind["metadata"]["name"], kind["spec"]["group"]
            if group in groups and name not in defined:
                defined.add(name)
                cluster.apply(kind)


def _objects(cluster: Cluster, objects: list[Object]) -> Iterator[LeftOut]:
    ordered = sorted(objects, key=lambda obj: rank(_resource(cluster, obj)))
    made = False
    for obj in ordered:
        resource = _resource(cluster, obj)
        if not made and resource != "namespaces":
            cluster.run(SETTLING)
            made = True
        maker = made_by(resource, obj)
        if maker:
            yield _left(obj, f"made by {maker}")
            continue
        try:
            cluster.apply(portable(resource, obj))
        except APIError as error:
            yield _left(obj, str(error))


def _resource(cluster: Cluster, obj: Object) -> str:
    kind = cluster.api.kinds.by_type(obj["apiVersion"], obj["kind"])
    return "" if kind is None else kind.resource


def _left(obj: Object, reason: str) -> LeftOut:
    metadata = obj["metadata"]
    return LeftOut(obj["kind"], metadata.get("namespace", ""), metadata["name"], reason)
