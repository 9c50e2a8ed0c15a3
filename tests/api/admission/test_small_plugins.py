"""Taints of new nodes, tolerations, default classes, protection and runtime classes."""

import pytest

from kubelearn.api.errors import Forbidden
from tests.api.fresh import fresh, make, pod


def claim(name="c", **spec):
    """A claim for 1Gi."""
    asks = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    return make("v1", "PersistentVolumeClaim", name, spec={**asks, **spec})


def storage_class(name, *, default=False, **fields):
    """A StorageClass."""
    note = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    meta = {"annotations": note}
    return {**make("storage.k8s.io/v1", "StorageClass", name, meta=meta),
            "provisioner": "x.io", **fields}  # fmt: skip


def test_a_new_node_is_tainted():
    """Until it is Ready."""
    node = fresh().create(make("v1", "Node", "n1"))
    assert node["spec"]["taints"] == [
        {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
    ]


def test_own_tolerations_are_kept():
    """Only the missing one is added."""
    own = {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"}
    found = fresh().create(pod(tolerations=[own]))["spec"]["tolerations"]
    assert [each["key"].rpartition("/")[2] for each in found] == ["not-ready", "unreachable"]


def test_a_claim_gets_the_default_class_and_its_protection():
    """Unless it says that it wants none."""
    api = fresh()
    api.create(storage_class("fast", default=True))
    stored, none = api.create(claim()), api.create(claim("none", storageClassName=""))
    assert (stored["spec"]["storageClassName"], none["spec"]["storageClassName"]) == ("fast", "")
    assert stored["metadata"]["finalizers"] == ["kubernetes.io/pvc-protection"]


def test_a_claim_grows_only_if_its_class_allows():
    """Upstream's sentence."""
    api = fresh()
    api.create(storage_class("fixed"))
    api.create(claim(storageClassName="fixed"))
    api.patch_status("persistentvolumeclaims", "default", "c", {"phase": "Bound"})
    more = {"spec": {"resources": {"requests": {"storage": "2Gi"}}}}
    with pytest.raises(Forbidden, match="only dynamically provisioned pvc can be resized"):
        api.patch("persistentvolumeclaims", "default", "c", more)


def test_a_pod_has_no_overhead_of_its_own():
    """It comes from a RuntimeClass, and is the one of that class."""
    api = fresh()
    api.create({**make("node.k8s.io/v1", "RuntimeClass", "plain"), "handler": "plain"})
    for spec in ({}, {"runtimeClassName": "plain"}):
        with pytest.raises(Forbidden, match="Overhead set without corresponding RuntimeClass"):
            api.create(pod(overhead={"cpu": "1"}, **spec))


def test_a_runtime_class_brings_its_overhead():
    """And must exist."""
    api = fresh()
    api.create({**make("node.k8s.io/v1", "RuntimeClass", "vm"), "handler": "vm",
                "overhead": {"podFixed": {"cpu": "100m"}}})  # fmt: skip
    assert api.create(pod(runtimeClassName="vm"))["spec"]["overhead"] == {"cpu": "100m"}
    with pytest.raises(Forbidden, match='RuntimeClass "ghost" not found'):
        api.create(pod("other", runtimeClassName="ghost"))
