"""PodTopologySpread beyond upstream's own cases."""

from typing import Any

import pytest

from kubelearn.scheduler.algorithm import Evaluation, evaluate
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.plugins.pod_topology_spread import PodTopologySpread
from kubelearn.scheduler.profile import Profile
from tests.scheduler.clusters import cluster, make_node, make_pod

ZONE = "topology.kubernetes.io/zone"
FRAMEWORK = Framework(PLUGINS, Profile())


def found(pod: dict[str, Any], objects: dict[str, Any]) -> Evaluation:
    """A pod of app=x on two nodes, one of which has one already."""
    nodes = [make_node("a", {ZONE: "a"}), make_node("b", {ZONE: "b"})]
    pods = [make_pod("e", "0", labels={"app": "x"}, nodeName="a")]
    return evaluate(FRAMEWORK, cluster(nodes, pods, objects).snapshot, pod_info(pod), 0)


def test_pods_of_a_service_spread_by_default() -> None:
    """System defaults take the Service's selector."""
    service = {
        "metadata": {"name": "x", "namespace": "default"},
        "spec": {"selector": {"app": "x"}},
    }
    pod = make_pod("p", labels={"app": "x"})
    scores = found(pod, {"services": [service]}).scores["PodTopologySpread"]
    assert scores["a"] < scores["b"]
    assert "PodTopologySpread" not in found(pod, {}).scores


def test_pods_of_a_replicaset_spread_by_default() -> None:
    """The owner's selector counts as well."""
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "x", "controller": True}
    pod = make_pod("p", labels={"app": "x"})
    pod["metadata"]["ownerReferences"] = [owner]
    replicaset = {
        "metadata": {"name": "x", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": "x"}}},
    }
    scores = found(pod, {"replicasets.apps": [replicaset]}).scores["PodTopologySpread"]
    assert scores["a"] < scores["b"]


def test_only_two_kinds_of_defaults() -> None:
    """The error says which."""
    with pytest.raises(ValueError, match="use 'System' or 'List'"):
        PodTopologySpread("Other")
