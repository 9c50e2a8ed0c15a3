"""Conditions of pods, beyond what the conformance vectors say."""

from kubelearn.kubelet.conditions import containers_ready, pod_initialized, pod_ready

SPEC = {"containers": [{"name": "a"}, {"name": "b"}]}


def test_a_failed_pod_is_not_ready_whatever_runs() -> None:
    """Its containers may still be stopping."""
    statuses = [{"name": "a", "ready": True}, {"name": "b", "ready": True}]
    assert containers_ready(SPEC, statuses, "Failed").reason == "PodFailed"


def test_unknown_and_unready_are_told_apart() -> None:
    """Both lists stand in one message."""
    found = containers_ready(SPEC, [{"name": "b", "ready": False}], "Running")
    wanted = "containers with unknown status: [a], containers with unready status: [b]"
    assert found.message == wanted


def test_ready_repeats_what_the_containers_lack() -> None:
    """The same reason under its own type."""
    found = pod_ready(SPEC, [], [{"name": "a", "ready": True}], "Running")
    assert (found.type, found.reason) == ("Ready", "ContainersNotReady")


def test_incomplete_init_containers_are_named() -> None:
    """In the order of the spec."""
    spec = {**SPEC, "initContainers": [{"name": "x"}, {"name": "y"}]}
    statuses = [{"name": "x", "ready": False}]
    found = pod_initialized(spec, statuses, "Pending")
    wanted = "containers with unknown status: [y], containers with incomplete status: [x]"
    assert found.message == wanted
