"""The plugins about volumes, on small clusters: what a pod's claims allow."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.scheduler.algorithm import evaluate
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from kubelearn.scheduler.plugins.volume_restrictions import VolumeRestrictions
from kubelearn.scheduler.profile import Profile
from kubelearn.scheduler.status import SKIP, unresolvable
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


def outcome(
    objects: dict[str, list[Object]],
    pods: list[Object] = [],  # noqa: B006
    volumes: list[Object] = MOUNTED,
) -> Any:
    """(feasible nodes, failure text) of a pod with the claim, on a node per zone."""
    nodes = [make_node(f"n-{zone}", {ZONE: zone}) for zone in ("a", "b")]
    snapshot = cluster(nodes, pods, objects).snapshot
    pod = pod_info(make_pod("p", volumes=volumes))
    found = evaluate(Framework(PLUGINS, Profile()), snapshot, pod, 0)
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
        ("n-a", "disk", ["n-b"]),
        ("n-a", "gone", ["n-a", "n-b"]),
    ],
)
def test_attachments_count_without_a_pod(to: str, name: str, nodes: list[str]) -> None:
    """What is attached takes room, even the pod's own disk: it counts as attached and as new."""
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


@pytest.mark.parametrize("label", ["", "b__", "b____b"])
def test_a_zone_label_with_a_nameless_zone_says_nothing(label: str) -> None:
    """VolumeZone leaves labels out that it cannot read."""
    assert sorted(outcome(bound(labels={ZONE: label}))[0]) == ["n-a", "n-b"]


def test_the_name_of_a_node_is_nothing_to_a_volume() -> None:
    """Upstream compares a volume's node affinity with labels alone."""
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n-a"]}]}
    affinity = {"required": {"nodeSelectorTerms": [term]}}
    assert sorted(outcome(bound(nodeAffinity=affinity))[0]) == ["n-a", "n-b"]


EPHEMERAL = [{"name": "v", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}}]


def made_for(pod: str, mode: str = "ReadWriteOnce", **spec: Any) -> dict[str, list[Object]]:
    """The bound claim of the ephemeral volume of a pod, and its volume."""
    own = claim(mode)
    owner = {"kind": "Pod", "name": pod, "controller": True}
    own["metadata"] |= {"name": "p-v", "ownerReferences": [owner]}
    return {"persistentvolumeclaims": [own], "persistentvolumes": [volume(**spec)]}


def test_zone_labels_do_not_bind_ephemeral_volumes() -> None:
    """VolumeZone looks at claims that the pod names, and at no others."""
    found = outcome(made_for("p", labels={ZONE: "b"}), volumes=EPHEMERAL)
    assert sorted(found[0]) == ["n-a", "n-b"]


def test_ephemeral_volumes_are_not_exclusive() -> None:
    """VolumeRestrictions: neither the claim nor another pod's use of it counts."""
    mounted = [{"name": "v", "persistentVolumeClaim": {"claimName": "p-v"}}]
    user = make_pod("user", volumes=mounted, nodeName="n-a")
    found = outcome(made_for("p", "ReadWriteOncePod"), [user], EPHEMERAL)
    assert sorted(found[0]) == ["n-a", "n-b"]


def test_a_claim_of_another_pod_is_not_taken_for_an_ephemeral_volume() -> None:
    """VolumeBinding: only the name is right."""
    text = "PVC default/p-v was not created for pod default/p (pod is not owner)"
    assert text in outcome(made_for("q"), volumes=EPHEMERAL)[1]


def test_a_uid_tells_whose_claim_it_is() -> None:
    """A pod of the same name that is gone by now had another one."""
    objects = made_for("p")
    objects["persistentvolumeclaims"][0]["metadata"]["ownerReferences"][0]["uid"] = "old"
    pod = make_pod("p", volumes=EPHEMERAL)
    pod["metadata"]["uid"] = "new"
    snapshot = cluster([make_node("n")], (), objects).snapshot
    found = evaluate(Framework(PLUGINS, Profile()), snapshot, pod_info(pod), 0)
    assert "(pod is not owner)" in found.message


@pytest.mark.parametrize(("gone", "free"), [(0, False), (1, True), (2, True)])
def test_an_exclusive_claim_is_counted_once(gone: int, free: bool) -> None:
    """However many use it: one user less in thought, and it is free, as upstream has it."""
    users = [make_pod(f"user-{n}", volumes=MOUNTED, nodeName="n") for n in (1, 2)]
    objects = {"persistentvolumeclaims": [claim("ReadWriteOncePod")]}
    snapshot = cluster([make_node("n")], users, objects).snapshot
    state, row = CycleState(snapshot), snapshot.rows[0]
    plugin, pod = VolumeRestrictions(), pod_info(make_pod("p", volumes=MOUNTED))
    assert plugin.pre_filter(state, pod, snapshot.rows) is None
    for user in row.pods[:gone]:
        plugin.remove_pod(state, pod, user, row)
    assert (plugin.filter(state, pod, row) is None) is free


def test_users_in_other_namespaces_do_not_hold_a_claim() -> None:
    """Claims of one name are different ones there."""
    stranger = make_pod("user", volumes=MOUNTED, nodeName="n")
    stranger["metadata"]["namespace"] = "other"
    objects = {"persistentvolumeclaims": [claim("ReadWriteOncePod")]}
    snapshot = cluster([make_node("n")], [stranger], objects).snapshot
    pod = pod_info(make_pod("p", volumes=MOUNTED))
    assert VolumeRestrictions().pre_filter(CycleState(snapshot), pod, snapshot.rows) == SKIP


def test_limits_need_the_claim() -> None:
    """NodeVolumeLimits alone says which one it looked for."""
    snapshot = cluster([make_node("n")]).snapshot
    pod = pod_info(make_pod("p", volumes=EPHEMERAL))
    told = 'looking up PVC default/p-v: persistentvolumeclaim "p-v" not found'
    status = NodeVolumeLimits().filter(CycleState(snapshot), pod, snapshot.rows[0])
    assert status == unresolvable(told)


@pytest.mark.parametrize(
    ("terms", "nodes"),
    [
        ([{"matchLabelExpressions": [{"key": ZONE, "values": ["a"]}]}], ["n-a"]),
        ([{"matchLabelExpressions": []}], []),
    ],
)
def test_where_a_class_makes_volumes(terms: list[Object], nodes: list[str]) -> None:
    """A term without expressions allows no place."""
    objects = {
        "persistentvolumeclaims": [claim(volume="")],
        "storageclasses.storage.k8s.io": [
            storage_class(provisioner="x.csi", allowedTopologies=terms)
        ],
    }
    assert outcome(objects)[0] == nodes
