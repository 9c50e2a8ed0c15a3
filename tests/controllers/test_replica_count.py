"""The counters of a ReplicaSet: from the store's census, or pod by pod, always the same."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kubelearn.controllers.adoption import claim
from kubelearn.controllers.pods import is_active
from kubelearn.controllers.replica_count import count_pods, counted
from kubelearn.sim.clock import SECOND
from tests.controllers.control_room import control_room

RS = "replicasets.apps"


def test_labels_of_the_template_are_counted():
    """A pod may have been adopted with fewer."""
    template = {"metadata": {"labels": {"a": "1", "b": "2"}}}
    pod = {"metadata": {"labels": {"a": "1"}}, "status": {}}
    found = count_pods({"spec": {"template": template}}, [pod], 5 * SECOND).status()
    assert (found["replicas"], found["fullyLabeledReplicas"]) == (1, None)


def test_an_orphan_that_matches_wants_a_look_at_each_pod():
    """And so does the minimum ready time."""
    room = control_room("replicaset")
    replicaset = room.workload("ReplicaSet", replicas=0)
    assert counted(room.context, replicaset) is not None
    room.pod("bare", labels={"app": "web"})
    assert counted(room.context, replicaset) is None
    patient = room.workload("ReplicaSet", "other", replicas=0, minReadySeconds=5)
    assert counted(room.context, patient) is None


ACTS = st.lists(st.tuples(st.sampled_from(["fail", "delete", "label", "unready"]),
                          st.integers(0, 3)), max_size=6)  # fmt: skip
CHANGES = {
    "fail": {"phase": "Failed"},
    "unready": {"conditions": [{"type": "Ready", "status": "False"}]},
}


@settings(max_examples=25, deadline=None)
@given(ACTS)
def test_the_census_counts_as_a_look_at_each_pod_does(acts):
    """Whatever happened to the pods, in the world and in its past."""
    room = control_room("replicaset")
    room.workload("ReplicaSet", replicas=4)
    room.settle()
    for act, which in acts:
        name = sorted(pod["metadata"]["name"] for pod in room.pods())[which]
        if act == "delete":
            room.api.delete("pods", "default", name)
        elif act == "label":
            patch = {"metadata": {"labels": {"new": str(which)}}}
            room.api.patch("pods", "default", name, patch)
        else:
            room.api.patch_status("pods", "default", name, CHANGES[act])
        replicaset = room.get(RS)
        pods = claim(room.context, replicaset, "pods", is_active)
        one_by_one = count_pods(replicaset, pods, room.clock.now)
        assert counted(room.context, replicaset) == one_by_one
