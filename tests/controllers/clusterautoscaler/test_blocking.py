"""Pods that keep their node."""

import pytest

from kubelearn.api.objects import merge
from kubelearn.controllers.clusterautoscaler.blocking import SAFE, blocks, stays_with_its_node
from kubelearn.controllers.clusterautoscaler.settings import Settings
from tests.controllers.clusterautoscaler.objects import pod
from tests.controllers.control_room import control_room

EMPTY_DIR = {"name": "v", "emptyDir": {}}
CASES = {
    "": pod(),
    "no controller": merge(pod(), {"metadata": {"ownerReferences": None}}),
    "kube-system": merge(pod(), {"metadata": {"namespace": "kube-system"}}),
    "local storage": pod(volumes=[EMPTY_DIR]),
    "annotated": merge(pod(), {"metadata": {"annotations": {SAFE: "false"}}}),
}


@pytest.mark.parametrize("text", CASES)
def test_each_reason_to_stay(text):
    """In words; "" for a pod that may be moved."""
    found = blocks(control_room().api, CASES[text], Settings())
    assert text in found
    assert bool(text) == bool(found)


def test_an_annotation_sets_a_pod_free():
    """Whatever it is."""
    free = merge(CASES["no controller"], {"metadata": {"annotations": {SAFE: "true"}}})
    assert blocks(control_room().api, free, Settings()) == ""


def test_memory_is_no_local_storage():
    """An emptyDir in memory goes with the pod."""
    one = pod(volumes=[{"name": "v", "emptyDir": {"medium": "Memory"}}])
    assert blocks(control_room().api, one, Settings()) == ""


def test_a_budget_that_is_used_up_blocks():
    """And one that is not, does not."""
    room = control_room()
    spec = {"selector": {}, "minAvailable": 1}
    made = {"metadata": {"name": "b", "namespace": "default"}, "spec": spec}
    for allowed in (0, 1):
        budget = {**made, "status": {"disruptionsAllowed": allowed}}
        room.api.store.put("poddisruptionbudgets.policy", ("default", "b"), budget)
        found = blocks(room.api, pod(), Settings())
        assert bool(found) == (allowed == 0)


def test_daemon_and_static_pods_are_not_moved():
    """They come and go with the node."""
    daemon = merge(
        pod(), {"metadata": {"ownerReferences": [{"kind": "DaemonSet", "controller": True}]}}
    )
    static = merge(pod(), {"metadata": {"annotations": {"kubernetes.io/config.mirror": "x"}}})
    assert [stays_with_its_node(one) for one in (daemon, static, pod())] == [True, True, False]
