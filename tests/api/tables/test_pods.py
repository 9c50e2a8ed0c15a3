"""The STATUS of a pod, from its containers."""

import pytest

from kubelearn.api.tables import pod_status

WAITING = {"state": {"waiting": {"reason": "CrashLoopBackOff"}}}
DONE = {"state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}
FAILED = {"state": {"terminated": {"exitCode": 1, "reason": "Error"}}}
RUNNING = {"ready": True, "state": {"running": {}}}


def a_pod(*containers, init=(), meta=None, **status):
    """A pod with these container statuses."""
    spec = {"containers": [{} for _ in containers], "initContainers": [{} for _ in init]}
    lists = {"containerStatuses": list(containers), "initContainerStatuses": list(init)}
    return {"metadata": meta or {}, "spec": spec, "status": {"phase": "Running", **lists, **status}}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (a_pod(phase="Pending"), "Pending"),
        (a_pod(RUNNING), "Running"),
        (a_pod(WAITING), "CrashLoopBackOff"),
        (a_pod(RUNNING, WAITING), "CrashLoopBackOff"),
        (a_pod(DONE, RUNNING), "NotReady"),
        (a_pod(DONE, FAILED), "Error"),
        (a_pod({"state": {"terminated": {"signal": 9}}}), "Signal:9"),
        (a_pod({"state": {"terminated": {"exitCode": 3}}}), "ExitCode:3"),
        (a_pod(init=[{"state": {"running": {}}}]), "Init:0/1"),
        (a_pod(init=[DONE, {"state": {"waiting": {"reason": "ErrImagePull"}}}]),
         "Init:ErrImagePull"),
        (a_pod(RUNNING, meta={"deletionTimestamp": "x"}), "Terminating"),
        (a_pod(RUNNING, reason="NodeLost", meta={"deletionTimestamp": "x"}), "Unknown"),
        (a_pod(reason="Evicted", phase="Failed"), "Evicted"),
    ],
)  # fmt: skip
def test_status(given, text):
    """As `kubectl get pods` shows it."""
    assert pod_status(given) == text
