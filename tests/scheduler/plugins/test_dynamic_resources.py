"""DynamicResources: what is not modelled is refused, not guessed."""

from kubelearn.scheduler.algorithm import evaluate
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from tests.scheduler.clusters import cluster, make_node, make_pod


def test_a_pod_with_claims_stays_pending() -> None:
    """With a text that says why."""
    pod = pod_info(make_pod("p", resourceClaims=[{"name": "gpu", "resourceClaimName": "g"}]))
    snapshot = cluster([make_node("n")]).snapshot
    found = evaluate(Framework(PLUGINS, Profile()), snapshot, pod, 0)
    assert found.message == (
        "0/1 nodes are available: resource claims (dynamic resource allocation) are not modelled."
    )
