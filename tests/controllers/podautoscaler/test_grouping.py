"""Which pods count."""

import pytest

from kubelearn.controllers.podautoscaler.grouping import Groups, Patience, group_pods, requests_of
from kubelearn.metrics.client import MetricsError
from tests.controllers.podautoscaler.pods import NOW, pod, used


def groups(one, metrics, resource="cpu"):
    """The groups when there is one pod."""
    return group_pods([one], metrics, resource, NOW, Patience())


def test_a_ready_pod_counts():
    """When it has a sample."""
    assert Groups(1) == groups(pod("a"), used(a=5))
    assert Groups(0, missing=("a",)) == groups(pod("a"), {})


@pytest.mark.parametrize(
    "one",
    [
        pod("a", phase="Pending"),
        pod("a", ready=False, age=100, changed=90),
        pod("a", ready=True, age=100, changed=30),
        pod("a", ready=False, age=1000, changed=990),
    ],
    ids=["pending", "starting", "measured before it was ready", "never ready"],
)
def test_pods_that_are_not_taken_at_their_word(one):
    """For cpu."""
    assert Groups(0, unready=("a",)) == groups(one, used(a=5))


def test_a_pod_that_was_ready_once_counts_later():
    """Even while it is unready."""
    assert Groups(1) == groups(pod("a", ready=False, age=1000, changed=500), used(a=5))


def test_memory_of_a_starting_pod_counts():
    """It does not fall after the start as cpu does."""
    assert Groups(1) == groups(pod("a", ready=False, age=10, changed=9), used(a=5), "memory")


def test_failed_pods_are_ignored():
    """And those that go."""
    gone = pod("a")
    gone["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert groups(pod("a", phase="Failed"), used(a=5)) == groups(gone, used(a=5))
    assert groups(gone, {}).ignored == ("a",)


def test_a_missing_request_is_an_error():
    """Which names the container."""
    with pytest.raises(MetricsError, match="missing request for cpu in container web of Pod b"):
        requests_of([pod("a", cpu="1"), pod("b")], "", "cpu")
    assert requests_of([pod("a", cpu="1")], "", "cpu") == {"a": 1000}


def test_a_pod_that_asks_as_a_whole():
    """What it says counts, and what its containers say about other resources."""
    one = pod("a", memory="1Ki")
    one["spec"]["resources"] = {"requests": {"cpu": "2"}}
    assert requests_of([one], "", "cpu") == {"a": 2000}
    assert requests_of([one], "", "memory") == {"a": 1024_000}
    one["spec"]["resources"] = {"requests": {"memory": "1Ki"}}
    with pytest.raises(MetricsError, match="missing pod-level request for cpu in Pod a"):
        requests_of([one], "", "cpu")


def test_the_container_must_be_there():
    """A pod that has none of its name is an error."""
    with pytest.raises(MetricsError, match="container sidecar not found in Pod a"):
        requests_of([pod("a", cpu="1")], "sidecar", "cpu")
