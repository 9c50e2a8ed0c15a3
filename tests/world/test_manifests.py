"""Real applications, unchanged, in one cluster: they apply, and their workloads become Ready."""

from pathlib import Path

import pytest

from kubelearn.cluster import Cluster

MANIFESTS = Path(__file__).parents[3] / "shared" / "manifests"
needs_manifests = pytest.mark.skipif(
    not MANIFESTS.is_dir(), reason=f"the real manifests are not at {MANIFESTS}"
)
pytestmark = needs_manifests

NOT_ACTED_ON = {
    "IngressClass", "StorageClass", "VirtualService",
    "DestinationRule", "Gateway", "ServiceEntry", "HTTPRoute", "Secret",
}  # fmt: skip
"""Kinds in these applications that are stored and shown; nothing acts on them here."""


def namespace_of(path):
    """Applications use the same names for different things: each gets a namespace of its own."""
    return path.relative_to(MANIFESTS).parts[0]


@pytest.fixture(scope="module")
def cluster():
    """Twelve nodes with everything on them, five minutes later."""
    made = Cluster(nodes=12, zones=3, seed=7)
    made.install("gateway-api")
    made.install("istio-base")
    for folder in sorted(p.name for p in MANIFESTS.iterdir() if p.is_dir()):
        made.apply(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": folder}}
            if folder != "game-2048"
            else []
        )
    for path in sorted(MANIFESTS.rglob("*.yaml")):
        made.apply(path, namespace=namespace_of(path))
    return made.run("5m")


def test_all_deployments_are_complete(cluster):
    """Every wanted pod is updated and available."""
    for deployment in cluster.api.list("deployments.apps"):
        name, status = deployment["metadata"]["name"], deployment["status"]
        wanted = deployment["spec"]["replicas"]
        counts = [status.get(n, 0) for n in ("replicas", "updatedReplicas", "availableReplicas")]
        assert counts == [wanted] * 3, f"{name}: {cluster.why(deployment)}"


def test_all_pods_of_deployments_are_running(cluster):
    """And have not restarted."""
    for pod in cluster.api.list("pods"):
        if pod["metadata"]["ownerReferences"][0]["kind"] == "StatefulSet":
            continue  # cassandra's claims name a provisioner that this cluster does not have
        assert pod["status"]["phase"] == "Running", cluster.why(pod)
        assert [s["restartCount"] for s in pod["status"]["containerStatuses"]] == [0] * len(
            pod["spec"]["containers"]
        )


def test_there_are_enough_of_them_to_mean_something(cluster):
    """The applications above have dozens of Deployments."""
    assert len(cluster.api.list("deployments.apps")) >= 30


def test_services_have_endpoints(cluster):
    """Every Service with a selector finds ready pods, but for cassandra's: no provisioner."""
    empty = []
    for one in cluster.api.list("endpointslices.discovery.k8s.io"):
        ready = [e for e in one.get("endpoints") or () if e["conditions"].get("ready")]
        if not ready:
            empty.append(one["metadata"]["labels"]["kubernetes.io/service-name"])
    assert sorted(set(empty)) == ["cassandra"]


def test_what_nothing_acts_on_says_so(cluster):
    """Stored, shown, and honest about it."""
    for resource in cluster.api.store.resources():
        kind = cluster.api.kinds.resource(resource).kind
        if kind in NOT_ACTED_ON:
            obj = cluster.api.list(resource)[0]
            assert f"nothing in this cluster acts on {kind} objects" in str(cluster.why(obj))


def test_applying_again_changes_nothing(cluster):
    """The last file for each object counts; the guestbook has one file."""
    twin = cluster.fork()
    answer = twin.apply(MANIFESTS / "guestbook" / "guestbook-all-in-one.yaml", "guestbook")
    assert {line.rsplit(" ", 1)[1] for line in answer.splitlines()} == {"unchanged"}


def test_the_guestbook_heals(cluster):
    """A pod deleted and a node lost: three frontends again, somewhere else."""
    twin = cluster.fork()
    frontends = twin.api.list("pods", "guestbook", "tier=frontend")
    twin.delete(frontends[0])
    twin.fail.node(frontends[1]["spec"]["nodeName"])
    twin.run("420s")
    ready = twin.object("deployment/frontend", namespace="guestbook")["status"]["readyReplicas"]
    assert ready == 3
