"""Whole decisions of a real kube-scheduler 1.36.2, each from its complete state."""

from __future__ import annotations

from typing import Any

from kubelearn.scheduler.algorithm import Evaluation, evaluate
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import PodInfo, pod_info
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from kubelearn.scheduler.status import truncate
from tests.scheduler.clusters import RecordingHandle, cluster

Case = dict[str, Any]
RESOURCES = {
    "namespaces": "namespaces",
    "services": "services",
    "replicaSets": "replicasets.apps",
    "statefulSets": "statefulsets.apps",
    "replicationControllers": "replicationcontrollers",
    "podDisruptionBudgets": "poddisruptionbudgets.policy",
    "persistentVolumes": "persistentvolumes",
    "persistentVolumeClaims": "persistentvolumeclaims",
    "storageClasses": "storageclasses.storage.k8s.io",
    "csiNodes": "csinodes.storage.k8s.io",
}
"""Names of a state's lists -> resources."""


def check(case: Case) -> None:
    """The model finds the same nodes, scores and best nodes, or the same words."""
    framework = Framework(PLUGINS, Profile())
    pod, expect = pod_info(case["pod"]), case["expect"]
    if expect.get("gated"):
        status = framework.pre_enqueue(pod)
        assert status is not None
        assert status.plugin == "SchedulingGates"
        return
    state, objects = case["state"], case["objects"]
    found = {
        resource: [objects[key] for key in state[name]] for name, resource in RESOURCES.items()
    }
    pods = [objects[key] for key in state["pods"]]
    snapshot = cluster([objects[key] for key in state["nodes"]], pods, found).snapshot
    evaluation = evaluate(framework, snapshot, pod, 0)
    if "best" in expect:
        _check_scheduled(framework, evaluation, expect)
    else:
        _check_failed(framework, evaluation, pod, expect)


def _check_scheduled(framework: Framework, found: Evaluation, expect: Case) -> None:
    assert sorted(expect["feasible"]) == sorted(node.name for node in found.feasible)
    weighted = {
        plugin: {node: score * framework.weights[plugin] for node, score in scores.items()}
        for plugin, scores in found.scores.items()
    }
    assert expect["scores"] == weighted
    assert expect["totals"] == found.totals
    assert sorted(expect["best"]) == sorted(node.name for node in found.best)
    assert expect["evaluatedNodes"] == found.evaluated


def _check_failed(framework: Framework, found: Evaluation, pod: PodInfo, expect: Case) -> None:
    assert not found.feasible
    handle = RecordingHandle(framework)
    result, found.post_filter = framework.post_filter(found.state, pod, found.statuses, handle)
    assert expect["event"] == truncate(found.message)
    assert expect["condition"]["message"] == found.message
    if "preemption" in expect:
        outcomes = [expect["preemption"], *expect.get("alsoSeen", ())]
        seen = [_outcome(one.get("preemption", one)) for one in outcomes]
        assert result is not None
        assert (result.nominated_node, sorted(n for n, _ in handle.preempted)) in seen
    else:
        assert expect["unschedulable"] == found.message
        assert handle.preempted == []
    if "nominatedKept" in expect:
        assert result is None


def _outcome(preemption: Case) -> tuple[str, list[str]]:
    return preemption["nominated"], sorted(victim["name"] for victim in preemption["victims"])
