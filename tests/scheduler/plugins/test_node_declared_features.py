"""Features that kubelets declare."""

from typing import Any

from kubelearn.scheduler.plugins.node_declared_features import REASON
from tests.scheduler.clusters import make_node, make_pod
from tests.scheduler.conftest import ControlPlane

FEATURE = "RestartAllContainersOnContainerExits"
RULE = {"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [3]}}


def picky() -> dict[str, Any]:
    """A pod that needs the feature."""
    pod = make_pod("p")
    (container,) = pod["spec"]["containers"]
    container |= {"restartPolicy": "Never", "restartPolicyRules": [RULE]}
    return pod


def test_a_node_without_the_feature_is_refused(plane: ControlPlane) -> None:
    """With upstream's reason, and advice."""
    plane.nodes(1).create(picky())
    plane.run(1)
    assert plane.events("p")[0][1].startswith(f"0/1 nodes are available: 1 {REASON}.")
    assert f"does not declare {FEATURE}" in plane.why("p")


def test_a_declaration_wakes_the_pod(plane: ControlPlane) -> None:
    """A change of the node's declared features is an event."""
    plane.nodes(1).create(picky())
    plane.run(1)
    plane.api.patch_status("nodes", "", "n0", {"declaredFeatures": [FEATURE]})
    assert plane.run(15).node_of("p") == "n0"


def test_other_pods_need_nothing(plane: ControlPlane) -> None:
    """The plugin skips."""
    plane.create(make_node("n0"))
    plane.create(make_pod("p"))
    assert plane.run(1).node_of("p") == "n0"
