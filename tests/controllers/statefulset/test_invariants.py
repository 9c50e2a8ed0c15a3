"""Whatever happens to the pods of a StatefulSet, it comes to rest as it was asked to be."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kubelearn.controllers.statefulset.identity import ordinal_of
from tests.controllers.control_room import CONTAINER, TEMPLATE, control_room

STEP = st.one_of(
    st.tuples(st.just("scale"), st.integers(0, 4)),
    st.tuples(st.just("image"), st.sampled_from(("a", "b"))),
    st.tuples(st.just("delete"), st.integers(0, 4)),
    st.tuples(st.just("fail"), st.integers(0, 4)),
)
"""What a learner or a fault may do."""


def act(room, what, value):
    """One step."""
    if what == "scale":
        room.api.patch("statefulsets.apps", "default", "db", {"spec": {"replicas": value}})
    elif what == "image":
        template = {**TEMPLATE, "spec": {"containers": [{**CONTAINER, "image": value}]}}
        room.api.patch("statefulsets.apps", "default", "db", {"spec": {"template": template}})
    elif room.api.find("pods", "default", f"db-{value}") and what == "delete":
        room.api.delete("pods", "default", f"db-{value}")
    elif room.api.find("pods", "default", f"db-{value}"):
        room.api.patch_status("pods", "default", f"db-{value}", {"phase": "Failed"})


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(("OrderedReady", "Parallel")), st.lists(STEP, max_size=6))
def test_the_wanted_state_is_reached(policy, steps):
    """All ordinals are there once, of the last template, and the status says so."""
    room = control_room("statefulset")
    room.workload("StatefulSet", "db", serviceName="db", podManagementPolicy=policy, replicas=3)
    for what, value in steps:
        act(room, what, value)
        room.settle(1)
    room.settle(20)
    wanted = room.get("statefulsets.apps", "db")
    replicas, status = wanted["spec"]["replicas"], wanted["status"]
    assert list(range(replicas)) == sorted(map(ordinal_of, room.pods()))
    images = {pod["spec"]["containers"][0]["image"] for pod in room.pods()}
    assert images <= {wanted["spec"]["template"]["spec"]["containers"][0]["image"]}
    assert replicas == status.get("updatedReplicas", 0) == status.get("readyReplicas", 0)
