"""What the workload controllers share about pods."""

import pytest

from kubelearn.api.errors import Forbidden
from kubelearn.controllers import pods
from kubelearn.sim.clock import SECOND
from tests.controllers.control_room import TEMPLATE, control_room


def pod(phase="Running", ready=None, going=False):
    """A pod in some state; `ready` is the second since which it is."""
    at = f"2026-01-01T00:00:{ready or 0:02}Z"
    found = [] if ready is None else [{"type": "Ready", "status": "True", "lastTransitionTime": at}]
    metadata = {"name": "p", **({"deletionTimestamp": at} if going else {})}
    return {"metadata": metadata, "spec": {}, "status": {"phase": phase, "conditions": found}}


@pytest.mark.parametrize(
    ("obj", "active", "going"),
    [
        (pod("Pending"), True, False),
        (pod("Running"), True, False),
        (pod("Succeeded"), False, False),
        (pod("Failed", going=True), False, False),
        (pod("Running", going=True), False, True),
    ],
)
def test_a_replica_is_active_or_going(obj, active, going):
    """Or has ended, which is neither."""
    assert (pods.is_active(obj), pods.is_going(obj)) == (active, going)


@pytest.mark.parametrize(
    ("seconds", "now", "available"), [(0, 5, True), (3, 7, False), (3, 8, True)]
)
def test_available_means_ready_for_long_enough(seconds, now, available):
    """Ready since second five."""
    assert pods.is_available(pod(ready=5), seconds, now * SECOND) is available
    assert not pods.is_available(pod(), seconds, now * SECOND)


def test_the_next_one_to_become_available():
    """In nanoseconds; None when nobody is on the way."""
    ready = [pod(ready=5), pod(ready=2), pod()]
    assert pods.next_available(ready, 10, 6 * SECOND) == 6 * SECOND
    assert pods.next_available(ready, 10, 13 * SECOND) == 2 * SECOND
    assert pods.next_available(ready, 10, 30 * SECOND) is None
    assert pods.next_available(ready, 0, 0) is None


def test_a_pod_shares_the_template():
    """Labels, annotations and finalizers come from it; the name is left to the API server."""
    metadata = {"labels": {"a": "b"}, "annotations": {"c": "d"}, "finalizers": ["e/f"]}
    owner = {"metadata": {"name": "web", "namespace": "default"}}
    made = pods.pod_from_template(owner, {**TEMPLATE, "metadata": metadata}, [])
    assert made["metadata"]["generateName"] == "web-"
    assert {name: made["metadata"][name] for name in metadata} == metadata
    assert made["spec"] is TEMPLATE["spec"]


def test_creating_and_deleting_is_told():
    """And deleting what is gone is no error."""
    room = control_room()
    owner = room.workload("ReplicaSet")
    made = pods.create_pod(room.context, owner, pods.pod_from_template(owner, TEMPLATE, []), "x")
    for _ in range(2):
        pods.delete_pod(room.context, owner, made, "x")
    name = made["metadata"]["name"]
    assert room.messages("SuccessfulCreate") == [f"Created pod: {name}"]
    assert room.messages("SuccessfulDelete") == [f"Deleted pod: {name}"]


def test_a_refusal_is_told():
    """With the words of the API server."""
    room = control_room()
    owner = room.workload("ReplicaSet")
    bad = pods.pod_from_template(owner, {**TEMPLATE, "spec": {"containers": []}}, [])
    with pytest.raises(Exception, match="is invalid"):
        pods.create_pod(room.context, owner, bad, "x")
    assert room.messages("FailedCreate")[0].startswith("Error creating: Pod ")


def test_a_namespace_that_goes_is_not_worth_an_event():
    """Nothing can be created in it any more."""
    room = control_room()
    owner = room.workload("ReplicaSet")
    patch = {"phase": "Terminating"}
    room.api.patch_status("namespaces", None, "default", patch)
    with pytest.raises(Forbidden) as caught:
        pods.create_pod(room.context, owner, pods.pod_from_template(owner, TEMPLATE, []), "x")
    assert pods.namespace_goes(caught.value)
    assert room.messages("FailedCreate") == []


def test_disruption_is_told_once():
    """The newest reason counts."""
    once = pods.with_disruption(pod(), "A", "a", 0)
    twice = pods.with_disruption({**pod(), "status": {"conditions": once}}, "B", "b", SECOND)
    assert [one["reason"] for one in twice] == ["B"]
    assert twice[0]["lastTransitionTime"] == "2026-01-01T00:00:01Z"
