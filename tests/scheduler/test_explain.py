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
    assert "asks for 2 cpu, 1 of 4 is free: 1 more" in told
    assert "waits for a change in the cluster that NodeResourcesFit cares about" in told


def test_a_pod_that_came_with_its_node_was_never_seen(plane: ControlPlane) -> None:
    """Static pods and such."""
    plane.nodes(1).create(make_pod("p", nodeName="n0"))
    assert "it came with spec.nodeName 'n0'" in plane.run(1).why("p")


def test_a_pod_of_another_scheduler_waits_for_it(plane: ControlPlane) -> None:
    """Nobody serves that name here."""
    plane.nodes(1).create(make_pod("p", schedulerName="mine"))
    assert "it waits for 'mine', which does not run here" in plane.run(1).why("p")
    assert plane.node_of("p") is None


def test_a_gated_pod_names_its_gates(plane: ControlPlane) -> None:
    """The plugin's own words."""
    plane.nodes(1).create(make_pod("p", schedulingGates=[{"name": "example.com/quota"}]))
    told = plane.run(1).why("p")
    assert "SchedulingGates holds it back: waiting for scheduling gates" in told


def test_volumes_had_no_say(plane: ControlPlane) -> None:
    """What is not modelled is said."""
    claim = {"name": "v", "persistentVolumeClaim": {"claimName": "data"}}
    plane.nodes(1).create(make_pod("p", volumes=[claim]))
    assert "the scheduler does not look at volumes yet" in plane.run(1).why("p")
