"""When plugins think that a pod is worth another attempt."""

from typing import Any

import pytest

from kubelearn.scheduler import events
from kubelearn.scheduler.events import ClusterEvent
from kubelearn.scheduler.info import NodeInfo, PodInfo, node_info, pod_info
from kubelearn.scheduler.plugins import PLUGINS
from tests.scheduler.clusters import make_node, make_pod

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
TERM = {"labelSelector": {"matchLabels": {"app": "x"}}, "topologyKey": "rack"}
SPREAD = {
    "maxSkew": 1,
    "topologyKey": "rack",
    "whenUnsatisfiable": "DoNotSchedule",
    "labelSelector": {"matchLabels": {"app": "x"}},
}
TAINT = [{"key": "a", "effect": "NoSchedule"}]
PORT = {"containerPort": 80, "hostPort": 80}


def node(labels: dict[str, str] | None = None, **spec: Any) -> NodeInfo:
    """A node's row."""
    return node_info(make_node("n", labels, **spec))


def pod(**spec: Any) -> PodInfo:
    """A pod's row."""
    return pod_info(make_pod("p", **spec))


def with_port() -> PodInfo:
    """A pod that wants port 80 of its node."""
    obj = make_pod("p")
    obj["spec"]["containers"][0]["ports"] = [PORT]
    return pod_info(obj)


NEAR = pod(affinity={"podAffinity": {REQUIRED: [TERM]}})
NEAR_TWICE = pod(affinity={"podAffinity": {REQUIRED: [TERM, {**TERM, "topologyKey": "row"}]}})
FAR = pod(affinity={"podAntiAffinity": {REQUIRED: [TERM]}})
HONORING = pod(topologySpreadConstraints=[{**SPREAD, "nodeTaintsPolicy": "Honor"}])
SPREADING = pod(topologySpreadConstraints=[SPREAD])
MATCHING, STRANGE = pod(labels={"app": "x"}), pod(labels={"app": "y"})
ELSEWHERE = MATCHING._replace(key=("other", "p"))
RACK = {"rack": "1"}
SSD = pod(nodeSelector={"disk": "ssd"})

CASES: list[tuple[str, PodInfo, str, Any, Any, bool]] = [
    ("NodeUnschedulable", pod(), events.NODE_TAINT, node(unschedulable=True), node(), True),
    ("NodeUnschedulable", pod(), events.NODE_TAINT, node(), node(unschedulable=True), False),
    ("NodeUnschedulable", pod(), events.NODE_TAINT, node(), node(taints=TAINT), False),
    ("TaintToleration", pod(), events.NODE_TAINT, node(taints=TAINT), node(), True),
    ("TaintToleration", pod(), events.NODE_ADD, None, node(taints=TAINT), False),
    ("NodeAffinity", SSD, events.NODE_LABEL, node(), node({"disk": "ssd"}), True),
    ("NodeAffinity", SSD, events.NODE_ADD, None, node({"disk": "hdd"}), False),
    ("NodePorts", with_port(), events.POD_DELETE, with_port(), None, True),
    ("NodePorts", with_port(), events.POD_DELETE, pod(), None, False),
    ("NodeResourcesFit", pod(cpu="3"), events.POD_DELETE, pod(), None, True),
    ("NodeResourcesFit", pod(cpu="9"), events.NODE_ADD, None, node(), False),
    ("NodeResourcesFit", pod(cpu="3"), events.NODE_ALLOCATABLE, node(), node(), False),
    ("PodTopologySpread", SPREADING, events.POD_ADD, None, MATCHING, True),
    ("PodTopologySpread", SPREADING, events.POD_ADD, None, STRANGE, False),
    ("PodTopologySpread", SPREADING, events.NODE_ADD, None, node(RACK), True),
    ("PodTopologySpread", SPREADING, events.NODE_ADD, None, node(), False),
    ("PodTopologySpread", SPREADING, events.POD_LABEL, MATCHING, STRANGE, True),
    ("PodTopologySpread", SPREADING, events.POD_LABEL, MATCHING, MATCHING, False),
    ("PodTopologySpread", SPREADING, events.POD_DELETE, ELSEWHERE, None, False),
    ("PodTopologySpread", SPREADING, events.OWN_LABEL, STRANGE, MATCHING, True),
    ("PodTopologySpread", SPREADING, events.OWN_TOLERATION, pod(), pod(), False),
    ("PodTopologySpread", HONORING, events.OWN_TOLERATION, pod(), pod(), True),
    ("PodTopologySpread", SPREADING, events.NODE_DELETE, node(RACK), None, True),
    ("PodTopologySpread", SPREADING, events.NODE_LABEL, node(RACK), node({"rack": "2"}), True),
    ("PodTopologySpread", SPREADING, events.NODE_LABEL, node(RACK), node(), True),
    ("PodTopologySpread", SPREADING, events.NODE_LABEL, node(RACK), node(RACK), False),
    ("PodTopologySpread", SPREADING, events.NODE_TAINT, node(RACK), node(RACK, taints=TAINT), True),
    ("PodTopologySpread", SPREADING, events.NODE_TAINT, node(), node(taints=TAINT), False),
    ("InterPodAffinity", NEAR, events.POD_ADD, None, MATCHING, True),
    ("InterPodAffinity", NEAR, events.POD_ADD, None, STRANGE, False),
    ("InterPodAffinity", NEAR, events.NODE_ADD, None, node(RACK), True),
    ("InterPodAffinity", NEAR, events.NODE_ADD, None, node(), False),
    ("InterPodAffinity", NEAR, events.NODE_LABEL, node(RACK), node(RACK), False),
    ("InterPodAffinity", NEAR, events.NODE_LABEL, node(), node(RACK), True),
    ("InterPodAffinity", NEAR, events.NODE_LABEL, node(RACK), node(), False),
    ("InterPodAffinity", NEAR_TWICE, events.NODE_ADD, None, node(RACK), True),
    ("InterPodAffinity", FAR, events.NODE_ADD, None, node(), True),
    ("InterPodAffinity", FAR, events.NODE_LABEL, node(RACK), node(), True),
    ("InterPodAffinity", FAR, events.NODE_LABEL, node(), node(RACK), False),
]


@pytest.mark.parametrize(("name", "waiting", "event", "old", "new", "helps"), CASES)
def test_hint(name: str, waiting: PodInfo, event: str, old: Any, new: Any, helps: bool) -> None:
    """An event that cannot help leaves the pod where it is."""
    plugin = PLUGINS[name]()
    assert event in plugin.events
    assert helps is plugin.hint(waiting, ClusterEvent(event, old, new))
