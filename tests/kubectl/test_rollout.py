"""`kubectl rollout`: the verbs that change something, and status, which waits."""

import pytest

from kubelearn.api.errors import NotFound
from kubelearn.kubectl import Client
from kubelearn.kubectl.rollout import Watch
from kubelearn.world.references import parse_reference
from tests.world.worlds import web_cluster

DONE = 'deployment "web" successfully rolled out'
BAD = {"spec": {"progressDeadlineSeconds": 20, "template": {"spec": {
    "containers": [{"name": "web", "image": "nginx:typo"}]}}}}  # fmt: skip


def test_status_waits_until_it_is_rolled_out():
    """A line after each change of the Deployment, in kubectl's words."""
    cluster = web_cluster()
    assert cluster.kubectl("rollout restart deployment/web") == "deployment.apps/web restarted"
    before = cluster.time
    lines = cluster.kubectl("kubectl rollout status deployment web").splitlines()
    assert lines[-1] == DONE
    assert len(lines) > 3
    waits = ("Waiting for deployment spec update", 'Waiting for deployment "web" rollout to finish')
    assert all(line.startswith(waits) for line in lines[:-1])
    assert cluster.time > before


def test_one_look():
    """Without watching no time passes."""
    cluster = web_cluster()
    before = cluster.time
    assert cluster.kubectl("rollout status deploy/web --watch=false") == DONE
    assert cluster.time == before


def test_a_release_that_fails_ends_it():
    """With the sentence of the progress deadline; undo goes back."""
    cluster = web_cluster()
    cluster.patch("deployment/web", BAD)
    text = cluster.kubectl("rollout status deployment/web")
    assert text.splitlines()[-1] == 'error: deployment "web" exceeded its progress deadline'
    undone = cluster.kubectl("rollout undo deployment/web").splitlines()
    assert undone[0] == "deployment.apps/web rolled back"
    assert undone[1].startswith("Warning: resource deployments/web was previously managed with")
    assert cluster.kubectl("rollout status deployment/web").splitlines()[-1] == DONE


def test_a_timeout():
    """Kubectl's own words for it."""
    cluster = web_cluster()
    cluster.patch("deployment/web", BAD)
    text = cluster.kubectl("rollout status deployment/web --timeout=5s")
    assert text.splitlines()[-1] == "error: timed out waiting for the condition"


def test_a_workload_that_is_not_there():
    """The API server's words."""
    with pytest.raises(NotFound, match=r'deployments.apps "ghost" not found'):
        web_cluster().kubectl("rollout status deployment/ghost")


def test_a_workload_that_is_deleted_meanwhile():
    """There is nothing to wait for any more."""
    cluster = web_cluster()
    cluster.patch("deployment/web", BAD)
    wanted = parse_reference(cluster.api.kinds, "deployment/web")
    watch = Watch(wanted, cluster.object("deployment/web"))
    client = Client(cluster, cluster.send)
    assert not watch.look(client)
    cluster.delete("deployment/web")
    assert watch.look(client)
    assert watch.error == "object has been deleted"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("rollout", "kubectl rollout takes one of undo, pause, resume, restart, history, status"),
        ("rollout undo", "You must provide one or more resources by argument or filename"),
        ("rollout history pod/web", 'no history viewer has been implemented for "Pod"'),
    ],
)
def test_what_is_unknown_is_refused(line, text):
    """With what there is."""
    with pytest.raises(ValueError, match=text):
        web_cluster().kubectl(line)


def test_history():
    """The revisions that are kept, with the cause that somebody has written down."""
    cluster = web_cluster()
    cluster.kubectl("annotate deployment/web kubernetes.io/change-cause=first")
    cluster.run("1s")
    cluster.kubectl("set image deployment/web web=nginx:1.30")
    cluster.run("30s")
    lines = cluster.kubectl("rollout history deployment/web").splitlines()
    assert lines[1:4] == ["REVISION  CHANGE-CAUSE", "1         first", "2         first"]
