"""Manifests of what people wrote."""

import pytest
import yaml

from kubelearn.api.errors import AlreadyExists
from kubelearn.cluster import Cluster
from kubelearn.world.portable import FINALIZERS, portable, rank
from tests.world.worlds import pods_of, web_cluster

EXTRA = """
apiVersion: v1
kind: Pod
metadata: {name: lone, namespace: team, finalizers: [example.com/mine]}
spec: {containers: [{name: c, image: nginx}], tolerations: [{key: own, operator: Exists}]}
---
apiVersion: v1
kind: Service
metadata: {name: headless, namespace: team}
spec: {clusterIP: None, selector: {a: b}, ports: [{port: 1}]}
"""


def _with_a_team():
    cluster = web_cluster()
    cluster.kubectl("create ns team")
    cluster.run("1s").apply(EXTRA)
    return cluster.run("30s")


def _documents(text):
    return list(yaml.safe_load_all(text))


def test_a_fresh_cluster_takes_what_was_exported():
    """The same application runs there, and its export is the same text."""
    text = _with_a_team().export()
    other = Cluster(nodes=2, seed=1)
    other.kubectl("create ns team")
    other.run("1s").apply(text)
    assert other.run("60s").export() == text
    assert len(other.api.list("pods", "default")) == 3


def test_nothing_that_the_cluster_added():
    """No status, no system metadata, no addresses, no token volumes; owners' pods are left out."""
    found = _documents(_with_a_team().export("team"))
    assert [(one["kind"], one["metadata"]["name"]) for one in found] == [
        ("Service", "headless"),
        ("Pod", "lone"),
    ]
    service, pod = found
    assert service["spec"]["clusterIP"] == "None"
    assert pod["metadata"] == {
        "name": "lone",
        "namespace": "team",
        "finalizers": ["example.com/mine"],
    }
    assert pod["spec"]["tolerations"] == [{"key": "own", "operator": "Exists"}]
    assert not {"nodeName", "volumes", "priority"} & set(pod["spec"])
    assert all("status" not in one for one in found)


def test_the_cluster_keeps_its_objects():
    """What is taken out is taken out of a copy."""
    cluster = web_cluster()
    before = cluster.fingerprint()
    cluster.export()
    assert cluster.fingerprint() == before


def test_finalizers_of_the_cluster_go():
    """Those of others stay."""
    claim = {
        "apiVersion": "v1",
        "kind": "X",
        "metadata": {"name": "x", "finalizers": [*FINALIZERS]},
    }
    assert "finalizers" not in portable("persistentvolumeclaims", claim)["metadata"]


def test_the_order_of_making():
    """Namespaces before what is in them, workloads last."""
    resources = ["pods", "services", "namespaces", "configmaps"]
    order = ["namespaces", "configmaps", "services", "pods"]
    assert sorted(resources, key=rank) == order


def test_a_machine_joins():
    """With its labels, taints and size; pods are scheduled on it; a rewind repeats it."""
    cluster = web_cluster()
    said = cluster.add_node("big", cpu="16", labels={"disk": "ssd"}, zone="us-west-2a")
    assert said == "node big has joined"
    node = cluster.object("node/big")
    assert node["status"]["capacity"]["cpu"] == "16"
    assert node["metadata"]["labels"]["disk"] == "ssd"
    cluster.scale("deployment/web", 20)
    cluster.run("60s")
    assert "big" in {pod["spec"]["nodeName"] for pod in pods_of(cluster)}
    hash_before = cluster.fingerprint()
    assert cluster.rewind(cluster.time).fingerprint() == hash_before
    with pytest.raises(AlreadyExists):
        cluster.add_node("big")
