"""The plugins about volumes, on small clusters: what a pod's claims allow."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.scheduler.algorithm import evaluate
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from tests.scheduler.clusters import cluster, make_node, make_pod

Object = dict[str, Any]
ZONE = "topology.kubernetes.io/zone"
MOUNTED = [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]


def claim(mode: str = "ReadWriteOnce", volume: str = "disk", **more: Any) -> Object:
    """A claim, bound unless it names no volume."""
    metadata = {"name": "data", "namespace": "default"}
    if volume:
        metadata["annotations"] = {"pv.kubernetes.io/bind-completed": "yes"}
    spec = {"accessModes": [mode], "storageClassName": "sc", "volumeName": volume}
    spec["resources"] = {"requests": {"storage": "1Gi"}}
    return {"metadata": metadata, "spec": spec, "status": {"phase": "Bound"}, **more}


def volume(**spec: Any) -> Object:
    """A volume of the CSI driver `d`; its labels may be given."""
    labels = spec.pop("labels", {})
    size = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"]}
    csi = {"driver": "d", "volumeHandle": "h"}
    metadata = {"name": "disk", "labels": labels}
    return {"metadata": metadata, "spec": {**size, "csi": csi, "storageClassName": "sc", **spec},
            "status": {"phase": "Available"}}  # fmt: skip


def storage_class(mode: str = "WaitForFirstConsumer", **more: Any) -> Object:
    """The class `sc`, without a provisioner unless one is given."""
    given = {"provisioner": "kubernetes.io/no-provisioner", "volumeBindingMode": mode, **more}
    return {"metadata": {"name": "sc"}, **given}


def outcome(objects: dict[str, list[Object]], pods: list[Object] = []) -> Any:  # noqa: B006
    """(feasible nodes, failure text) of a pod with the claim, on a node per zone."""
    nodes = [make_node(f"n-{zone}", {ZONE: zone}) for zone in ("a", "b")]
    snapshot = cluster(nodes, pods, objects).snapshot
    found = evaluate(Framework(PLUGINS, Profile()), snapshot, pod_info(
        make_pod("p", volumes=MOUNTED)), 0)  # fmt: skip
    return [node.name for node in found.feasible], found.message if not found.feasible else ""


def bound(**spec: Any) -> dict[str, list[Object]]:
    """A bound claim and its volume."""
    return {"persistentvolumeclaims": [claim()], "persistentvolumes": [volume(**spec)]}


def test_a_zone_label_of_a_volume_holds() -> None:
    """VolumeZone."""
    assert outcome(bound(labels={ZONE: "b"}))[0] == ["n-b"]


def test_the_node_affinity_of_a_bound_volume_holds() -> None:
    """VolumeBinding."""
    term = {"matchExpressions": [{"key": ZONE, "operator": "In", "values": ["a"]}]}
    affinity = {"required": {"nodeSelectorTerms": [term]}}
    assert outcome(bound(nodeAffinity=affinity))[0] == ["n-a"]


def test_one_pod_only() -> None:
    """VolumeRestrictions: a ReadWriteOncePod claim that a pod uses already."""
    user = make_pod("user", volumes=MOUNTED, nodeName="n-a")
    objects = {**bound(), "persistentvolumeclaims": [claim("ReadWriteOncePod")]}
    assert sorted(outcome(objects)[0]) == ["n-a", "n-b"]
    assert (
        "ReadWriteOncePod access mode already in-use by another pod" in outcome(objects, [user])[1]
    )


def test_a_full_node_attaches_no_more() -> None:
    """NodeVolumeLimits: a limit of none."""
    drivers = [{"name": "d", "nodeID": "x", "allocatable": {"count": 0}}]
    full = {"metadata": {"name": "n-a"}, "spec": {"drivers": drivers}}
    assert outcome({**bound(), "csinodes.storage.k8s.io": [full]})[0] == ["n-b"]


def attached(to: str, name: str = "other") -> dict[str, list[Object]]:
    """A node that can attach one volume, and a second volume that is attached somewhere."""
    drivers = [{"name": "d", "nodeID": "x", "allocatable": {"count": 1}}]
    other = volume(csi={"driver": "d", "volumeHandle": "h2"})
    other = {**other, "metadata": {"name": "other"}}
    spec = {"attacher": "d", "nodeName": to, "source": {"persistentVolumeName": name}}
    return {
        "csinodes.storage.k8s.io": [{"metadata": {"name": "n-a"}, "spec": {"drivers": drivers}}],
        "persistentvolumeclaims": [claim()],
        "persistentvolumes": [volume(), other],
        "volumeattachments.storage.k8s.io": [{"metadata": {"name": "a"}, "spec": spec}],
    }


@pytest.mark.parametrize(
    ("to", "name", "nodes"),
    [
        ("n-a", "other", ["n-b"]),
        ("n-b", "other", ["n-a", "n-b"]),
        ("n-a", "disk", ["n-a", "n-b"]),
        ("n-a", "gone", ["n-a", "n-b"]),
    ],
)
def test_attachments_count_without_a_pod(to: str, name: str, nodes: list[str]) -> None:
    """What is attached to the node takes room; the pod's own disk takes none twice."""
    assert sorted(outcome(attached(to, name))[0]) == nodes


@pytest.mark.parametrize(
    ("mode", "provisioner", "text"),
    [
        ("Immediate", "x.csi", "pod has unbound immediate PersistentVolumeClaims"),
        ("WaitForFirstConsumer", "kubernetes.io/no-provisioner",
         "2 node(s) didn't find available persistent volumes to bind"),
        ("WaitForFirstConsumer", "x.csi", ""),
    ],
)  # fmt: skip
def test_an_unbound_claim(mode: str, provisioner: str, text: str) -> None:
    """Immediate ones must be bound before; delayed ones need a volume or a provisioner."""
    objects = {
        "persistentvolumeclaims": [claim(volume="")],
        "storageclasses.storage.k8s.io": [storage_class(mode, provisioner=provisioner)],
    }
    feasible, failure = outcome(objects)
    assert text in failure
    assert bool(feasible) is (text == "")


def test_a_driver_that_tells_its_capacity() -> None:
    """Provisioning happens only where there is room."""
    room = {"metadata": {"name": "r", "namespace": "x"}, "storageClassName": "sc",
            "capacity": "5Gi", "nodeTopology": {"matchLabels": {ZONE: "b"}}}  # fmt: skip
    objects = {
        "persistentvolumeclaims": [claim(volume="")],
        "storageclasses.storage.k8s.io": [storage_class(provisioner="x.csi")],
        "csidrivers.storage.k8s.io": [
            {"metadata": {"name": "x.csi"}, "spec": {"storageCapacity": True}}
        ],
        "csistoragecapacities.storage.k8s.io": [room],
    }
    assert outcome(objects)[0] == ["n-b"]
