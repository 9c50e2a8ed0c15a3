"""Why a pod is where it is."""

from tests.scheduler.clusters import make_pod
from tests.scheduler.conftest import ControlPlane


def test_a_placed_pod_shows_its_scores(plane: ControlPlane) -> None:
    """Words and a table of nodes and plugins."""
    plane.nodes(2).create(make_pod("p"))
    told = plane.run(1).why("p")
    assert f"placed on {plane.node_of('p')}: 2 of 2 nodes looked at were feasible" in told
    assert "tie with the highest total" in told
    assert "NodeResourcesBalancedAllocation" in told


def test_a_pending_pod_says_what_would_have_to_change(plane: ControlPlane) -> None:
    """The event's words, then each node."""
    plane.nodes(1).create(make_pod("p", "3"), make_pod("q", "2"))
    told = plane.run(1).why("q")
    assert "0/1 nodes are available: 1 Insufficient cpu." in told
    assert "needs 1 more cpu (asks for 2, 1 of 4 is free): pod default/p (3) holds it" in told
    assert "waits for a change in the cluster that NodeResourcesFit cares about" in told


def test_a_pod_that_came_with_its_node_was_never_seen(plane: ControlPlane) -> None:
    """Static pods and such."""
    plane.nodes(1).create(make_pod("p", nodeName="n0"))
    assert "it came with spec.nodeName 'n0'" in plane.run(1).why("p")


def test_a_pod_of_another_scheduler_waits_for_it(plane: ControlPlane) -> None:
    """Nobody serves that name here."""
    plane.nodes(1).create(make_pod("p", schedulerName="mine"))
    told = plane.run(1).why("p")
    assert "no profile of the scheduler has the name 'mine'" in told
    assert "nobody acts on the pod (the profiles here: default-scheduler)" in told
    assert plane.events("p") == []
    assert "conditions" not in plane.pod("p")["status"]
    assert plane.node_of("p") is None


def test_a_gated_pod_names_its_gates(plane: ControlPlane) -> None:
    """The plugin's own words."""
    plane.nodes(1).create(make_pod("p", schedulingGates=[{"name": "example.com/quota"}]))
    told = plane.run(1).why("p")
    assert "SchedulingGates holds it back: waiting for scheduling gates" in told


def test_the_draw_is_told(plane: ControlPlane) -> None:
    """Which nodes tied, and which of them it was."""
    plane.nodes(2).create(make_pod("p"))
    told = plane.run(1).why("p")
    place = ("n0", "n1").index(str(plane.node_of("p"))) + 1
    assert "n0, n1 tie with the highest total" in told
    assert f"the seeded draw among the best took number {place} of 2" in told


def test_a_pod_that_preempted_is_told_so(plane: ControlPlane) -> None:
    """First who has to go, then that the room was kept."""
    urgent = {"kind": "PriorityClass", "apiVersion": "scheduling.k8s.io/v1"}
    plane.create({**urgent, "metadata": {"name": "urgent"}, "value": 1000})
    plane.nodes(2).create(make_pod("a", "3"), make_pod("b", "3"))
    plane.run(1).create(make_pod("p", "3", priorityClassName="urgent"))
    plane.run(1)
    victim = next(name for name in ("a", "b") if "deletionTimestamp" in _metadata(plane, name))
    assert f"default/{victim} must go; the pod is tried again when they have" in plane.why("p")
    plane.api.delete("pods", "default", victim, grace=0)
    told = plane.run(15).why("p")
    assert f"placed on {plane.node_of('p')}: preemption had made room there" in told


def _metadata(plane: ControlPlane, name: str) -> dict[str, str]:
    metadata: dict[str, str] = plane.pod(name)["metadata"]
    return metadata


def test_nodes_left_out_beforehand_are_told(plane: ControlPlane) -> None:
    """A DaemonSet's pod names its node; the other one is not looked at."""
    field = {"key": "metadata.name", "operator": "In", "values": ["n1"]}
    terms = {"nodeSelectorTerms": [{"matchFields": [field]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": terms}
    plane.nodes(2).create(make_pod("p", affinity={"nodeAffinity": required}))
    told = plane.run(1).why("p")
    assert "1 of 1 nodes looked at were feasible (of 2 in all: the others were left out" in told


def test_a_missing_claim_is_named(plane: ControlPlane) -> None:
    """Refused for all nodes at once, in the plugin's words."""
    claim = {"name": "v", "persistentVolumeClaim": {"claimName": "data"}}
    plane.nodes(1).create(make_pod("p", volumes=[claim]))
    told = plane.run(1).why("p")
    assert '0/1 nodes are available: persistentvolumeclaim "data" not found. not found' in told
